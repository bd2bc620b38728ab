"""Views of the page of figures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terril.web.pages.figures.page import current_page


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The figures, or what to do to have them."""
    page = current_page()
    return render(request, "figures/home.html", {"page": page}, status=200 if page else 503)
