"""Series breaks that an indicator inherits from what it reads."""

from __future__ import annotations

from collections.abc import Mapping

from terril.core.breaks import Break
from terril.core.indicators.graph import order
from terril.core.indicators.spec import Indicator
from terril.core.periods import parse_period
from terril.core.sources import Source


def inherited_breaks(
    indicators: Mapping[str, Indicator], sources: Mapping[str, Source]
) -> dict[str, tuple[Break, ...]]:
    """Breaks of each indicator: its own, those of the columns it reads, and those of its parents; oldest first.

    Raises
    ------
    CycleError
        If indicators stand on each other in a circle.
    """
    found: dict[str, tuple[Break, ...]] = {}
    for identifier in order(indicators):
        indicator = indicators[identifier]
        every = {(b.period, b.reason): b for b in indicator.breaks}
        for entry in indicator.inputs.values():
            read = [b for d in entry.datasets if d in sources for b in sources[d].breaks if b.concerns(entry.columns)]
            for inherited in (*read, *found.get(entry.indicator or "", ())):
                every.setdefault((inherited.period, inherited.reason), inherited.model_copy(update={"columns": ()}))
        found[identifier] = tuple(sorted(every.values(), key=lambda b: parse_period(b.period)))
    return found
