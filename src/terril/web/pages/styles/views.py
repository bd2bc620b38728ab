"""View of the design system."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terril.web.pages.styles.page import page_of
from terril.web.portal import open_portal


@require_safe
def styles(request: HttpRequest) -> HttpResponse:
    """Type, colours, components and drawings, each in its states."""
    return render(request, "styles/styles.html", {"page": page_of(open_portal())})
