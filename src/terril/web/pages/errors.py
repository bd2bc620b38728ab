"""Pages shown when something is missing or fails."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from terril.protocols.ogc.view import OgcError, refused
from terril.web import addresses
from terril.web.api.problems import UNKNOWN, problem


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, with a way on; to machines, in their words: an address with a line break leads to no view of theirs."""
    if request.path.startswith("/api/v1/"):
        return problem(request, 404, UNKNOWN)
    if request.path.startswith(f"{addresses.OGC}/"):
        found = refused(404, OgcError(UNKNOWN.message))
        return HttpResponse(found.body, status=found.status, headers=dict(found.headers))
    return render(request, "404.html", status=404)


def absent(request: HttpRequest) -> HttpResponse:
    """The same 404, for what exists and is not the visitor's."""
    return render(request, "404.html", status=404)


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form that was not sent from our own page, or too late."""
    return render(request, "expired.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: nothing that could fail again, neither release nor packs."""
    return HttpResponse(render_to_string("500.html"), status=500)
