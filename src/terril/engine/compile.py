"""An indicator compiled: from versions and parents to observations at every level, as one SQL query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis

from terril.core.indicators.expansion import Expanded, Reading
from terril.core.indicators.spec import Indicator, Input, Span
from terril.core.periods import parse_period
from terril.core.status import Status
from terril.core.territories.model import COMPUTED_LEVELS, Level
from terril.engine.expressions import compile_formula
from terril.engine.parts import COVERAGE, DECIMAL, Loaded, commune_rows, direct_rows, small, under_observed

MEMBERSHIPS = {"member_level": "string", "member_code": "string", "level": "string", "code": "string",
               "members": "int64"}  # fmt: skip
PARENT = {"level": "string", "code": "string", "period": "string", "value": "float64", "status": "uint8"}
KEYS = ("level", "code", "period")


@dataclass(frozen=True, slots=True)
class Group:
    """Inputs read together: same source, same periods."""

    source: str
    readings: tuple[Reading, ...]
    inputs: Mapping[str, Input]


def _groups(expanded: Expanded) -> list[Group]:
    found: dict[tuple[str, tuple[Reading, ...]], dict[str, Input]] = {}
    for name, entry in expanded.indicator.inputs.items():
        for source in dict.fromkeys(r.source for r in expanded.readings[name] if r.source):
            readings = tuple(r for r in expanded.readings[name] if r.source == source)
            found.setdefault((source, readings), {})[name] = entry
    return [Group(source, readings, inputs) for (source, readings), inputs in found.items()]


def compile_indicator(expanded: Expanded, loaded: Mapping[str, Loaded], parents: Mapping[str, str]) -> str:
    """SQL whose rows are the observations of an indicator (restricted root).

    Parameters
    ----------
    expanded : what each input reads.
    loaded : versions, by source.
    parents : name of the DuckDB view of each parent indicator's observations.

    Returns
    -------
    A query over ``level, code, period, value, status, numerator, denominator``; unordered.
    """
    tables = []
    by_base: dict[str, list[Group]] = {}
    for group in _groups(expanded):
        by_base.setdefault(_base(loaded[group.source]), []).append(group)
    for base, groups in sorted(by_base.items()):
        tables.append(_at_levels(expanded.indicator, base, _joined(expanded, groups, loaded), loaded, groups))
    tables += [_parent(expanded, name, parents) for name, e in expanded.indicator.inputs.items() if e.indicator]
    whole = reduce(_inner, tables)
    return str(ibis.to_sql(_observations(expanded, whole), dialect="duckdb"))


def _base(loaded: Loaded) -> str:
    return "commune" if loaded.base == Level.COMMUNE else "direct"


def _rows_of(group: Group, loaded: Loaded, indicator: Indicator) -> Any:
    table = ibis.table(dict(loaded.schema), name=loaded.table)
    rows = table.filter(table.period.isin(sorted({r.read for r in group.readings})))
    if loaded.base != "mixed":
        rows = rows.filter(rows.level == loaded.base)
    if _base(loaded) == "direct":
        return under_observed(direct_rows(loaded, group.inputs, rows), group.readings)
    zero = indicator.missing == "zero"
    carried = under_observed(commune_rows(loaded, group.inputs, rows, zero), group.readings)
    return _zero_filled(carried, group, loaded) if zero else carried


def _zero_filled(carried: Any, group: Group, loaded: Loaded) -> Any:
    """Absent rows inside the coverage count zero, and so do empty cells; secrets stay."""
    coverage = ibis.table(COVERAGE, name="coverage")
    covered = coverage.filter(coverage.version == loaded.version).select("code")
    periods = sorted({r.observed for r in group.readings})
    grid = covered.mutate(period=ibis.array(periods).unnest())
    t = grid.left_join(carried, [grid.code == carried.code, grid.period == carried.period])
    columns: dict[str, Any] = {"code": grid.code, "period": grid.period}
    for name in group.inputs:
        status = carried[f"s_{name}"].fill_null(small(0))
        absent = carried[f"v_{name}"].isnull() & (status != int(Status.SECRET))
        value = carried[f"v_{name}"]
        columns[f"v_{name}"] = absent.ifelse(ibis.literal(0).cast(value.type()), value)
        columns[f"s_{name}"] = (status == int(Status.MISSING)).ifelse(small(0), status)
        columns[f"k_{name}"] = absent.ifelse(0, carried[f"k_{name}"].fill_null(0))
    return t.select(**columns)


def _joined(expanded: Expanded, groups: Sequence[Group], loaded: Mapping[str, Loaded]) -> Any:
    """All the inputs of one base side by side; an input absent from a row is missing there."""
    by_inputs: dict[tuple[str, ...], list[Any]] = {}
    for group in groups:
        rows = _rows_of(group, loaded[group.source], expanded.indicator)
        by_inputs.setdefault(tuple(group.inputs), []).append(rows)
    unions = [(names, reduce(lambda a, b: a.union(b), tables)) for names, tables in by_inputs.items()]
    return reduce(_outer, unions)[1]


def _outer(a: tuple[tuple[str, ...], Any], b: tuple[tuple[str, ...], Any]) -> tuple[tuple[str, ...], Any]:
    (left_names, left), (right_names, right) = a, b
    keys = [k for k in KEYS if k in left.columns]
    t = left.join(right, [left[k] == right[k] for k in keys], how="outer")
    columns = {k: ibis.coalesce(left[k], right[k]) for k in keys}
    for side, names in ((left, left_names), (right, right_names)):
        for name in names:
            columns[f"v_{name}"] = side[f"v_{name}"]
            columns[f"s_{name}"] = side[f"s_{name}"].fill_null(small(int(Status.MISSING)))
            columns[f"k_{name}"] = side[f"k_{name}"].fill_null(1)
    return (*left_names, *right_names), t.select(**columns)


def _levels(indicator: Indicator) -> list[str]:
    return [str(level) for level in (indicator.levels or COMPUTED_LEVELS)]


def _at_levels(
    indicator: Indicator, base: str, rows: Any, loaded: Mapping[str, Loaded], groups: Sequence[Group]
) -> Any:
    """Rows of the base level, then their sums at every level above."""
    names = [n for g in groups for n in g.inputs]
    names = list(dict.fromkeys(names))
    wanted = _levels(indicator)
    if base == "commune":
        rows = rows.mutate(level=ibis.literal("commune"))
    own = rows.filter(rows.level.isin(wanted)) if set(wanted) != set(COMPUTED_LEVELS) else rows
    own = own.select(*KEYS, *(f"{x}_{n}" for n in names for x in "vsk"))
    mixed = any(loaded[g.source].base == "mixed" for g in groups)
    if indicator.aggregation == "none" or mixed:
        return own
    return own.union(_summed(indicator, rows, names, wanted))


def _summed(indicator: Indicator, rows: Any, names: Sequence[str], wanted: Sequence[str]) -> Any:
    memberships = ibis.table(MEMBERSHIPS, name="memberships")
    above = memberships.filter((memberships.level != memberships.member_level) & memberships.level.isin(wanted))
    joined = rows.join(above, [rows.level == above.member_level, rows.code == above.member_code]).select(
        level=above.level, code=above.code, period=rows.period, members=above.members,
        **{f"{x}_{n}": rows[f"{x}_{n}"] for n in names for x in "vsk"},
    )  # fmt: skip
    columns: dict[str, Any] = {"present": joined.count(), "members": joined.members.max()}
    for name in names:
        value = joined[f"v_{name}"]
        if indicator.weight is not None and name != indicator.weight:
            weight = joined[f"v_{indicator.weight}"]
            total = (value.cast("decimal(18, 6)") * weight.cast("decimal(18, 3)")).cast(DECIMAL).sum()
            value = (total.cast("float64") / weight.sum().cast("float64").nullif(0.0)).cast(DECIMAL)
            columns[f"v_{name}"] = value
        else:
            columns[f"v_{name}"] = value.sum()
        columns[f"s_{name}"] = joined[f"s_{name}"].max()
        columns[f"k_{name}"] = joined[f"k_{name}"].sum()
    summed = joined.group_by(list(KEYS)).aggregate(**columns)
    kept: dict[str, Any] = {k: summed[k] for k in KEYS}
    for name in names:
        # One absent member and the whole is unknown: a partial sum would pass for a total.
        partial = summed.present < summed.members
        status = ibis.greatest(summed[f"s_{name}"], partial.ifelse(small(int(Status.MISSING)), small(0)))
        if indicator.inputs[name].reconstructed:
            status = ibis.greatest(status, small(int(Status.ESTIMATED)))
        kept |= {f"v_{name}": summed[f"v_{name}"], f"s_{name}": status, f"k_{name}": summed[f"k_{name}"]}
    return summed.select(**kept)


def _parent(expanded: Expanded, name: str, parents: Mapping[str, str]) -> Any:
    entry = expanded.indicator.inputs[name]
    readings = expanded.readings[name]
    table = ibis.table(PARENT, name=parents[str(entry.indicator)])
    rows = table.filter(table.period.isin(sorted({r.read for r in readings})))
    rows = rows.filter(rows.level.isin(_levels(expanded.indicator)))
    rows = under_observed(rows, readings)
    return rows.select(
        *KEYS,
        **{f"v_{name}": rows.value, f"s_{name}": rows.status, f"k_{name}": rows.value.isnull().cast("int64")},
    )


def _inner(left: Any, right: Any) -> Any:
    t = left.join(right, [left[k] == right[k] for k in KEYS])
    return t.select(**{c: left[c] for c in left.columns}, **{c: right[c] for c in right.columns if c not in KEYS})


def _observations(expanded: Expanded, t: Any) -> Any:
    indicator = expanded.indicator
    names = list(indicator.inputs)
    doubles = {n: t[f"v_{n}"].cast("float64") for n in names}
    status = ibis.greatest(*(t[f"s_{n}"] for n in names), small(int(Status[indicator.status.upper()])))
    known = reduce(lambda a, b: a & b, ((t[f"k_{n}"] == 0) & t[f"v_{n}"].notnull() for n in names))
    value = compile_formula(expanded.formula, doubles, _years(expanded, t))
    # Known parts that give no value: a division by zero, a logarithm of nothing.
    undefined = known & value.isnull() & (status < int(Status.MISSING))
    status = undefined.ifelse(small(int(Status.NOT_APPLICABLE)), status)
    shown = (status <= int(Status.ESTIMATED)) | ((status == int(Status.SECRET)) & known)
    null = ibis.null("float64")
    parts = {role: doubles[name] if name else null for role, name in
             (("numerator", indicator.numerator), ("denominator", indicator.denominator))}  # fmt: skip
    keep_parts = shown | (status == int(Status.NOT_APPLICABLE))
    return t.select(
        *KEYS,
        value=shown.ifelse(value, null),
        status=status.cast("uint8"),
        numerator=keep_parts.ifelse(parts["numerator"], null),
        denominator=keep_parts.ifelse(parts["denominator"], null),
    )


def _years(expanded: Expanded, t: Any) -> Any:
    if not isinstance(expanded.indicator.period, Span):
        return ibis.literal(0)
    spans = [(t.period == p, ibis.literal(parse_period(p).years)) for p in expanded.periods]
    return ibis.cases(*spans, else_=ibis.literal(0))
