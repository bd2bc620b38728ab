"""Compiling what is read: rows of a version, carried to today's communes, one column an input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from terril.core.indicators.expansion import Reading
from terril.core.indicators.spec import Input
from terril.core.sources import Source
from terril.core.status import Status

#: Sums are exact: DECIMAL at this scale, divided last.
DECIMAL = "decimal(38, 9)"

MISSING, ESTIMATED = int(Status.MISSING), int(Status.ESTIMATED)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A version ready to be read by SQL.

    Parameters
    ----------
    source : its definition.
    version : version identifier.
    table : name of the DuckDB view over its Parquet file.
    schema : Ibis schema of the view.
    periods : periods it holds, at its base level.
    unchanged : whether every commune it names is today what it was then.
    protected : keys of the measures that a secrecy pattern judges; none before it is installed.
    """

    source: Source
    version: str
    table: str
    schema: Mapping[str, str]
    periods: tuple[str, ...]
    unchanged: bool = False
    protected: frozenset[str] = frozenset()

    @property
    def base(self) -> str:
        """Level from which sums are made."""
        return str(self.source.geography.level)


PASSAGE = {"old_code": "string", "cog_from": "int16", "cog_to": "int16", "code": "string", "targets": "int16",
           "weight": "decimal(18, 9)"}  # fmt: skip
#: Communes as they stood in a COG year used by some version, that changed since.
CHANGED = {"code": "string", "cog": "int16"}
EXPECTED_OLD = {"code": "string", "cog": "int16", "expected": "int64"}
COVERAGE = {"version": "string", "code": "string"}


def small(value: int) -> Any:
    """A status literal."""
    return ibis.literal(value, type="uint8")


def kept_rows(table: Any, entry: Input) -> Any:
    """Whether a row of the file is one that an input keeps."""
    # A column, not a literal: what is summed below must have rows even when nothing is filtered.
    kept = table["code"].notnull()
    for dimension, wanted in entry.where.items():
        values = [wanted] if isinstance(wanted, str) else list(wanted)
        kept = kept & table[dimension].isin(values)
    return kept


def raw(table: Any, entry: Input) -> tuple[Any, Any]:
    """Value (decimal) and status of an input on one row of the file."""
    if entry.measure == "count":
        return ibis.literal(1).cast("decimal(18, 0)"), small(0)
    value = table[entry.column]
    statuses = [table[f"{entry.column}__status"]]
    if entry.times is not None:
        value = (value.cast("decimal(18, 6)") * table[entry.times].cast("decimal(18, 3)")).cast(DECIMAL)
        statuses.append(table[f"{entry.times}__status"])
    if entry.factor != 1:
        value = (value.cast("decimal(28, 9)") * ibis.literal(repr(entry.factor)).cast("decimal(9, 6)")).cast(DECIMAL)
    if entry.over is not None:
        divisor = table[entry.over].cast("float64").nullif(0.0)
        value = (value.cast("float64") / divisor).cast(DECIMAL)
        statuses.append(table[f"{entry.over}__status"])
    return value, statuses[0] if len(statuses) == 1 else ibis.greatest(*statuses)


def _by_row(loaded: Loaded, inputs: Mapping[str, Input], rows: Any) -> Any:
    """One row a (level, code, cog, period): dimensions and points summed away."""
    keys = ["level", "code", "cog", "period"]
    # Codes of territories carried to another nomenclature may have merged.
    carried = loaded.source.geography.nomenclature is not None
    unique = loaded.source.rows == "aggregate" and not loaded.source.dimensions and not carried
    columns: dict[str, Any] = {}
    for name, entry in inputs.items():
        kept = kept_rows(rows, entry)
        value, status = raw(rows, entry)
        if unique:
            columns |= {f"v_{name}": value, f"s_{name}": status, f"k_{name}": value.isnull().cast("int64")}
            if entry.merged is not None:
                columns |= {f"w_{name}": rows[entry.merged.weight], f"x_{name}": rows[f"{entry.merged.weight}__status"]}
            continue
        total = kept.ifelse(value, ibis.null(value.type())).sum()
        worst = kept.ifelse(status, ibis.null("uint8")).max()
        if entry.measure == "value":
            # Several published figures where one was meant: adding rates up would be worse than none.
            several = kept.cast("int64").sum() > 1
            total = several.ifelse(ibis.null(total.type()), total)
            worst = several.ifelse(ibis.greatest(worst, small(MISSING)), worst)
        columns |= {f"v_{name}": total, f"s_{name}": worst, f"k_{name}": (kept & value.isnull()).sum()}
        if entry.merged is not None:
            weight, said = rows[entry.merged.weight], rows[f"{entry.merged.weight}__status"]
            columns[f"w_{name}"] = kept.ifelse(weight, ibis.null(weight.type())).sum()
            columns[f"x_{name}"] = kept.ifelse(said, ibis.null("uint8")).max()
    if unique:
        return rows.select(**{k: rows[k] for k in keys}, **columns)
    return rows.group_by(keys).aggregate(**columns)


