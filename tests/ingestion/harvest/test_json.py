"""OGC API Records and data.gouv.fr in: JSON of any shape is read or refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terril.core.errors import IngestError
from terril.core.records import Kind
from terril.ingestion.client import Client
from terril.ingestion.harvest import Protocol, harvest, records, udata
from terril.ingestion.harvest.cleaning import cleaned
from tests.ingestion.harvest.portal import Portal

_FEATURE: dict[str, Any] = {
    "id": "urn:exemple:1",
    "type": "Feature",
    "geometry": {"type": "Polygon", "coordinates": [[[2, 50], [3, 50], [3, 51], [2, 50]]]},
    "time": {"interval": ["2011-01-01", ".."]},
    "properties": {
        "type": "dataset",
        "title": "Espaces <i>consommés</i>",
        "description": "Description.",
        "created": "2024-01-02T00:00:00Z",
        "updated": "2024-06-01",
        "keywords": ["enaf", "enaf", "", 3],
        "contacts": [
            {"name": "Une Personne", "roles": ["producer"]},
            {
                "name": "Une Personne",
                "organization": "Institut d’exemple",
                "roles": ["producer"],
                "emails": [{"value": "contact@exemple.org"}],
            },
        ],
        "license": "odbl",
    },
    "links": [
        {"rel": "enclosure", "href": "https://exemple.org/a.csv", "type": "text/csv", "title": "CSV", "length": 12},
        {"rel": "item", "href": "file:///etc/passwd"},
        {"rel": "canonical", "href": "https://exemple.org/fiche/1", "type": "text/html"},
    ],
}


def _collection(*features: object, following: str = "") -> tuple[str, str]:
    links = [{"rel": "next", "href": following, "type": "application/geo+json"}] if following else []
    return "application/geo+json", json.dumps({"type": "FeatureCollection", "features": features, "links": links})


def test_ogc_records_from_the_landing_page(portal: Portal, web: Client) -> None:
    portal.pages["/ogc"] = ("application/json", json.dumps({"title": "t", "links": [], "conformsTo": []}))
    portal.pages["/ogc/collections"] = json.dumps(
        {
            "collections": [
                {"id": "f", "itemType": "feature", "links": [{"rel": "items", "href": "/non"}]},
                {"id": "r", "itemType": "record", "links": [{"rel": "items", "href": "collections/r/items?f=json"}]},
            ]
        }
    )
    portal.pages["/ogc/collections/r/items"] = lambda query: (
        _collection({**_FEATURE, "id": "2"}, {"id": 3}, 4)
        if "offset" in query
        else _collection(_FEATURE, following="items?offset=1")
    )
    portal.pages["/ogc/collections/r/items?f=json&limit=100"] = portal.pages["/ogc/collections/r/items"]
    found = list(harvest(f"{portal.root}/ogc", None, web))
    record = found[0].record
    assert record is not None and record.title == "Espaces consommés" and record.kind is Kind.DATASET
    assert (record.producer.name, record.producer.email) == ("Institut d’exemple", "contact@exemple.org")
    assert (record.issued, record.modified, record.licence) == ("2024-01-02", "2024-06-01", "ODbL 1.0")
    assert record.extent.bbox == (2, 50, 3, 51) and (record.extent.begin, record.extent.end) == ("2011-01-01", "")
    assert record.keywords == ("enaf", "3") and record.address == "https://exemple.org/fiche/1"
    assert [(d.address, d.format, d.bytes, d.download) for d in record.distributions] == [
        ("https://exemple.org/a.csv", "CSV", 12, True)
    ]
    assert [fault.message for fault in found[0].faults] == ["adresse refusée"]
    assert [item.remote_id for item in found[1:3]] == ["2", "3"] and found[2].record is None
    assert found[3].record is None and "(fiche 3)" in found[3].remote_id
    assert "Personne" not in repr(record)
    assert {path.partition("?")[0] for path, _ in portal.asked} == {
        "/ogc",
        "/ogc/collections",
        "/ogc/collections/r/items",
    }


def test_ogc_records_from_items(portal: Portal, web: Client) -> None:
    portal.pages["/items"] = _collection(_FEATURE)
    (found,) = harvest(f"{portal.root}/items", Protocol.OGC_RECORDS, web)
    assert found.record is not None and found.record.harvested_from == f"{portal.root}/items"


def test_ogc_records_from_a_collection(portal: Portal, web: Client) -> None:
    portal.pages["/c"] = json.dumps({"id": "r", "itemType": "record", "links": [{"rel": "items", "href": "/items"}]})
    portal.pages["/items"] = _collection(_FEATURE)
    assert [item.remote_id for item in harvest(f"{portal.root}/c", None, web)] == ["urn:exemple:1"]


def test_ogc_records_that_go_round(portal: Portal, web: Client) -> None:
    portal.pages["/items"] = _collection(_FEATURE, following="/items")
    with pytest.raises(IngestError, match="déjà lue"):
        list(harvest(f"{portal.root}/items", Protocol.OGC_RECORDS, web))


_DATASET: dict[str, Any] = {
    "id": "5f0000000000000000000001",
    "title": "Bornes de recharge",
    "description": "# Bornes\n\nDes **bornes** & des <script>alert(1)</script>prises.",
    "page": "https://www.exemple.org/datasets/bornes/",
    "organization": {"name": "Syndicat d’exemple", "page": "https://www.exemple.org/o/", "business_number_id": "12345678900011"},
    "owner": {"first_name": "Une", "last_name": "Personne"},
    "contact_points": [{"name": "Une Personne", "email": "donnees@exemple.org", "role": "contact"}],
    "license": "lov2",
    "frequency": "monthly",
    "created_at": "2023-01-01T10:00:00+00:00",
    "last_update": "2025-01-01T10:00:00.123000+00:00",
    "tags": ["irve"],
    "spatial": {"geom": None, "zones": ["fr:epci:200072460"]},
    "temporal_coverage": {"start": "2023-01-01", "end": "2024-12-31T00:00:00"},
    "resources": [
        {"title": "CSV", "url": "https://exemple.org/b.csv", "type": "main", "format": "csv", "mime": "text/csv",
         "filesize": 10, "schema": {"url": "https://schema.exemple.org/irve.json", "name": "irve"}},
        {"title": "Notice", "url": "javascript:alert(1)", "type": "documentation", "format": "pdf"},
    ],
}  # fmt: skip


def _datasets(*items: object, following: object = None) -> tuple[str, str]:
    return "application/json", json.dumps(
        {"data": items, "next_page": following, "page": 1, "page_size": 100, "total": 9}
    )


def test_data_gouv_from_the_page_of_an_organisation(portal: Portal, web: Client) -> None:
    portal.pages["/api/1/organizations/syndicat/"] = json.dumps({"id": "abc", "slug": "syndicat"})
    portal.pages["/api/1/datasets/"] = lambda query: (
        _datasets({**_DATASET, "archived": "2024-01-01"}, {"id": "x"}, "rien")
        if query.get("page") == "2"
        else _datasets(_DATASET, following=f"{portal.root}/api/1/datasets/?organization=abc&page=2")
    )
    found = list(harvest(f"{portal.root}/fr/organizations/syndicat/", Protocol.DATA_GOUV, web))
    record = found[0].record
    assert record is not None and record.description == "# Bornes\n\nDes **bornes** & des prises."
    assert (record.producer.name, record.producer.siren) == ("Syndicat d’exemple", "123456789")
    assert record.steward is not None and (record.steward.name, record.steward.email) == (
        "Syndicat d’exemple",
        "donnees@exemple.org",
    )
    assert (record.licence, record.frequency, record.issued, record.modified) == (
        "Licence Ouverte 2.0",
        "monthly",
        "2023-01-01",
        "2025-01-01",
    )
    assert record.extent.territory == "epci:200072460" and record.extent.end == "2024-12-31"
    assert [(d.format, d.bytes, d.conforms_to) for d in record.distributions] == [
        ("CSV", 10, "https://schema.exemple.org/irve.json")
    ]
    assert "Personne" not in repr(record)
    assert found[1].record is None and "archivée" in str(found[1].faults[0])
    assert found[2].record is None and "sans titre" in str(found[2].faults[0])
    assert found[3].record is None and "(fiche 3)" in found[3].remote_id
    assert "organization=abc" in portal.asked[1][0] and portal.asked[1][1] == "application/json"


def test_data_gouv_from_the_api(portal: Portal, web: Client) -> None:
    portal.pages["/api/1/datasets/"] = _datasets(_DATASET)
    assert [i.remote_id for i in harvest(f"{portal.root}/api/1/datasets/?organization=abc", None, web)] == [
        _DATASET["id"]
    ]


@pytest.mark.parametrize("protocol", [Protocol.OGC_RECORDS, Protocol.DATA_GOUV])
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<!doctype html><title>Connexion</title>", "page Web"),
        ('{"data": [', "JSON illisible"),
        ("[" * 200_000, "JSON illisible"),
        ('{"data": "é"}'.encode("utf-16"), "UTF-8"),
        ("null", "collection|« data »"),
        ('{"data": {}, "features": {}, "collections": []}', "collection|« data »"),
        (500, "4 essais"),
        (b"", "vide"),
    ],
)
def test_catalogues_that_cannot_be_read(
    portal: Portal, web: Client, protocol: Protocol, body: str | bytes | int, message: str
) -> None:
    portal.pages["/c"] = portal.pages["/collections"] = portal.pages["/c/collections"] = body
    with pytest.raises(IngestError, match=message):
        list(harvest(f"{portal.root}/c", protocol, web))


@pytest.mark.parametrize("following", ["http://[::1", "http://10.0.0.1/x", "ftp://exemple.org/x"])
def test_next_pages_stay_on_the_web(portal: Portal, web: Client, following: str) -> None:
    portal.pages["/d"] = _datasets(_DATASET, following=following)
    portal.pages["/r"] = _collection(_FEATURE, following=following)
    for path, protocol in (("/d", Protocol.DATA_GOUV), ("/r", Protocol.OGC_RECORDS)):
        items = harvest(portal.root + path, protocol, web)
        assert next(items).record is not None
        with pytest.raises(IngestError):
            next(items)


def test_an_organisation_that_says_nothing(portal: Portal, web: Client) -> None:
    portal.pages["/api/1/organizations/x/"] = "[]"
    with pytest.raises(IngestError, match="sans identifiant"):
        list(harvest(f"{portal.root}/organizations/x/", Protocol.DATA_GOUV, web))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150)
@given(st.data())
def test_json_of_any_shape_is_a_record_or_a_reason(data: st.DataObject) -> None:
    for make, model in ((records.remote_of, _FEATURE), (udata.remote_of, _DATASET)):
        item = json.loads(json.dumps(model))
        for _ in range(3):
            inside = (item, item.get("properties"), item.get("spatial"))
            holder = data.draw(st.sampled_from([h for h in inside if isinstance(h, dict) and h]))
            holder[data.draw(st.sampled_from(sorted(holder)))] = data.draw(_JSON)
        found = cleaned(make(item, "page (fiche 1)"), "https://exemple.org/")
        assert (found.record is not None or found.faults) and found.remote_id
