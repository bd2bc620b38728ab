"""Views of the search."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terril.web.pages.search.page import page_of, suggestions
from terril.web.portal import open_portal


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results of a search; without a text, what can be searched."""
    return render(request, "search/search.html", {"page": page_of(open_portal(), request.GET.get("q", ""))})


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Options under the field, as a fragment of a list."""
    found = suggestions(open_portal(), request.GET.get("q", ""))
    return render(request, "search/suggestions.html", {"results": found})
