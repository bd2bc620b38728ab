"""Data taken away: within the right to, without what is masked, noted where it is not open."""

from __future__ import annotations

import csv
import io
import sqlite3
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pyogrio
import pytest
from django.test import Client

from terril.apps.agreements.models import Clause
from terril.apps.audit.models import Entry
from terril.apps.catalogue.models import Record
from terril.apps.catalogue.synchronise import synchronise
from terril.apps.organisations.models import Organisation
from terril.web import portal
from tests.support.people import People, settle

AREA = "/catalogue/donnees/ign/superficie/telecharger"
NAME = "indicateurs_demographie_population"
LAYER = "/indicateurs/demographie/population/donnees.gpkg?niveau=commune&dans=epci:200072460"


@pytest.fixture
def catalogue(client: Client, demo: Path) -> None:
    synchronise(portal.workspace())


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def kept(answer: Any, path: Path) -> Path:
    path.write_bytes(body(answer))
    return path


def test_open_data_is_taken_by_anyone_and_nothing_is_noted(client: Client, catalogue: None):
    answer = client.get(f"{AREA}.csv")
    rows = list(csv.DictReader(io.StringIO(body(answer).decode())))
    assert len(rows) == 34_875
    assert rows[0]["area_ha__status"] == "ok"
    assert answer["Content-Disposition"] == 'attachment; filename="donnees_ign_superficie.csv"'
    assert not Entry.objects.filter(act="record.downloaded").exists()


@pytest.mark.parametrize(("asked", "written"), [("", "2154"), ("?epsg=3950", "3950"), ("?epsg=4326", "4326")])
def test_a_geopackage_in_the_system_asked(client: Client, catalogue: None, tmp_path: Path, asked: str, written: str):
    file = kept(client.get(f"{AREA}.gpkg{asked}"), tmp_path / "a.gpkg")
    told = pyogrio.read_info(file)
    assert (told["crs"], told["features"]) == (f"EPSG:{written}", 34_875)
    assert told["layer_metadata"]["Licence"]


@pytest.mark.parametrize(
    "path", [f"{AREA}.gpkg?epsg=27561", f"{AREA}.gpkg?epsg=x", f"{AREA}.exe", f"{AREA}.csv?version=0000000000000000"]
)
def test_what_cannot_be_had_as_asked(client: Client, catalogue: None, path: str):
    assert client.get(path).status_code == 404


def test_an_indicator_leads_to_its_own_files(client: Client, catalogue: None):
    answer = client.get("/catalogue/indicateurs/demographie/population/telecharger.csv")
    assert answer["Location"] == "/indicateurs/demographie/population/donnees.csv"


def test_the_map_of_an_indicator_as_a_layer_with_its_style(client: Client, tmp_path: Path):
    file = kept(client.get(LAYER), tmp_path / "a.gpkg")
    told = pyogrio.read_info(file, layer=NAME)
    assert (told["features"], told["geometry_type"], told["crs"]) == (100, "MultiPolygon", "EPSG:2154")
    with sqlite3.connect(file) as base:
        (qml, default) = base.execute("SELECT styleQML, useAsDefault FROM layer_styles").fetchone()
    assert default
    assert "valeur" in qml
    table = list(csv.DictReader(io.StringIO(client.get(LAYER.replace("gpkg", "csv")).content.decode())))
    layer = pyogrio.read_arrow(file, layer=NAME, columns=["code", "valeur"], read_geometry=False)[1]
    read = dict(zip(layer.column("code").to_pylist(), layer.column("valeur").to_pylist(), strict=True))
    assert read == {row["code"]: float(row["valeur"]) for row in table}


def test_parquet_bears_what_is_said_of_the_figures(client: Client, tmp_path: Path):
    file = kept(client.get(LAYER.replace("gpkg", "parquet")), tmp_path / "a.parquet")
    assert pq.read_metadata(file).num_rows == 100
    assert b"Licence" in pq.read_schema(file).metadata[b"terril"]


class TestRestricted:
    """A dataset that an agreement opens to one organisation."""

    @pytest.fixture
    def people(self, client: Client, catalogue: None) -> People:
        found = settle()
        Record.objects.filter(identifier="ign/superficie").update(openness="organisations", steward="aula")
        Organisation.objects.filter(pk="cabbalr").update(territory="epci:200072460")
        return found

    def open_to_alice(self, people: People, **told: Any) -> None:
        record = Record.objects.get(identifier="ign/superficie")
        Clause.objects.create(agreement=people.agreement, record=record, figures=True, **told)

    def test_to_look_is_not_to_take_away(self, client: Client, people: People):
        self.open_to_alice(people, data=True)
        for person, code in ((people.alice, 403), (people.bob, 403), (people.david, 404)):
            client.force_login(person)
            assert client.get(f"{AREA}.csv").status_code == code
        client.logout()
        assert client.get(f"{AREA}.csv").status_code == 404
        assert not Entry.objects.filter(act="record.downloaded").exists()

    def test_taken_within_the_opening_and_noted(self, client: Client, people: People, tmp_path: Path):
        self.open_to_alice(people, data=True, download=True, rows="own")
        Record.objects.filter(identifier="ign/superficie").update(masked=["area_ha"])
        client.force_login(people.alice)
        assert client.head(f"{AREA}.csv").status_code == 200
        assert not Entry.objects.filter(act="record.downloaded").exists(), "nothing was taken yet"
        rows = list(csv.DictReader(io.StringIO(body(client.get(f"{AREA}.csv")).decode())))
        assert len(rows) == 100
        assert set(rows[0]) == {"level", "code", "period"}
        file = kept(client.get(f"{AREA}.gpkg"), tmp_path / "a.gpkg")
        assert pyogrio.read_info(file)["features"] == 100
        assert "area_ha" not in pyogrio.read_info(file)["fields"]
        noted = Entry.objects.filter(act="record.downloaded").order_by("id")
        assert [(e.actor, e.organisation, e.detail["form"]) for e in noted] == [
            (f"user:{people.alice.pk}", "cabbalr", "csv"),
            (f"user:{people.alice.pk}", "cabbalr", "gpkg"),
        ]
