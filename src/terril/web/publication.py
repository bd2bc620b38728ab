"""What every page says of the release in force, and how errors are answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from terril.core.errors import StoreError, TerrilError
from terril.core.text import typeset
from terril.web import addresses
from terril.web.access import person
from terril.web.portal import UnpublishedError, current_release, open_portal

SECTIONS = (
    ("/territoires/", "Territoires"),
    ("/indicateurs/", "Indicateurs"),
    ("/comparer/", "Comparer"),
    ("/catalogue/", "Catalogue"),
)


class Answers:
    """Middleware: an error of ours is an answer in French, with what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of the page."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """503 before the first build or where a file lacks, 404 for what does not exist; the rest stays a fault."""
        if isinstance(exception, UnpublishedError):
            return render(request, "unpublished.html", status=503)
        if isinstance(exception, StoreError):
            # A table or a font is missing on this machine: nothing is wrong with the address.
            return render(request, "unavailable.html", {"message": typeset(exception.message)}, status=503)
        if isinstance(exception, TerrilError):
            return not_found(request, exception)
        return None


def not_found(request: HttpRequest, error: TerrilError, **context: Any) -> HttpResponse:
    """404 in the words of the error."""
    said = {"message": typeset(error.message), "value": error.location.value if error.location else "", **context}
    return render(request, "404.html", said, status=404)


def site(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page shows."""
    shown: dict[str, Any] = {
        "sections": [
            {"href": href, "label": label, "here": request.path == href, "inside": request.path.startswith(href)}
            for href, label in SECTIONS
        ],
        "address": request.build_absolute_uri(),
        "root": addresses.root(request),
        "query": request.GET.get("q", ""),
        "person": person(request),
    }
    if current_release() is not None:
        portal = open_portal()
        shown |= {
            "release": portal.release,
            "built": portal.built,
            "vintage": portal.manifest.vintage,
            "home_name": typeset(portal.home.name),
        }
    return shown


@lru_cache(maxsize=64)
def asset(path: str) -> str:
    """Address of one of our files, with its fingerprint: browsers keep it until it changes.

    Raises
    ------
    FileNotFoundError
        If the file was not built.
    """
    found = finders.find(path)
    if found is None:
        raise FileNotFoundError(f"{path} : lancer « make setup »")
    return f"/static/{path}?v={sha256(Path(found).read_bytes()).hexdigest()[:10]}"
