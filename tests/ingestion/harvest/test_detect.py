"""Which protocol a catalogue speaks, from its address or from what it answers."""

from __future__ import annotations

import pytest

from terril.core.errors import IngestError
from terril.ingestion.client import Client
from terril.ingestion.harvest import Protocol, detect
from tests.ingestion.harvest.portal import Portal


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://exemple.org/geonetwork/srv/fre/csw", Protocol.CSW),
        ("https://exemple.org/cat?Service=CSW&request=GetCapabilities", Protocol.CSW),
        ("https://www.data.gouv.fr/api/1/datasets/?organization=abc", Protocol.DATA_GOUV),
        ("https://www.data.gouv.fr/fr/organizations/agence-d-exemple/", Protocol.DATA_GOUV),
        ("https://exemple.org/catalogue.ttl?page=2", Protocol.DCAT),
        ("https://exemple.org/catalog.rdf", Protocol.DCAT),
    ],
)
def test_from_the_address_alone(web: Client, address: str, expected: Protocol) -> None:
    assert detect(address, web) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("@prefix dcat: <http://www.w3.org/ns/dcat#> . [] a dcat:Catalog .", Protocol.DCAT),
        ('<?xml version="1.0"?><rdf:RDF xmlns:dcat="http://www.w3.org/ns/dcat#"/>', Protocol.DCAT),
        ('{"@context": {}, "@graph": []}', Protocol.DCAT),
        ('{"features": [], "links": []}', Protocol.OGC_RECORDS),
        ('{"title": "x", "links": []}', Protocol.OGC_RECORDS),
        ('{"data": [], "page_size": 20}', Protocol.DATA_GOUV),
        ('<csw:Capabilities xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"/>', Protocol.CSW),
    ],
)
def test_from_what_it_answers(portal: Portal, web: Client, body: str, expected: Protocol) -> None:
    portal.pages["/c"] = body
    assert detect(f"{portal.root}/c", web) is expected
    assert "text/turtle" in portal.asked[0][1]


@pytest.mark.parametrize(
    "body", ["<rss/>", '{"a": 1}', "[1]", "nom;code\n", "<html><title>x</title>", '{"a":', "[" * 100_000]
)
def test_what_is_no_catalogue(portal: Portal, web: Client, body: str) -> None:
    portal.pages["/c"] = body
    with pytest.raises(IngestError) as told:
        detect(f"{portal.root}/c", web)
    assert told.value.hint and told.value.location


def test_damaged_address(web: Client) -> None:
    with pytest.raises(IngestError, match="seules les adresses"):
        detect("http://[", web)


def test_protocols_have_names() -> None:
    assert all(protocol.label for protocol in Protocol) and len({p.label for p in Protocol}) == 4
