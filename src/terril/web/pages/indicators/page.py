"""What the page of an indicator shows."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from terril.core.drawing import Chart
from terril.core.drawing.choropleth import Choropleth
from terril.core.drawing.classes import Method as ClassMethod
from terril.core.indicators.spec import Indicator
from terril.core.status import Status
from terril.core.wording.facts import Sentence
from terril.protocols.exports import as_script, dataset
from terril.web import addresses
from terril.web.components.extracts import described
from terril.web.components.figures import said, unit_label
from terril.web.components.files import Tool, citation, tools_of
from terril.web.components.places import named, place
from terril.web.pages.indicators.charts import (
    DRAWN_IN_PAGE,
    choropleth,
    distribution_chart,
    ranking_chart,
    series_chart,
)
from terril.web.pages.indicators.facts import first_sentence
from terril.web.pages.indicators.family import FamilyView, family_chart, family_view
from terril.web.pages.indicators.method import Method, method_of
from terril.web.pages.indicators.reading import PER_PAGE, Line, Reading
from terril.web.pages.indicators.selection import COUNTS, MAPPED, Choice, Selection
from terril.web.portal import Portal

_BESIDE = 12


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart in the page, and what may be done with it."""

    id: str
    chart: Chart
    tools: tuple[Tool, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The territory asked for."""

    name: str
    line: Line
    rank: str
    profile: str
    explanation: str


@dataclass(frozen=True, slots=True)
class MapView:
    """The map: drawn in the page where it is light enough, and what the interactive one reads."""

    drawn: Choropleth | None
    too_large: bool
    tools: tuple[Tool, ...]
    values: str
    tiles: str
    methods: tuple[Choice, ...]
    counts: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranking: its first lines, and one page of the whole."""

    beside: tuple[Line, ...]
    lines: tuple[Line, ...]
    number: int
    previous: str
    next: str
    secret: int
    missing: int


@dataclass(frozen=True, slots=True)
class Takeaway:
    """What may be taken away: files, citation, embed, and what search engines read."""

    downloads: tuple[Tool, ...]
    citation: str
    embed: str
    dataset: SafeString


@dataclass(frozen=True, slots=True)
class Page:
    """The page."""

    indicator: Indicator
    label: str
    definition: str
    caution: str
    unit: str
    theme: str
    theme_href: str
    palette: str
    selection: Selection
    reading: Reading
    sentence: Sentence
    chosen: Chosen | None
    map: MapView
    charts: tuple[Drawn, ...]
    ranking: Ranking
    method: Method
    family: FamilyView | None
    takeaway: Takeaway
    compare: str


def page_of(portal: Portal, indicator: Indicator, selection: Selection, number: int, root: str) -> Page:
    """The page of an indicator for a question; ``number`` is the page of its table, ``root`` the site."""
    reading = Reading(selection)
    theme = portal.workspace.packs.themes[indicator.theme]
    return Page(
        indicator=indicator,
        label=said(indicator.label),
        definition=said(indicator.definition),
        caution=said(indicator.caution),
        unit=unit_label(indicator.unit),
        theme=said(theme.label),
        theme_href=addresses.theme(theme.id),
        palette=theme.palette,
        selection=selection,
        reading=reading,
        sentence=first_sentence(reading),
        chosen=_chosen(reading),
        map=_map(reading),
        charts=tuple(_charts(reading)),
        ranking=_ranking(reading, min(max(number, 1), reading.pages)),
        method=method_of(portal, indicator, selection),
        family=family_view(portal, indicator),
        takeaway=_takeaway(reading, root),
        compare=addresses.comparison([selection.chosen.key] if selection.chosen else []),
    )


def _map(reading: Reading) -> MapView:
    selection = reading.selection
    small = len(selection.codes) <= DRAWN_IN_PAGE
    return MapView(
        drawn=choropleth(reading) if small else None,
        too_large=selection.mapped and not small,
        tools=tools_of(selection, "carte"),
        values=addresses.part(reading.indicator.id, "valeurs.json", **selection.query(territoire=None)),
        tiles=f"/tuiles/{reading.portal.manifest.vintage}/{{z}}/{{x}}/{{y}}.mvt",
        methods=_methods(selection),
        counts=tuple(Choice(str(n), str(n), n == selection.count) for n in COUNTS),
    )


def _ranking(reading: Reading, number: int) -> Ranking:
    selection = reading.selection
    secret = reading.slice.by_status.get(Status.SECRET, 0)
    return Ranking(
        beside=_beside(reading),
        lines=reading.lines((number - 1) * PER_PAGE, PER_PAGE),
        number=number,
        previous=selection.address(page=number - 1) if number > 1 else "",
        next=selection.address(page=number + 1) if number < reading.pages else "",
        secret=secret,
        missing=len(selection.codes) - reading.slice.known - secret,
    )


def _takeaway(reading: Reading, root: str) -> Takeaway:
    selection = reading.selection
    chart = "carte" if selection.mapped else "classement"
    return Takeaway(
        downloads=_downloads(selection),
        citation=citation(reading, root),
        embed=addresses.embed(reading.indicator.id, chart, **selection.query()),
        dataset=_dataset(reading, root),
    )


def _chosen(reading: Reading) -> Chosen | None:
    territory, ranked = reading.selection.chosen, reading.chosen
    if territory is None or ranked is None:
        return None
    period = reading.selection.period
    return Chosen(
        named(territory),
        reading.line(ranked),
        reading.rank.text if reading.rank is not None else "",
        place(territory).href,
        addresses.explanation(reading.indicator.id, territory.key, period),
    )


def _dataset(reading: Reading, root: str) -> SafeString:
    """The figures as search engines read them; the text cannot close the element that holds it."""
    selection = reading.selection
    page = root + addresses.indicator(reading.indicator.id)
    extract = described(
        reading.portal,
        reading.indicator,
        selection.periods or (selection.period,),
        title=said(reading.indicator.label),
        perimeter=selection.scope,
        address=page,
    )
    downloads = {form: f"{page}donnees.{form}" for form in ("csv", "xlsx", "json", "zip")}
    return SafeString(as_script(dataset(extract, downloads)))


def _charts(reading: Reading) -> list[Drawn]:
    drawn = {
        "ventilation": family_chart(reading),
        "serie": series_chart(reading),
        "classement": ranking_chart(reading),
        "distribution": distribution_chart(reading),
    }
    return [Drawn(name, chart, tools_of(reading.selection, name)) for name, chart in drawn.items() if chart is not None]


def _beside(reading: Reading) -> tuple[Line, ...]:
    lines = list(reading.lines(0, _BESIDE))
    chosen = reading.chosen
    if chosen is not None and chosen not in reading.ranking[:_BESIDE]:
        lines.append(reading.line(chosen))
    return tuple(lines)


def _downloads(selection: Selection) -> tuple[Tool, ...]:
    forms = {"csv": "CSV", "xlsx": "Excel", "zip": "CSV et métadonnées", "json": "JSON"}
    query = selection.query(methode=None, classes=None)
    identifier = selection.indicator.id
    asked = tuple(Tool(addresses.part(identifier, f"donnees.{f}", **query), n, True) for f, n in forms.items())
    series = addresses.part(identifier, "donnees.csv", **query, etendue="series")
    book = addresses.part(identifier, "donnees.xlsx", **query, etendue="series")
    layer = addresses.part(identifier, "donnees.gpkg", **query)
    layers = (Tool(layer, "GeoPackage (QGIS)", True),) if selection.level in MAPPED else ()
    return (*asked, *layers, Tool(series, "Séries complètes, CSV", True), Tool(book, "Séries complètes, Excel", True))


def _methods(selection: Selection) -> tuple[Choice, ...]:
    return tuple(Choice(str(m), m.label, m == selection.method) for m in ClassMethod)
