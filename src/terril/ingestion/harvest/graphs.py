"""Pages of linked data as graphs. Nothing that a page names is ever fetched: no remote context, no external entity."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any
from xml.sax import ContentHandler

import defusedxml.sax
from rdflib import Graph, Literal, URIRef
from rdflib.exceptions import Error as RdfError
from rdflib.plugins.parsers.jsonld import to_rdf
from rdflib.term import Node

from terril.ingestion.harvest.pages import XML_FAULTS, Page, as_json, failed, unsafe_xml

#: What rdflib raises, as met, on what it cannot read.
_RDF_FAULTS = (
    RdfError,
    SyntaxError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
)
# rdflib logs a traceback for each value that is not of its type: ours to tell, by record, and not in a log.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)
_HINT = "réponse coupée ou d’un autre format : vérifier l’adresse"
_FRENCH = ("fr", "fre", "fra")


def graph_of(page: Page) -> Graph:
    """The graph of a page: Turtle, JSON-LD or RDF/XML.

    Raises
    ------
    IngestError
        If it cannot be read, or asks for something else to be fetched.
    """
    syntax = _syntax(page)
    if syntax == "json-ld":
        return _json_ld(page)
    if syntax == "xml":
        try:
            defusedxml.sax.parseString(page.content, ContentHandler(), forbid_dtd=True)
        except XML_FAULTS as error:
            raise unsafe_xml(error, page.address) from error
    try:
        return Graph(bind_namespaces="none").parse(data=page.content, format=syntax, publicID=page.address)
    except _RDF_FAULTS as error:
        first = str(error).strip().partition("\n")[0][:200]
        raise failed(
            f"{'RDF/XML' if syntax == 'xml' else 'Turtle'} illisible ({first})", page.address, _HINT
        ) from error


def _syntax(page: Page) -> str:
    start = page.content[:2000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if page.media_type.endswith("json") or re.match(rb"\{|\[\s*\{", start):
        return "json-ld"
    if page.media_type.endswith("xml") or start.startswith((b"<?xml", b"<rdf:RDF", b"<!")):
        return "xml"
    return "turtle"


def _json_ld(page: Page) -> Graph:
    document = as_json(page)
    for context in _contexts(document):
        remote = _remote(context)
        if remote:
            raise failed(
                f"JSON-LD dont le vocabulaire (@context) est à une autre adresse : {remote[:200]}",
                page.address,
                "demander au catalogue du Turtle ou du RDF/XML, ou un @context écrit dans la réponse",
            )
    try:
        return to_rdf(document, Graph(bind_namespaces="none"), page.address)
    except _RDF_FAULTS as error:
        raise failed(f"JSON-LD illisible ({str(error)[:200]})", page.address, _HINT) from error


def _contexts(document: Any) -> Iterator[Any]:
    """Every ``@context`` and ``@import``, at any depth."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield from (value[key] for key in ("@context", "@import") if key in value)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _remote(context: Any) -> str:
    """The address that a context asks to be fetched; empty where it is whole."""
    parts = context if isinstance(context, list) else [context]
    return next((part for part in parts if isinstance(part, str)), "")


def text_of(graph: Graph, node: Node, *relations: URIRef) -> str:
    """The text of a node, in French where it has one, by the first relation that says something."""
    for relation in relations:
        found = [value for value in graph.objects(node, relation) if isinstance(value, Literal)]
        found.sort(key=lambda value: (_rank(value), str(value)))
        if found:
            return str(found[0])
    return ""


def _rank(value: Literal) -> int:
    language = (value.language or "").partition("-")[0].lower()
    return 0 if language in _FRENCH else 1 if not language else 2


def value_of(graph: Graph, node: Node, *relations: URIRef) -> str:
    """The first value of a node, address or text."""
    for relation in relations:
        found = sorted(str(value) for value in graph.objects(node, relation) if isinstance(value, Literal | URIRef))
        if found:
            return found[0]
    return ""


def nodes_of(graph: Graph, node: Node, *relations: URIRef) -> list[Node]:
    """What a node leads to, in an order that does not change: ``…-2`` before ``…-10``."""
    found = {value for relation in relations for value in graph.objects(node, relation)}
    return sorted(found, key=_natural)


def _natural(node: Node) -> list[tuple[int, int, str]]:
    parts = re.split(r"(\d+)", str(node))
    return [(0, int(part), "") if part.isdecimal() and len(part) < 12 else (1, 0, part) for part in parts]
