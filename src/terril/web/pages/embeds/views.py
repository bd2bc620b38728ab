"""Views that other sites may frame: a chart alone, the key figures of a territory."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from terril.core.access import ANYONE
from terril.core.errors import TerritoryError
from terril.core.territories.model import Level, TerritoryKey
from terril.core.text import typeset
from terril.web import addresses
from terril.web.pages.embeds.page import chart_page, territory_page
from terril.web.pages.indicators.charts import CHARTS
from terril.web.pages.indicators.selection import Selection
from terril.web.portal import open_portal, reading_as

#: Levels without a profile of their own.
_WITHOUT_PAGE = (Level.COMMUNE_DELEGUEE, Level.IRIS)
_SCHEMES = {"clair": "light", "sombre": "dark"}


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Draw as everyone sees: a frame on another site shows no more to who happens to be signed in."""

    @wraps(view)
    def drawn(*args: Any, **kwargs: Any) -> HttpResponse:
        with reading_as(lambda: ANYONE):
            return view(*args, **kwargs)

    return drawn


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@public
def indicator(request: HttpRequest, theme: str, slug: str, chart: str) -> HttpResponse:
    """A chart or map of an indicator, its source, and a link to its page."""
    portal, identifier = open_portal(), f"{theme}/{slug}"
    found = portal.indicators.get(identifier)
    if found is None:
        known = identifier in portal.waiting
        said = "donnée non chargée" if known else "indicateur inconnu"
        return _absent(request, said, addresses.indicator(identifier) if known else "/indicateurs/")
    if chart not in CHARTS:
        return _absent(request, "graphique inconnu", addresses.indicator(identifier))
    page = chart_page(Selection(portal, found, request.GET), chart)
    return _framed(request, "embeds/chart.html", {"page": page})


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@public
def territory(request: HttpRequest, level: str, code: str) -> HttpResponse:
    """The key figures of a territory."""
    portal = open_portal()
    try:
        key = TerritoryKey.parse(f"{level}:{code}")
    except TerritoryError as error:
        return _absent(request, error.message, "/territoires/")
    if key not in portal.territories or key.level in _WITHOUT_PAGE:
        successors = portal.territories.successors(key)
        if len(successors) == 1:
            return HttpResponsePermanentRedirect(f"/embed{addresses.territory(successors[0])}")
        return _absent(request, "territoire inconnu", "/territoires/")
    return _framed(request, "embeds/territory.html", {"page": territory_page(portal, portal.territories.get(key))})


def _framed(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    scheme = _SCHEMES.get(request.GET.get("affichage", ""), "")
    return render(request, template, {**context, "scheme": scheme}, status=status)


def _absent(request: HttpRequest, message: str, href: str) -> HttpResponse:
    """404 that a frame may show: the ordinary one refuses to be framed."""
    return _framed(request, "embeds/absent.html", {"message": typeset(message), "href": href}, status=404)
