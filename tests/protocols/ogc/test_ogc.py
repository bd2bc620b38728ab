"""OGC API: what each address answers, and what it never lets out."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pygeoapi.api import CONFORMANCE_CLASSES

from terril.core.access import OPERATOR, PUBLIC, ReadScope
from terril.core.collections import places
from terril.core.territories.model import Level
from terril.engine.features import Features, FeatureStore
from terril.protocols.ogc import View, answer
from tests.support.features import COMMUNES, INDICATOR

Ask = Callable[..., tuple[int, object]]
Make = Callable[..., View]
BASE = "https://donnees.exemple.fr/ogc"
FIGURES = "/collections/indicateurs.logement.vacants"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


# -- the service ----------------------------------------------------------------------------------


def test_every_link_of_the_service_leads_somewhere(view: Make) -> None:
    seen, waiting, visited = view(), ["/"], set[str]()
    while waiting:
        path = waiting.pop()
        if path in visited:
            continue
        visited.add(path)
        address, _, query = path.partition("?")
        found = answer(seen, "GET", address, dict(p.split("=", 1) for p in query.split("&") if p))
        assert found.status == 200, (path, found.body)
        waiting += [h.removeprefix(BASE) for h in _links(json.loads(found.body)) if h.startswith(BASE)]
    assert len(visited) > 20


def _links(document: object) -> list[str]:
    if isinstance(document, dict):
        own = [str(document["href"])] if "href" in document and "templated" not in document else []
        return own + [h for key, value in document.items() if key != "properties" for h in _links(value)]
    return [h for part in document for h in _links(part)] if isinstance(document, list) else []


def test_documents_say_what_is_served_and_nothing_else(ask: Ask) -> None:
    _, conformance = ask("/conformance")
    declared = " ".join(conformance["conformsTo"])
    assert "features-1/1.0/conf/core" in declared and "cql2-text" in declared and "tiles-1" in declared
    assert "html" not in declared and "create-replace-delete" not in declared
    _, document = ask("/openapi")
    assert document["openapi"].startswith("3.0")
    refs = [r for r in _values(document, "$ref") if not r.startswith("#/")]
    assert refs == []
    for ref in _values(document, "$ref"):
        node = document
        for part in ref.removeprefix("#/").split("/"):
            node = node[part]
    _, listed = ask("/collections")
    assert {link["type"] for c in listed["collections"] for link in c["links"]} <= {
        "application/json", "application/geo+json", "application/schema+json"}  # fmt: skip


def _values(node: object, key: str) -> list[str]:
    if isinstance(node, dict):
        return [v for k, v in node.items() if k == key] + [x for v in node.values() for x in _values(v, key)]
    return [x for v in node for x in _values(v, key)] if isinstance(node, list) else []


def test_a_collection_is_described(ask: Ask) -> None:
    status, found = ask(FIGURES)
    assert status == 200
    assert found["title"] == "Part des logements vacants"
    assert found["extent"]["temporal"]["interval"] == [["2020-01-01", "2021-12-31"]]
    assert f"{EPSG}2154" in found["crs"] and found["storageCrs"].endswith("CRS84")
    _, queryables = ask(f"{FIGURES}/queryables")
    assert queryables["properties"]["valeur"] == {
        "title": "Part des logements vacants", "type": "number", "x-ogc-unit": "%",
        "description": "Logements vacants, en part."}  # fmt: skip
    assert "secret" in queryables["properties"]["statut"]["enum"]
    Draft7Validator.check_schema(queryables)


def test_nothing_of_a_hidden_collection_is_told(view: Make) -> None:
    hidden = view(ReadScope("public", "x", masked=frozenset({INDICATOR})))
    for path in ("/", "/conformance", "/openapi", "/collections", "/collections/communes"):
        assert b"vacants" not in answer(hidden, "GET", path, {}).body, path
    for path in ("", "/items", "/schema", "/queryables", "/tiles", "/items/commune.01001.2021"):
        found = answer(hidden, "GET", FIGURES + path, {})
        absent = answer(hidden, "GET", "/collections/nulle.part" + path, {})
        assert found.status == absent.status == 404
        assert found.body.replace(b"indicateurs.logement.vacants", b"nulle.part") == absent.body


def test_lists_kept_for_one_are_not_served_to_another(view: Make) -> None:
    everything = answer(view(), "GET", "/collections", {}).body
    some = answer(view(PUBLIC, places(Level.COMMUNE)), "GET", "/collections", {}).body
    assert b"vacants" in everything and b"vacants" not in some
    assert answer(view(), "GET", "/collections", {}).body == everything


# -- items ----------------------------------------------------------------------------------------


def test_items_are_paged(ask: Ask) -> None:
    seen, path, query = [], "/collections/communes/items", {"limit": "4", "filter": "code > '0' AND nom <> 'é&=%'"}
    while True:
        status, page = ask(path, **query)
        assert status == 200 and page["numberMatched"] == len(COMMUNES)
        assert page["numberReturned"] == len(page["features"])
        seen += [f["id"] for f in page["features"]]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            break
        assert "filter=" in following[0] and "offset=4" in following[0]
        query["offset"] = "4"
    assert seen == [c[0] for c in COMMUNES]
    assert [link["rel"] for link in ask(path, limit="6")[1]["links"]].count("next") == 0
    assert [link["rel"] for link in page["links"]].count("prev") == 1


def test_items_are_geojson(ask: Ask) -> None:
    _, page = ask(f"{FIGURES}/items", code="01002")
    (feature,) = page["features"]
    assert feature["id"] == "commune.01002.2021"
    assert feature["properties"] == {
        "code": "01002", "nom": "Béthencourt", "niveau": "commune", "periode": "2021", "valeur": None,
        "statut": "secret", "numerateur": None, "denominateur": None}  # fmt: skip
    assert shapely.from_geojson(json.dumps(feature["geometry"])).bounds == (2.1, 50.0, 2.2, 50.1)


def test_systems_of_coordinates(view: Make, ask: Ask) -> None:
    path = "/collections/communes/items/01001"
    found = answer(view(), "GET", path, {"crs": f"{EPSG}2154"})
    assert found.headers["Content-Crs"] == f"<{EPSG}2154>"
    x, y = json.loads(found.body)["geometry"]["coordinates"][0][0]
    assert 600_000 < x < 700_000 and 6_900_000 < y < 7_100_000
    # Latitude comes first in EPSG:4326, longitude in CRS84.
    latitude = answer(view(), "GET", path, {"crs": f"{EPSG}4326"})
    assert json.loads(latitude.body)["geometry"]["coordinates"][0][0][0] in (50.0, 50.1)
    assert ask(path)[1]["geometry"]["coordinates"][0][0][0] in (2.0, 2.1)
    items = "/collections/communes/items"
    assert ask(items, bbox="50.05,2.15,50.06,2.16", bbox_crs=f"{EPSG}4326")[1]["features"][0]["id"] == "01002"
    lambert = f"{x - 10},{y - 10},{x + 10},{y + 10}"
    assert "01001" in [
        f["id"] for f in ask(items, bbox=lambert, bbox_crs=f"{EPSG}2154", crs="EPSG:3857")[1]["features"]
    ]
    near = f"S_INTERSECTS(geometry, BBOX({x - 10:.0f}, {y - 10:.0f}, {x + 10:.0f}, {y + 10:.0f}))"
    assert ask(items, filter=near, filter_crs=f"{EPSG}2154")[1]["numberMatched"] in (1, 2)


def test_what_is_asked_is_answered(ask: Ask) -> None:
    items = "/collections/communes/items"
    assert ask(items, skipGeometry="true")[1]["features"][0]["geometry"] is None
    assert ask(items, properties="nom")[1]["features"][0]["properties"] == {"nom": "L’Abbaye"}
    assert [f["id"] for f in ask(items, sortby="-population", limit="1")[1]["features"]] == ["97101"]
    hits = ask(items, resultType="hits")[1]
    assert (hits["numberMatched"], hits["features"]) == (len(COMMUNES), [])
    assert [f["id"] for f in ask(f"{FIGURES}/items", datetime="2020")[1]["features"]] == ["commune.01001.2020"]
    text = json.dumps({"op": "like", "args": [{"property": "nom"}, "C%"]})
    for query in ({"filter": text}, {"filter": text, "filter_lang": "cql2-json"}, {"filter": "nom LIKE 'C%'"}):
        assert [f["id"] for f in ask(items, **query)[1]["features"]] == ["02001"]
    assert ask(items, departement="01", filter="code > '01001'")[1]["numberMatched"] == 2
    assert ask("/collections/donnees.agence.sites/items", actif="true", surface="1.5")[1]["numberMatched"] == 1


ODD = (
    {"limit": "-1"}, {"limit": "0"}, {"limit": ""}, {"limit": "x"}, {"limit": "1e3"}, {"limit": "²"}, {"offset": "-1"},
    {"offset": "1e30"}, {"offset": "9" * 40}, {"bbox": "nan,nan,nan,nan"}, {"bbox": "1,2,3"}, {"bbox": "inf,0,1,1"},
    {"bbox": "0,50,1,40"}, {"bbox": "a,b,c,d"}, {"bbox": ""}, {"bbox": "999,999,1000,1000"}, {"datetime": "foo"},
    {"datetime": "2021"}, {"crs": "unknown"}, {"crs": "EPSG:99999"}, {"bbox": "1,2,3,4", "bbox_crs": "x"},
    {"f": "html"}, {"f": "xml"}, {"f": "jsonld"},
    {"resultType": "maybe"}, {"skipGeometry": "peut-être"}, {"properties": "absent"}, {"sortby": "absent"},
    {"sortby": "-geometry"}, {"filter": "("}, {"filter": "absent = 1"}, {"filter": "nom = 1"}, {"filter": "{"},
    {"filter": "nom = 'x'", "filter_lang": "ecql"}, {"filter": "nom='x'", "filter_crs": "?"}, {"inconnu": "1"},
    {"population": "beaucoup"}, {"filter": "S_INTERSECTS(geometry, POINT(1 2", "filter_crs": "EPSG:2154"},
)  # fmt: skip


@pytest.mark.parametrize("query", ODD, ids=str)
def test_odd_parameters_are_refused_in_french(ask: Ask, query: dict[str, str]) -> None:
    status, document = ask("/collections/communes/items", **query)
    assert status == 400, document
    assert document["code"] == "InvalidParameterValue" and document["description"]
    assert "Traceback" not in str(document) and "invalid" not in str(document["description"]).lower()


def test_what_is_far_away_is_nothing(ask: Ask) -> None:
    far = "S_INTERSECTS(geometry, POINT(1e300 1e300))"
    for query in (
        {"bbox": "1e300,1e300,2e300,2e300", "bbox_crs": "EPSG:2154"},
        {"filter": far, "filter_crs": "EPSG:2154"},
    ):
        status, document = ask("/collections/communes/items", **query)
        assert status == 400 or document["features"] == []


def test_empty_lists_are_no_fault(ask: Ask) -> None:
    for query in (
        {"sortby": ""},
        {"sortby": ","},
        {"properties": ""},
        {"filter": ""},
        {"limit": "9" * 30},
        {"lang": "%"},
    ):
        assert ask("/collections/communes/items", **query)[0] == 200, query


@settings(max_examples=150)
@given(
    name=st.sampled_from(
        ["limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs", "properties",
         "sortby", "skipGeometry", "resultType", "f", "lang", "nom", "population", "x"]),
    value=st.one_of(st.text(max_size=30), st.from_regex(r"[0-9.,e+-]{1,30}", fullmatch=True)),
    path=st.sampled_from(["communes/items", "communes/items/01001", "communes", "catalogue/items", "communes/tiles/x"]),
)  # fmt: skip
def test_no_parameter_breaks_the_service(store: FeatureStore, name: str, value: str, path: str) -> None:
    seen = View(reader=Features(store, PUBLIC, [places(Level.COMMUNE)]), base=BASE, fingerprint="communes")
    found = answer(seen, "GET", f"/collections/{path}", {name: value})
    assert found.status in (200, 303, 400, 404)
    json.loads(found.body)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nulle/part", 404), ("/collections/communes/items/x", 404), ("/collections/communes/items/a/b", 404),
        ("/collections/../openapi", 404), ("/collections/communes/%00", 404), ("/collections/\x00", 404),
        ("/collections/communes/items/" + "9" * 700, 404), ("/collections/communes/items/'; DROP TABLE places", 404),
        ("/tileMatrixSets/autre", 404), ("/collections/catalogue/items/absent", 404), ("//collections///communes/", 200),
    ],
)  # fmt: skip
def test_odd_paths(ask: Ask, path: str, status: int) -> None:
    assert ask(path)[0] == status


def test_the_service_is_read_only(view: Make) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE"):
        found = answer(view(), method, "/collections/communes/items", {})
        assert found.status == 405 and "GET" in found.headers["Allow"]
    assert answer(view(), "HEAD", "/collections/communes/items", {}).body == b""
    assert answer(view(), "OPTIONS", "/collections/communes/items", {}).status == 204


def test_people_are_sent_to_pages(view: Make) -> None:
    for query, headers in (({"f": "html"}, {}), ({}, {"accept": "text/html,application/xhtml+xml"})):
        found = answer(view(), "GET", "/", query, headers)
        assert (found.status, found.headers["Location"]) == (303, "https://donnees.exemple.fr/services/")
    # No page says the same: what accepts anything has the data.
    assert answer(view(), "GET", "/conformance", {}, {"accept": "text/html, */*"}).status == 200


# -- records and tiles ----------------------------------------------------------------------------


def test_records_are_searched(ask: Ask) -> None:
    items = "/collections/catalogue/items"
    assert ask(items)[1]["numberMatched"] == 2
    for query, found in (({"q": "residences"}, ["dataset.insee.logement"]), ({"type": "indicator"}, ["indicator.logement.vacants"]),
                         ({"bbox": "2,50,2.1,50.1"}, ["dataset.insee.logement"]), ({"datetime": "2025"}, ["dataset.insee.logement"]),
                         ({"ids": "dataset.insee.logement"}, ["dataset.insee.logement"]), ({"q": "rien"}, [])):  # fmt: skip
        assert [f["id"] for f in ask(items, **query)[1]["features"]] == found, query
    _, record = ask(f"{items}/dataset.insee.logement")
    assert record["properties"]["license"] == "Licence Ouverte 2.0"
    assert "https://donnees.exemple.fr/x.csv" in [link["href"] for link in record["links"]]
    assert record["time"] == {"interval": ["2021-01-01", "2021-12-31"]}
    for query in ({"type": "absent"}, {"limit": "x"}, {"filter": "a=1"}, {"sortby": "title"}):
        assert ask(items, **query)[0] == 400
    following = [link["href"] for link in ask(items, limit="1")[1]["links"] if link["rel"] == "next"]
    assert following == [f"{BASE}/collections/catalogue/items?offset=1&limit=1"]


def test_tiles_lead_to_those_of_the_portal(view: Make, ask: Ask) -> None:
    tiles = "/collections/communes/tiles"
    assert ask(tiles)[1]["tilesets"][0]["tileMatrixSetURI"].endswith("WebMercatorQuad")
    described = ask(f"{tiles}/WebMercatorQuad")[1]
    (item,) = [link for link in described["links"] if link["rel"] == "item"]
    assert item["href"] == "https://donnees.exemple.fr/tuiles/2025/{tileMatrix}/{tileCol}/{tileRow}"
    found = answer(view(), "GET", f"{tiles}/WebMercatorQuad/8/86/130", {})
    assert (found.status, found.headers["Location"]) == (303, "https://donnees.exemple.fr/tuiles/2025/8/130/86")
    for wrong in ("99/0/0", "8/999/0", "8/a/0", "8/-1/0", "8/1", f"8/{'9' * 50}/0", "2/0/0"):
        assert ask(f"{tiles}/WebMercatorQuad/{wrong}")[0] == 404, wrong
    assert ask("/collections/intercommunalites/tiles")[0] == 404
    assert len(ask("/tileMatrixSets/WebMercatorQuad")[1]["tileMatrices"]) == 25


# -- pygeoapi -------------------------------------------------------------------------------------


def test_pygeoapi_is_imported_when_it_is_first_needed() -> None:
    code = "import sys, terril.protocols.ogc; print('pygeoapi' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_pygeoapi_touches_neither_the_logs_nor_its_own_tables(ask: Ask, capfd: pytest.CaptureFixture[str]) -> None:
    before = (list(logging.getLogger().handlers), logging.getLogger().level, len(CONFORMANCE_CLASSES))
    for path in ("/collections", "/conformance", "/collections/communes/items", "/openapi"):
        assert ask(path)[0] == 200
    assert ask("/collections/communes/items", limit="x")[0] == 400
    assert (list(logging.getLogger().handlers), logging.getLogger().level, len(CONFORMANCE_CLASSES)) == before
    assert capfd.readouterr() == ("", "")


def test_threads_never_mix_their_questions(view: Make) -> None:
    everyone, one = view(OPERATOR), view(PUBLIC, places(Level.COMMUNE))
    wrong: list[object] = []

    def run(seen: View, code: str) -> None:
        for _ in range(15):
            found = json.loads(answer(seen, "GET", "/collections/communes/items", {"code": code}).body)
            if [f["id"] for f in found["features"]] != [code]:
                wrong.append(found)

    threads = [threading.Thread(target=run, args=(s, c[0])) for s in (everyone, one) for c in COMMUNES[:3]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
