"""DCAT in: what we publish comes back, and what others write is read or refused by name."""

from __future__ import annotations

import json
import socket
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD

from terril.core.errors import IngestError
from terril.core.records import Agent, Distribution, Extent, Kind, Openness, Record
from terril.ingestion.client import Client
from terril.ingestion.harvest import Protocol, harvest
from terril.ingestion.harvest.cleaning import cleaned
from terril.ingestion.harvest.dcat import remote_of
from terril.protocols.dcat import About, Syntax, catalogue_graph, page_of, serialise
from tests.ingestion.harvest.portal import Portal

_AGENCY = Agent(name="Agence d’exemple", siren="123456789", address="https://agence.exemple.fr/", email="a@exemple.fr")
_ABOUT = About(address="https://exemple.fr/catalogue", title="Catalogue", description="D", publisher=_AGENCY)
_RECORD = Record(
    identifier="insee/rp_logement",
    kind=Kind.DATASET,
    title="Logements au recensement",
    description="Logements par commune : « 5 < 6 & 7 ».\n\nSecond paragraphe.",
    address="https://exemple.fr/catalogue/insee/rp_logement/",
    producer=Agent(name="Institut d’exemple"),
    publisher=_AGENCY,
    steward=Agent(name="Service des données", email="donnees@exemple.fr"),
    licence="Licence Ouverte 2.0",
    frequency="annual",
    issued="2024-05-06",
    modified="2025-01-15",
    vintage="recensement 2022",
    version="3",
    theme="logement",
    keywords=("logement", "vacance"),
    extent=Extent(
        bbox=(2.25, 50.02, 3.1, 50.75), territory="epci:200072460", label="EPCI", begin="2011-01-01", end="2022-12-31"
    ),
    distributions=(
        Distribution(
            title="CSV",
            address="https://exemple.fr/logements.csv",
            media_type="text/csv",
            format="CSV",
            bytes=2048,
            conforms_to="https://exemple.fr/schema.json",
        ),
        Distribution(
            title="Parquet",
            address="https://exemple.fr/logements.parquet",
            media_type="application/vnd.apache.parquet",
            format="Parquet",
            licence="ODbL 1.0",
        ),
        Distribution(
            title="Page", address="https://exemple.fr/p", download=False, media_type="text/html", format="HTML"
        ),
    ),
    provenance="Compté au recensement.",
    conforms_to=("https://exemple.fr/norme",),
    sources=("insee/population",),
)
_OTHERS = (
    replace(
        _RECORD,
        identifier="logement/part_vacants",
        kind=Kind.INDICATOR,
        address="https://exemple.fr/indicateurs/part_vacants/",
        publisher=None,
        openness=Openness.ORGANISATIONS,
        licence="Conditions de la convention",
        extent=Extent(territory="perimeter:exemple", label="Périmètre"),
        distributions=(),
        sources=("insee/rp_logement",),
    ),
    Record(
        identifier="ogc",
        kind=Kind.SERVICE,
        title="Accès OGC",
        description="Collections.",
        address="https://exemple.fr/ogc/apropos",
        producer=_AGENCY,
        openness=Openness.CONFIDENTIAL,
        distributions=(
            Distribution(
                title="OGC API Features",
                address="https://exemple.fr/ogc/",
                download=False,
                media_type="application/json",
                format="JSON",
                conforms_to="https://www.opengis.net/spec/ogcapi-features-1/1.0",
            ),
        ),
    ),
    Record(
        identifier="carte/x",
        kind=Kind.MAP,
        title="Carte",
        description="Carte",
        address="https://exemple.fr/cartes/x/",
        producer=_AGENCY,
        theme="urbanisme",
        frequency="continuous",
    ),
)


