"""Views of territories."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terril.core.errors import TerritoryError
from terril.protocols.exports import cite
from terril.web import addresses
from terril.web.pages.about.publisher import publisher
from terril.web.pages.territories.answers import found_or_answer
from terril.web.pages.territories.charts import locator, population_chart
from terril.web.pages.territories.listing import listing
from terril.web.pages.territories.page import page_of
from terril.web.portal import Portal, open_portal


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Territories to choose from: the perimeter shown first and what it holds, then the others."""
    return render(request, "territories/index.html", {"listing": listing(open_portal())})


@require_safe
def profile(request: HttpRequest, level: str, code: str) -> HttpResponse:
    """The profile of a territory; where its code is of another year, the address of what it became."""
    portal = open_portal()
    territory = found_or_answer(request, portal, level, code)
    if isinstance(territory, HttpResponse):
        return territory
    page = page_of(portal, territory)
    citation = cite(
        title=f"{page.name} en chiffres",
        producers=publisher().name or "Terril",
        release=portal.built,
        address=addresses.root(request) + page.place.href,
    )
    shown = {
        "page": page,
        "series": population_chart(portal, page.profile),
        "locator": locator(portal, territory),
        "former": _former(request, portal),
        "citation": citation,
    }
    return render(request, "territories/profile.html", shown)


def _former(request: HttpRequest, portal: Portal) -> str:
    """What the address asked for before it was redirected, in words; empty otherwise."""
    asked = request.GET.get("ancien", "")
    if not asked:
        return ""
    try:
        portal.territories.get(asked)
    except TerritoryError as error:
        return error.message
    return ""
