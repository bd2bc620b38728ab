"""What follows for indicators from what may be read of their datasets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from terril.core.access.scope import WHOLE, Reading
from terril.core.indicators.graph import order
from terril.core.indicators.spec import Indicator, Input

#: What limits nothing beside other rights: figures are raw where every dataset gives raw ones.
NEUTRAL = Reading(raw=True)


@dataclass(frozen=True, slots=True)
class SourceReach:
    """What may be read of the figures made from a dataset.

    Parameters
    ----------
    reading : how far; None where nothing may be.
    masked : columns that may not be read.
    """

    reading: Reading | None = WHOLE
    masked: frozenset[str] = field(default_factory=frozenset)


def readings(
    indicators: Mapping[str, Indicator],
    sources: Mapping[str, SourceReach],
    own: Mapping[str, Reading | None],
) -> dict[str, Reading | None]:
    """How far each indicator may be read: as far as itself, every dataset and every indicator that it stands on.

    Parameters
    ----------
    sources : by dataset; one that is not named may be read whole.
    own : right on the indicator itself; one that is not named is read as what it stands on.

    Returns
    -------
    A reading by indicator; None where it may not be read at all.
    """
    found: dict[str, Reading | None] = {}
    for identifier in order(indicators):
        indicator = indicators[identifier]
        parts = [own.get(identifier, NEUTRAL)]
        parts += [_through(entry, sources) for entry in indicator.inputs.values()]
        parts += [found.get(parent, WHOLE) for parent in indicator.parents]
        found[identifier] = _all(parts)
    return found


def _through(entry: Input, sources: Mapping[str, SourceReach]) -> Reading | None:
    columns = {c for c in (entry.column, entry.times, entry.over) if c}
    reached = [sources.get(d, SourceReach()) for d in entry.datasets]
    if any(columns & r.masked for r in reached):
        return None
    return _all([r.reading for r in reached])


def _all(parts: list[Reading | None]) -> Reading | None:
    found: Reading | None = NEUTRAL
    for part in parts:
        found = None if found is None or part is None else found.both(part)
    return found
