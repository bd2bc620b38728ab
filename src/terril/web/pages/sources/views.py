"""Views of sources."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from terril.core.errors import Location, QueryError
from terril.core.text import search_key
from terril.web.components.figures import said
from terril.web.pages.search.entries import entries
from terril.web.pages.sources.listing import listing
from terril.web.pages.sources.page import page_of
from terril.web.portal import Portal, open_portal
from terril.web.publication import not_found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every source: loaded, late, to be loaded."""
    found = listing(open_portal(), request.GET.get("etat", ""), localdate())
    return render(request, "sources/index.html", {"listing": found})


@require_safe
def source(request: HttpRequest, producer: str, dataset: str) -> HttpResponse:
    """A source: who produces it, what it holds, what it feeds."""
    portal, identifier = open_portal(), f"{producer}/{dataset}"
    found = portal.sources.get(identifier)
    if found is None:
        error = QueryError("source inconnue", location=Location(value=identifier))
        return not_found(request, error, suggestions=_near(portal, producer, dataset))
    return render(request, "sources/source.html", {"page": page_of(portal, found, localdate())})


def _near(portal: Portal, producer: str, dataset: str) -> list[dict[str, str]]:
    """Sources whose name shares a word with an address that names none, then those of the producer."""
    words = dict.fromkeys(search_key(f"{dataset} {producer}".replace("_", " ")).split())
    found = {
        match.entry.href: {"name": match.entry.name, "href": match.entry.href, "what": said(match.entry.note)}
        for word in words
        for match in entries(portal).find(word)
        if match.entry.kind == "source"
    }
    return list(found.values())[:6]
