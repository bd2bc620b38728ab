"""DCAT in: Turtle, JSON-LD or RDF/XML, page after page (Hydra)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SKOS
from rdflib.term import Node

from terril.core.records import Kind
from terril.core.vocabularies import EUROPEAN_THEMES, territory_key
from terril.ingestion.client import Client
from terril.ingestion.harvest import shapes
from terril.ingestion.harvest.cleaning import is_web
from terril.ingestion.harvest.contract import Remote, RemoteAgent, RemoteFile
from terril.ingestion.harvest.graphs import graph_of, nodes_of, text_of, value_of
from terril.ingestion.harvest.pages import Pager, failed

ACCEPT = "text/turtle, application/ld+json;q=0.8, application/rdf+xml;q=0.9, */*;q=0.1"
_ADMS = Namespace("http://www.w3.org/ns/adms#")
_GEODCAT = Namespace("http://data.europa.eu/930/")
_HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
_LOCN = Namespace("http://www.w3.org/ns/locn#")
_SCHEMA = Namespace("http://schema.org/")
_VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
_VERSION = URIRef(f"{DCAT}version")


def read(address: str, client: Client) -> Iterator[Remote]:
    """Records of a DCAT catalogue."""
    pager = Pager(client, ACCEPT, "un catalogue DCAT")
    following, first = address, True
    while following:
        page = pager.get(following)
        graph = graph_of(page)
        found = _resources(graph)
        if first and not found and not set(graph.subjects(RDF.type, DCAT.Catalog)):
            raise failed("données liées sans catalogue ni jeu de données DCAT", address, "vérifier l’adresse")
        yield from (remote_of(graph, node) for node in found)
        following, first = _next(graph), False


def _next(graph: Graph) -> str:
    for relation in (_HYDRA.next, _HYDRA.nextPage):
        found = sorted(str(value) for value in graph.objects(None, relation))
        if found:
            return found[0]
    return ""


def _resources(graph: Graph) -> list[Node]:
    kinds = (DCAT.Dataset, DCAT.DataService)
    found = {node for kind in kinds for node in graph.subjects(RDF.type, kind)}
    return sorted(found, key=str)


def remote_of(graph: Graph, node: Node) -> Remote:
    """What a graph says of a dataset or a service, whatever its shape."""
    service = (node, RDF.type, DCAT.DataService) in graph
    place = _extent(graph, node)
    period = next(iter(nodes_of(graph, node, DCTERMS.temporal)), node)
    landing = value_of(graph, node, DCAT.landingPage, FOAF.page)
    files = nodes_of(graph, node, DCAT.endpointURL if service else DCAT.distribution)
    producer, publisher = _agent(graph, node, DCTERMS.creator), _agent(graph, node, DCTERMS.publisher)
    return Remote(
        identifier=value_of(graph, node, DCTERMS.identifier) or (str(node) if isinstance(node, URIRef) else ""),
        place=str(node) if isinstance(node, URIRef) else "nœud sans adresse",
        kind=Kind.SERVICE if service else _kind(graph, node),
        title=text_of(graph, node, DCTERMS.title, RDFS.label),
        description=text_of(graph, node, DCTERMS.description),
        address=landing or (str(node) if isinstance(node, URIRef) and is_web(str(node)) else ""),
        producer=producer,
        publisher=publisher,
        steward=_agent(graph, node, _GEODCAT.custodian) or _contact(graph, node, producer, publisher),
        access=value_of(graph, node, DCTERMS.accessRights),
        licences=_licences(graph, node, files),
        frequency=value_of(graph, node, DCTERMS.accrualPeriodicity),
        issued=value_of(graph, node, DCTERMS.issued),
        modified=value_of(graph, node, DCTERMS.modified),
        vintage=re.sub(r"^Millésime\s*:\s*", "", text_of(graph, node, _ADMS.versionNotes)),
        version=value_of(graph, node, _VERSION, OWL.versionInfo),
        theme=_theme(graph, node),
        keywords=_keywords(graph, node),
        bbox=place.bbox,
        territory=place.territory,
        extent_label=place.extent_label,
        begin=value_of(graph, period, DCAT.startDate, _SCHEMA.startDate),
        end=value_of(graph, period, DCAT.endDate, _SCHEMA.endDate),
        files=[_file(graph, file, service=service) for file in files],
        provenance=_provenance(graph, node),
        conforms_to=[str(value) for value in nodes_of(graph, node, DCTERMS.conformsTo) if isinstance(value, URIRef)],
        sources=_sources(graph, node),
    )


def _kind(graph: Graph, node: Node) -> Kind:
    """The kind that another Terril says; a dataset otherwise."""
    for word in graph.objects(node, DCTERMS.type):
        if value_of(graph, word, SKOS.inScheme).endswith("#kinds"):
            said = value_of(graph, word, SKOS.notation)
            return Kind(said) if said in set(Kind) else Kind.DATASET
    return Kind.DATASET


def _theme(graph: Graph, node: Node) -> str:
    found = nodes_of(graph, node, DCAT.theme)
    for word in found:
        if value_of(graph, word, SKOS.inScheme).endswith("#themes"):
            return value_of(graph, word, SKOS.notation)
    codes = (str(word).rpartition("/")[2] for word in found if "/data-theme/" in str(word))
    return next((EUROPEAN_THEMES[code][1] for code in codes if code in EUROPEAN_THEMES), "")


def _keywords(graph: Graph, node: Node) -> list[str]:
    words = [word for word in graph.objects(node, DCAT.keyword) if isinstance(word, Literal)]
    french = [word for word in words if (word.language or "fr").startswith("fr")]
    return sorted({str(word) for word in french or words})


def _sources(graph: Graph, node: Node) -> list[str]:
    found = nodes_of(graph, node, PROV.wasDerivedFrom, DCTERMS.source)
    return [value_of(graph, source, DCTERMS.identifier) or str(source) for source in found]


def _agent(graph: Graph, node: Node, relation: URIRef) -> RemoteAgent | None:
    for agent in nodes_of(graph, node, relation):
        if (agent, RDF.type, FOAF.Person) in graph:
            continue
        if isinstance(agent, Literal):
            return RemoteAgent(name=str(agent))
        name = text_of(graph, agent, FOAF.name, SKOS.prefLabel, RDFS.label, _VCARD.fn)
        if name:
            return RemoteAgent(
                name=name,
                siren=value_of(graph, agent, DCTERMS.identifier),
                address=value_of(graph, agent, FOAF.homepage),
                email=value_of(graph, agent, FOAF.mbox),
            )
    return None


def _contact(graph: Graph, node: Node, *known: RemoteAgent | None) -> RemoteAgent | None:
    """Who answers for the data, where it is an organisation, and another than those known, which it completes."""
    for contact in nodes_of(graph, node, DCAT.contactPoint):
        name = text_of(graph, contact, _VCARD["organization-name"])
        if (contact, RDF.type, _VCARD.Organization) in graph:
            name = text_of(graph, contact, _VCARD.fn) or name
        if not name:
            continue
        email, address = value_of(graph, contact, _VCARD.hasEmail), value_of(graph, contact, _VCARD.hasURL)
        same = [agent for agent in known if agent is not None and agent.name == name]
        if not same:
            return RemoteAgent(name=name, address=address, email=email)
        for agent in same:
            agent.email, agent.address = agent.email or email, agent.address or address
    return None


def _licences(graph: Graph, node: Node, files: list[Node]) -> list[str]:
    """What tells the licence: its address, else its name; the dataset, else its files."""
    found = []
    for owner in (node, *files):
        for word in nodes_of(graph, owner, DCTERMS.license, DCTERMS.rights):
            label = text_of(graph, word, RDFS.label, DCTERMS.title, SKOS.prefLabel)
            # A licence named from its owner has no address of its own: its name tells more.
            own = isinstance(word, URIRef) and "#" in word
            found += [label or str(word)] if own or not isinstance(word, URIRef | Literal) else [str(word), label]
        if found:
            break
    return found


def _provenance(graph: Graph, node: Node) -> str:
    found = (text_of(graph, n, RDFS.label, DCTERMS.description) for n in nodes_of(graph, node, DCTERMS.provenance))
    return next((text for text in found if text), "") or text_of(graph, node, DCTERMS.provenance)


def _extent(graph: Graph, node: Node) -> Remote:
    """Where: the territory, its name, the rectangle, from whichever place says each."""
    found = Remote()
    for place in nodes_of(graph, node, DCTERMS.spatial):
        named = value_of(graph, place, DCTERMS.identifier)
        found.territory = found.territory or territory_key(str(place)) or territory_key(named)
        found.territory = found.territory or (named if ":" in named and not is_web(named) else "")
        found.extent_label = found.extent_label or text_of(graph, place, SKOS.prefLabel, RDFS.label)
        found.bbox = found.bbox or shapes.of_wkt(text_of(graph, place, DCAT.bbox, _LOCN.geometry))
    return found


def _file(graph: Graph, node: Node, *, service: bool) -> RemoteFile:
    download = value_of(graph, node, DCAT.downloadURL)
    rights = nodes_of(graph, node, DCTERMS.license)
    return RemoteFile(
        title=text_of(graph, node, DCTERMS.title),
        address=str(node) if service else download or value_of(graph, node, DCAT.accessURL),
        download=bool(download),
        media_type=value_of(graph, node, DCAT.mediaType),
        format=value_of(graph, node, DCTERMS.format) or _label(graph, node, DCTERMS.format),
        bytes=value_of(graph, node, DCAT.byteSize),
        licence=next(iter(_licences(graph, node, [])), "") if rights else "",
        conforms_to=value_of(graph, node, DCTERMS.conformsTo),
    )


def _label(graph: Graph, node: Node, relation: URIRef) -> str:
    found = (text_of(graph, word, RDFS.label, SKOS.prefLabel) for word in nodes_of(graph, node, relation))
    return next((text for text in found if text), "")
