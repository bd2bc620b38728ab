"""What a record says of itself, a fact a line."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from terril.apps.catalogue.models import Record
from terril.core.records import Openness
from terril.pipeline.datasets import Version
from terril.web.components.figures import said
from terril.web.pages.catalogue.quality import is_late
from terril.web.pages.catalogue.words import period_text, territory_label, theme_label
from terril.web.pages.sources.freshness import FREQUENCIES, written
from terril.web.portal import Portal

#: Name, text, address: empty where it leads nowhere.
Fact = tuple[str, str, str]


def facts_of(portal: Portal, record: Record, version: Version | None) -> Iterator[Fact]:
    """What is said of a record; what is not said is not shown."""
    where = [*_territory(portal, record), ("Emprise", _corners(record), "")]
    told: list[Fact] = [
        ("Producteur", said(record.producer), ""),
        ("Organisation référente", said(record.steward.label) if record.steward else "", ""),
        ("Ouverture", Openness(record.openness).label, ""),
        ("Accès encadré", "engagement signé, personnes nommées, date de destruction" * record.restricted, ""),
        ("Thème", theme_label(portal.workspace, record.theme) if record.theme else "", ""),
        ("Mots-clés", ", ".join(said(str(word)) for word in record.keywords), ""),
        ("Rythme", _rhythm(portal, record, version), ""),
        ("Millésime", said(record.vintage), ""),
        ("Période", period_text(record.begin, record.end), ""),
        *where,
        ("Provenance", said(record.provenance), ""),
        *(("Norme suivie", str(s), _web(str(s))) for s in record.conforms_to),
        ("Moissonné depuis", record.harvested_from, _web(record.harvested_from)),
        ("Fiche mise à jour le", written(timezone.localtime(record.modified).date()), ""),
        ("Identifiant", record.identifier, ""),
    ]
    yield from (fact for fact in told if fact[1])


def _web(address: str) -> str:
    return address if address.startswith(("https://", "http://")) else ""


def _territory(portal: Portal, record: Record) -> Iterator[Fact]:
    if record.territory:
        place = territory_label(portal.workspace, record.territory)
        level, _, code = record.territory.partition(":")
        # A key that is not known here has no page.
        yield "Territoire", place, f"/territoires/{level}/{code}/" if place != record.territory else ""


def _rhythm(portal: Portal, record: Record, version: Version | None) -> str:
    if not record.frequency:
        return ""
    word = FREQUENCIES.get(record.frequency, record.frequency)
    late = is_late(portal, record, version)
    return f"{word}, en retard sur ce rythme" if late else f"{word}, à jour" if late is False else word


def _corners(record: Record) -> str:
    corners = (record.west, record.south, record.east, record.north)
    if None in corners:
        return ""
    west, south, east, north = (f"{corner:.2f}".replace(".", ",") for corner in corners)
    return f"de {west}° à {east}° de longitude, de {south}° à {north}° de latitude"
