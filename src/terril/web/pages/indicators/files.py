"""Files of an indicator: figures, metadata, charts."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from terril.core.errors import Location, QueryError
from terril.core.indicators.spec import Indicator
from terril.protocols.exports import Extract
from terril.web import addresses
from terril.web.components.extracts import extract_of
from terril.web.components.figures import said
from terril.web.components.files import file_of, image_of, metadata_of
from terril.web.pages.indicators.charts import CHARTS, chart_of
from terril.web.pages.indicators.reading import Reading
from terril.web.pages.indicators.selection import Selection
from terril.web.pages.indicators.views import released
from terril.web.portal import Portal, open_portal


@require_safe
def download(request: HttpRequest, theme: str, slug: str, form: str) -> HttpResponse:
    """The figures in question, or every period of them (``etendue=series``), as a file."""
    return file_of(_extract(request, theme, slug), form, slug)


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
    indicator = released(portal, f"{theme}/{slug}")
    selection = _asked(request, portal, indicator)
    every = request.GET.get("etendue") == "series"
    observations = portal.reader.slice(
        indicator.id,
        level=selection.level,
        codes=selection.codes,
        periods=[] if every else [selection.period],
    )
    title = Reading(selection).title
    return extract_of(
        portal,
        title=f"{said(indicator.label)}, {selection.scope}, séries" if every else title,
        description=said(indicator.definition),
        observations=observations,
        perimeter=selection.scope,
        address=addresses.root(request)
        + addresses.indicator(indicator.id, **selection.query(methode=None, classes=None)),
    )
