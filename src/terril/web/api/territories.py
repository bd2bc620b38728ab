"""Territories: found, one, its members, those like it, its figures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from terril.core.errors import Location, TerritoryError
from terril.core.periods import parse_period
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.pipeline.territories.about import LICENCE
from terril.web import addresses
from terril.web.api import schemas
from terril.web.api.paging import Paging, paging
from terril.web.api.parameters import (
    CodePath,
    CursorQuery,
    LevelPath,
    LevelQuery,
    LimitQuery,
    SirenPath,
    TextQuery,
    WithinQuery,
)
from terril.web.api.problems import RequestError
from terril.web.api.reading import key_of, meta, meta_of, observations, origins, portal_of, territory
from terril.web.components.extracts import extract_of
from terril.web.components.places import named
from terril.web.portal import Portal

router = Router(tags=["Territoires"])
#: A search finds the best, not every one.
_FOUND = 200


@router.get("/territoires", response=schemas.TerritoryPage, summary="Chercher ou lister des territoires")
def search(
    request: HttpRequest,
    response: HttpResponse,
    q: TextQuery,
    niveau: LevelQuery,
    dans: WithinQuery,
    limite: LimitQuery,
    curseur: CursorQuery,
) -> schemas.TerritoryPage:
    """Sans texte, ceux d’un niveau par code, ou ceux que contient un autre ; avec un texte, les meilleurs d’abord."""
    portal = portal_of(response)
    found = _found(portal, q, Level(niveau) if niveau else None, dans)
    page = paging(request, limite, curseur, portal.release)
    return _page(request, portal, found, page, "/territoires/")


def _found(portal: Portal, text: str, level: Level | None, within: str) -> list[Territory]:
    known = portal.territories
    inside = None
    if within:
        held = known.get(key_of(within))
        inside = {k for one in ([level] if level else Level) for k in known.members(held.key, one)}
    if text:
        hits = [hit.territory for hit in known.search(text, _FOUND, level)]
        return [t for t in hits if inside is None or t.key in inside]
    if level is None and inside is None:
        raise RequestError(
            "préciser quels territoires",
            hint="donner un texte (q), un niveau, ou un territoire qui les contient (dans)",
        )
    if inside is not None:
        return [known.get(k) for k in sorted(inside)]
    return list(known.of_level(level)) if level else []


def _page(
    request: HttpRequest, portal: Portal, found: list[Territory], page: Paging, href: str
) -> schemas.TerritoryPage:
    return schemas.TerritoryPage(
        donnees=[territory(request, portal, t) for t in found[page.slice]],
        total=len(found),
        suivant=page.next(len(found)),
        meta=meta(request, portal, "Territoires", href, [LICENCE]),
    )


@router.get("/territoires/{niveau}/{code}", response=schemas.TerritoryAnswer, summary="Un territoire")
def one(request: HttpRequest, response: HttpResponse, niveau: LevelPath, code: CodePath) -> schemas.TerritoryAnswer:
    """Un code d’avant une fusion dit ce qu’il est devenu."""
    portal = portal_of(response)
    return _answer(request, portal, portal.territories.get(TerritoryKey(Level(niveau), code)))


@router.get("/siren/{siren}", response=schemas.TerritoryAnswer, summary="Le territoire d’un SIREN")
def by_siren(request: HttpRequest, response: HttpResponse, siren: SirenPath) -> schemas.TerritoryAnswer:
    """Commune, intercommunalité, département ou région que ce SIREN administre."""
    portal = portal_of(response)
    hits = (hit.territory for hit in portal.territories.search(siren, 20, nearly=False))
    found = next((t for t in hits if t.siren == siren), None)
    if found is None:
        raise TerritoryError("aucun territoire n’a ce SIREN", location=Location(value=siren))
    return _answer(request, portal, found)


def _answer(request: HttpRequest, portal: Portal, found: Territory) -> schemas.TerritoryAnswer:
    return schemas.TerritoryAnswer(
        donnees=territory(request, portal, found),
        meta=meta(request, portal, named(found), addresses.territory(found.key), [LICENCE]),
    )


@router.get("/territoires/{niveau}/{code}/semblables", response=schemas.AlikePage, summary="Territoires semblables")
def alike(request: HttpRequest, response: HttpResponse, niveau: LevelPath, code: CodePath) -> schemas.AlikePage:
    """Par la règle déclarée pour son niveau ; aucun là où il n’y a pas de règle."""
    portal = portal_of(response)
    found = portal.territories.get(TerritoryKey(Level(niveau), code))
    near = portal.similar(found.key)
    rule = portal.workspace.packs.similar.get(niveau)
    title, page = f"Territoires semblables à {named(found)}", addresses.territory(found.key)
    return schemas.AlikePage(
        donnees=[
            schemas.Alike(territoire=territory(request, portal, s.territory), distance=s.distance, raison=s.explanation)
            for s in near
        ],
        regle=rule.explanation if rule is not None else "",
        total=len(near),
        meta=meta(request, portal, title, page, [LICENCE]),
    )


@router.get(
    "/territoires/{niveau}/{code}/fiche",
    response=schemas.ProfileAnswer,
    summary="Dernier chiffre de chaque indicateur d’un territoire",
)
def profile(request: HttpRequest, response: HttpResponse, niveau: LevelPath, code: CodePath) -> HttpResponse:
    """Chaque indicateur à sa dernière période publiée, avec ses sources."""
    portal = portal_of(response)
    found = portal.territories.get(TerritoryKey(Level(niveau), code))
    read = [o for o in portal.reader.profile(found.key) if o.indicator in portal.indicators]
    read.sort(key=lambda o: (o.indicator, parse_period(o.period)))
    extract = extract_of(
        portal,
        title=f"{named(found)} en chiffres",
        description="Le dernier chiffre de chaque indicateur publié.",
        observations=read,
        perimeter=named(found),
        address=addresses.root(request) + addresses.territory(found.key),
    )
    said = meta_of(request, portal, extract, addresses.territory(found.key))
    answer = {
        "territoire": territory(request, portal, found).model_dump(exclude_none=True),
        "sources": [o.model_dump() for o in origins(extract.about.origins)],
        "donnees": observations(portal, read),
        "meta": said.model_dump(),
    }
    return dated(response, answer)


def dated(response: HttpResponse, answer: dict[str, object]) -> HttpResponse:
    """An answer made by hand, dated as ninja would have dated its own."""
    found = JsonResponse(answer, json_dumps_params={"ensure_ascii": False, "allow_nan": False})
    for name, value in response.items():
        if name != "Content-Type":
            found[name] = value
    return found
