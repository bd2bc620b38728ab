"""Workbooks, Parquet, shapes, Melodi packages and facts."""

from __future__ import annotations

import datetime
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyproj
import pytest
import shapely
from openpyxl import Workbook

from terril.core.errors import IngestError
from terril.core.sources import Facts
from terril.core.status import Status
from terril.core.territories.model import Level
from terril.ingestion.contract import Gazetteer
from terril.pipeline.ingest import ingest_bundled, ingest_facts, ingest_file
from tests.ingestion.builders import COMMUNES, EPCI, gazetteer, ingestion, rows, source


def data(outcome: Any) -> list[dict[str, Any]]:
    return pq.read_table(outcome.version.path).to_pylist()


def workbook(path: Path, percent: bool = False) -> Path:
    book = Workbook()
    book.active.title = "Lisez-moi"
    book.active["A1"] = "À lire"
    sheet = book.create_sheet("COM")
    sheet["A1"] = "Revenus inventés des communes"
    sheet.merge_cells("A1:D1")
    sheet.append([])
    sheet.append(["CODGEO", "MED", "TAUX", "NOM"])
    for line in rows():
        sheet.append([line[0], int(line[1]), float(line[2].replace(",", ".")) / (100 if percent else 1), line[3]])
    sheet.append([])
    if percent:
        for cell in sheet["C"][3:]:
            cell.number_format = "0.0%"
    book.save(path)
    return path


@pytest.mark.parametrize("percent", [False, True])
def test_workbook(tmp_path: Path, percent: bool) -> None:
    outcome = ingest_file(workbook(tmp_path / "f.xlsx", percent), source(format="xlsx"), ingestion(tmp_path / "h"))
    found = data(outcome)
    assert len(found) == 30
    assert found[3]["med"] == 15291 and found[3]["taux"] == Decimal("3.3") and found[3]["nom"] == "Fée-lès-Bois 3"


def test_workbook_sheet_and_dates(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx")
    with pytest.raises(IngestError, match="feuille absente"):
        ingest_file(path, source(format="xlsx", read={"sheet": "EPCI"}), ingestion(tmp_path / "h"))
    book = Workbook()
    book.active.append(["CODGEO", "JOUR", "MED", "TAUX"])
    book.active.append([1001, datetime.date(2023, 8, 4), 1.5e4, "s"])
    book.save(tmp_path / "d.xlsx")
    spec = source(format="xlsx", period={"column": "JOUR", "date": "quarter"})
    row = data(ingest_file(tmp_path / "d.xlsx", spec, ingestion(tmp_path / "h")))[0]
    assert (row["code"], row["period"], row["med"]) == ("01001", "2023-Q3", 15000)
    assert row["taux"] is None and row["taux__status"] == Status.SECRET


def test_not_a_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "f.xlsx", "w") as archive:
        archive.writestr("x.xml", "<x/>")
    with pytest.raises(IngestError, match="classeur illisible"):
        ingest_file(tmp_path / "f.xlsx", source(format="xlsx"), ingestion(tmp_path / "h"))


def test_bundled_parquet(tmp_path: Path) -> None:
    table = pa.table(
        {
            "code": pa.array(COMMUNES[:3]).dictionary_encode(),
            "cog": pa.array([2023, 2023, 2026], pa.int16()),
            "year": pa.array([2020, 2021, 2023], pa.int32()),
            "population": pa.array([10, 20, None], pa.int64()),
        }
    )
    pq.write_table(table, tmp_path / "population_reference.parquet")
    spec = source(
        format="parquet",
        bundled="population_reference.parquet",
        geography={"level": "commune", "column": "code", "cog": "cog"},
        period={"column": "year"},
        columns=[{"name": "population", "source": "population", "type": "integer", "unit": "hab"}],
    )
    found = data(ingest_bundled(spec, tmp_path, ingestion(tmp_path / "h")))
    assert [(r["code"], r["cog"], r["period"], r["population"]) for r in found] == [
        ("99001", 2023, "2020", 10), ("99002", 2023, "2021", 20), ("99003", 2026, "2023", None),
    ]  # fmt: skip
    assert found[2]["population__status"] == Status.MISSING


