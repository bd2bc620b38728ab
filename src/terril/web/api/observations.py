"""Observations of an indicator, paged, as JSON or CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
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
from terril.web.api.paging import Paging, paging
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
    total, shown = _read(portal, found, asked, _periods(portal, found, level, periode), page)
    extract = _extract(request, portal, found, shown, _where(portal, level, dans))
    following = page.next(total)
    if format == "csv":
        answer = file_of(extract, "csv", indicateur.replace("/", "-"))
        del answer["Link"]
    else:
        answer = dated(response, _page(request, portal, found, extract, shown, total, following))
    if following:
        answer["Link"] = f'<{following}>; rel="next"'
    return answer


Shown = list[Observation]
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


def _read(portal: Portal, found: Indicator, asked: Asked, periods: list[str], page: Paging) -> tuple[int, Shown]:
    """How many observations answer, and those of the page, by level, period and code."""
    level, codes, keys = asked
    arrays = portal.reader.arrays(found.id, level=level, codes=codes, periods=periods)
    size = len(arrays["code"])
    told = {"level": str(level), "period": periods[0] if periods else ""}
    levels, times = (arrays.get(c, np.full(size, told[c])).astype(str) for c in ("level", "period"))
    names = arrays["code"].astype(str)
    ranks = {p: i for i, p in enumerate(sorted(set(times.tolist()), key=parse_period))}
    order = np.lexsort((names, [ranks[p] for p in times.tolist()], levels))
    if keys is not None and level is None:
        # Codes of two levels may be the same.
        order = order[[TerritoryKey(Level(levels[i]), names[i]) in keys for i in order.tolist()]]
    chosen = [(levels[i], times[i], names[i]) for i in order[page.slice].tolist()]
    # Only what is shown is made: a national series has two hundred thousand observations.
    some, dates = sorted({c for _, _, c in chosen}), list(dict.fromkeys(p for _, p, _ in chosen))
    read = portal.reader.slice(found.id, level=level, codes=some, periods=dates)
    held = {(str(o.territory.level), o.period, o.territory.code): o for o in read}
    return len(order), [held[key] for key in chosen]


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
