"""Clients that others wrote read the service: OWSLib, and GDAL as QGIS uses it."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from owslib.ogcapi.features import Features
from owslib.ogcapi.records import Records

from tests.support.features import COMMUNES

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
OGRINFO = shutil.which("ogrinfo")
needs_gdal = pytest.mark.skipif(OGRINFO is None, reason="ogrinfo absent (paquet Debian gdal-bin)")


def test_owslib_reads_features(served: str) -> None:
    client = Features(f"{served}/")
    assert client.conformance()["conformsTo"]
    assert client.api()["openapi"].startswith("3.0")
    assert "communes" in client.feature_collections()
    assert client.collection("communes")["title"] == "Communes"
    assert client.collection_queryables("communes")["properties"]["nom"]["type"] == "string"
    found = client.collection_items("communes", bbox=[2.05, 50.05, 2.06, 50.06])
    assert (found["numberMatched"], found["features"][0]["properties"]["nom"]) == (1, "L’Abbaye")
    assert client.collection_items("communes", filter="population > 1003")["numberMatched"] == 2
    assert client.collection_item("communes", "02001")["properties"]["nom"] == "Carvin"


def test_owslib_reads_records(served: str) -> None:
    client = Records(f"{served}/")
    assert client.records() == ["catalogue"]
    assert client.collection_items("catalogue", q="logements vacants")["numberMatched"] == 1
    assert client.collection_item("catalogue", "dataset.insee.logement")["properties"]["title"] == "Logements"


def _ogrinfo(*arguments: str) -> str:
    command = [str(OGRINFO), "-ro", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr
    return done.stdout


@needs_gdal
def test_gdal_lists_the_collections(served: str) -> None:
    listed = _ogrinfo(f"OAPIF:{served}")
    for name in ("communes", "intercommunalites", "indicateurs.logement.vacants", "donnees.agence.sites"):
        assert name in listed


@needs_gdal
def test_gdal_reads_features(served: str) -> None:
    told = _ogrinfo(f"OAPIF:{served}", "communes", "-so")
    assert f"Feature Count: {len(COMMUNES)}" in told
    assert "nom: String" in told and "population: Integer" in told
    found = _ogrinfo(f"OAPIF:{served}", "communes", "-where", "nom = 'Carvin'")
    assert "Carvin" in found and "Béthencourt" not in found
    near = _ogrinfo(f"OAPIF:{served}", "communes", "-spat", "2.05", "50.05", "2.06", "50.06")
    assert "Feature Count: 1" in near


@needs_gdal
def test_gdal_turns_pages(served: str) -> None:
    found = _ogrinfo("-oo", "PAGE_SIZE=2", f"OAPIF:{served}", "communes")
    assert all(code in found for code, *_ in COMMUNES)


@needs_gdal
def test_gdal_reads_lambert(served: str) -> None:
    found = _ogrinfo("-so", "-al", f"{served}/collections/communes/items?crs={EPSG}2154&code=01001")
    west = float(found.partition("Extent: (")[2].partition(",")[0])
    assert 600_000 < west < 700_000
