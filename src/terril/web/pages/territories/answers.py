"""The territory of an address, or where its address leads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from terril.core.errors import TerrilError, TerritoryError
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.web import addresses
from terril.web.components.places import place
from terril.web.portal import Portal
from terril.web.publication import not_found


def found_or_answer(
    request: HttpRequest, portal: Portal, level: str, code: str, rest: str = ""
) -> Territory | HttpResponse:
    """The territory of an address, or the redirection or 404 that its address calls for."""
    try:
        key = TerritoryKey.parse(f"{level}:{code}")
    except TerritoryError as error:
        return not_found(request, error)
    if key in portal.territories and key.level not in (Level.COMMUNE_DELEGUEE, Level.IRIS):
        return portal.territories.get(key)
    successors = portal.territories.successors(key)
    if len(successors) == 1:
        return HttpResponsePermanentRedirect(
            addresses.with_query(addresses.territory(successors[0]) + rest, {"ancien": str(key)})
        )
    return not_found(request, _unknown(portal, key), suggestions=_suggested(portal, key, successors))


def _unknown(portal: Portal, key: TerritoryKey) -> TerrilError:
    try:
        portal.territories.get(key)
    except TerritoryError as error:
        return error
    return TerritoryError("ce niveau de territoire n’a pas de fiche")


def _suggested(portal: Portal, key: TerritoryKey, successors: tuple[TerritoryKey, ...]) -> list[object]:
    known = portal.territories
    near = [known.get(k) for k in successors] or list(known.suggest(key))
    return [place(t) for t in near] or [place(h.territory) for h in known.search(key.code, limit=5)]
