"""Observations of an indicator, paged, as JSON or CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from terril.core.errors import Location, PeriodError
from terril.core.indicators.spec import Indicator
from terril.core.observations import Observation
from terril.core.periods import parse_period
from terril.core.territories.model import Level, TerritoryKey
from terril.protocols.exports import Extract
from terril.web import addresses
from terril.web.api import schemas
from terril.web.api.paging import paging
from terril.web.api.parameters import (
    CursorQuery,
    IndicatorQuery,
    LevelQuery,
    ManyQuery,
    PeriodsQuery,
    TerritoriesQuery,
    WithinQuery,
)
from terril.web.api.problems import RequestError
from terril.web.api.reading import brief, key_of, meta_of, observations, origins, portal_of
from terril.web.api.territories import dated
from terril.web.components.extracts import extract_of
from terril.web.components.figures import said
from terril.web.components.files import file_of
from terril.web.components.places import named, plural
from terril.web.pages.indicators.views import released
from terril.web.portal import Portal

router = Router(tags=["Observations"])
_LATEST, _EVERY = "derniere", "toutes"
Form = Annotated[Literal["json", "csv"], Query("json", description="Forme de la réponse")]


@router.get("/observations", response=schemas.ObservationPage, summary="Les observations d’un indicateur")
def listing(
    request: HttpRequest,
    response: HttpResponse,
    indicateur: IndicatorQuery,
    niveau: LevelQuery,
    dans: WithinQuery,
    territoire: TerritoriesQuery,
    periode: PeriodsQuery,
    limite: ManyQuery,
    curseur: CursorQuery,
    format: Form,
) -> HttpResponse:
    """Une page, par niveau, période et code ; l’adresse de la suivante est aussi dans l’en-tête `Link`."""
    portal = portal_of(response)
    found, level = released(portal, indicateur), Level(niveau) if niveau else None
    page = paging(request, limite, curseur, f"{portal.release}{portal.scope.fingerprint}")
    asked = _asked(portal, level, dans, territoire)
    every = _read(portal, found, asked, _periods(portal, found, level, periode))
    shown = every[page.slice]
    extract = _extract(request, portal, found, shown, _where(portal, level, dans))
    following = page.next(len(every))
    if format == "csv":
        answer = file_of(extract, "csv", indicateur.replace("/", "-"))
        del answer["Link"]
    else:
        answer = dated(response, _page(request, portal, found, extract, shown, len(every), following))
    if following:
        answer["Link"] = f'<{following}>; rel="next"'
    return answer


Asked = tuple[Level | None, list[str] | None, frozenset[TerritoryKey] | None]


def _asked(portal: Portal, level: Level | None, within: str, territories: Sequence[str]) -> Asked:
    """Level, codes and keys asked for; None for every one."""
    known = portal.territories
    keys = [known.get(key_of(text)).key for text in territories]
    if within:
        held = known.get(key_of(within))
        if level is None:
            raise RequestError(
                "préciser le niveau des territoires contenus",
                location=Location(field="niveau"),
                hint="par exemple niveau=commune&dans=epci:200072460",
            )
        inside = set(known.members(held.key, level))
        keys = [k for k in keys if k in inside] if keys else sorted(inside)
    elif not keys:
        return level, None, None
    if level is not None:
        keys = [k for k in keys if k.level is level]
    return level, sorted({k.code for k in keys}), frozenset(keys)


def _periods(portal: Portal, found: Indicator, level: Level | None, asked: Sequence[str]) -> list[str]:
    """Periods to read; every one when empty."""
    if _EVERY in asked:
        return []
    known = portal.manifest.indicators[found.id].periods
    latest = portal.latest_at(found.id, level) if level is not None else None
    wanted = [latest or portal.reader.latest(found.id) if p == _LATEST else parse_period(p).text for p in asked]
    if absent := [p for p in wanted if p not in known]:
        raise PeriodError(
            "cet indicateur n’est pas publié pour cette période",
            location=Location(value=absent[0]),
            hint=f"périodes : {', '.join(sorted(known))}",
        )
    return list(dict.fromkeys(wanted))


def _read(portal: Portal, found: Indicator, asked: Asked, periods: list[str]) -> list[Observation]:
    level, codes, keys = asked
    read = portal.reader.slice(found.id, level=level, codes=codes, periods=periods)
    kept = read if keys is None else [o for o in read if o.territory in keys]
    order = {p: i for i, p in enumerate(sorted({o.period for o in kept}, key=parse_period))}
    return sorted(kept, key=lambda o: (o.territory.level, order[o.period], o.territory.code))


def _where(portal: Portal, level: Level | None, within: str) -> str:
    place = named(portal.territories.get(within)) if within else ""
    return ", ".join(part for part in (place, plural(level) if level else "") if part)


def _extract(
    request: HttpRequest, portal: Portal, found: Indicator, shown: Sequence[Observation], where: str
) -> Extract:
    return extract_of(
        portal,
        title=", ".join(part for part in (said(found.label), where) if part),
        description=said(found.definition),
        observations=shown,
        perimeter=where,
        address=addresses.root(request) + addresses.indicator(found.id),
    )


def _page(
    request: HttpRequest,
    portal: Portal,
    found: Indicator,
    extract: Extract,
    shown: Sequence[Observation],
    total: int,
    following: str | None,
) -> dict[str, object]:
    page: dict[str, object] = {
        "indicateur": brief(request, portal, found).model_dump(exclude_none=True),
        "sources": [o.model_dump() for o in origins(extract.about.origins)],
        "donnees": observations(portal, shown),
        "total": total,
        "meta": meta_of(request, portal, extract, addresses.indicator(found.id)).model_dump(),
    }
    return page | ({"suivant": following} if following else {})
