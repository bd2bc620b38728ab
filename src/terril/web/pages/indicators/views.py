"""Views of indicators and themes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terril.core.errors import Location, QueryError, TerrilError
from terril.core.indicators.spec import Indicator
from terril.core.observations import Observation
from terril.core.territories.model import TerritoryKey
from terril.core.text import typeset
from terril.core.wording.note import method_note
from terril.pipeline.explaining import explainer
from terril.web import addresses
from terril.web.components.figures import figure, period_label, said
from terril.web.components.places import place
from terril.web.pages.indicators.listing import listing, near, theme_page, waiting_page
from terril.web.pages.indicators.page import page_of
from terril.web.pages.indicators.reading import Reading
from terril.web.pages.indicators.selection import Selection
from terril.web.pages.indicators.tree import tree_of
from terril.web.pages.indicators.values import values_of
from terril.web.portal import Portal, open_portal
from terril.web.publication import not_found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every indicator, by theme."""
    return render(request, "indicators/index.html", {"listing": listing(open_portal())})


@require_safe
def theme(request: HttpRequest, theme: str) -> HttpResponse:
    """A theme: its question, its figures for a territory, its indicators."""
    portal = open_portal()
    if theme not in portal.workspace.packs.themes:
        return not_found(
            request, QueryError("thème inconnu", location=Location(value=theme)), suggestions=near(portal, theme)
        )
    return render(
        request, "indicators/theme.html", {"page": theme_page(portal, theme, request.GET.get("territoire", ""))}
    )


@require_safe
def indicator(request: HttpRequest, theme: str, slug: str) -> HttpResponse:
    """An indicator for a question; one whose source is not loaded says how to load it."""
    portal, identifier = open_portal(), f"{theme}/{slug}"
    if identifier in portal.waiting:
        return render(request, "indicators/waiting.html", {"page": waiting_page(portal, identifier)})
    found = portal.indicators.get(identifier)
    if found is None:
        return unknown(request, portal, identifier)
    number = request.GET.get("page", "1")
    selection = Selection(portal, found, request.GET)
    page_number = int(number) if number.isdecimal() and len(number) < 6 else 1
    page = page_of(portal, found, selection, page_number, addresses.root(request))
    return render(request, "indicators/indicator.html", {"page": page})


@require_safe
def values(request: HttpRequest, theme: str, slug: str) -> HttpResponse:
    """Values in scope, for the interactive map."""
    portal = open_portal()
    found = released(portal, f"{theme}/{slug}")
    return JsonResponse(values_of(Reading(Selection(portal, found, request.GET))))


@require_safe
def explanation(request: HttpRequest, theme: str, slug: str) -> HttpResponse:
    """Where one figure comes from, step by step."""
    portal = open_portal()
    found = released(portal, f"{theme}/{slug}")
    key = TerritoryKey.parse(request.GET.get("territoire", ""))
    territory = portal.territories.get(key)
    observation = _observed(portal, found, key, request.GET.get("periode", ""))
    trace = explainer(portal.workspace, portal.reader).explain(observation)
    context = {
        "label": said(found.label),
        "indicator": found,
        "place": place(territory),
        "figure": figure(found, observation),
        "period": period_label(observation.period),
        "note": method_note(trace, found, territory, portal.workspace.sources),
        "tree": tree_of(trace),
        "href": addresses.indicator(found.id, territoire=str(key)),
        "palette": portal.palette(found.theme),
        "command": f"terril explain {found.id} {key} {observation.period} --tree",
    }
    return render(request, "indicators/explanation.html", context)


def _observed(portal: Portal, found: Indicator, key: TerritoryKey, period: str) -> Observation:
    series = portal.series(found.id, [key])[key]
    chosen = next((o for o in series if o.period == period), None) if period else (series[-1] if series else None)
    if chosen is None:
        raise QueryError(
            "aucun chiffre à expliquer pour ce territoire et cette période", location=Location(value=f"{key}, {period}")
        )
    return chosen


def released(portal: Portal, identifier: str) -> Indicator:
    """An indicator of the release.

    Raises
    ------
    QueryError
        If it is not released.
    """
    found = portal.indicators.get(identifier)
    if found is None:
        portal.reader.released(identifier)
        raise QueryError("indicateur inconnu", location=Location(value=identifier))
    return found


def unknown(request: HttpRequest, portal: Portal, identifier: str) -> HttpResponse:
    """404 with indicators of near names."""
    error: TerrilError = QueryError("indicateur inconnu", location=Location(value=identifier))
    return not_found(request, error, suggestions=near(portal, typeset(identifier)))
