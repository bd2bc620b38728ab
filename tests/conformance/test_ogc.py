"""The OGC services as the world reads them: GDAL, OWSLib and whatever reads the OpenAPI document, each with a token."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from owslib import ogcapi
from owslib.ogcapi.features import Features
from owslib.ogcapi.records import Records
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.live import Rights

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
#: Paths of the document of who reads rows: collections are an enumeration of one parameter.
PATHS = (
    "/", "/conformance", "/openapi", "/collections", "/collections/{collectionId}", "/collections/{collectionId}/schema",
    "/collections/{collectionId}/queryables", "/collections/{collectionId}/items",
    "/collections/{collectionId}/items/{featureId}", "/collections/catalogue/items",
    "/collections/catalogue/items/{featureId}", "/tileMatrixSets",
)  # fmt: skip
#: Rows that each may read, by openness of the record.
SEEN = {
    "": {"open"},
    "alice": {"open", "members", "organisations"},
    "bob": {"open", "members"},
    "claire": {"open", "members", "organisations", "confidential"},
}
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
OGRINFO = shutil.which("ogrinfo")
needs_gdal = pytest.mark.skipif(OGRINFO is None, reason="ogrinfo absent (paquet Debian gdal-bin)")


def bearer(rights: Rights, name: str) -> dict[str, str]:
    """What a program sends in the name of somebody; nothing for a visitor."""
    return {"Authorization": f"Bearer {rights.sessions[f'{name}.token']}"} if name else {}


def rows(listed: str) -> set[str]:
    """Openness of the datasets of « essai » that a text names."""
    return {o for o in SEEN["claire"] if f"donnees.essai.{o}" in listed}


# -- GDAL -----------------------------------------------------------------------------------------


def ogrinfo(*arguments: str, **environment: str) -> str:
    told = {**os.environ, **environment}
    done = subprocess.run(
        [str(OGRINFO), "-ro", *arguments], capture_output=True, text=True, check=False, timeout=60, env=told
    )
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr
    return done.stdout


@needs_gdal
@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=() if n in ("", "claire") else pytest.mark.thorough) for n in SEEN]
)
def test_gdal_lists_what_the_token_opens(rights: Rights, name: str) -> None:
    shown = {"GDAL_HTTP_HEADERS": f"Authorization: {bearer(rights, name)['Authorization']}"} if name else {}
    listed = ogrinfo(f"OAPIF:{rights.site.root}/ogc", **shown)
    assert rows(listed) == SEEN[name]
    assert "communes" in listed and "indicateurs.demographie.population" in listed


@needs_gdal
def test_gdal_reads_rows_with_a_token_as_password(rights: Rights) -> None:
    shown = {"GDAL_HTTP_AUTH": "BASIC", "GDAL_HTTP_USERPWD": f"qgis:{rights.sessions['alice.token']}"}
    told = ogrinfo("-al", f"OAPIF:{rights.site.root}/ogc", "donnees.essai.organisations", **shown)
    assert "Feature Count: 3" in told and "Site organisations un" in told and "POINT (2.64 50.53)" in told
    near = ogrinfo(
        "-spat", "2.6", "50.5", "2.7", "50.6", f"OAPIF:{rights.site.root}/ogc", "donnees.essai.members", **shown
    )
    assert "Feature Count: 1" in near
    listed = ogrinfo(f"OAPIF:{rights.site.root}/ogc", **shown)
    assert rows(listed) == SEEN["alice"]


@needs_gdal
def test_gdal_is_refused_what_the_token_does_not_open(rights: Rights) -> None:
    shown = {**os.environ, "GDAL_HTTP_HEADERS": f"Authorization: {bearer(rights, 'bob')['Authorization']}"}
    command = [str(OGRINFO), "-ro", f"OAPIF:{rights.site.root}/ogc/collections/donnees.essai.organisations", "-al"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=shown)
    assert done.returncode != 0 and "Site organisations" not in done.stdout


@needs_gdal
def test_gdal_reads_communes_in_lambert(rights: Rights) -> None:
    address = f"{rights.site.root}/ogc/collections/communes/items?crs={EPSG}2154&code=62119"
    west = float(ogrinfo("-so", "-al", address).partition("Extent: (")[2].partition(",")[0])
    assert 670_000 < west < 690_000


# -- OWSLib ---------------------------------------------------------------------------------------

Make = Callable[..., Any]


@pytest.fixture
def owslib(rights: Rights, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes a client in the name of somebody, whose headers are no other client's: OWSLib shares one table of them."""
    plain = dict(ogcapi.REQUEST_HEADERS)

    def client(kind: type, name: str = "") -> Any:
        monkeypatch.setattr(ogcapi, "REQUEST_HEADERS", dict(plain))
        return kind(f"{rights.site.root}/ogc/", headers=bearer(rights, name))

    return client


@pytest.mark.parametrize("name", SEEN)
def test_owslib_reads_what_the_token_opens(owslib: Make, name: str) -> None:
    client = owslib(Features, name)
    assert rows(" ".join(client.feature_collections())) == SEEN[name]
    assert rows(json.dumps(client.api())) == SEEN[name]
    for openness in SEEN[name]:
        assert client.collection_items(f"donnees.essai.{openness}", limit=2)["numberReturned"] == 2
    found = client.collection_items("communes", filter="departement = '62' AND population > 50000")
    assert found["numberMatched"] == 1


def test_owslib_reads_records(owslib: Make) -> None:
    visitor, alice = owslib(Records), owslib(Records, "alice")
    assert visitor.records() == alice.records() == ["catalogue"]

    def found(client: Records, words: str) -> set[str]:
        return {f["id"] for f in client.collection_items("catalogue", q=words)["features"]}

    assert "dataset.essai.open" in found(visitor, "essai open")
    assert "dataset.essai.organisations" not in found(visitor, "essai organisations")
    assert "dataset.essai.organisations" in found(alice, "essai organisations")
    assert "dataset.essai.confidential" not in found(alice, "essai confidential")


# -- the document ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def document(rights: Rights) -> Any:
    """The OpenAPI document, as Alice reads it."""
    return schemathesis.openapi.from_url(f"{rights.site.root}/ogc/api", headers=bearer(rights, "alice"))


def test_the_document_names_every_path(document: Any) -> None:
    assert set(document.raw_schema["paths"]) == set(PATHS)


@pytest.mark.parametrize("path", PATHS)
def test_what_is_generated_is_answered_as_written(document: Any, rights: Rights, path: str) -> None:
    operation = document[path]["get"]

    @given(case=operation.as_strategy())
    @settings(max_examples=20, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    def asked(case: Any) -> None:
        case.call_and_validate(headers=bearer(rights, "alice"), checks=CHECKS, timeout=30)

    asked()


# -- all at once ----------------------------------------------------------------------------------


def test_each_gets_their_own_while_all_ask(rights: Rights) -> None:
    people = list(SEEN)

    def read(turn: int) -> tuple[str, set[str], set[str], tuple[int, ...]]:
        name = people[turn % len(people)]
        shown = bearer(rights, name)
        listed = rights.site.ask("/ogc/collections", **shown).text
        document = rights.site.ask("/ogc/openapi", **shown).text
        codes = tuple(
            rights.site.ask(f"/ogc/collections/donnees.essai.{openness}/items?limit={1 + turn % 3}", **shown).status
            for openness in sorted(SEEN["claire"])
        )
        return name, rows(listed), rows(document), codes

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(read, range(48)))
    for name, listed, described, codes in found:
        assert listed == described == SEEN[name], name
        assert codes == tuple(200 if o in SEEN[name] else 404 for o in sorted(SEEN["claire"])), name
