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
from terril.core.territories.model import Level
from terril.engine.expressions import compile_formula
from terril.engine.parts import COVERAGE, Loaded, commune_rows, direct_rows, small, under_observed
from terril.engine.protection.conceal import concealed
from terril.engine.quantiles import quantile_rows
from terril.engine.summing import KEYS, at_levels, levels_of

PARENT = {"level": "string", "code": "string", "period": "string", "value": "float64", "status": "uint8"}


@dataclass(frozen=True, slots=True)
class Group:
    """Inputs read together: same sources, same periods, rows of the same kind of territory."""

    base: str
    sources: tuple[str, ...]
    readings: tuple[Reading, ...]
    inputs: Mapping[str, Input]


def _groups(expanded: Expanded, loaded: Mapping[str, Loaded]) -> list[Group]:
    together: dict[tuple[Reading, ...], dict[str, Input]] = {}
    for name, entry in expanded.indicator.inputs.items():
        if entry.datasets and entry.order is None:
            together.setdefault(expanded.readings[name], {})[name] = entry
    found = []
    for readings, inputs in together.items():
        sources = dict.fromkeys(r.source for r in readings if r.source)
        for base in sorted({_base(loaded[s]) for s in sources}):
            kept = tuple(s for s in sources if _base(loaded[s]) == base)
            found.append(Group(base, kept, tuple(r for r in readings if r.source in kept), inputs))
    return found


def compile_indicator(expanded: Expanded, loaded: Mapping[str, Loaded], parents: Mapping[str, str]) -> str:
    """The expression of an indicator as SQL of DuckDB; see :func:`observations_of`."""
    return str(ibis.to_sql(observations_of(expanded, loaded, parents), dialect="duckdb"))


def observations_of(expanded: Expanded, loaded: Mapping[str, Loaded], parents: Mapping[str, str]) -> Any:
    """The Ibis expression whose rows are the observations of an indicator (restricted root).

    Parameters
    ----------
    expanded : what each input reads.
    loaded : versions, by source.
    parents : name of the DuckDB view of each parent indicator's observations.

    Returns
    -------
    A table of ``level, code, period, value, status, numerator, denominator``; unordered.
    """
    indicator = expanded.indicator
    tables = []
    by_base: dict[str, list[Group]] = {}
    for group in _groups(expanded, loaded):
        by_base.setdefault(group.base, []).append(group)
    for base, groups in sorted(by_base.items()):
        rows = _joined(expanded, groups, loaded)
        names = list(dict.fromkeys(n for g in groups for n in g.inputs))
        mixed = any(loaded[s].base == "mixed" for g in groups for s in g.sources)
        tables.append(concealed(at_levels(indicator, base, rows, names, mixed), expanded, names, loaded))
    for name, entry in indicator.inputs.items():
        if entry.order is not None:
            recounted = quantile_rows(indicator, name, expanded.readings[name], loaded)
            tables.append(concealed(recounted, expanded, [name], loaded))
        elif entry.indicator is not None:
            tables.append(_parent(expanded, name, parents))
    whole = reduce(_inner, tables)
    return _observations(expanded, whole)


def _base(loaded: Loaded) -> str:
    return "commune" if loaded.base == Level.COMMUNE else "direct"


def _rows_of(group: Group, loaded: Mapping[str, Loaded], indicator: Indicator) -> Any:
    """Rows of the base level under the periods that read them, producers of different periods put together."""
    read = [_read(group, loaded[source], indicator) for source in group.sources]
    return under_observed(reduce(lambda a, b: a.union(b), read), group.readings)


def _read(group: Group, loaded: Loaded, indicator: Indicator) -> Any:
    table = ibis.table(dict(loaded.schema), name=loaded.table)
    periods = sorted({r.read for r in group.readings if r.source == loaded.source.id})
    rows = table.filter(table.period.isin(periods))
    if loaded.base != "mixed":
        rows = rows.filter(rows.level == loaded.base)
    if group.base == "direct":
        return direct_rows(loaded, group.inputs, rows)
    zero = indicator.missing == "zero"
    carried = commune_rows(loaded, group.inputs, rows, zero)
    return _zero_filled(carried, group, loaded, periods) if zero else carried


def _zero_filled(carried: Any, group: Group, loaded: Loaded, periods: Sequence[str]) -> Any:
    """Absent rows inside the coverage count zero, and so do empty cells; secrets stay."""
    coverage = ibis.table(COVERAGE, name="coverage")
    covered = coverage.filter(coverage.version == loaded.version).select("code")
    grid = covered.mutate(period=ibis.array(list(periods)).unnest())
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
    sides = [(tuple(g.inputs), _rows_of(g, loaded, expanded.indicator)) for g in groups]
    return reduce(_outer, sides)[1]


def _outer(a: tuple[tuple[str, ...], Any], b: tuple[tuple[str, ...], Any]) -> tuple[tuple[str, ...], Any]:
    (left_names, left), (right_names, right) = a, b
    # A join is no longer one once it is seen: Ibis would chain a third to it, and lose its coalesced keys.
    left = left.view()
    keys = [k for k in KEYS if k in left.columns]
    t = left.join(right, [left[k] == right[k] for k in keys], how="outer")
    columns = {k: ibis.coalesce(left[k], right[k]) for k in keys}
    for side, names in ((left, left_names), (right, right_names)):
        for name in names:
            columns[f"v_{name}"] = side[f"v_{name}"]
            columns[f"s_{name}"] = side[f"s_{name}"].fill_null(small(int(Status.MISSING)))
            columns[f"k_{name}"] = side[f"k_{name}"].fill_null(1)
    return (*left_names, *right_names), t.select(**columns)


def _parent(expanded: Expanded, name: str, parents: Mapping[str, str]) -> Any:
    entry = expanded.indicator.inputs[name]
    readings = expanded.readings[name]
    table = ibis.table(PARENT, name=parents[str(entry.indicator)])
    rows = table.filter(table.period.isin(sorted({r.read for r in readings})))
    rows = rows.filter(rows.level.isin(levels_of(expanded.indicator)))
    own = rows.select(
        *KEYS,
        **{f"v_{name}": rows.value, f"s_{name}": rows.status, f"k_{name}": rows.value.isnull().cast("int64")},
    )
    return under_observed(own, readings)


def _inner(left: Any, right: Any) -> Any:
    t = left.join(right, [left[k] == right[k] for k in KEYS])
    return t.select(**{c: left[c] for c in left.columns}, **{c: right[c] for c in right.columns if c not in KEYS})


def _observations(expanded: Expanded, t: Any) -> Any:
    indicator = expanded.indicator
    names = [n for n, e in indicator.inputs.items() if e.parameter is None]
    doubles = {n: _double(expanded, n, t) for n in indicator.inputs}
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


def _double(expanded: Expanded, name: str, t: Any) -> Any:
    """An input as the formula reads it: sums are divided last."""
    entry = expanded.indicator.inputs[name]
    if entry.parameter is not None:
        values = {p: expanded.constant(name, p) for p in expanded.periods}
        branches = [(t.period == p, ibis.literal(value, type="float64")) for p, value in values.items()]
        return ibis.cases(*branches, else_=ibis.null("float64"))
    value = t[f"v_{name}"].cast("float64")
    return value / float(entry.rolling) if entry.rolling and entry.rolled == "mean" else value


def _years(expanded: Expanded, t: Any) -> Any:
    if not isinstance(expanded.indicator.period, Span):
        return ibis.literal(0)
    spans = [(t.period == p, ibis.literal(parse_period(p).years)) for p in expanded.periods]
    return ibis.cases(*spans, else_=ibis.literal(0))
