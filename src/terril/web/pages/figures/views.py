"""Views of the page of figures."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from terril.web.pages.figures.page import current_release, page_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The figures, or what to do to have them."""
    release = current_release()
    if release is None:
        return render(request, "figures/home.html", {"page": None}, status=503)
    return HttpResponse(_drawn(release))


def warm() -> None:
    """Draw the page of the release in force before anyone asks for it."""
    release = current_release()
    if release is not None:
        _drawn(release)


@lru_cache(maxsize=2)
def _drawn(release: str) -> bytes:
    # A release never changes and every visitor sees the same page: it is drawn once.
    html: str = render_to_string("figures/home.html", {"page": page_of(release)})
    return html.encode()
