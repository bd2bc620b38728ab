"""Views of the search."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terril.web.pages.catalogue.listing import suggestions as records_of
from terril.web.pages.search.page import page_of, suggestions
from terril.web.portal import open_portal

#: Records shown under the other answers; the catalogue has the rest.
_RECORDS = 5


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results of a search; without a text, what can be searched."""
    portal = open_portal()
    page = page_of(portal, request.GET.get("q", ""))
    # Indicators and sources are found above by their own pages: here, what the catalogue says of them and of the rest.
    records = records_of(portal, page.text, request.subject, _RECORDS)
    return render(request, "search/search.html", {"page": page, "records": records})


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Options under the field, as a fragment of a list."""
    found = suggestions(open_portal(), request.GET.get("q", ""))
    return render(request, "search/suggestions.html", {"results": found})
