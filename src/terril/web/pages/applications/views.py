"""Views of the portal of applications."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from terril.apps.dashboards.actions import keep_favourite
from terril.apps.dashboards.destinations import TileError
from terril.web import addresses
from terril.web.access import member_required, subject_in
from terril.web.pages.applications.page import page_of
from terril.web.pages.applications.tiles import every
from terril.web.portal import open_portal


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Applications of one's organisation, favourites first; to a visitor, those that are open."""
    page = page_of(open_portal(), subject_in(request), request.GET.get("organisation", "")[:60])
    return render(request, "applications/index.html", {"page": page})


@member_required
@require_POST
def favourite(request: HttpRequest) -> HttpResponse:
    """Keep a tile first, or no longer."""
    key, asked = request.POST.get("tuile", ""), request.POST.get("organisation", "")[:60]
    kept = request.POST.get("garder") == "oui"
    if kept and key not in every(open_portal(), subject_in(request)):
        # A tile that is not seen cannot be kept.
        raise BadRequest
    try:
        keep_favourite(request.user, key, kept=kept)
    except TileError as error:
        raise BadRequest(error.message) from error
    return HttpResponseRedirect(addresses.with_query("/applications/", {"organisation": asked}))