@pytest.mark.parametrize("syntax", Syntax)
def test_what_we_publish_comes_back(portal: Portal, web: Client, syntax: Syntax) -> None:
    ours = [
        _RECORD,
        *_OTHERS,
        *(replace(_RECORD, identifier=f"p/{i}", address=f"https://exemple.fr/{i}") for i in range(8)),
    ]
    address = f"{portal.root}/catalogue.{syntax.extension}"

    def serve(query: dict[str, str]) -> tuple[str, bytes]:
        number = int(query.get("page", "1"))
        page = page_of(address, number, len(ours), size=5)
        return syntax.content_type, serialise(catalogue_graph(ours[5 * number - 5 : 5 * number], _ABOUT, page), syntax)

    portal.pages[f"/catalogue.{syntax.extension}"] = serve
    found = list(harvest(address, None, web))
    assert [fault for item in found for fault in item.faults] == []
    records = {item.record.identifier: replace(item.record, harvested_from="") for item in found if item.record}
    assert records == {record.identifier: record for record in ours}
    assert all(item.record and item.record.harvested_from == address for item in found)
    assert len(portal.asked) == 3


_TURTLE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix locn: <http://www.w3.org/ns/locn#> . @prefix gsp: <http://www.opengis.net/ont/geosparql#> .
<https://exemple.org/c> a dcat:Catalog ; dcat:dataset <https://exemple.org/d/1>, <https://exemple.org/d/2>, [] .
<https://exemple.org/d/1> a dcat:Dataset ;
    dct:title "Cycling"@en, "Aménagements <b>cyclables</b>"@fr ;
    dct:description "&lt;p&gt;Un&lt;/p&gt;&lt;p&gt;Deux &amp;amp; trois&lt;/p&gt;<script>alert(1)</script>" ;
    dct:publisher "Communauté d’exemple" ;
    dct:issued "2024-02-30" ; dct:modified "2024-03-01T10:00:00Z" ;
    dct:license <http://opendatacommons.org/licenses/odbl/1-0> ;
    dct:accrualPeriodicity <http://purl.org/cld/freq/weekly> ;
    dct:spatial [ a dct:Location ; locn:geometry
        "<http://www.opengis.net/def/crs/EPSG/0/4326> POLYGON((50 2, 50 3, 51 3, 50 2))"^^gsp:wktLiteral ] ;
    dcat:contactPoint [ a vcard:Individual ; vcard:fn "Une personne" ; vcard:hasEmail <mailto:une.personne@exemple.org> ] ;
    dcat:theme <http://publications.europa.eu/resource/authority/data-theme/TRAN> ;
    dcat:distribution [ a dcat:Distribution ; dct:title "fichier" ; dcat:accessURL <javascript:alert(1)> ],
        [ a dcat:Distribution ; dcat:accessURL <https://exemple.org/a.geojson> ; dct:format "GeoJSON" ; dcat:byteSize "beaucoup" ] .
<https://exemple.org/d/2> a dcat:Dataset ; dct:description "sans titre" .
[] a dcat:Dataset ; dct:title "Sans adresse ni identifiant" .
<https://exemple.org/d/3> a dcat:Dataset ; dct:title "Sans producteur" ; dct:identifier "trois" ;
    dct:creator [ a foaf:Person ; foaf:name "Une personne" ] .
"""


def test_what_others_write(portal: Portal, web: Client) -> None:
    portal.pages["/c"] = ("text/turtle", _TURTLE)
    found = {item.remote_id: item for item in harvest(f"{portal.root}/c", None, web)}
    one = found["https://exemple.org/d/1"]
    assert one.record is not None
    assert one.record.title == "Aménagements cyclables"
    assert one.record.description == "Un\n\nDeux & trois"
    assert one.record.producer.name == "Communauté d’exemple" and one.record.steward is None
    assert (one.record.issued, one.record.modified) == ("", "2024-03-01")
    assert (one.record.licence, one.record.frequency, one.record.theme) == ("ODbL 1.0", "monthly", "mobilite")
    assert one.record.extent.bbox == (2, 50, 3, 51)
    assert [(d.address, d.format, d.bytes) for d in one.record.distributions] == [
        ("https://exemple.org/a.geojson", "GeoJSON", None)
    ]
    assert sorted(fault.message for fault in one.faults) == ["adresse refusée", "date illisible : laissée"]
    two = found["https://exemple.org/d/2"]
    assert two.record is None and "sans titre" in str(two.faults[0]) and two.faults[0].hint
    three = found["trois"]
    assert (
        three.record is not None and three.record.producer.name == "127.0.0.1" and "producteur" in str(three.faults[0])
    )
    assert three.record.address == "https://exemple.org/d/3"
    nameless = found["nœud sans adresse"]
    assert nameless.record is None and "sans identifiant" in str(nameless.faults[0])
    assert "personne" not in repr([item.record for item in found.values()])


@pytest.mark.parametrize(
    "context",
    [
        "https://exemple.org/contexte.jsonld",
        ["https://exemple.org/contexte.jsonld", {}],
        {"@import": "https://exemple.org/contexte.jsonld"},
        {"terme": {"@id": "http://exemple.org/t", "@context": "https://exemple.org/contexte.jsonld"}},
    ],
)
def test_remote_contexts_are_never_fetched(
    portal: Portal, web: Client, monkeypatch: pytest.MonkeyPatch, context: object
) -> None:
    portal.pages["/c"] = ("application/ld+json", json.dumps([{"@id": "a", "x": {"@context": context}}]))
    names: list[object] = []
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *rest, **more: names.append(host) or real(host, *rest, **more)
    )
    with pytest.raises(IngestError, match="@context") as told:
        list(harvest(f"{portal.root}/c", Protocol.DCAT, web))
    assert set(names) <= {"127.0.0.1"} and len(portal.asked) == 1
    assert "Turtle" in str(told.value.hint)


_BOMB = """<?xml version="1.0"?><!DOCTYPE rdf [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&b;</rdf:RDF>"""
_EXTERNAL = """<?xml version="1.0"?><!DOCTYPE rdf [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&a;</rdf:RDF>"""


@pytest.mark.parametrize(
    ("media", "body", "message"),
    [
        ("application/rdf+xml", _BOMB, "DTD"),
        ("application/rdf+xml", _EXTERNAL, "DTD"),
        ("application/rdf+xml", "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><a", "XML illisible"),
        ("application/rdf+xml", "<a xmlns='x:'><b rdf='1'/></a>", "sans catalogue"),
        ("text/turtle", _TURTLE[:600], "Turtle illisible"),
        ("text/turtle", "<a> <b> " + "[" * 5000, "Turtle illisible"),
        ("text/turtle", "<a> <b> \"é\" .".encode("latin-1"), "Turtle illisible"),
        ("text/turtle", "<https://exemple.org/a> a <https://exemple.org/b> .", "sans catalogue"),
        ("application/ld+json", '{"@graph": [', "JSON illisible"),
        ("application/ld+json", "[" * 100_000, "JSON illisible"),
        ("application/ld+json", '{"é": 1}'.encode("latin-1"), "UTF-8"),
        ("application/ld+json", '{"@context": {"a": 4}, "a": 1}', "JSON-LD illisible|sans catalogue"),
        ("application/ld+json", "<!DOCTYPE html><html></html>", "page Web"),
        ("text/html", "\ufeff \n<HTML lang='fr'>", "page Web"),
        ("text/turtle", "  \n", "vide"),
        ("", 500, "4 essais"),
        ("", 404, "404"),
    ],
)  # fmt: skip
def test_catalogues_that_cannot_be_read(
    portal: Portal, web: Client, media: str, body: str | bytes | int, message: str
) -> None:
    portal.pages["/c"] = (media, body)  # type: ignore[assignment]
    with pytest.raises(IngestError, match=message) as told:
        list(harvest(f"{portal.root}/c", Protocol.DCAT, web))
    assert told.value.location and told.value.location.value


def _page(following: str, number: int = 0) -> tuple[str, str]:
    return "text/turtle", (
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
        f'<https://exemple.org/d/{number}> a dcat:Dataset ; dct:title "T" ; dct:publisher "P" .\n'
        f"<https://exemple.org/p/{number}> <http://www.w3.org/ns/hydra/core#next> <{following}> ."
    )


def test_pages_that_go_round(portal: Portal, web: Client) -> None:
    portal.pages["/c"] = _page(f"{portal.root}/d")
    portal.pages["/d"] = _page(f"{portal.root}/c", 1)
    items = harvest(f"{portal.root}/c", Protocol.DCAT, web)
    assert next(items).record and next(items).record
    with pytest.raises(IngestError, match="déjà lue"):
        next(items)


def test_the_same_page_under_ever_new_addresses(portal: Portal, web: Client) -> None:
    portal.pages["/c"] = lambda query: _page(f"{portal.root}/c?page=1000")
    with pytest.raises(IngestError, match="sous une autre adresse"):
        list(harvest(f"{portal.root}/c", Protocol.DCAT, web))


def test_pages_without_end(portal: Portal, web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terril.ingestion.harvest.contract.PAGES", 5)
    portal.pages["/c"] = lambda query: _page(
        f"{portal.root}/c?page={int(query.get('page', 0)) + 1}", int(query.get("page", 0))
    )
    with pytest.raises(IngestError, match=r"plus de 5 pages"):
        list(harvest(f"{portal.root}/c", Protocol.DCAT, web))


def test_the_same_records_without_end(portal: Portal, web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terril.ingestion.harvest.contract.REPEATS", 3)

    def serve(query: dict[str, str]) -> tuple[str, str]:
        number = int(query.get("page", 0))
        media, text = _page(f"{portal.root}/c?page={number + 1}")
        return media, f"{text}\n# {number}"

    portal.pages["/c"] = serve
    items = harvest(f"{portal.root}/c", Protocol.DCAT, web)
    assert next(items).record is not None
    again = next(items)
    assert again.record is None and "déjà rencontré" in str(again.faults[0])
    with pytest.raises(IngestError, match="sans fin"):
        list(items)


@pytest.mark.parametrize(
    "following", ["http://10.0.0.1/c", "http://[::1]/c", "file:///etc/passwd", "http://169.254.169.254/"]
)
def test_next_pages_stay_on_the_web(portal: Portal, web: Client, following: str) -> None:
    portal.pages["/c"] = _page(following)
    items = harvest(f"{portal.root}/c", Protocol.DCAT, web)
    assert next(items).record is not None
    with pytest.raises(IngestError, match=r"réseau privé|seules les adresses"):
        next(items)


def test_a_page_that_is_too_big(portal: Portal, web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terril.ingestion.harvest.contract.PAGE_BYTES", 1000)
    portal.pages["/c"] = ("text/turtle", "# " + "x" * 2000)
    with pytest.raises(IngestError, match="plus de"):
        list(harvest(f"{portal.root}/c", Protocol.DCAT, web))


def test_a_failure_in_the_middle_keeps_what_was_read(portal: Portal, web: Client) -> None:
    portal.pages["/c"] = _page(f"{portal.root}/d")
    portal.pages["/d"] = 503
    items = harvest(f"{portal.root}/c", Protocol.DCAT, web)
    assert next(items).record is not None
    with pytest.raises(IngestError, match="essais"):
        next(items)


_NODES = [
    "https://exemple.org/d/1",
    "javascript:alert(1)",
    "https://exemple.org/d/1#dataset-2",
    "urn:x",
    "a#kinds",
    "a#themes",
]
_TERMS = st.sampled_from([URIRef(n) for n in _NODES] + [BNode("a"), BNode("b")])
_VALUES = (
    _TERMS
    | st.builds(Literal, st.text(max_size=8))
    | st.sampled_from(
        [
            Literal("POLYGON((1e999 2))"),
            Literal("2024-02-30", datatype=XSD.date),
            Literal("x", lang="fr-FR"),
            Literal(10**30),
        ]
    )
)
_RELATIONS = st.sampled_from(
    [getattr(DCTERMS, name) for name in ("title", "identifier", "spatial", "temporal", "license", "publisher", "creator", "type",
     "format", "source", "provenance", "issued", "accessRights", "conformsTo")]
    + [DCAT.distribution, DCAT.bbox, DCAT.theme, DCAT.contactPoint, DCAT.startDate, DCAT.accessURL, DCAT.byteSize, DCAT.endpointURL,
       SKOS.inScheme, SKOS.notation, FOAF.name, RDFS.label, URIRef("http://www.w3.org/2006/vcard/ns#organization-name")]
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.tuples(_TERMS, _RELATIONS, _VALUES), max_size=25), st.sampled_from([DCAT.Dataset, DCAT.DataService]))
def test_a_graph_of_any_shape_is_a_record_or_a_reason(triples: list, kind: URIRef) -> None:
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    for node in (URIRef("https://exemple.org/d/1"), BNode("a")):
        graph.add((node, RDF.type, kind))
        found = cleaned(remote_of(graph, node), "https://exemple.org/")
        assert (found.record is not None or found.faults) and found.remote_id
