"""What every view of the interface reads: the portal within the rights of who asks, and what is said of an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

from terril.core.errors import TerritoryError
from terril.core.indicators.spec import Indicator
from terril.core.observations import Observation
from terril.core.periods import parse_period
from terril.core.territories.model import Territory, TerritoryKey
from terril.protocols.exports import Extract, Origin, cite
from terril.web import addresses
from terril.web.api import schemas
from terril.web.api.problems import RequestError
from terril.web.components.figures import said, unit_label
from terril.web.components.places import named
from terril.web.pages.about.publisher import publisher
from terril.web.portal import Portal, open_portal


def portal_of(response: HttpResponse) -> Portal:
    """The portal; the answer is dated of its release.

    Raises
    ------
    UnpublishedError
        Before the first build.
    """
    portal = open_portal()
    response["Last-Modified"] = http_date(datetime.fromisoformat(portal.manifest.created_at).timestamp())
    return portal


def key_of(text: str) -> TerritoryKey:
    """Read ``niveau:code``.

    Raises
    ------
    RequestError
        400 where it is not so written.
    """
    try:
        return TerritoryKey.parse(text)
    except TerritoryError as error:
        raise RequestError(error.message, location=error.location, hint=error.hint) from error


def meta(
    request: HttpRequest, portal: Portal, title: str, page: str, licences: Iterable[str] = (), producers: str = ""
) -> schemas.Meta:
    """What is said of an answer.

    Parameters
    ----------
    title, producers : as cited.
    page : path of the page that shows the same.
    """
    address = addresses.root(request) + page
    name = publisher().name or "Terril"
    return schemas.Meta(
        publication=portal.release,
        publiee_le=portal.manifest.created_at[:10],
        geographie=portal.manifest.vintage,
        editeur=name,
        licences=list(dict.fromkeys(licences)),
        citation=cite(title=title, producers=producers or name, release=portal.built, address=address),
        adresse=address,
    )


def meta_of(request: HttpRequest, portal: Portal, extract: Extract, page: str) -> schemas.Meta:
    """What is said of figures: as in the file that holds them."""
    found = meta(request, portal, extract.title, page, extract.about.licences)
    return found.model_copy(update={"citation": extract.citation})


def territory(request: HttpRequest, portal: Portal, found: Territory) -> schemas.Territory:
    """A territory."""
    return schemas.Territory(
        cle=str(found.key),
        niveau=str(found.key.level),
        niveau_libelle=found.key.level.label,
        code=found.key.code,
        nom=named(found),
        nature=found.kind or None,
        siren=found.siren,
        epci=found.epci,
        departement=found.department,
        region=found.region,
        codes_postaux=list(found.postal_codes),
        population=found.population,
        recensement=portal.territories.census_year,
        superficie_ha=found.area_ha,
        adresse=addresses.root(request) + addresses.territory(found.key),
    )


def brief(request: HttpRequest, portal: Portal, indicator: Indicator) -> schemas.Brief:
    """An indicator in a list."""
    root = addresses.root(request)
    return schemas.Brief(
        id=indicator.id,
        libelle=said(indicator.label),
        theme=indicator.theme,
        unite=schemas.Unit(code=indicator.unit, libelle=unit_label(indicator.unit)),
        decimales=indicator.decimals,
        nature=indicator.kind,
        sens=indicator.direction,
        periodes=sorted(portal.manifest.indicators[indicator.id].periods, key=parse_period),
        adresse=root + addresses.indicator(indicator.id),
        observations=root + addresses.with_query("/api/v1/observations", {"indicateur": indicator.id}),
    )


def origins(found: Iterable[Origin]) -> list[schemas.Origin]:
    """Sources of figures."""
    return [
        schemas.Origin(
            producteur=o.producer, libelle=o.label, millesime=o.vintage, licence=o.licence, adresse=o.address
        )
        for o in found
    ]


def observations(portal: Portal, found: Sequence[Observation]) -> list[dict[str, object]]:
    """Figures, as the schema describes them: made here rather than one by one through it, as there may be thousands."""
    return [
        {
            "indicateur": o.indicator,
            "territoire": str(o.territory),
            "code": o.territory.code,
            "nom": named(portal.territories.get(o.territory)),
            "periode": o.period,
            "valeur": o.value,
            "statut": o.status.word,
            "statut_libelle": o.status.label,
            "numerateur": o.numerator,
            "denominateur": o.denominator,
            "unite": unit_label(portal.indicators[o.indicator].unit),
        }
        for o in found
    ]
