"""Records of the catalogue as OGC API - Records gives them: GeoJSON features (OGC 20-004r1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import shapely

from terril.core.features import Box
from terril.core.records import Agent, Record
from terril.core.text import search_key

#: Identifier of the collection of records.
CATALOGUE = "catalogue"
#: What describes a record, by property: what may be filtered, and how it is called.
QUERYABLES = {
    "type": "Nature de la fiche",
    "title": "Titre",
    "description": "Description",
    "keywords": "Mots clés",
    "created": "Publié le",
    "updated": "Mis à jour le",
    "license": "Licence",
    "theme": "Thème",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A question to the catalogue: words, a box, kinds, identifiers, a page."""

    words: str = ""
    box: Box | None = None
    kinds: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    days: tuple[str, str] | None = None
    limit: int = 100
    offset: int = 0


class Catalogue(Protocol):
    """Whoever finds the records that the caller may read."""

    def find(self, search: Search) -> tuple[int, Sequence[Record]]:
        """How many records answer, and those of the page."""

    def get(self, identifier: str) -> Record | None:
        """A record by the identifier that :func:`identifier` gives it."""


@dataclass(frozen=True)
class Listed:
    """A catalogue held in memory: small ones, and tests."""

    records: Sequence[Record]

    def find(self, search: Search) -> tuple[int, Sequence[Record]]:
        """Records in the order of the list."""
        found = [r for r in self.records if _answers(r, search)]
        return len(found), found[search.offset : search.offset + search.limit]

    def get(self, identifier: str) -> Record | None:
        """A record by its identifier."""
        return next((r for r in self.records if identifier_of(r) == identifier), None)


def _answers(record: Record, search: Search) -> bool:
    said = search_key(f"{record.title} {record.description} {' '.join(record.keywords)}")
    box, other = search.box, record.extent.bbox
    days, told = search.days, record.modified or record.issued
    return (
        all(word in said for word in search_key(search.words).split())
        and (not search.kinds or record.kind in search.kinds)
        and (not search.ids or identifier_of(record) in search.ids)
        and (box is None or (other is not None and _meet(box, other)))
        and (
            days is None
            or (bool(told) and (days[0] <= told or days[0] == "..") and (told <= days[1] or days[1] == ".."))
        )
    )


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and one[2] >= other[0] and one[1] <= other[3] and one[3] >= other[1]


def identifier_of(record: Record) -> str:
    """Identifier of a record in addresses: ``dataset.insee.rp_logement``."""
    return f"{record.kind}.{record.identifier.replace('/', '.')}"


def feature(record: Record) -> dict[str, Any]:
    """A record as a GeoJSON feature."""
    extent = record.extent
    properties = {
        "type": str(record.kind),
        "title": record.title,
        "description": record.description,
        "language": {"code": "fr", "name": "Français"},
        "keywords": list(record.keywords),
        "created": record.issued,
        "updated": record.modified,
        "license": record.licence,
        "theme": record.theme,
        "vintage": record.vintage,
        "version": record.version,
        "accrualPeriodicity": record.frequency,
        "provenance": record.provenance,
        "conformsTo": list(record.conforms_to),
        "accessRights": record.openness.label,
        "externalIds": [{"value": record.identifier}],
        "contacts": [*_contact(record.producer, "producer"), *_contact(record.publisher, "publisher"),
                     *_contact(record.steward, "pointOfContact")],
        "variables": [{"name": c.name, "label": c.label, "unit": c.unit, "description": c.description}
                      for c in record.columns],
    }  # fmt: skip
    return {
        "type": "Feature",
        "id": identifier_of(record),
        "conformsTo": ["http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core"],
        "geometry": _polygon(extent.bbox),
        "time": {"interval": [extent.begin or "..", extent.end or ".."]} if extent.begin or extent.end else None,
        "properties": {key: value for key, value in properties.items() if value not in ("", [])},
        "links": _links(record),
    }


def _contact(agent: Agent | None, role: str) -> list[dict[str, Any]]:
    if agent is None:
        return []
    links = [{"rel": "about", "type": "text/html", "href": agent.address}] if agent.address else []
    emails = [{"value": agent.email}] if agent.email else []
    return [{"organization": agent.name, "roles": [role], "links": links, "emails": emails}]


def _polygon(box: Box | None) -> dict[str, Any] | None:
    if box is None:
        return None
    shape = shapely.box(*box)
    return {"type": "Polygon", "coordinates": [shapely.get_coordinates(shape).tolist()]}


def _links(record: Record) -> list[dict[str, str]]:
    found = [{"rel": "about", "type": "text/html", "title": record.title, "href": record.address}]
    for distribution in record.distributions:
        rel = "enclosure" if distribution.download else "service"
        media = distribution.media_type or "application/octet-stream"
        found.append({"rel": rel, "type": media, "title": distribution.title, "href": distribution.address})
    return [one for one in found if one["href"]]
