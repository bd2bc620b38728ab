"""How a graph is written, and which writing a reader asks for."""

from __future__ import annotations

from enum import StrEnum

from rdflib import Graph

from terril.protocols.dcat.terms import PREFIXES


class Syntax(StrEnum):
    """A writing of RDF; the value is its media type."""

    TURTLE = "text/turtle"
    JSON_LD = "application/ld+json"
    RDF_XML = "application/rdf+xml"

    @property
    def extension(self) -> str:
        """What the name of a file ends with, dot excluded."""
        return _EXTENSION[self]

    @property
    def label(self) -> str:
        """Name for people."""
        return _LABEL[self]

    @property
    def content_type(self) -> str:
        """The ``Content-Type`` header."""
        return f"{self.value}; charset=utf-8"


_EXTENSION = {Syntax.TURTLE: "ttl", Syntax.JSON_LD: "jsonld", Syntax.RDF_XML: "rdf"}
_LABEL = {Syntax.TURTLE: "Turtle", Syntax.JSON_LD: "JSON-LD", Syntax.RDF_XML: "RDF/XML"}
_BY_EXTENSION = {extension: syntax for syntax, extension in _EXTENSION.items()} | {
    "json": Syntax.JSON_LD,
    "xml": Syntax.RDF_XML,
}
#: In the order of preference, where a reader accepts several alike.
_MEDIA = {
    "text/turtle": Syntax.TURTLE,
    "application/ld+json": Syntax.JSON_LD,
    "application/rdf+xml": Syntax.RDF_XML,
    "application/x-turtle": Syntax.TURTLE,
    "application/json": Syntax.JSON_LD,
    "application/xml": Syntax.RDF_XML,
    "text/xml": Syntax.RDF_XML,
}


def serialise(graph: Graph, syntax: Syntax) -> bytes:
    """The graph, written in UTF-8."""
    if syntax is Syntax.JSON_LD:
        written: bytes = graph.serialize(format="json-ld", encoding="utf-8", context=PREFIXES, ensure_ascii=False)
    else:
        written = graph.serialize(format="turtle" if syntax is Syntax.TURTLE else "xml", encoding="utf-8")
    return written


def negotiate(accept: str = "", extension: str = "") -> Syntax | None:
    """The writing that a request asks for.

    Parameters
    ----------
    accept : the ``Accept`` header, as sent.
    extension : of the address, dot excluded; it prevails over the header.

    Returns
    -------
    None where the reader prefers HTML, or accepts none of the three.
    """
    if extension:
        return _BY_EXTENSION.get(extension.lower())
    weights = dict(_weights(accept)) or {"*/*": 1.0}
    best, found = 0.0, None
    for media, syntax in _MEDIA.items():
        weight = _weight(weights, media)
        if weight > best:
            best, found = weight, syntax
    named = max((weights.get(media, 0.0) for media in ("text/html", "application/xhtml+xml")), default=0.0)
    return None if named >= best else found


def _weight(weights: dict[str, float], media: str) -> float:
    """The weight of a media type: as named, else by the family, else by ``*/*``."""
    for key in (media, media.partition("/")[0] + "/*", "*/*"):
        if key in weights:
            return weights[key]
    return 0.0


def _weights(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.lower().split(","):
        media, *options = (piece.strip() for piece in part.split(";"))
        if "/" in media:
            found.append((media, _quality(options)))
    return found


def _quality(options: list[str]) -> float:
    """The ``q`` of a media range; a damaged one is worth nothing."""
    for option in options:
        name, _, value = option.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
