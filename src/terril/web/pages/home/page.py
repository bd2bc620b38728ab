"""What the first page shows."""

from __future__ import annotations

from dataclasses import dataclass

from terril.core.drawing.choropleth import Choropleth
from terril.core.territories.model import Level
from terril.core.wording.facts import Sentence
from terril.core.wording.french import capitalised
from terril.core.wording.french import named as subject
from terril.web import addresses
from terril.web.components.changes import Line, latest_changes
from terril.web.components.figures import said
from terril.web.components.files import Tool
from terril.web.components.places import Place, by_population, place
from terril.web.pages.indicators.charts import DRAWN_IN_PAGE, choropleth
from terril.web.pages.indicators.reading import Reading
from terril.web.pages.indicators.selection import Selection
from terril.web.pages.territories.facts import home_sentence
from terril.web.pages.territories.profile import Profile
from terril.web.portal import Portal

_CHANGES = 6
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Tile:
    """A way into a theme."""

    label: str
    question: str
    palette: str
    href: str
    count: str


@dataclass(frozen=True, slots=True)
class Page:
    """The page."""

    place: Place
    title: str
    sentence: Sentence
    profile: Profile
    epci: tuple[Place, ...]
    examples: tuple[Place, ...]
    themes: tuple[Tile, ...]
    map: Choropleth | None
    map_palette: str
    map_tools: tuple[Tool, ...]
    changes: tuple[Line, ...]
    compare: str
    waiting: int


def page_of(portal: Portal) -> Page:
    """The first page of a release."""
    known, home = portal.territories, portal.home
    profile = Profile(portal, home)
    epci = by_population(known.get(k) for k in known.members(home.key, Level.EPCI))
    communes = by_population(known.get(k) for k in known.members(home.key, Level.COMMUNE))
    map_, tools, palette = _map(portal)
    return Page(
        place=place(home),
        title=capitalised(f"{subject(home).subject} en chiffres"),
        sentence=home_sentence(portal, profile),
        profile=profile,
        epci=tuple(place(t) for t in epci),
        examples=tuple(place(t) for t in communes[:_EXAMPLES]),
        themes=tuple(_tiles(portal)),
        map=map_,
        map_palette=palette,
        map_tools=tools,
        changes=latest_changes(portal, _CHANGES),
        compare=addresses.comparison([t.key for t in epci[:8]]),
        waiting=len(portal.waiting),
    )


def _tiles(portal: Portal) -> list[Tile]:
    counts = {t: sum(i.theme == t for i in portal.indicators.values()) for t in portal.themes}
    return [
        Tile(
            said(theme.label),
            said(theme.question),
            theme.palette,
            addresses.theme(theme.id),
            f"{counts[theme.id]} indicateur{'s' if counts[theme.id] > 1 else ''}",
        )
        for theme in portal.themes.values()
    ]


def _map(portal: Portal) -> tuple[Choropleth | None, tuple[Tool, ...], str]:
    """The first key figure that a map can show, by its finest level: a rate, as a count only maps sizes."""
    for indicator in (portal.indicators[i] for i in portal.highlights):
        if indicator.aggregation == "sum":
            continue
        selection = Selection(portal, indicator, {})
        if selection.mapped and len(selection.codes) <= DRAWN_IN_PAGE:
            drawn = choropleth(Reading(selection))
            if drawn is not None:
                return drawn, (Tool(selection.address(), "Voir l’indicateur"),), portal.palette(indicator.theme)
    return None, (), "ardoise"
