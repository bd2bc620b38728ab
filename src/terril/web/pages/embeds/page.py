"""What a frame shows: a chart, its source and the way back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from terril.core.drawing import Chart
from terril.core.drawing.choropleth import Choropleth
from terril.core.territories.model import Territory
from terril.core.wording.facts import Sentence
from terril.web import addresses
from terril.web.components.figures import said
from terril.web.components.places import Place, place
from terril.web.pages.indicators.charts import DRAWN_IN_PAGE, chart_of
from terril.web.pages.indicators.facts import first_sentence
from terril.web.pages.indicators.reading import Reading
from terril.web.pages.indicators.selection import Selection
from terril.web.pages.territories import facts
from terril.web.pages.territories.profile import Profile, Row
from terril.web.portal import Portal

#: Key figures of a territory in a frame: two rows on a wide one.
_CARDS = 6


@dataclass(frozen=True, slots=True)
class ChartPage:
    """A chart in a frame.

    Parameters
    ----------
    chart : the drawing; None where there is nothing to draw, or too much for a page.
    narrow : the same for a narrow frame; None where the one drawing does for both.
    image : address of a picture, for a map of too many shapes.
    """

    title: str
    unit: str
    sentence: Sentence
    notices: tuple[str, ...]
    chart: Chart | None
    narrow: Chart | None
    image: str
    source: str
    licence: str
    palette: str
    href: str


@dataclass(frozen=True, slots=True)
class TerritoryPage:
    """Key figures in a frame."""

    place: Place
    sentence: Sentence
    cards: tuple[Row, ...]
    sources: tuple[str, ...]


def chart_page(selection: Selection, name: str) -> ChartPage:
    """A chart of an indicator for a question."""
    reading = Reading(selection)
    large = name == "carte" and len(selection.codes) > DRAWN_IN_PAGE
    chart = None if large else chart_of(name, reading)
    frame = chart.frame if chart is not None else reading.frame(reading.title, "", name)
    return ChartPage(
        title=frame.title,
        unit=frame.unit,
        sentence=first_sentence(reading),
        notices=tuple(selection.notices),
        chart=chart,
        narrow=_narrow(chart),
        image=addresses.part(selection.indicator.id, "carte.png", **selection.query()) if large else "",
        source=reading.origin.text,
        licence=said(reading.origin.licence),
        palette=frame.palette,
        href=selection.address(),
    )


def _narrow(chart: Chart | None) -> Chart | None:
    # A map has few words to be read small; the others are drawn again with room for theirs.
    if chart is None or isinstance(chart, Choropleth):
        return None
    frame = replace(chart.frame, compact=True, id=f"{chart.frame.id}-etroit")
    return cast(Chart, replace(chart, frame=frame))  # type: ignore[type-var]


def territory_page(portal: Portal, territory: Territory) -> TerritoryPage:
    """Key figures of a territory."""
    profile = Profile(portal, territory)
    cards = profile.cards[:_CARDS]
    return TerritoryPage(
        place=place(territory),
        sentence=facts.first_sentence(portal, profile),
        cards=cards,
        sources=tuple(dict.fromkeys(row.origin.text for row in cards)),
    )
