"""Terms of the graph: addresses, texts, dates and boxes that no catalogue can refuse.

What a person typed is data: whatever it holds, the terms made here can be written in the three syntaxes.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime

from rdflib import Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SKOS, XSD

from terril.core.vocabularies import EU
from terril.protocols.exports.extract import clean

ADMS = Namespace("http://www.w3.org/ns/adms#")
GEODCAT = Namespace("http://data.europa.eu/930/")
GSP = Namespace("http://www.opengis.net/ont/geosparql#")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
LOCN = Namespace("http://www.w3.org/ns/locn#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
IANA = "http://www.iana.org/assignments/media-types/"
#: In DCAT 3, and not yet in rdflib's list of it.
VERSION = URIRef(f"{DCAT}version")
FRENCH = URIRef(f"{EU}language/FRA")
DATA_THEME = URIRef(f"{EU}data-theme")

PREFIXES = {
    "adms": str(ADMS),
    "dcat": str(DCAT),
    "dct": str(DCTERMS),
    "foaf": str(FOAF),
    "geodcat": str(GEODCAT),
    "gsp": str(GSP),
    "hydra": str(HYDRA),
    "locn": str(LOCN),
    "owl": str(OWL),
    "prov": str(PROV),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "skos": str(SKOS),
    "vcard": str(VCARD),
    "xsd": str(XSD),
}

_FORBIDDEN = re.compile(r'[\s<>"{}|\\^`]')
_WEB = re.compile(r"https?://(?:[^/?#@\[\]:]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:[/?#].*)?", re.IGNORECASE)
_EMAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def web(address: str) -> URIRef | None:
    """An address of the Web, what it may not hold percent-encoded; None where it is not one."""
    text = _FORBIDDEN.sub(_encoded, clean(address).strip())
    return URIRef(text) if _WEB.fullmatch(text) else None


def _encoded(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def mail(address: str) -> URIRef | None:
    """A ``mailto:`` address; None where it is not one."""
    text = address.strip()
    return URIRef(f"mailto:{text}") if _EMAIL.fullmatch(text) else None


def plain(value: str) -> Literal | None:
    """A text of no language: an identifier, a version; None where it is empty."""
    text = clean(value).strip()
    return Literal(text) if text else None


def french(value: str) -> Literal | None:
    """A text in French; None where it is empty."""
    text = clean(value).strip()
    return Literal(text, lang="fr") if text else None


def day(value: str) -> Literal | None:
    """A date or a date and time, ISO 8601; None where it is not a real and whole one."""
    text = value.strip()
    try:
        if _DAY.fullmatch(text):
            return Literal(date.fromisoformat(text).isoformat(), datatype=XSD.date)
        return Literal(datetime.fromisoformat(text).isoformat(), datatype=XSD.dateTime) if "T" in text else None
    except ValueError:
        return None


def box(bounds: tuple[float, float, float, float] | None) -> Literal | None:
    """A rectangle, as WKT (longitude first); None where the bounds are not those of a place on Earth."""
    if bounds is None or len(bounds) != 4 or not all(math.isfinite(b) for b in bounds):
        return None
    west, south, east, north = bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return None
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    written = ", ".join(f"{_degrees(x)} {_degrees(y)}" for x, y in corners)
    return Literal(f"POLYGON(({written}))", datatype=GSP.wktLiteral)


def _degrees(value: float) -> str:
    """Degrees to the sixth decimal: ten centimetres."""
    return f"{round(value, 6) + 0.0:.6f}".rstrip("0").rstrip(".")
