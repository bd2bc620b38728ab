"""Steps in columns: what is folded, who stands above whom, and where everything is.

Source of the ordering: Sugiyama, Tagawa and Toda, « Methods for visual understanding of hierarchical system
structures » (1981), the barycentre of neighbours, column after column. Links that cross columns towards one step share
one channel in each: fewer lines, and none behind a box.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from terril.core.drawing.model import Role

_SWEEPS = 6
_CHANNEL = 4.0


@dataclass(frozen=True, slots=True)
class Step:
    """A box of the drawing.

    Parameters
    ----------
    id, label : identifier, and name as read.
    what : its kind, a French noun in the singular.
    level : column, from the left.
    href : its page; may be empty.
    role : :attr:`~terril.core.drawing.model.Role.MAIN` for the one the drawing is about.
    """

    id: str
    label: str
    what: str
    level: int
    href: str = ""
    role: Role = Role.OTHER


Link = tuple[str, str]


def fold(steps: Sequence[Step], links: Iterable[Link], limit: int) -> tuple[tuple[Step, ...], tuple[Link, ...]]:
    """At most about ``limit`` steps: in the longest columns, the last ones become « et 23 autres indicateurs ».

    Parameters
    ----------
    steps : in order of importance within their column; those of the main role are always kept.
    """
    columns: dict[int, list[Step]] = {}
    for step in sorted(steps, key=lambda s: s.role is not Role.MAIN):
        columns.setdefault(step.level, []).append(step)
    cap = max((len(c) for c in columns.values()), default=0)
    while cap > 2 and sum(min(len(c), cap) for c in columns.values()) > limit:
        cap -= 1
    kept: list[Step] = []
    names: dict[str, str] = {}
    for level, column in sorted(columns.items()):
        head, tail = (column, []) if len(column) <= cap else (column[: cap - 1], column[cap - 1 :])
        kept += head
        names |= {step.id: step.id for step in head}
        if tail:
            rest = _rest(level, tail)
            kept.append(rest)
            names |= {step.id: rest.id for step in tail}
    found = {(names[a], names[b]) for a, b in links if a in names and b in names}
    return tuple(kept), tuple(sorted((a, b) for a, b in found if a != b))


def _rest(level: int, folded: Sequence[Step]) -> Step:
    kinds = {step.what for step in folded}
    word = f"{kinds.pop()}s" if len(kinds) == 1 else "éléments"
    return Step(f"…{level}", f"et {len(folded)} autres {word}", "", level)


@dataclass(frozen=True, slots=True)
class Place:
    """Room of a step, or of a channel (a step of no height that links go through), in units of the drawing."""

    id: str
    column: int
    top: float
    height: float

    @property
    def middle(self) -> float:
        """Height at which links reach it."""
        return self.top + self.height / 2


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is: places by identifier, channels apart too, links from a column to the next, height of all."""

    places: Mapping[str, Place]
    channels: tuple[Place, ...]
    links: tuple[Link, ...]
    height: float


def layout(columns: Mapping[str, int], links: Iterable[Link], heights: Mapping[str, float], gap: float) -> Layout:
    """Place steps in their columns, linked ones near each other.

    Parameters
    ----------
    columns : column of each step, from 0; links go from a column to a later one.
    heights : height of each step.
    gap : room between two steps of a column.
    """
    every, short = _channelled(columns, links)
    ordered = _ordered(every, short)
    size = {name: heights.get(name, _CHANNEL) for name in every}
    totals = [sum(size[n] for n in column) + gap * (len(column) - 1) for column in ordered]
    height = max(totals, default=0.0)
    places: dict[str, Place] = {}
    for i, (column, total) in enumerate(zip(ordered, totals, strict=True)):
        top = (height - total) / 2
        for name in column:
            places[name] = Place(name, i, top, size[name])
            top += size[name] + gap
    channels = tuple(place for name, place in places.items() if name not in columns)
    return Layout(places, channels, short, height)


def _channelled(columns: Mapping[str, int], links: Iterable[Link]) -> tuple[dict[str, int], tuple[Link, ...]]:
    """Steps and channels with their columns, and links that go from a column to the next."""
    every, short = dict(columns), set()
    for start, end in links:
        names = [start]
        for column in range(columns[start] + 1, columns[end]):
            names.append(f"{end}→{column}")
            every[names[-1]] = column
        names.append(end)
        short |= set(pairwise(names))
    return every, tuple(sorted(short))


def _ordered(every: Mapping[str, int], links: Sequence[Link]) -> list[list[str]]:
    """Names of each column, from the top, links crossing as little as the barycentres allow."""
    columns: list[list[str]] = [[] for _ in range(max(every.values(), default=-1) + 1)]
    for name, column in every.items():
        columns[column].append(name)
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for start, end in links:
        before.setdefault(end, []).append(start)
        after.setdefault(start, []).append(end)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for i in range(len(columns)) if down else range(len(columns) - 1, -1, -1):
            neighbours, beside = (before, i - 1) if down else (after, i + 1)
            if 0 <= beside < len(columns):
                columns[i] = _by_barycentre(columns[i], columns[beside], neighbours)
    return columns


def _by_barycentre(column: list[str], beside: list[str], neighbours: Mapping[str, list[str]]) -> list[str]:
    scale = max(len(beside) - 1, 1)
    at = {name: i / scale for i, name in enumerate(beside)}
    own = {name: i / max(len(column) - 1, 1) for i, name in enumerate(column)}

    def centre(name: str) -> float:
        found = [at[n] for n in neighbours.get(name, ())]
        return sum(found) / len(found) if found else own[name]

    return sorted(column, key=centre)
