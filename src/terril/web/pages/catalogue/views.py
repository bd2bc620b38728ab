"""Views of the catalogue: search, suggestions, a record."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from terril.web.pages.catalogue import listing, reading
from terril.web.pages.catalogue.finding import record_at
from terril.web.pages.catalogue.record import page_of
from terril.web.portal import open_portal


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Records that answer a search, with facets."""
    portal = open_portal()
    search = reading.asked(request.GET, portal.territories)
    return render(request, "catalogue/index.html", {"page": listing.page_of(portal, search, request.subject)})


@require_safe
def suggested(request: HttpRequest) -> HttpResponse:
    """The first answers to what is being typed, as a fragment."""
    portal = open_portal()
    text = request.GET.get("q", "")
    found = listing.suggestions(portal, text, request.subject)
    results = [{"href": line.href, "name": line.title, "what": line.what} for line in found]
    # Without the frame of pages, which a fragment has not.
    return HttpResponse(render_to_string("search/suggestions.html", {"results": results}))


@require_safe
def record(request: HttpRequest, word: str, identifier: str) -> HttpResponse:
    """A record: what it describes, how good it is, what one may do with it."""
    found = record_at(request, word, identifier)
    return render(request, "catalogue/record.html", {"page": page_of(open_portal(), found, request)})