def under_observed(table: Any, readings: Sequence[Reading]) -> Any:
    """Rows put under the observation periods that read them: one period may be read by several.

    Where an observation reads several periods (a rolling input), their values are added up, and one that
    has no row makes the whole missing.
    """
    if all(r.read == r.observed for r in readings):
        return table
    observed: dict[str, list[str]] = {}
    for reading in readings:
        observed.setdefault(reading.read, []).append(reading.observed)
    branches = [(table.period == read, ibis.array(seen)) for read, seen in sorted(observed.items())]
    unnested = ibis.cases(*branches, else_=ibis.null("array<string>")).unnest()
    moved = table.mutate(period=unnested)
    asked = len(readings) // len({r.observed for r in readings})
    return _rolled(moved, asked) if asked > 1 else moved


def _rolled(table: Any, asked: int) -> Any:
    keys = [k for k in ("level", "code", "period") if k in table.columns]
    names = [c[2:] for c in table.columns if c.startswith("v_")]
    columns: dict[str, Any] = {"present": table.count()}
    for name in names:
        # Decimals: a sum of doubles would depend on the order of the rows.
        columns[f"v_{name}"] = table[f"v_{name}"].cast(DECIMAL).sum()
        columns[f"s_{name}"] = table[f"s_{name}"].max()
        columns[f"k_{name}"] = table[f"k_{name}"].sum()
    summed = table.group_by(keys).aggregate(**columns)
    kept: dict[str, Any] = {k: summed[k] for k in keys}
    for name in names:
        partial = summed.present < asked
        status = partial.ifelse(ibis.greatest(summed[f"s_{name}"], small(MISSING)), summed[f"s_{name}"])
        absent = partial.ifelse(ibis.literal(1), ibis.literal(0))
        kept |= {f"v_{name}": summed[f"v_{name}"], f"s_{name}": status, f"k_{name}": summed[f"k_{name}"] + absent}
    return summed.select(**kept)


def commune_rows(loaded: Loaded, inputs: Mapping[str, Input], rows: Any, zero: bool) -> Any:
    """Rows carried to today's communes, one a (code, period), with value, status and nulls of each input.

    Nearly every commune is today what it was: those go straight through, and only the others pay for the passage.
    """
    grouped = _by_row(loaded, inputs, rows)
    if loaded.unchanged:
        return _stilled(grouped, inputs, zero)
    changed = ibis.table(CHANGED, name="changed")
    keys = [grouped.code == changed.code, grouped.cog == changed.cog]
    still = grouped.anti_join(changed, keys).select("code", "period", *_columns(inputs))
    moved = _carried(loaded, inputs, grouped.semi_join(changed, keys), zero)
    return _stilled(still, inputs, zero).union(moved)


def _columns(inputs: Mapping[str, Input], kinds: str = "vsk") -> list[str]:
    return [f"{kind}_{name}" for name in inputs for kind in kinds]


def _stilled(still: Any, inputs: Mapping[str, Input], zero: bool) -> Any:
    absent = small(0 if zero else MISSING)
    columns: dict[str, Any] = {"code": still.code, "period": still.period}
    for n in inputs:
        columns |= {f"v_{n}": still[f"v_{n}"].cast(DECIMAL), f"s_{n}": still[f"s_{n}"].fill_null(absent)}
        columns[f"k_{n}"] = still[f"k_{n}"]
    return still.select(**columns)


