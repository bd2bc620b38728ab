"""Medians and quantiles, computed again from the rows of each territory: they are never averaged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import ibis

from terril.core.indicators.expansion import Reading
from terril.core.indicators.spec import Indicator
from terril.core.status import Status
from terril.core.territories.model import Level
from terril.engine.parts import COVERAGE, PASSAGE, Loaded, kept_rows, raw, small, under_observed
from terril.engine.summing import KEYS, MEMBERSHIPS, levels_of

_MISSING = int(Status.MISSING)


def quantile_rows(indicator: Indicator, name: str, readings: Sequence[Reading], loaded: Mapping[str, Loaded]) -> Any:
    """Quantile of an input at every level, from the rows of the file carried to today's territories.

    Parameters
    ----------
    indicator : its ``missing`` says what a row without a value is: it hides the whole, or counts zero.
    name : an input whose ``order`` is the quantile wanted (0.5 for a median), linearly interpolated.
    readings : what it reads.
    loaded : versions, by source.

    Notes
    -----
    A row in a commune that was split since belongs to one of its pieces, and none knows which: their quantile,
    and that of whatever holds them, is missing. So is that of a territory that holds a commune outside the
    coverage of the source: what is not in the file is not nothing.
    """
    sources = dict.fromkeys(r.source for r in readings if r.source)
    tables = [_of_source(indicator, name, readings, loaded[s]) for s in sources]
    return under_observed(reduce(lambda a, b: a.union(b), tables), readings)


def _of_source(indicator: Indicator, name: str, readings: Sequence[Reading], loaded: Loaded) -> Any:
    rows = _carried(indicator, name, readings, loaded)
    wanted = levels_of(indicator)
    if loaded.base == "mixed" or indicator.aggregation == "none":
        own = rows.filter(rows.level.isin(wanted)).mutate(hole=ibis.literal(False))
        return _grouped(indicator, name, own)
    memberships = ibis.table(MEMBERSHIPS, name="memberships")
    held = memberships.filter((memberships.member_level == loaded.base) & memberships.level.isin(wanted))
    held = _with_holes(held, loaded) if loaded.base == Level.COMMUNE else held.mutate(hole=ibis.literal(False))
    joined = rows.join(held, rows.code == held.member_code).select(
        level=held.level, code=held.code, period=rows.period, value=rows.value, status=rows.status,
        split=rows.split, hole=held.hole,
    )  # fmt: skip
    return _grouped(indicator, name, joined)


def _carried(indicator: Indicator, name: str, readings: Sequence[Reading], loaded: Loaded) -> Any:
    """Rows kept, each under the territory of today that holds it."""
    entry = indicator.inputs[name]
    table = ibis.table(dict(loaded.schema), name=loaded.table)
    rows = table.filter(table.period.isin(sorted({r.read for r in readings if r.source == loaded.source.id})))
    if loaded.base != "mixed":
        rows = rows.filter(rows.level == loaded.base)
    rows = rows.filter(kept_rows(rows, entry))
    value, status = raw(rows, entry)
    if indicator.missing == "zero":
        empty = value.isnull() & (status != int(Status.SECRET))
        value = empty.ifelse(ibis.literal(0).cast(value.type()), value)
        status = (status == _MISSING).ifelse(small(0), status)
    rows = rows.select(
        level=rows.level, code=rows.code, cog=rows.cog, period=rows.period,
        value=value.cast("float64"), status=status, split=ibis.literal(False),
    )  # fmt: skip
    if loaded.base != Level.COMMUNE or loaded.unchanged:
        return rows.drop("cog")
    passage = ibis.table(PASSAGE, name="passage")
    on = [rows.code == passage.old_code, rows.cog >= passage.cog_from, rows.cog <= passage.cog_to]
    return rows.join(passage, on).select(
        level=rows.level, code=passage.code, period=rows.period, value=rows.value, status=rows.status,
        split=passage.targets > 1,
    )  # fmt: skip


def _with_holes(held: Any, loaded: Loaded) -> Any:
    """Memberships, with whether the territory holds a commune that the source does not cover."""
    coverage = ibis.table(COVERAGE, name="coverage")
    covered = coverage.filter(coverage.version == loaded.version)
    counted = held.semi_join(covered, held.member_code == covered.code)
    counted = counted.group_by(["level", "code"]).aggregate(covered=counted.count(), members=counted.members.max())
    t = held.join(counted, [held.level == counted.level, held.code == counted.code])
    return t.select(
        level=held.level, code=held.code, member_code=held.member_code, hole=counted.covered < counted.members
    )


def _grouped(indicator: Indicator, name: str, rows: Any) -> Any:
    order = float(indicator.inputs[name].order or 0.5)
    found = rows.group_by(list(KEYS)).aggregate(
        value=rows.value.quantile(order), status=rows.status.max(), nulls=rows.value.isnull().sum(),
        unknown=(rows.split | rows.hole).any(),
    )  # fmt: skip
    status = found.unknown.ifelse(ibis.greatest(found.status, small(_MISSING)), found.status)
    return found.select(
        **{k: found[k] for k in KEYS},
        **{f"v_{name}": found.value, f"s_{name}": status, f"k_{name}": found.nulls},
    )