SHAPES = {
    "format": "vector",
    "geography": {"level": "commune", "column": "code", "cog": 2024},
    "columns": [{"name": "nom", "source": "nom", "type": "text"}, {"name": "n", "source": "n", "type": "integer"}],
    "rows": "micro",
}


def shapes(path: Path, crs: str, driver: str) -> Path:
    change = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    points = [shapely.Point(*change.transform(2.5 + i / 10, 50.5)) for i in range(4)]
    fields = [np.array(COMMUNES[:4], object), np.array(["é"] * 4, object), np.arange(4)]
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(points)), fields, ["code", "nom", "n"],
        geometry_type="Point", crs=crs, driver=driver, encoding="UTF-8",
    )  # fmt: skip
    return path


@pytest.mark.parametrize(
    ("name", "crs", "driver"),
    [
        ("f.geojson", "EPSG:4326", "GeoJSON"),
        ("f.gpkg", "EPSG:2154", "GPKG"),
        ("f.gpkg", "EPSG:3857", "GPKG"),
        ("f.zip", "EPSG:2154", "ESRI Shapefile"),
    ],
)
def test_shapes(tmp_path: Path, name: str, crs: str, driver: str) -> None:
    if name.endswith(".zip"):
        inner = shapes(tmp_path / "sites.shp", crs, driver)
        path = tmp_path / name
        with zipfile.ZipFile(path, "w") as archive:
            for part in inner.parent.glob("sites.*"):
                archive.write(part, f"dossier/{part.name}")
    else:
        path = shapes(tmp_path / name, crs, driver)
    found = data(ingest_file(path, source(**SHAPES), ingestion(tmp_path / "h")))
    points = shapely.from_wkb([r["geometry"] for r in found])
    assert np.allclose(shapely.get_coordinates(points), [(2.5 + i / 10, 50.5) for i in range(4)], atol=1e-7)
    assert [r["nom"] for r in found] == ["é"] * 4 and [r["n"] for r in found] == [0, 1, 2, 3]


def test_crs_said_by_the_source(tmp_path: Path) -> None:
    path = shapes(tmp_path / "f.geojson", "EPSG:4326", "GeoJSON")
    text = json.loads(path.read_text())
    change = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:2154", always_xy=True)
    for feature in text["features"]:
        feature["geometry"]["coordinates"] = change.transform(*feature["geometry"]["coordinates"])
    path.write_text(json.dumps(text))
    found = data(ingest_file(path, source(**SHAPES, read={"crs": "EPSG:2154"}), ingestion(tmp_path / "h")))
    assert shapely.from_wkb(found[0]["geometry"]).x == pytest.approx(2.5, abs=1e-6)


def test_shapefile_without_projection(tmp_path: Path) -> None:
    path = shapes(tmp_path / "sites.shp", "EPSG:2154", "ESRI Shapefile")
    (tmp_path / "sites.prj").unlink()
    with pytest.raises(IngestError, match="système de coordonnées"):
        ingest_file(path, source(**SHAPES), ingestion(tmp_path / "h"))


