"""Files of a profile."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from terril.core.territories.model import Territory
from terril.protocols.exports import Extract
from terril.web import addresses
from terril.web.components.extracts import extract_of
from terril.web.components.files import file_of
from terril.web.components.places import named
from terril.web.pages.territories.answers import found_or_answer
from terril.web.portal import Portal, open_portal


@require_safe
def download(request: HttpRequest, level: str, code: str, form: str) -> HttpResponse:
    """Every figure of a territory, every period, as a file."""
    portal = open_portal()
    territory = found_or_answer(request, portal, level, code, f"donnees.{form}")
    if isinstance(territory, HttpResponse):
        return territory
    return file_of(profile_extract(portal, territory, addresses.root(request)), form, f"{level}-{code}")


def profile_extract(portal: Portal, territory: Territory, root: str) -> Extract:
    """Every figure of a territory, as a table of one row an indicator and a period."""
    observations = portal.reader.profile(territory.key, every_period=True)
    return extract_of(
        portal,
        title=f"{named(territory)} en chiffres",
        description="Tous les indicateurs publiés pour ce territoire, toutes périodes.",
        observations=observations,
        perimeter=named(territory),
        address=root + addresses.territory(territory.key),
    )
