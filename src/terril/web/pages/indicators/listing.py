"""Indicators to choose from, and the page of a theme."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from terril.core.drawing import Chart, MultiplesChart, Panel, Series
from terril.core.drawing.model import Frame
from terril.core.errors import TerritoryError
from terril.core.indicators.spec import Indicator
from terril.core.packs import Theme
from terril.core.territories.model import Level, Territory
from terril.core.text import NBSP, search_key
from terril.core.wording.facts import Sentence
from terril.web import addresses
from terril.web.components.figures import period_label, said, unit_label
from terril.web.components.places import Place, named, place, plural
from terril.web.pages.indicators.method import Link
from terril.web.pages.indicators.selection import Choice
from terril.web.pages.territories.facts import theme_sentence
from terril.web.pages.territories.peers import Peers
from terril.web.pages.territories.profile import Profile, Row, point
from terril.web.portal import Portal

_PANELS = 6
#: Levels told beside an indicator, nearest to the reader first.
_SAID = (Level.COMMUNE, Level.EPCI, Level.DEPARTMENT, Level.REGION, Level.COUNTRY, Level.PERIMETER)


@dataclass(frozen=True, slots=True)
class Item:
    """An indicator in a list."""

    label: str
    href: str
    note: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that may have been meant."""

    name: str
    href: str
    what: str


