"""What the pages of publications show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime

from terril.core.errors import QueryError
from terril.core.releases import Manifest
from terril.core.territories.model import Level
from terril.core.text import NBSP, format_number
from terril.engine.compare import Differences, Move
from terril.pipeline.changes import Change
from terril.pipeline.compare import Compared, Comparison, pair, sentence
from terril.pipeline.comparisons import comparison
from terril.web import addresses
from terril.web.components.changes import counted, known_changes
from terril.web.components.figures import period_label, said
from terril.web.components.places import named
from terril.web.portal import Portal

#: Moves named for an indicator, of the smallest levels first: where they are explained.
_MOVES = 3
_SMALLEST = (Level.COMMUNE, Level.EPCI, Level.DEPARTMENT, Level.REGION, Level.COUNTRY)
_HEADINGS = {
    "new": "Nouveaux indicateurs",
    "gone": "Indicateurs retirés",
    "relabelled": "Présentation seule",
    "recalculated": "Recalculés, valeurs identiques",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One publication in the list."""

    when: str
    href: str
    state: str
    counts: tuple[str, ...]
    indicators: str
    observations: str


@dataclass(frozen=True, slots=True)
class Changed:
    """An indicator whose values changed."""

    label: str
    href: str
    because: tuple[str, ...]
    moved: str
    new: str
    gone: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """An indicator that is new, gone, or told otherwise; ``href`` is empty for one that has no page any more."""

    label: str
    href: str
    note: str


@dataclass(frozen=True, slots=True)
class Group:
    """Indicators that something else than their values happened to."""

    id: str
    heading: str
    lines: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A publication, compared with the one before it.

    Parameters
    ----------
    before, before_href : the one before; empty where none is kept.
    """

    id: str
    when: str
    state: str
    sentence: str
    before: str
    before_href: str
    indicators: str
    observations: str
    sources: str
    counts: tuple[str, ...]
    changed: tuple[Changed, ...]
    groups: tuple[Group, ...]


def listing(portal: Portal) -> tuple[Line, ...]:
    """Every publication kept, the newest first."""
    store, told = portal.workspace.releases, known_changes(portal)
    return tuple(_listed(portal, store.manifest(r), told) for r in reversed(store.ids()))


def _listed(portal: Portal, manifest: Manifest, told: Sequence[Change]) -> Line:
    return Line(
        when(manifest),
        addresses.publication(manifest.id),
        _state(portal, manifest.id),
        counted(c for c in told if c.release == manifest.id),
        format_number(len(_indicators(portal, manifest))),
        format_number(_observations(portal, manifest)),
    )


def page_of(portal: Portal, release: str) -> Page:
    """A publication kept."""
    store = portal.workspace.releases
    manifest = store.manifest(release)
    try:
        found: Comparison | None = comparison(store, *pair(store, None, release))
    except QueryError:
        # The oldest kept: there is nothing to compare it with, and the page says so.
        found = None
    return Page(
        id=release,
        when=when(manifest),
        state=_state(portal, release),
        sentence=said(sentence(found)) if found is not None else "",
        before=when(found.before) if found is not None else "",
        before_href=addresses.publication(found.before.id) if found is not None else "",
        indicators=format_number(len(_indicators(portal, manifest))),
        observations=format_number(_observations(portal, manifest)),
        sources=format_number(len(manifest.sources.keys() - portal.scope.hidden)),
        counts=counted(c for c in known_changes(portal) if c.release == release),
        changed=tuple(_changed(portal, found)) if found is not None else (),
        groups=tuple(_groups(portal, found)) if found is not None else (),
    )


def when(manifest: Manifest) -> str:
    """``24 novembre 2026 à 15:21``, at the time of the portal."""
    at = localtime(datetime.fromisoformat(manifest.created_at))
    return str(date_format(at, "j F Y à H:i")).replace(" à ", f" à{NBSP}")


def _state(portal: Portal, release: str) -> str:
    if release == portal.release:
        return "en vigueur"
    return "ancienne" if release < portal.release else "mise de côté"


def _indicators(portal: Portal, manifest: Manifest) -> tuple[str, ...]:
    """Indicators of a release that this audience reads whole: what happened to the others is not told."""
    return tuple(i for i in manifest.indicators if _told(portal, i))


def _told(portal: Portal, indicator: str) -> bool:
    return portal.scope.allows(indicator) and portal.scope.of(indicator).whole


def _observations(portal: Portal, manifest: Manifest) -> int:
    return sum(manifest.indicators[i].files["public"].rows for i in _indicators(portal, manifest))


def _changed(portal: Portal, found: Comparison) -> Iterator[Changed]:
    for one in found.indicators:
        if one.differences is not None and _told(portal, one.indicator):
            told = one.differences
            yield Changed(
                _label(portal, one.indicator),
                _page(portal, one.indicator),
                one.because,
                format_number(told.moved + told.slight),
                format_number(told.new),
                format_number(told.gone),
                tuple(_notes(portal, one.indicator, told)),
            )


def _notes(portal: Portal, indicator: str, found: Differences) -> Iterator[str]:
    for change in found.statuses:
        verb = "observation passe" if change.count == 1 else "observations passent"
        yield (
            f"{format_number(change.count)}{NBSP}{verb} de «{NBSP}{change.before.label}{NBSP}» "
            f"à «{NBSP}{change.after.label}{NBSP}»"
        )
    smallest = sorted(found.largest, key=_rank)[:_MOVES]
    yield from (_move(portal, indicator, move) for move in smallest)


def _rank(move: Move) -> tuple[int, float]:
    level = move.territory.level
    return (_SMALLEST.index(level) if level in _SMALLEST else len(_SMALLEST), -abs(move.after - move.before))


def _move(portal: Portal, indicator: str, move: Move) -> str:
    known, places = portal.workspace.packs.indicators.get(indicator), portal.territories
    decimals = known.decimals if known is not None else 2
    name = named(places.get(move.territory)) if move.territory in places else str(move.territory)
    before, after = format_number(move.before, decimals), format_number(move.after, decimals)
    return f"{name}, {period_label(move.period)}{NBSP}: {before} → {after}"


def _groups(portal: Portal, found: Comparison) -> Iterator[Group]:
    for kind, heading in _HEADINGS.items():
        lines = tuple(_named(portal, c) for c in found.indicators if c.kind == kind and _told(portal, c.indicator))
        if lines:
            yield Group(kind, heading, lines)


def _named(portal: Portal, one: Compared) -> Named:
    return Named(_label(portal, one.indicator), _page(portal, one.indicator), "\u202f; ".join(one.because))


def _label(portal: Portal, indicator: str) -> str:
    known = portal.workspace.packs.indicators.get(indicator)
    return said(known.label) if known is not None else indicator


def _page(portal: Portal, indicator: str) -> str:
    return addresses.indicator(indicator) if indicator in portal.workspace.packs.indicators else ""
