"""Files of an indicator: figures, metadata, charts."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from terril.core.errors import Location, QueryError
from terril.core.indicators.spec import Indicator
from terril.core.observations import Observation
from terril.protocols.exports import Extract
from terril.web import addresses
from terril.web.components.extracts import extract_of
from terril.web.components.figures import said
from terril.web.components.files import file_of, image_of, metadata_of
from terril.web.components.layers import layer_file, system_of
from terril.web.pages.indicators.charts import CHARTS, chart_of
from terril.web.pages.indicators.layers import LAYERS, layer_of, style_of
from terril.web.pages.indicators.reading import Reading
from terril.web.pages.indicators.selection import Selection
from terril.web.pages.indicators.views import released
from terril.web.portal import Portal, open_portal


@require_safe
def download(request: HttpRequest, theme: str, slug: str, form: str) -> HttpResponse | FileResponse:
    """The figures in question, or every period of them (``etendue=series``), as a file or a layer."""
    if form not in LAYERS:
        return file_of(_extract(request, theme, slug), form, slug)
    portal = open_portal()
    selection = _asked(request, portal, released(portal, f"{theme}/{slug}"))
    observations = _observations(request, selection)
    layer = layer_of(selection, observations, _described(request, selection, observations))
    style = style_of(Reading(selection)) if form == "gpkg" else None
    return layer_file(layer, form, epsg=system_of(request.GET.get("epsg", "")), style=style)


@require_safe
def metadata(request: HttpRequest, theme: str, slug: str) -> HttpResponse:
    """What the CSV file of the same address holds, as CSV on the Web describes it."""
    return metadata_of(_extract(request, theme, slug))


@require_safe
def chart(request: HttpRequest, theme: str, slug: str, chart: str, form: str) -> HttpResponse:
    """A chart or the map, as SVG or PNG."""
    if chart not in CHARTS or form not in ("svg", "png"):
        raise Http404
    portal = open_portal()
    drawn = chart_of(chart, Reading(_asked(request, portal, released(portal, f"{theme}/{slug}"))))
    if drawn is None:
        raise QueryError("rien à dessiner pour ces choix", location=Location(value=chart))
    return image_of(drawn, form, f"{slug}-{chart}")


def _asked(request: HttpRequest, portal: Portal, indicator: Indicator) -> Selection:
    """The question of a file: what cannot be had as asked is refused, where a page would show something near."""
    selection = Selection(portal, indicator, request.GET)
    if selection.notices:
        raise QueryError(selection.notices[0].rstrip("."))
    return selection


def _extract(request: HttpRequest, theme: str, slug: str) -> Extract:
    portal = open_portal()
    selection = _asked(request, portal, released(portal, f"{theme}/{slug}"))
    return _described(request, selection, _observations(request, selection))


def _every(request: HttpRequest) -> bool:
    """Whether every period is asked for."""
    return request.GET.get("etendue") == "series"


def _observations(request: HttpRequest, selection: Selection) -> list[Observation]:
    periods = [] if _every(request) else [selection.period]
    reader = selection.portal.reader
    return reader.slice(selection.indicator.id, level=selection.level, codes=selection.codes, periods=periods)


def _described(request: HttpRequest, selection: Selection, observations: list[Observation]) -> Extract:
    indicator = selection.indicator
    title = f"{said(indicator.label)}, {selection.scope}, séries" if _every(request) else Reading(selection).title
    return extract_of(
        selection.portal,
        title=title,
        description=said(indicator.definition),
        observations=observations,
        perimeter=selection.scope,
        address=addresses.root(request)
        + addresses.indicator(indicator.id, **selection.query(methode=None, classes=None)),
    )
