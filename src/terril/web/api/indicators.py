"""Indicators: listed, and one with its definition, its sources and what it covers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from terril.core.indicators.spec import Indicator
from terril.core.text import search_key
from terril.web import addresses
from terril.web.api import schemas
from terril.web.api.paging import paging
from terril.web.api.parameters import CursorQuery, LimitQuery, NamePath, ThemeQuery, WordsQuery
from terril.web.api.reading import brief, meta, meta_of, origins, portal_of
from terril.web.components.extracts import described
from terril.web.components.figures import said
from terril.web.pages.indicators.views import released
from terril.web.portal import Portal

router = Router(tags=["Indicateurs"])


@router.get("/indicateurs", response=schemas.BriefPage, summary="Les indicateurs publiés")
def listing(
    request: HttpRequest,
    response: HttpResponse,
    q: WordsQuery,
    theme: ThemeQuery,
    limite: LimitQuery,
    curseur: CursorQuery,
) -> schemas.BriefPage:
    """Ceux que le lecteur peut lire, par identifiant."""
    portal = portal_of(response)
    words = search_key(q).split()
    found = [i for i in portal.indicators.values() if theme in ("", i.theme) and _holds(i, words)]
    found.sort(key=lambda i: i.id)
    page = paging(request, limite, curseur, f"{portal.release}{portal.scope.fingerprint}")
    licences = [used.licence for used in portal.manifest.sources.values() if used.id not in portal.scope.hidden]
    return schemas.BriefPage(
        donnees=[brief(request, portal, i) for i in found[page.slice]],
        total=len(found),
        suivant=page.next(len(found)),
        meta=meta(request, portal, "Indicateurs", "/indicateurs/", licences),
    )


def _holds(indicator: Indicator, words: list[str]) -> bool:
    text = search_key(f"{indicator.label} {indicator.id}")
    return all(word in text for word in words)


@router.get("/indicateurs/{theme}/{nom}", response=schemas.IndicatorAnswer, summary="Un indicateur")
def one(request: HttpRequest, response: HttpResponse, theme: NamePath, nom: NamePath) -> schemas.IndicatorAnswer:
    """Sa définition, sa formule, ses sources, et les niveaux et périodes qu’il couvre."""
    portal = portal_of(response)
    found = released(portal, f"{theme}/{nom}")
    page = addresses.indicator(found.id)
    latest = portal.reader.latest(found.id)
    told = described(
        portal, found, [latest], title=said(found.label), perimeter="", address=addresses.root(request) + page
    )
    return schemas.IndicatorAnswer(
        donnees=schemas.Indicator(
            **brief(request, portal, found).model_dump(),
            definition=said(found.definition),
            formule=found.formula,
            agregation=found.aggregation,
            methode=said(found.method),
            precaution=said(found.caution),
            references=[schemas.Reference(titre=said(r.title), adresse=r.url or "") for r in found.references],
            valide_le=found.valid_on,
            ruptures=[schemas.Break(periode=b.period, motif=said(b.reason)) for b in portal.breaks(found.id)],
            sources=origins(told.about.origins),
            couverture=_coverage(portal, found.id),
        ),
        meta=meta_of(request, portal, told, page),
    )


def _coverage(portal: Portal, indicator: str) -> list[schemas.Coverage]:
    return [
        schemas.Coverage(niveau=str(c.level), periode=c.period, territoires=c.told, renseignes=c.valued)
        for c in portal.coverage(indicator)
    ]
