"""Views of the pages about the portal."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terril.web.pages.about.page import about_page, licences, site_map
from terril.web.pages.about.publisher import publisher
from terril.web.portal import open_portal


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the portal is, and how its figures are made."""
    return render(request, "about/about.html", {"page": about_page(open_portal()), "publisher": publisher()})


@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    """Publisher, host, licences, personal data."""
    context = {"publisher": publisher(), "licences": licences(open_portal()), "basemap": settings.BASEMAP_ORIGIN}
    return render(request, "about/legal.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "about/accessibility.html", {"publisher": publisher()})


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every page that has one place."""
    return render(request, "about/sitemap.html", {"branches": site_map(open_portal())})
