"""CSW 2.0.2 in: pages of ISO 19139 records (GeoNetwork, Géo2France, Géoplateforme)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from xml.etree.ElementTree import Element

from terril.ingestion.client import Client
from terril.ingestion.harvest.contract import PAGE_SIZE, Remote
from terril.ingestion.harvest.iso import GMD, remote_of
from terril.ingestion.harvest.pages import Pager, as_xml, failed

ACCEPT = "application/xml, text/xml;q=0.9, */*;q=0.1"
_CSW = "{http://www.opengis.net/cat/csw/2.0.2}"
_OURS = {
    "service", "version", "request", "typenames", "outputschema", "elementsetname", "resulttype", "startposition",
    "maxrecords", "namespace", "acceptversions", "outputformat",
}  # fmt: skip


def read(address: str, client: Client) -> Iterator[Remote]:
    """Records of a CSW catalogue."""
    pager = Pager(client, ACCEPT, "une réponse CSW")
    position = 1
    while position:
        asked = _request(address, position)
        root = as_xml(pager.get(asked))
        results = root.find(f"{_CSW}SearchResults")
        if results is None:
            raise _refusal(root, asked)
        place = f"{asked} (fiche {{}})"
        yield from (
            remote_of(item, place.format(i)) if item.tag == f"{GMD}MD_Metadata" else _foreign(item, place.format(i))
            for i, item in enumerate(results, 1)
        )
        position = _next(results, position, asked)


def _request(address: str, position: int) -> str:
    """``GetRecords`` at an address, whatever else its query holds."""
    parts = urlsplit(address)
    kept = [(key, value) for key, value in parse_qsl(parts.query) if key.lower() not in _OURS]
    ours = {
        "service": "CSW",
        "version": "2.0.2",
        "request": "GetRecords",
        "resultType": "results",
        "typeNames": "gmd:MD_Metadata",
        "namespace": "xmlns(gmd=http://www.isotc211.org/2005/gmd)",
        "outputSchema": "http://www.isotc211.org/2005/gmd",
        "elementSetName": "full",
        "maxRecords": str(PAGE_SIZE),
        "startPosition": str(position),
    }
    return urlunsplit(parts._replace(query=urlencode([*kept, *ours.items()]), fragment=""))


def _next(results: Element, position: int, asked: str) -> int:
    """Position of the next page; 0 at the end."""
    matched, following = _count(results, "numberOfRecordsMatched"), _count(results, "nextRecord")
    if not following or following > matched:
        return 0
    if following <= position:
        raise failed(
            "« nextRecord » revient en arrière : le catalogue tourne en rond", asked, "prévenir son administrateur"
        )
    return following


def _count(results: Element, name: str) -> int:
    text = results.get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _refusal(root: Element, asked: str) -> Exception:
    """What the catalogue says instead of records."""
    said = " ".join(t.strip() for t in root.itertext() if t.strip())[:300]
    if root.tag.endswith("}ExceptionReport"):
        return failed(
            f"le catalogue refuse : {said}", asked, "vérifier l’adresse, et que le service est bien un CSW 2.0.2"
        )
    name = root.tag.rpartition("}")[2]
    return failed(
        f"réponse qui n’est pas une liste de fiches CSW (« {name} »)", asked, "donner l’adresse du service CSW"
    )


def _foreign(item: Element, place: str) -> Remote:
    name = item.tag.rpartition("}")[2]
    return Remote(place=place, refused=f"fiche « {name} », d’un autre modèle que l’ISO 19139")
