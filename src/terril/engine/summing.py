"""From the base level to every level above: sums, and what makes them unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis

from terril.core.indicators.spec import Indicator
from terril.core.status import Status
from terril.core.territories.model import COMPUTED_LEVELS
from terril.engine.parts import DECIMAL, small

MEMBERSHIPS = {"member_level": "string", "member_code": "string", "level": "string", "code": "string",
               "members": "int64"}  # fmt: skip
KEYS = ("level", "code", "period")


def levels_of(indicator: Indicator) -> list[str]:
    """Levels at which an indicator is computed."""
    return [str(level) for level in (indicator.levels or COMPUTED_LEVELS)]


def at_levels(indicator: Indicator, base: str, rows: Any, names: Sequence[str], mixed: bool) -> Any:
    """Rows of the base level, then their sums at every level above.

    Parameters
    ----------
    base : ``commune`` where rows are of communes, and bear no level.
    rows : value, status and nulls of each input, by territory and period.
    names : inputs.
    mixed : rows are of several levels: those published are all there is.
    """
    wanted = levels_of(indicator)
    if base == "commune":
        rows = rows.mutate(level=ibis.literal("commune"))
    own = rows.filter(rows.level.isin(wanted)) if set(wanted) != set(COMPUTED_LEVELS) else rows
    own = own.select(*KEYS, *(f"{x}_{n}" for n in names for x in "vsk"))
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