def _carried(loaded: Loaded, inputs: Mapping[str, Input], grouped: Any, zero: bool) -> Any:
    """Rows of communes that changed since, through the passage."""
    passage = ibis.table(PASSAGE, name="passage")
    joined = grouped.join(
        passage,
        [grouped.code == passage.old_code, grouped.cog >= passage.cog_from, grouped.cog <= passage.cog_to],
    ).select(
        code=passage.code, period=grouped.period, cog=grouped.cog, targets=passage.targets, weight=passage.weight,
        **{c: grouped[c] for c in (*_columns(inputs), *_columns(_weighed(inputs), "wx"))},
    )  # fmt: skip
    split = joined.targets > 1
    weighted = loaded.source.split == "population"
    columns: dict[str, Any] = {"cog": joined.cog.max(), "parts": joined.count(), "split": split.any()}
    for name, entry in inputs.items():
        value = joined[f"v_{name}"]
        if weighted:
            share = (value.cast("decimal(28, 9)") * joined.weight.cast("decimal(10, 9)")).cast(DECIMAL)
            value = split.ifelse(share, value.cast(DECIMAL))
        columns[f"v_{name}"] = value.sum()
        columns[f"s_{name}"] = joined[f"s_{name}"].max()
        if entry.merged is not None:
            weight = joined[f"w_{name}"]
            columns[f"p_{name}"] = (value.cast("decimal(18, 6)") * weight.cast("decimal(18, 3)")).cast(DECIMAL).sum()
            columns[f"w_{name}"] = weight.sum()
            columns[f"x_{name}"] = joined[f"x_{name}"].max()
            columns[f"q_{name}"] = weight.isnull().sum()
        columns[f"n_{name}"] = joined[f"s_{name}"].notnull().sum()
        columns[f"k_{name}"] = joined[f"k_{name}"].sum()
    carried = joined.group_by(["code", "period"]).aggregate(**columns)
    return _completed(carried, inputs, loaded, zero, weighted)


def _completed(carried: Any, inputs: Mapping[str, Input], loaded: Loaded, zero: bool, weighted: bool) -> Any:
    """Statuses that the passage brings: a part absent, a commune split, a median that cannot be merged."""
    expected = ibis.table(EXPECTED_OLD, name="expected_old")
    t = carried.left_join(expected, [carried.code == expected.code, carried.cog == expected.cog])
    columns: dict[str, Any] = {"code": carried.code, "period": carried.period}
    wanted = expected.expected.fill_null(1)
    lone = (carried.parts == 1) & (wanted == 1) & ~carried.split
    for name, entry in inputs.items():
        status = carried[f"s_{name}"].fill_null(small(0 if zero else MISSING))
        value = carried[f"v_{name}"].cast(DECIMAL)
        nulls = carried[f"k_{name}"]
        if entry.merged is not None:
            whole = (carried.parts == wanted) & ~carried.split
            value, status, nulls = _merged(carried, name, lone, whole, status)
        elif entry.measure == "value":
            # Two medians make no median: nothing stands for a merged commune.
            status = lone.ifelse(status, ibis.greatest(status, small(MISSING)))
            value = lone.ifelse(value, ibis.null(value.type()))
        else:
            if not zero:
                incomplete = carried[f"n_{name}"] < wanted
                status = incomplete.ifelse(ibis.greatest(status, small(MISSING)), status)
            split_status = ESTIMATED if weighted else MISSING
            status = carried.split.ifelse(ibis.greatest(status, small(split_status)), status)
            if entry.reconstructed:
                status = lone.ifelse(status, ibis.greatest(status, small(ESTIMATED)))
        columns |= {f"v_{name}": value, f"s_{name}": status, f"k_{name}": nulls}
    return t.select(**columns)


def _weighed(inputs: Mapping[str, Input]) -> dict[str, Input]:
    return {name: entry for name, entry in inputs.items() if entry.merged is not None}


def _merged(carried: Any, name: str, lone: Any, whole: Any, status: Any) -> tuple[Any, Any, Any]:
    """Weighted mean of the figures of the old communes, where all are known: value, status, nulls."""
    weights = carried[f"w_{name}"].cast("float64").nullif(0.0)
    mean = (carried[f"p_{name}"].cast("float64") / weights).cast(DECIMAL)
    value = lone.ifelse(carried[f"v_{name}"].cast(DECIMAL), whole.ifelse(mean, ibis.null(mean.type())))
    estimated = ibis.greatest(status, carried[f"x_{name}"].fill_null(small(MISSING)), small(ESTIMATED))
    unknown = ~whole | (carried[f"q_{name}"] > 0) | weights.isnull()
    joined = unknown.ifelse(ibis.greatest(estimated, small(MISSING)), estimated)
    nulls = carried[f"k_{name}"] + lone.ifelse(ibis.literal(0), carried[f"q_{name}"])
    return value, lone.ifelse(status, joined), nulls


def direct_rows(loaded: Loaded, inputs: Mapping[str, Input], rows: Any) -> Any:
    """Rows whose code is read as it stands (EPCI, departments, declared perimeters)."""
    grouped = _by_row(loaded, inputs, rows)
    columns = {"level": grouped.level, "code": grouped.code, "period": grouped.period}
    for name in inputs:
        columns |= {
            f"v_{name}": grouped[f"v_{name}"].cast(DECIMAL),
            f"s_{name}": grouped[f"s_{name}"].fill_null(small(MISSING)),
            f"k_{name}": grouped[f"k_{name}"],
        }
    return grouped.select(**columns)
