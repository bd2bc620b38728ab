"""What a frame shows: a chart, its source and the way back."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from terril.core.drawing import Chart
from terril.core.drawing.sheet import Drawing
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
    drawing : its markup, fit for wide and narrow frames.
    image : address of a picture, for a map of too many shapes.
    reason : why nothing is drawn; empty otherwise.
    """

    title: str
    unit: str
    sentence: Sentence
    notices: tuple[str, ...]
    chart: Chart | None
    drawing: str
    image: str
    reason: str
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
        drawing=_drawn(chart) if chart is not None else "",
        image=addresses.part(selection.indicator.id, "carte.png", **selection.query()) if large else "",
        reason="" if chart is not None or large else said(_reason(name, reading)),
        source=reading.origin.text,
        licence=said(reading.origin.licence),
        palette=frame.palette,
        href=selection.address(),
    )


def _reason(name: str, reading: Reading) -> str:
    if not reading.slice.known:
        return "Aucune valeur ne peut être montrée pour ce choix."
    return {
        "carte": "Ce niveau de territoire ne se dessine pas sur une carte.",
        "serie": "Une seule période est connue : il n’y a pas d’évolution à dessiner.",
        "distribution": "Trop peu de territoires ont une valeur pour dessiner leur répartition.",
    }.get(name, "Il n’y a rien à dessiner pour ce choix.")


def _drawn(chart: Chart) -> SafeString:
    """The drawing in its two sizes, where it has two: every text of it is escaped where it is drawn."""
    markup = chart.pair() if isinstance(chart, Drawing) else chart.svg()
    return mark_safe(markup)  # noqa: S308


def territory_page(portal: Portal, territory: Territory) -> TerritoryPage:
    """Key figures of a territory."""
    profile = Profile(portal, territory)
    cards = profile.cards[:_CARDS]
    return TerritoryPage(
        place=place(territory),
        sentence=facts.first_sentence(portal, profile),
        cards=cards,
        sources=tuple(dict.fromkeys(row.origin.short for row in cards)),
    )
