"""DCAT-AP out: the shapes of the profile hold, whatever the records hold."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyshacl import validate
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, RDF, SH
from rdflib.plugins.parsers.jsonld import to_rdf

from terril.core.records import Agent, Distribution, Extent, Kind, Record
from terril.protocols.dcat import Syntax, catalogue_graph, negotiate, page_of, serialise
from terril.protocols.dcat.terms import HYDRA, VCARD
from tests.protocols.dcat.samples import ABOUT, EVERY, INDICATOR, MINIMAL, NASTY, RICH, SERVICE

_READERS = {Syntax.TURTLE: "turtle", Syntax.RDF_XML: "xml"}
_EU = "http://publications.europa.eu/resource/authority/"
#: The profile in one file; its ranges and its tables of words apart.
_SHAPES = ("dcat-ap-SHACL.ttl", "shapes.ttl", "range.ttl", "mdr-vocabularies.shape.ttl")


@cache
def _shapes(folder: Path, name: str) -> Graph:
    shapes = Graph().parse(folder / "standards" / "dcat-ap-3.0.1" / name)
    # Two properties of the data service, as published, say no path: a validator cannot read them.
    for owner, prop in list(shapes.subject_objects(SH.property)):
        if (prop, SH.path, None) not in shapes:
            shapes.remove((owner, SH.property, prop))
    return shapes


def _read(graph: Graph, syntax: Syntax) -> Graph:
    written = serialise(graph, syntax)
    if syntax is Syntax.JSON_LD:
        return to_rdf(json.loads(written), Graph(), "https://exemple.fr/")
    return Graph().parse(data=written, format=_READERS[syntax])


@pytest.mark.reference_data
@pytest.mark.parametrize("shapes", _SHAPES)
@pytest.mark.parametrize(
    "records", [(RICH,), (MINIMAL,), (NASTY,), EVERY, ()], ids=["rich", "minimal", "nasty", "every", "none"]
)
def test_conforms_to_the_profile(reference_data: Path, records: tuple[Record, ...], shapes: str) -> None:
    graph = catalogue_graph(records, ABOUT, page_of(f"{ABOUT.address}.ttl", 2, 250))
    written = _read(graph, Syntax.TURTLE)
    conforms, _, told = validate(written, shacl_graph=_shapes(reference_data, shapes), allow_warnings=True)
    assert conforms, told


@pytest.mark.reference_data
def test_the_shapes_can_fail(reference_data: Path) -> None:
    graph = catalogue_graph((RICH,), ABOUT)
    graph.remove((None, DCTERMS.title, None))
    assert not validate(graph, shacl_graph=_shapes(reference_data, "dcat-ap-SHACL.ttl"), allow_warnings=True)[0]


@pytest.mark.parametrize("syntax", Syntax)
def test_the_three_syntaxes_say_the_same(syntax: Syntax) -> None:
    graph = catalogue_graph(EVERY, ABOUT, page_of(ABOUT.address, 1, 5))
    assert isomorphic(_read(graph, syntax), graph)


@settings(max_examples=40)
@given(
    st.lists(st.text(st.characters(codec=None), max_size=12), min_size=14, max_size=14),
    st.tuples(*[st.floats(width=32)] * 4),
    st.sampled_from(Kind),
)
def test_whatever_is_typed_can_be_written(
    texts: list[str], bbox: tuple[float, float, float, float], kind: Kind
) -> None:
    (title, text, page, name, siren, mail, licence, date, theme, word, place, file, media, norm) = texts
    record = Record(
        identifier=title,
        kind=kind,
        title=title,
        description=text,
        address=f"https://exemple.fr/{page}",
        producer=Agent(name=name, siren=siren, email=mail, address=f"https://{name}"),
        licence=licence,
        issued=date,
        theme=theme,
        keywords=(word, theme),
        extent=Extent(bbox=bbox, territory=f"commune:{place}", label=place),
        distributions=(
            Distribution(title=title, address=f"http://exemple.fr/{file}", media_type=f"text/{media}", format=media),
        ),
        provenance=text,
        conforms_to=(norm, f"https://exemple.fr/{norm}"),
        sources=(word,),
    )
    graph = catalogue_graph((record,), ABOUT)
    for syntax in Syntax:
        assert isomorphic(_read(graph, syntax), graph)


def test_html_stays_text() -> None:
    text = serialise(catalogue_graph((NASTY,), ABOUT), Syntax.RDF_XML).decode()
    assert "<script" not in text and "&lt;script&gt;" in text
    assert "javascript:" not in text and "file:///" not in text


def test_what_data_gouv_fr_reads() -> None:
    graph = catalogue_graph((RICH,), ABOUT)
    node = graph.value(predicate=RDF.type, object=DCAT.Dataset)
    assert str(graph.value(node, DCTERMS.identifier)) == "insee/rp_logement"
    assert str(graph.value(node, DCAT.landingPage)) == RICH.address
    assert str(graph.value(node, DCTERMS.license)) == "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
    assert str(graph.value(node, DCTERMS.accrualPeriodicity)) == f"{_EU}frequency/ANNUAL"
    assert str(graph.value(node, DCTERMS.accessRights)) == f"{_EU}access-right/PUBLIC"
    assert URIRef(f"{_EU}data-theme/SOCI") in set(graph.objects(node, DCAT.theme))
    assert URIRef("http://id.insee.fr/geo/intercommunalite/200072460") in set(graph.objects(node, DCTERMS.spatial))
    contact = graph.value(node, DCAT.contactPoint)
    assert str(graph.value(contact, VCARD.hasEmail)) == "mailto:service@exemple.fr"
    file = graph.value(predicate=DCAT.downloadURL, object=URIRef("https://donnees.exemple.fr/logements.csv"))
    assert str(graph.value(file, DCTERMS.format)) == f"{_EU}file-type/CSV"
    assert str(graph.value(file, DCAT.mediaType)).endswith("/media-types/text/csv")
    assert int(graph.value(file, DCAT.byteSize)) == 2048
    assert {str(box) for box in graph.objects(None, DCAT.bbox)} == {
        "POLYGON((2.25 50.02, 3.1 50.02, 3.1 50.75, 2.25 50.75, 2.25 50.02))"
    }


def test_a_service_answers_somewhere() -> None:
    graph = catalogue_graph((SERVICE, replace(SERVICE, identifier="nu", distributions=(), address="")), ABOUT)
    services = set(graph.subjects(RDF.type, DCAT.DataService))
    assert len(services) == 2 == len(set(graph.objects(None, DCAT.service)))
    assert all(graph.value(service, DCAT.endpointURL) for service in services)
    assert not set(graph.subjects(RDF.type, DCAT.Distribution))


def test_two_records_never_become_one() -> None:
    graph = catalogue_graph([RICH, replace(RICH, identifier="autre", title="Autre")] * 2, ABOUT)
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == 4
    assert all(len(list(graph.objects(s, DCTERMS.title))) == 1 for s in graph.subjects(RDF.type, DCAT.Dataset))


def test_the_catalogue_needs_an_address() -> None:
    with pytest.raises(ValueError, match="not an address"):
        catalogue_graph((), replace(ABOUT, address="javascript:alert(1)"))


def test_pages_lead_to_one_another() -> None:
    address, seen = "https://exemple.fr/catalogue.ttl", []
    number = 1
    while address:
        page = page_of("https://exemple.fr/catalogue.ttl", number, 205)
        assert page.address == address
        graph = catalogue_graph((), ABOUT, page)
        view = graph.value(predicate=RDF.type, object=HYDRA.PartialCollectionView)
        assert str(view) == address
        assert str(graph.value(view, HYDRA.last)).endswith("?page=3")
        seen.append(address)
        address, number = str(graph.value(view, HYDRA.next) or ""), number + 1
    assert len(seen) == 3
    assert page_of("https://exemple.fr/c?a=1", 2, 0).previous == "https://exemple.fr/c?a=1"
    assert page_of("https://exemple.fr/c?a=1", 1, 101).next == "https://exemple.fr/c?a=1&page=2"


def test_sources_are_linked_within_the_page() -> None:
    graph = catalogue_graph((RICH, INDICATOR), ABOUT)
    origin = graph.value(URIRef(f"{INDICATOR.address}#indicator"), URIRef("http://www.w3.org/ns/prov#wasDerivedFrom"))
    assert origin == URIRef(f"{RICH.address}#dataset")


@pytest.mark.parametrize(
    ("accept", "extension", "expected"),
    [
        ("", "", Syntax.TURTLE),
        ("*/*", "", Syntax.TURTLE),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "", None),
        ("text/html", "ttl", Syntax.TURTLE),
        ("text/turtle", "RDF", Syntax.RDF_XML),
        ("text/turtle", "exe", None),
        ("", "json", Syntax.JSON_LD),
        ("application/ld+json", "", Syntax.JSON_LD),
        ("text/turtle;q=0.5, application/rdf+xml", "", Syntax.RDF_XML),
        ("text/turtle; q=0, */*;q=0.1", "", Syntax.JSON_LD),
        ("application/*", "", Syntax.JSON_LD),
        ("application/rdf+xml;q=oui, image/png", "", None),
        ("application/RDF+XML; charset=utf-8; q=0.2", "", Syntax.RDF_XML),
        ("text/turtle;q=inf", "", Syntax.TURTLE),
        (";;,,/q=,", "", None),
        ("image/png", "", None),
    ],
)
def test_negotiation(accept: str, extension: str, expected: Syntax | None) -> None:
    assert negotiate(accept, extension) is expected


def test_syntaxes_have_names() -> None:
    assert [s.extension for s in Syntax] == ["ttl", "jsonld", "rdf"]
    assert [s.label for s in Syntax] == ["Turtle", "JSON-LD", "RDF/XML"]
    assert Syntax.TURTLE.content_type == "text/turtle; charset=utf-8"
