"""Drawn perimeters: what is read, repaired or refused, and how much of each territory lies inside."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from terril.core.errors import QueryError, StoreError
from terril.core.territories.model import Level
from terril.publishing.perimeters import Contours, Drawn, coverage_note, point_shares, read_perimeters
from terril.publishing.zones import MAINLAND

#: Nine invented communes in a square of the Artois, west to east then south to north.
SQUARES = {f"9900{1 + c + 3 * r}": shapely.box(2.0 + 0.1 * c, 50.0 + 0.1 * r, 2.1 + 0.1 * c, 50.1 + 0.1 * r)
           for r in range(3) for c in range(3)}  # fmt: skip


@pytest.fixture(scope="module")
def contours(tmp_path_factory) -> Contours:
    folder = tmp_path_factory.mktemp("tables")
    (folder / "contours").mkdir()
    table = pa.table({"code": list(SQUARES), "geometry": [shapely.to_wkb(s) for s in SQUARES.values()]})
    pq.write_table(table, folder / "contours" / "commune.parquet")
    return Contours(folder)


def drawn(shape: shapely.Geometry) -> Drawn:
    return Drawn("essai", shape, MAINLAND)


def written(folder: Path, content: object) -> Path:
    path = folder / "p.geojson"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def polygon(*corners: tuple[float, float]) -> dict:
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}


def feature(geometry: object, **properties: object) -> dict:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


SQUARE = polygon((2.0, 50.0), (2.1, 50.0), (2.1, 50.1), (2.0, 50.1))


def test_a_commune_is_whole_and_its_neighbours_are_not_touched(contours):
    found = contours.shares(drawn(SQUARES["99005"]), Level.COMMUNE)
    assert found.weights == {"99005": 1.0}
    assert found.covered == pytest.approx(1)


def test_half_a_commune_is_half(contours):
    found = contours.shares(drawn(shapely.box(2.0, 50.0, 2.05, 50.1)), Level.COMMUNE)
    assert found.weights == {"99001": pytest.approx(0.5, abs=1e-3)}


def test_what_lies_in_no_commune_is_said(contours):
    found = contours.shares(drawn(shapely.box(1.9, 50.0, 2.1, 50.1)), Level.COMMUNE)
    assert found.covered == pytest.approx(0.5, abs=1e-2)
    assert coverage_note(found.covered).startswith("50,")
    assert coverage_note(1.0) == ""


@given(st.floats(2.01, 2.29), st.floats(0.02, 0.14))
def test_two_pieces_of_a_perimeter_share_what_the_whole_shares(contours, cut, radius):
    whole = shapely.segmentize(shapely.Point(2.15, 50.15).buffer(radius), 0.01)
    pieces = [whole.intersection(shapely.box(0, 40, cut, 60)), whole.intersection(shapely.box(cut, 40, 10, 60))]
    parts = [contours.shares(drawn(p), Level.COMMUNE, tolerance=0).weights for p in pieces if p.area > 0]
    found = contours.shares(drawn(whole), Level.COMMUNE, tolerance=0).weights
    for code in SQUARES:
        share = sum(p.get(code, 0.0) for p in parts)
        assert 0 <= share <= 1 + 1e-9
        assert share == pytest.approx(found.get(code, 0.0), abs=1e-5)


def test_contours_that_were_not_built_are_said(tmp_path):
    with pytest.raises(StoreError, match="contours"):
        Contours(tmp_path).shares(drawn(SQUARES["99001"]), Level.COMMUNE)


def test_points_share_by_what_they_count_for():
    wkb = [shapely.to_wkb(shapely.Point(x, 50.05)) for x in (2.01, 2.02, 2.08, 2.15)]
    shares = point_shares(
        drawn(shapely.box(2.0, 50.0, 2.05, 50.1)), wkb, ["a", "a", "a", "b"], np.array([10.0, 20.0, 30.0, 5.0])
    )
    assert shares == {"a": 0.5, "b": 0.0}


def test_a_territory_whose_points_count_for_nothing_has_no_share():
    wkb = [shapely.to_wkb(shapely.Point(2.01, 50.05))]
    assert point_shares(drawn(SQUARES["99001"]), wkb, ["a"], np.zeros(1)) == {}


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (SQUARE, ["périmètre 1"]),
        (feature(SQUARE, nom="Bassin"), ["Bassin"]),
        ({"type": "FeatureCollection", "features": [feature(SQUARE, nom="A"), feature(SQUARE)]}, ["A", "périmètre 2"]),
    ],
)
def test_every_writing_of_geojson_is_read(tmp_path, content, names):
    assert [p.name for p in read_perimeters(written(tmp_path, content))] == names


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "fichier vide"),
        ("bonjour", "n'est pas du GeoJSON"),
        ("[1, 2]", "n'est pas du GeoJSON"),
        ({"type": "FeatureCollection", "features": []}, "aucun périmètre"),
        ({"type": "FeatureCollection", "features": 3}, "n'est pas une liste"),
        (feature(None), "sans géométrie"),
        (feature({"type": "Point", "coordinates": [2, 50]}), "de type Point"),
        (feature({"type": "Polygon", "coordinates": []}), "polygone vide"),
        (feature({"type": "Polygon", "coordinates": [[[2, 50], [3, 51]]]}), "polygone illisible"),
        (feature({"type": "Polygon", "coordinates": "non"}), "polygone illisible"),
        (feature(polygon((2.0, 50.0), (2.1, 50.0), (2.2, 50.0))), "sans surface"),
        (feature(polygon((100, 10), (101, 10), (101, 11))), "hors de France"),
        (feature(polygon((50.0, 2.0), (50.1, 2.0), (50.1, 2.1))), "interverties"),
        (feature(polygon((2.0, 50.0), (55.5, -21.0), (3.0, 50.0))), "hors de France"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_its_place(tmp_path, content, words):
    with pytest.raises(QueryError, match=words) as refused:
        read_perimeters(written(tmp_path, content))
    assert refused.value.location.file == "p.geojson"


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "p.geojson").write_bytes(b"\xff\xfe\x00PK")
    with pytest.raises(QueryError, match="n'est pas du GeoJSON"):
        read_perimeters(tmp_path / "p.geojson")


def test_a_ring_that_crosses_itself_is_repaired_and_said(tmp_path):
    bow = feature(polygon((2.0, 50.0), (2.1, 50.1), (2.1, 50.0), (2.0, 50.1)))
    (found,) = read_perimeters(written(tmp_path, bow))
    assert shapely.is_valid(found.shape)
    assert found.shape.area > 0
    assert found.notes == ("contour qui se recoupe : réparé",)


@pytest.mark.parametrize("crs", [None, {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}])
def test_lambert_93_is_recognised(tmp_path, crs, contours):
    metres = shapely.transform(shapely.segmentize(SQUARES["99005"], 0.01), MAINLAND.project)
    data = feature(json.loads(shapely.to_geojson(metres))) | ({"crs": crs} if crs else {})
    (found,) = read_perimeters(written(tmp_path, data))
    assert contours.shares(found, Level.COMMUNE).weights == {"99005": 1.0}
    assert found.notes[0].startswith("coordonnées en Lambert-93")
    assert ("alors que" in found.notes[0]) is (crs is None)


def test_a_perimeter_overseas_is_measured_in_its_own_projection(tmp_path):
    (found,) = read_perimeters(written(tmp_path, polygon((55.4, -21.1), (55.5, -21.1), (55.5, -21.0), (55.4, -21.0))))
    assert found.zone.name == "La Réunion"


def test_heights_are_left_out(tmp_path):
    flat = {"type": "Polygon", "coordinates": [[[2, 50, 9], [2.1, 50, 9], [2.1, 50.1, 9], [2, 50, 9]]]}
    (found,) = read_perimeters(written(tmp_path, flat))
    assert not found.shape.has_z
