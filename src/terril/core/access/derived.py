"""What follows for indicators from what may be read of their datasets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from terril.core.access.scope import EVERYWHERE, WHOLE, Reading, Window
from terril.core.indicators.graph import order
from terril.core.indicators.spec import Indicator, Input

#: What limits nothing beside other rights: figures are raw where every dataset gives raw ones.
NEUTRAL = Reading(raw=True)


@dataclass(frozen=True, slots=True)
class Opened:
    """Something opened of a dataset.

    Parameters
    ----------
    window : which levels and territories, raw or not.
    shown : masked columns that are shown there; every one when None.
    """

    window: Window = EVERYWHERE
    shown: frozenset[str] | None = frozenset()

    def shows(self, columns: frozenset[str]) -> bool:
        """Whether these masked columns may be read there."""
        return self.shown is None or columns <= self.shown


@dataclass(frozen=True, slots=True)
class SourceReach:
    """What may be read of a dataset: one opening never widens another, neither in rows nor in columns.

    Parameters
    ----------
    opened : what is opened; nothing where empty.
    masked : columns that only some openings show.
    """

    opened: tuple[Opened, ...] = (Opened(),)
    masked: frozenset[str] = field(default_factory=frozenset)

    def through(self, columns: frozenset[str] = frozenset()) -> Reading | None:
        """How far these columns may be read; None where they may not be at all."""
        asked = columns & self.masked
        windows = [o.window for o in self.opened if o.shows(asked)]
        return Reading(windows) if windows else None

    @property
    def hidden(self) -> frozenset[str]:
        """Columns that are not shown in all that may be read."""
        every = self.through()
        return frozenset(c for c in self.masked if self.through(frozenset({c})) != every)


NOTHING = SourceReach(())


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
    columns = frozenset(c for c in (entry.column, entry.times, entry.over) if c)
    return _all([sources.get(d, SourceReach()).through(columns) for d in entry.datasets])


def _all(parts: list[Reading | None]) -> Reading | None:
    found: Reading | None = NEUTRAL
    for part in parts:
        found = None if found is None or part is None else found.both(part)
    return found
