"""What changed lately, as the first page lists it: one line a release and a kind of change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.formats import date_format

from terril.core.text import NBSP
from terril.pipeline.changes import Change, ChangeKind, changes
from terril.web import addresses
from terril.web.components.figures import said
from terril.web.portal import Portal

#: Beyond this many in one line, they are counted.
_NAMED = 3
_WORDS = {
    ChangeKind.SOURCE_LOADED: ("source chargée", "sources chargées"),
    ChangeKind.SOURCE_UPDATED: ("source mise à jour", "sources mises à jour"),
    ChangeKind.INDICATOR_NEW: ("nouvel indicateur", "nouveaux indicateurs"),
    ChangeKind.INDICATOR_RECALCULATED: ("indicateur recalculé", "indicateurs recalculés"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A source or an indicator that changed."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """What happened, when, to what; ``href`` leads to the publication."""

    when: str
    what: str
    links: tuple[Link, ...]
    more: int
    href: str


_OF_SOURCES = (ChangeKind.SOURCE_LOADED, ChangeKind.SOURCE_UPDATED)


def known_changes(portal: Portal) -> tuple[Change, ...]:
    """Changes of the releases kept, newest first: those of what this audience may know of."""
    return tuple(c for c in changes(portal.workspace.releases) if _knows(portal, c))


def _knows(portal: Portal, change: Change) -> bool:
    return change.id not in portal.scope.hidden if change.kind in _OF_SOURCES else portal.scope.allows(change.id)


def latest_changes(portal: Portal, count: int) -> tuple[Line, ...]:
    """The latest changes of the releases kept, newest first."""
    grouped = groupby(known_changes(portal), key=lambda c: (c.release, c.kind))
    lines = (_line(portal, list(found)) for _, found in grouped)
    return tuple(line for line, _ in zip(lines, range(count), strict=False))


def counted(found: Iterable[Change]) -> tuple[str, ...]:
    """Changes by kind: ``3 sources mises à jour``."""
    counts = Counter(change.kind for change in found)
    return tuple(f"{counts[kind]}{NBSP}{_WORDS[kind][counts[kind] > 1]}" for kind in ChangeKind if counts[kind])


def _line(portal: Portal, found: Sequence[Change]) -> Line:
    number, first = len(found), found[0]
    links = tuple(_link(portal, change) for change in found[:_NAMED])
    day = str(date_format(datetime.fromisoformat(first.date), "j F Y"))
    return Line(day, counted(found)[0], links, number - len(links), addresses.publication(first.release))


def _link(portal: Portal, change: Change) -> Link:
    if change.kind in _OF_SOURCES:
        source = portal.sources.get(change.id)
        return Link(said(source.label if source is not None else change.id), addresses.source(change.id))
    indicator = portal.workspace.packs.indicators.get(change.id)
    return Link(said(indicator.label if indicator is not None else change.id), addresses.indicator(change.id))
