"""Layers taken away: reopened by GDAL, they hold what was read, and QGIS finds their style."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pyproj
import pytest
import shapely
from defusedxml import ElementTree as Xml
from hypothesis import given
from hypothesis import strategies as st

from terril.core.collections import figures, places
from terril.core.drawing.classes import Method, classify
from terril.core.drawing.model import Frame
from terril.core.drawing.palettes import palette
from terril.core.errors import QueryError, StoreError
from terril.core.features import Collection, Feature, Property, Type
from terril.core.status import LABELS, Status
from terril.core.territories.model import Level
from terril.protocols.exports import About, Origin
from terril.protocols.geodata import (
    EPSG,
    Layer,
    choropleth,
    layer_name,
    to_geojson,
    to_geopackage,
    to_geoparquet,
    to_parquet,
    to_shapefile,
)
from tests.support.features import sites, square, vacants

ABOUT = About(
    origins=(Origin(producer="Insee", label="Recensement", vintage="2021", licence="Licence Ouverte 2.0"),),
    perimeter="Communes <de> l’Artois & d’ailleurs",
    method="Part des logements.",
)
VALUES = ((0.0, Status.OK), (9.5, Status.OK), (None, Status.SECRET), (None, Status.MISSING), (12.25, Status.ESTIMATED))
FRAME = Frame(title="Vacance", description="", unit="%", source="Insee", decimals=1, palette="brique")
COLLECTION = figures(vacants(), ("2021",))


def features() -> list[Feature]:
    return [
        Feature(
            f"commune.0100{i}.2021",
            {"code": f"0100{i}", "nom": f"=L'Œuvre {i} \x00\ud800\n", "niveau": "commune", "periode": "2021",
             "valeur": value, "statut": status.word, "numerateur": value, "denominateur": 100.0},
            shapely.to_wkb(square(2.0 + i / 10, 50.0)) if i < 4 else None,
        )
        for i, (value, status) in enumerate(VALUES)
    ]  # fmt: skip


def layer(collection: Collection = COLLECTION, found: list[Feature] | None = None) -> Layer:
    read = features() if found is None else found
    return Layer(collection, [read[:2], read[2:]], ABOUT, "Insee, 2021.")


def style() -> object:
    return choropleth(classify([v for v, _ in VALUES if v is not None], Method.QUANTILES, 3, decimals=1), FRAME)


@pytest.mark.parametrize("epsg", EPSG)
def test_geopackage_is_read_again(tmp_path: Path, epsg: int) -> None:
    path = tmp_path / "a.gpkg"
    to_geopackage(path, layer(), epsg=epsg)
    ((name, kind),) = pyogrio.list_layers(path)
    assert (name, kind) == ("indicateurs_logement_vacants", "MultiPolygon")
    told = pyogrio.read_info(path)
    assert (told["features"], told["crs"], told["fid_column"]) == (len(VALUES), f"EPSG:{epsg}", "fid")
    assert told["layer_metadata"]["Licence"] == "Licence Ouverte 2.0"
    meta, _, wkb, columns = pyogrio.raw.read(path)
    data = dict(zip(meta["fields"], columns, strict=True))
    assert np.array_equal(data["valeur"], [0.0, 9.5, np.nan, np.nan, 12.25], equal_nan=True)
    assert data["statut"].tolist() == ["ok", "ok", "secret", "missing", "estimated"]
    assert data["nom"][0] == "=L'Œuvre 0 \n"
    assert wkb[4] is None
    back = pyproj.Transformer.from_crs(epsg, 4326, always_xy=True).transform(
        *shapely.get_coordinates(shapely.from_wkb(wkb[0])).T
    )
    assert np.allclose(sorted(set(np.round(back[0], 4))), [2.0, 2.1]) and np.allclose(
        np.unique(np.round(back[1], 4)), [50.0, 50.1]
    )


def test_qgis_finds_a_style(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    to_geopackage(path, layer(), style=style())
    with closing(sqlite3.connect(path)) as connection:
        ((table, column, qml, sld, default),) = connection.execute(
            "SELECT f_table_name, f_geometry_column, styleQML, styleSLD, useAsDefault FROM layer_styles"
        ).fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        known = {row[0] for row in connection.execute("SELECT table_name FROM gpkg_contents")}
        aliases = dict(connection.execute("SELECT column_name, name FROM gpkg_data_columns"))
    assert (table, column, default) == ("indicateurs_logement_vacants", "geom", 1)
    assert known == {"indicateurs_logement_vacants", "layer_styles"}
    assert aliases["valeur"] == "Part des logements vacants (%)"
    assert pyogrio.read_info(path, layer=table)["features"] == len(VALUES)
    rules = Xml.fromstring(qml).findall(".//rule")
    fills = Xml.fromstring(sld).findall(".//{http://www.opengis.net/se}Fill/{http://www.opengis.net/se}SvgParameter")
    assert [f.text for f in fills][: len(rules) - 3] == list(palette("brique").ramp(len(rules) - 3))
    assert [r.get("label") for r in rules][-3:] == [
        LABELS[s] for s in (Status.SECRET, Status.MISSING, Status.NOT_APPLICABLE)
    ]


def test_rules_place_each_value_in_the_class_of_the_map() -> None:
    values = [0.0, 2.44, 2.46, 5.0, 7.5, 9.96, 12.0, 12.04]
    classes = classify(values, Method.THRESHOLDS, thresholds=(2.5, 10.0), decimals=1)
    rules = choropleth(classes, FRAME).rules[: len(classes)]
    for value, place in zip(values, classes.place(values).tolist(), strict=True):
        read = round(value, 1)
        held = [
            i for i, r in enumerate(rules)
            if r.bounds and (r.bounds[0] is None or read >= r.bounds[0]) and (r.bounds[1] is None or read < r.bounds[1])
        ]  # fmt: skip
        assert held == [place], value
    expressions = [e.get("filter") for e in Xml.fromstring(choropleth(classes, FRAME).qml()).findall(".//rule")]
    assert expressions[1] == '"valeur" IS NOT NULL AND round("valeur", 1) >= 2.5 AND round("valeur", 1) < 10.0'


def test_a_style_is_well_formed_whatever_is_written() -> None:
    odd = Frame(title="", description="", unit="<&\"'\x00é", source="", palette="bleu")
    for values in ([], [1.0], [1.0, 2.0, 3.0, 4.0]):
        found = choropleth(classify(values, Method.QUANTILES), odd, value='va"leur', status="st&atut")
        assert Xml.fromstring(found.qml()).tag == "qgis"
        assert Xml.fromstring(found.sld()).get("version") == "1.1.0"


def test_rows_of_every_type_of_geometry(tmp_path: Path) -> None:
    rows = [
        Feature("1", {"code": "01", "nom": "a", "surface": 1.5, "actif": True, "depuis": "2020-05-01"}, shapely.to_wkb(shapely.Point(2, 50))),
        Feature("2", {"code": "02", "nom": None, "surface": None, "actif": None, "depuis": None}, shapely.to_wkb(square(2, 50))),
    ]  # fmt: skip
    to_geopackage(tmp_path / "a.gpkg", layer(sites(), rows))
    meta, _, wkb, columns = pyogrio.raw.read(tmp_path / "a.gpkg")
    assert shapely.get_type_id(shapely.from_wkb(wkb)).tolist() == [0, 3]
    data = dict(zip(meta["fields"], columns, strict=True))
    assert str(data["depuis"][0]) == "2020-05-01" and np.isnat(data["depuis"][1])
    to_geoparquet(tmp_path / "a.parquet", layer(sites(), rows))
    table = pq.read_table(tmp_path / "a.parquet")
    assert table.column("actif").to_pylist() == [True, None]


def test_geoparquet_says_its_system(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    for epsg, identifier in (
        (4326, {"authority": "OGC", "code": "CRS84"}),
        (2154, {"authority": "EPSG", "code": 2154}),
    ):
        to_geoparquet(path, layer(), epsg=epsg)
        with pq.ParquetFile(path) as file:
            geo = json.loads(file.schema_arrow.metadata[b"geo"])
            said = json.loads(file.schema_arrow.metadata[b"terril"])
            table = file.read()
        assert geo["columns"]["geometry"]["crs"]["id"] == identifier
        assert said["Licence"] == "Licence Ouverte 2.0" and said["Citation"] == "Insee, 2021."
        assert table.column("geometry").to_pylist()[4] is None
    assert table.schema.field("valeur").metadata[b"unit"] == b"%"


def test_parquet_has_no_geometry(tmp_path: Path) -> None:
    to_parquet(tmp_path / "a.parquet", layer())
    table = pq.read_table(tmp_path / "a.parquet")
    assert table.column_names == [p.name for p in COLLECTION.properties]
    assert table.column("valeur").to_pylist() == [0.0, 9.5, None, None, 12.25]


def test_geojson_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    to_geojson(path, layer())
    document = json.loads(path.read_text(encoding="utf-8"))
    assert [f["id"] for f in document["features"]] == [f.id for f in features()]
    assert document["metadata"]["Source"] == "Insee, Recensement, 2021"
    assert document["features"][4]["geometry"] is None and document["features"][2]["properties"]["valeur"] is None
    assert pyogrio.read_info(path)["features"] == len(VALUES)
    to_geojson(path, layer(found=[]))
    assert json.loads(path.read_text(encoding="utf-8"))["features"] == []


def test_shapefile_in_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    to_shapefile(path, layer())
    with zipfile.ZipFile(path) as archive:
        names = {Path(n).suffix for n in archive.namelist()}
        said = json.loads(archive.read("indicateurs_logement_vacants.json"))
    assert names >= {".shp", ".dbf", ".shx", ".prj", ".cpg", ".json"}
    assert said["columns"]["denominate"] == "Dénominateur"
    told = pyogrio.read_info(f"/vsizip/{path}")
    assert told["features"] == len(VALUES) and told["crs"] == "EPSG:2154"
    with pytest.raises(QueryError):
        to_shapefile(path, layer(sites(), []))


def test_names_are_safe(tmp_path: Path) -> None:
    odd = Collection(
        id="x", title="T", content=places(Level.COMMUNE).content,
        properties=tuple(Property(name=n, type=Type.TEXT)
                         for n in ("fid", "geom", "Nom", "nom", 'a"b', "é" * 30, "é" * 30 + "x", "select", "\n", "")),
    )  # fmt: skip
    rows = [Feature("1", {p.name: p.name for p in odd.properties}, shapely.to_wkb(square(2, 50)))]
    to_geopackage(tmp_path / "a.gpkg", layer(odd, rows), style=style())
    assert len(pyogrio.read_info(tmp_path / "a.gpkg", layer="x")["fields"]) == len(odd.properties)
    to_shapefile(tmp_path / "a.zip", layer(odd, rows))
    assert len(pyogrio.read_info(f"/vsizip/{tmp_path / 'a.zip'}")["fields"]) == len(odd.properties)


@given(st.text(max_size=80))
def test_any_text_makes_a_name(text: str) -> None:
    name = layer_name(text)
    assert name.isascii() and name.replace("_", "a").isalnum() and name[0].isalpha() and len(name) <= 65
    assert not name.startswith(("gpkg", "sqlite", "rtree"))


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(QueryError):
        to_geopackage(tmp_path / "a.gpkg", layer(), epsg=27572)
    writers = {
        to_geopackage: ".gpkg",
        to_geoparquet: ".parquet",
        to_parquet: ".parquet",
        to_geojson: ".json",
        to_shapefile: ".zip",
    }
    for write, suffix in writers.items():
        with pytest.raises(StoreError):
            write(tmp_path / "absent" / f"file{suffix}", layer())


def test_an_empty_layer_is_a_layer(tmp_path: Path) -> None:
    to_geopackage(tmp_path / "a.gpkg", layer(found=[]), style=style())
    assert pyogrio.read_info(tmp_path / "a.gpkg", layer="indicateurs_logement_vacants")["features"] == 0
    to_geoparquet(tmp_path / "a.parquet", layer(found=[]))
    assert pq.read_table(tmp_path / "a.parquet").num_rows == 0
