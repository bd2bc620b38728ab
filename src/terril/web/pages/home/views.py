"""View of the first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terril.web.pages.home.page import page_of
from terril.web.portal import open_portal


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where the territory stands, and the ways in."""
    return render(request, "home/home.html", {"page": page_of(open_portal())})
