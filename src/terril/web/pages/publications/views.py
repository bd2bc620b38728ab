"""Views of publications."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terril.core.errors import Location, QueryError
from terril.web import addresses
from terril.web.pages.publications.page import listing, page_of, when
from terril.web.portal import open_portal
from terril.web.publication import not_found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every publication kept, the newest first."""
    return render(request, "publications/index.html", {"lines": listing(open_portal())})


@require_safe
def publication(request: HttpRequest, release: str) -> HttpResponse:
    """What a publication changed, compared with the one before it."""
    portal = open_portal()
    store = portal.workspace.releases
    if release not in store.ids():
        error = QueryError("publication qui n’est pas gardée", location=Location(value=release))
        kept = [
            {"name": when(store.manifest(r)), "href": addresses.publication(r), "what": "publication"}
            for r in reversed(store.ids())
        ]
        return not_found(request, error, suggestions=kept)
    return render(request, "publications/publication.html", {"page": page_of(portal, release)})