def test_points_from_two_columns(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("code;nom;n;lat;lon\n99001;a;1;50,5;2,5\n99002;b;2;;\n")
    spec = source(**{**SHAPES, "format": "csv", "read": {"longitude": "lon", "latitude": "lat"}})
    found = data(ingest_file(path, spec, ingestion(tmp_path / "h")))
    assert shapely.from_wkb(found[0]["geometry"]) == shapely.Point(2.5, 50.5) and found[1]["geometry"] is None


MELODI = {
    "format": "melodi",
    "geography": {
        "level": "mixed", "column": "GEO", "level_column": "GEO_OBJECT", "cog": 2025,
        "levels": {"COM": "commune", "EPCI": "epci", "DEP": "department"},
    },
    "period": {"column": "TIME_PERIOD"},
    "columns": [
        {"name": "sexe", "source": "SEX", "type": "text"},
        {"name": "valeur", "source": "OBS_VALUE", "status": "OBS_STATUS", "scale": 5},
    ],
    "statuses": {"A": "ok", "P": "provisional", "E": "estimated", "O": "missing", "C": "secret"},
    "key": ["sexe"],
}  # fmt: skip


def test_melodi(tmp_path: Path) -> None:
    content = (
        '"GEO";"GEO_OBJECT";"SEX";"OBS_STATUS";"TIME_PERIOD";"OBS_VALUE"\n'
        '"99001";"COM";"F";"A";2021;12.123456\n"99001";"COM";"M";"P";2021;3\n'
        f'"{EPCI}";"EPCI";"F";"E";2021;4\n"99002";"COM";"F";"O";2021;\n'
        '"01";"DEP";"F";"C";2021-Q1;5\n"050";"AAV2020";"F";"A";2021;6\n'
    )
    path = tmp_path / "DS_ESSAI.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("DS_ESSAI_data.csv", content)
        archive.writestr("DS_ESSAI_metadata.csv", "COD_VAR;LIB_VAR\nSEX;Sexe\n")
    outcome = ingest_file(path, source(**MELODI), ingestion(tmp_path / "h"))
    found = [(r["level"], r["code"], r["valeur"], Status(r["valeur__status"])) for r in data(outcome)]
    assert found == [
        ("commune", "99001", Decimal("12.12346"), Status.OK),
        ("commune", "99001", Decimal(3), Status.PROVISIONAL),
        ("epci", EPCI, Decimal(4), Status.ESTIMATED),
        ("commune", "99002", None, Status.MISSING),
        ("department", "01", Decimal(5), Status.SECRET),
    ]
    assert outcome.quality["left_out"] == {"niveau « AAV2020 » non retenu": 1}


def test_melodi_unknown_status(tmp_path: Path) -> None:
    path = tmp_path / "DS.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("DS_data.csv", "GEO;GEO_OBJECT;SEX;OBS_STATUS;TIME_PERIOD;OBS_VALUE\n99001;COM;F;Z;2021;1\n")
    with pytest.raises(IngestError, match="statut") as caught:
        ingest_file(path, source(**MELODI), ingestion(tmp_path / "h"))
    assert caught.value.location is not None and caught.value.location.value == "Z"


def test_facts(tmp_path: Path) -> None:
    facts = Facts.model_validate(
        {
            "id": "essai/rapport",
            "label": "Rapport",
            "document": {"title": "Rapport inventé", "producer": "Essai", "year": 2020},
            "measures": {
                "sites": {"label": "Sites", "unit": "site", "scale": 0},
                "part": {"label": "Part", "unit": "%"},
            },
            "dimensions": ["type"],
            "values": [
                {"measure": "sites", "territory": "epci:990000001", "period": 2020, "value": 12},
                {"measure": "part", "territory": "epci:990000001", "period": 2020, "value": 0.1, "status": "estimated"},
                {
                    "measure": "sites",
                    "territory": "perimeter:pma",
                    "period": 2020,
                    "value": 3,
                    "dimensions": {"type": "a"},
                },
            ],
        }
    )
    known = {**gazetteer().known, Level.PERIMETER: frozenset({"pma"})}
    context = ingestion(tmp_path / "h")
    context = type(context)(context.store, Gazetteer(gazetteer().passage, known))
    outcome = ingest_facts(facts, 2026, context)
    found = data(outcome)
    assert [(r["level"], r["code"], r["type"], r["sites"], r["part"]) for r in found] == [
        ("epci", EPCI, None, Decimal(12), Decimal("0.10")),
        ("perimeter", "pma", "a", Decimal(3), None),
    ]
    assert [r["part__status"] for r in found] == [Status.ESTIMATED, Status.MISSING]
    assert outcome.version is not None and outcome.version.meta["document"]["title"] == "Rapport inventé"