@dataclass(frozen=True, slots=True)
class ThemeItems:
    """A theme and its indicators."""

    id: str
    label: str
    question: str
    palette: str
    href: str
    items: tuple[Item, ...]
    waiting: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Every indicator, by theme."""

    sentence: str
    themes: tuple[ThemeItems, ...]


@dataclass(frozen=True, slots=True)
class ThemePage:
    """The page of a theme, for a territory."""

    label: str
    question: str
    palette: str
    href: str
    place: Place
    sentence: Sentence
    notice: str
    choices: tuple[Choice, ...]
    cards: tuple[Row, ...]
    peers: Peers | None
    panels: Chart | None
    items: tuple[Item, ...]
    waiting: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """An indicator whose source is not loaded."""

    label: str
    definition: str
    theme: str
    theme_href: str
    palette: str
    reason: str
    sources: tuple[Link, ...]


def listing(portal: Portal) -> Listing:
    """Every declared indicator, released or waiting, by theme."""
    themes = tuple(_items(portal, t) for t in portal.workspace.packs.themes.values())
    ready, waiting = len(portal.indicators), len(portal.waiting)
    later = f"{NBSP}; {waiting} autres attendent leur source" if waiting else ""
    return Listing(said(f"{ready} indicateurs publiés{later}."), tuple(t for t in themes if t.items or t.waiting))


def _items(portal: Portal, theme: Theme) -> ThemeItems:
    packs = portal.workspace.packs
    ready = [i for i in portal.indicators.values() if i.theme == theme.id]
    waiting = [packs.indicators[i] for i in portal.waiting if i.startswith(f"{theme.id}/")]
    return ThemeItems(
        id=theme.id,
        label=said(theme.label),
        question=said(theme.question),
        palette=theme.palette,
        href=addresses.theme(theme.id),
        items=tuple(_collapsed(portal, i, _covered(portal, i)) for i in _first_of_each(ready)),
        waiting=tuple(_collapsed(portal, i, said(portal.waiting[i.id])) for i in _first_of_each(waiting)),
    )


def _first_of_each(indicators: Sequence[Indicator]) -> list[Indicator]:
    """Indicators of a list, a breakdown standing there once, by its first category."""
    kept: dict[str, Indicator] = {}
    for indicator in indicators:
        kept.setdefault(indicator.part_of or indicator.id, indicator)
    return list(kept.values())


def _collapsed(portal: Portal, indicator: Indicator, note: str) -> Item:
    family = portal.workspace.packs.families.get(indicator.part_of or "")
    if family is None:
        return Item(said(indicator.label), addresses.indicator(indicator.id), note)
    first = next(m for m in family.members if (m.id in portal.waiting) == (indicator.id in portal.waiting))
    return Item(said(family.label), addresses.indicator(first.id), f"{len(family.members)} catégories · {note}")


def _covered(portal: Portal, indicator: Indicator) -> str:
    covered = [c for c in portal.coverage(indicator.id) if c.valued]
    levels = [level for level in _SAID if level in {c.level for c in covered}]
    unit = unit_label(indicator.unit)
    parts = [unit] if unit else []
    parts.append(", ".join(plural(level) for level in levels))
    parts.append(period_label(portal.reader.latest(indicator.id)))
    return " · ".join(p for p in parts if p)


def theme_page(portal: Portal, theme: str, asked: str) -> ThemePage:
    """A theme for a territory; for the perimeter shown first unless another is asked."""
    notice, territory = "", portal.home
    if asked:
        try:
            territory = portal.territories.get(asked)
        except TerritoryError as error:
            notice = f"{error.message}{NBSP}: {named(portal.home)} est montré."
    declared = portal.workspace.packs.themes[theme]
    listed = _items(portal, declared)
    profile = Profile(portal, territory)
    rows = tuple(r for r in profile.rows.values() if r.indicator.theme == theme)
    return ThemePage(
        label=listed.label,
        question=listed.question,
        palette=listed.palette,
        href=listed.href,
        place=place(territory),
        sentence=theme_sentence(portal, profile, theme, listed.label),
        notice=said(notice),
        choices=tuple(_choices(portal, territory)),
        cards=tuple(r for r in rows if not r.figure.absent and r.indicator.part_of is None),
        peers=profile.peers,
        panels=_panels(profile, rows, listed),
        items=listed.items,
        waiting=listed.waiting,
    )


def _choices(portal: Portal, territory: Territory) -> list[Choice]:
    known, home = portal.territories, portal.home
    keys = [
        home.key,
        *known.members(home.key, Level.EPCI),
        *(t.key for t in known.of_level(Level.PERIMETER)),
        territory.key,
    ]
    return [Choice(str(k), named(known.get(k)), k == territory.key) for k in dict.fromkeys(keys)]


def _panels(profile: Profile, rows: tuple[Row, ...], theme: ThemeItems) -> Chart | None:
    drawn = [r for r in rows if r.spark is not None][:_PANELS]
    units = {r.unit for r in drawn}
    # Small multiples share one scale: indicators of different units have no business together.
    if len(drawn) < 2 or len(units) > 1:
        return None
    panels = tuple(
        Panel(r.label, (Series(r.label, tuple(point(o) for o in profile.series[r.indicator.id])),)) for r in drawn
    )
    frame = Frame(
        title=f"{theme.label}{NBSP}: {named(profile.territory)}",
        description=f"{len(panels)} séries à la même échelle.",
        unit=drawn[0].unit,
        source=drawn[0].origin.text,
        decimals=drawn[0].indicator.decimals,
        id="multiples-dessin",
        palette=theme.palette,
    )
    return MultiplesChart(frame, panels)


def waiting_page(portal: Portal, identifier: str) -> WaitingPage:
    """An indicator that waits for its sources."""
    packs = portal.workspace.packs
    indicator = packs.indicators[identifier]
    theme = packs.themes[indicator.theme]
    missing = [portal.workspace.sources[d] for d in indicator.datasets if d not in portal.manifest.sources]
    return WaitingPage(
        label=said(indicator.label),
        definition=said(indicator.definition),
        theme=said(theme.label),
        theme_href=addresses.theme(theme.id),
        palette=theme.palette,
        reason=said(portal.waiting[identifier]),
        sources=tuple(Link(said(s.label), addresses.source(s.id), said(s.producer)) for s in missing),
    )


def near(portal: Portal, text: str) -> list[Suggestion]:
    """Indicators and themes whose name shares a word with a text that names none."""
    themes = portal.workspace.packs.themes
    close = difflib.get_close_matches(text.partition("/")[0], list(themes), n=2)
    misspelt = [Suggestion(said(themes[t].label), addresses.theme(t), "thème") for t in close]
    words = {w for w in search_key(_spaced(text)).split() if len(w) > 2}
    found = []
    for indicator in (i for n, i in portal.workspace.packs.indicators.items() if portal.scope.allows(n)):
        shared = words & set(search_key(_spaced(f"{indicator.label} {indicator.id}")).split())
        if shared:
            found.append(
                (len(shared), Suggestion(said(indicator.label), addresses.indicator(indicator.id), indicator.id))
            )
    found.sort(key=lambda pair: -pair[0])
    return [*misspelt, *(item for _, item in found)][:6]


def _spaced(text: str) -> str:
    return text.replace("/", " ").replace("_", " ")
