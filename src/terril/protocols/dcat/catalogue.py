"""A page of the catalogue as a graph: the catalogue, its records, and the way to the next page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, SKOS, XSD

from terril.core.records import Agent, Kind, Record
from terril.protocols.dcat import terms
from terril.protocols.dcat.resource import Writer
from terril.protocols.dcat.terms import HYDRA


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is said of the catalogue.

    Parameters
    ----------
    address : absolute address of the catalogue, of which it is the name: the same on every page, in every syntax.
    homepage : absolute address of the page where people read it.
    licence : of the records themselves, not of the data.
    issued, modified : ISO 8601 dates.
    """

    address: str
    title: str
    description: str
    publisher: Agent
    homepage: str = ""
    licence: str = ""
    issued: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the catalogue, and those around it: absolute addresses, empty where there is none."""

    address: str
    first: str
    last: str
    previous: str = ""
    next: str = ""
    total: int = 0


def page_of(address: str, number: int, total: int, size: int = 100) -> Page:
    """The page ``number`` (from 1) of ``total`` records, where ``address`` answers to ``?page=2``.

    Parameters
    ----------
    address : absolute, extension included, so that the next page is in the same syntax; it may hold a query.
    """
    last = max(1, -(-total // size))
    joint = "&" if "?" in address else "?"

    def at(page: int) -> str:
        return f"{address}{joint}page={page}" if page > 1 else address

    return Page(
        address=at(number),
        first=at(1),
        last=at(last),
        previous=at(min(number - 1, last)) if number > 1 else "",
        next=at(number + 1) if number < last else "",
        total=total,
    )


def catalogue_graph(records: Iterable[Record], about: About, page: Page | None = None) -> Graph:
    """The catalogue and these records, in DCAT-AP 3.0.1.

    Parameters
    ----------
    records : those of the page, in the order in which they are shown; the caller has checked the rights.
    page : where it stands; None when the graph holds the whole catalogue.

    Raises
    ------
    ValueError
        If the address of the catalogue is not one of the Web.
    """
    node = terms.web(about.address)
    if node is None:
        raise ValueError(f"not an address: {about.address!r}")
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in terms.PREFIXES.items():
        graph.bind(prefix, namespace)
    shown = list(records)
    writer = Writer(graph, node)
    _about(writer, node, about)
    for record, subject in writer.subjects(shown):
        service = record.kind is Kind.SERVICE
        graph.add((node, DCAT.service if service else DCAT.dataset, subject))
        writer.record(record, subject)
    if page is not None:
        _page(graph, node, page)
    return graph


def _about(writer: Writer, node: URIRef, about: About) -> None:
    writer.say(node, RDF.type, DCAT.Catalog)
    writer.say(node, DCTERMS.title, terms.french(about.title) or Literal("Catalogue", lang="fr"))
    writer.say(node, DCTERMS.description, terms.french(about.description) or Literal("Catalogue", lang="fr"))
    writer.say(node, DCTERMS.publisher, writer.agent(about.publisher))
    writer.say(node, DCTERMS.language, writer.concept(terms.FRENCH, DCTERMS.LinguisticSystem))
    writer.say(node, DCTERMS.issued, terms.day(about.issued))
    writer.say(node, DCTERMS.modified, terms.day(about.modified))
    writer.say(node, DCTERMS.license, writer.licence(about.licence, node))
    writer.say(node, FOAF.homepage, writer.typed(terms.web(about.homepage), FOAF.Document))
    writer.say(node, DCAT.themeTaxonomy, terms.DATA_THEME)
    writer.say(terms.DATA_THEME, RDF.type, SKOS.ConceptScheme)
    writer.say(terms.DATA_THEME, DCTERMS.title, Literal("Thèmes européens de données", lang="fr"))


def _page(graph: Graph, node: URIRef, page: Page) -> None:
    view = terms.web(page.address) or node
    graph.add((node, RDF.type, HYDRA.Collection))
    graph.add((node, HYDRA.view, view))
    graph.add((node, HYDRA.totalItems, Literal(page.total, datatype=XSD.integer)))
    graph.add((view, RDF.type, HYDRA.PartialCollectionView))
    for relation in ("first", "previous", "next", "last"):
        target = terms.web(getattr(page, relation))
        if target is not None:
            graph.add((view, HYDRA[relation], target))
