"""What robots ask for: the addresses of pages, and where not to go."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terril.apps.agreements.policies import which
from terril.apps.catalogue.actions import address_of
from terril.core.access import ANYONE, Action
from terril.core.territories.model import Level, TerritoryKey
from terril.web import addresses
from terril.web.portal import Portal, open_portal

_ALONE = (
    "/", "/territoires/", "/indicateurs/", "/comparer/", "/catalogue/", "/sources/", "/publications/", "/a-propos/",
    "/mentions-legales/", "/accessibilite/", "/plan-du-site/", "/styles/",
)  # fmt: skip

#: A sitemap holds fifty thousand addresses at most.
_RECORDS = 40_000


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Addresses of the pages that have one place, with the day of the release."""
    portal = open_portal()
    context = {"paths": tuple(dict.fromkeys(_paths(portal))), "day": portal.manifest.created_at[:10]}
    return render(request, "site/sitemap.xml", context, content_type="application/xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything but what is asked with a query: each question would be one more page."""
    return render(request, "site/robots.txt", content_type="text/plain; charset=utf-8")


def _paths(portal: Portal) -> Iterator[str]:
    yield from _ALONE
    yield from (addresses.territory(key) for key in _territories(portal))
    for theme in portal.themes:
        yield addresses.theme(theme)
    yield from (addresses.indicator(i) for i in portal.indicators)
    yield from (addresses.source(s) for s in portal.sources)
    known = which(ANYONE, Action.DISCOVER).order_by("kind", "identifier").only("kind", "identifier")
    yield from (address_of(record) for record in known[:_RECORDS])


def _territories(portal: Portal) -> Iterator[TerritoryKey]:
    """The perimeter shown first and what it holds, then what holds it."""
    known, home = portal.territories, portal.home
    yield home.key
    yield from known.members(home.key, Level.EPCI)
    yield from (t.key for t in (*known.of_level(Level.PERIMETER), *known.of_level(Level.GROUP)))
    communes = [known.get(TerritoryKey(Level.COMMUNE, code)) for code in sorted(portal.home_communes)]
    yield from (t.key for t in communes)
    above = {TerritoryKey(Level.DEPARTMENT, t.department) for t in communes if t.department}
    above |= {TerritoryKey(Level.REGION, t.region) for t in communes if t.region}
    yield from sorted(k for k in above if k in known)
    yield TerritoryKey(Level.COUNTRY, "FR")
