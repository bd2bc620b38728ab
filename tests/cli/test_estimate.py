"""``terril estimate`` on the real communes: exact where nothing is cut, honest where something is."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import shapely

from tests.conftest import REFERENCE
from tests.support.command import Command
from tests.support.live import copied

CIRCLE = shapely.Point(2.64, 50.53).buffer(0.07)


@pytest.fixture(scope="module")
def national(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """What travels with Terril, built: populations and areas, nothing else."""
    return copied(demo_home, tmp_path_factory.mktemp("estimate") / "home")


@pytest.fixture
def communes(tables) -> dict[str, shapely.Geometry]:
    table = pq.read_table(tables / "contours" / "commune.parquet")
    codes = table["code"].to_pylist()
    wanted = [n for n, code in enumerate(codes) if code.startswith("62")]
    return {codes[n]: shapely.from_wkb(table["geometry"][n].as_py()) for n in wanted}


def written(folder: Path, *shapes: shapely.Geometry) -> str:
    path = folder / "perimetre.geojson"
    features = [
        {"type": "Feature", "properties": {"nom": f"n° {n}"}, "geometry": json.loads(shapely.to_geojson(s))}
        for n, s in enumerate(shapes, start=1)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return str(path)


def estimates(command: Command, indicator: str, perimeter: str, *more: str) -> list[dict]:
    return command.json("estimate", indicator, "--perimeter", perimeter, *more)["estimates"]


@pytest.mark.parametrize("indicator", ["demographie/population", "demographie/densite"])
def test_the_union_of_the_communes_of_an_epci_is_the_epci(national, communes, tmp_path, indicator):
    members = national.csv("territories", "--within", "epci:200072460", "--level", "commune")
    union = shapely.union_all([communes[m["code"]] for m in members])
    (drawn,) = estimates(national, indicator, written(tmp_path, union))
    (declared,) = estimates(national, indicator, "epci:200072460")
    (told,) = national.observations(indicator, "-t", "epci:200072460")
    assert drawn["value"] == declared["value"] == told["value"]
    assert drawn["status"] == declared["status"] == told["status"]
    assert drawn["numerator"] == told["numerator"]
    assert "réunion exacte" in drawn["method"]


def test_a_perimeter_cut_in_two_sums_to_the_whole(national, tmp_path):
    north = CIRCLE.intersection(shapely.box(0, 50.53, 5, 52))
    south = CIRCLE.intersection(shapely.box(0, 49, 5, 50.53))
    found = estimates(national, "demographie/population", written(tmp_path, CIRCLE, north, south))
    whole, *pieces = (e["value"] for e in found)
    assert {e["status"] for e in found} == {"estimated"}
    assert sum(pieces) == pytest.approx(whole, rel=1e-3)
    assert all(e["low"] <= e["value"] <= e["high"] for e in found)


def test_what_is_read_on_screen_names_the_method_and_the_members(national, tmp_path):
    shown = national("estimate", "demographie/population", "--perimeter", written(tmp_path, CIRCLE))
    for words in ("(estimé)", "part de la surface de chaque commune", "Bornes certaines", "Part incertaine", "Béthune"):
        assert words in shown


def test_without_a_finer_mesh_population_is_shared_by_area_and_says_so(national, tmp_path):
    path = written(tmp_path, CIRCLE)
    (found,) = estimates(national, "demographie/population", path, "--weights", "population")
    (by_area,) = estimates(national, "demographie/population", path)
    assert found["value"] == by_area["value"]
    assert found["method"] == "part de la surface de chaque commune"
    assert "à une maille plus fine que la commune" in found["notes"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("demographie/population", "--perimeter", "absent.geojson"), "périmètre introuvable"),
        (("demographie/population", "--perimeter", "epci:999"), "inconnue"),
        (("demographie/population", "--perimeter", "epci:200072460", "--weights", "vent"), "méthode inconnue"),
        (("demographie/population", "--perimeter", "epci:200072460", "--period", "1812"), "aucun chiffre"),
        (("demographie/evolution_depuis_1968", "--perimeter", "epci:200072460"), "pas d'observation"),
        (("revenus/inconnu", "--perimeter", "epci:200072460"), "pas d'observation"),
    ],
)
def test_what_cannot_be_estimated_is_refused(national, arguments, words):
    national("estimate", *arguments, code=1)
    assert words in national.errors


def test_points_of_a_source_that_is_not_loaded(national, tmp_path):
    path = written(tmp_path, CIRCLE)
    national(
        "estimate", "demographie/population", "--perimeter", path, "--weights", "points:education/annuaire", code=1
    )
    assert "source non chargée" in national.errors


@pytest.fixture(scope="module")
def artois(artois_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Command:
    return copied(artois_home, tmp_path_factory.mktemp("estimate_artois") / "home")


@pytest.mark.reference_data
def test_a_median_is_refused(artois, tmp_path):
    artois("estimate", "revenus/revenu_median", "--perimeter", written(tmp_path, CIRCLE), code=1)
    assert "médiane" in artois.errors


@pytest.mark.reference_data
def test_schools_are_shared_by_where_they_stand(artois, communes, tmp_path):
    bethune = communes["62119"]
    west, south, east, north = bethune.bounds
    half = bethune.intersection(shapely.box(west, south, (west + east) / 2, north))
    path = written(tmp_path, half)
    (found,) = estimates(artois, "education/etablissements", path, "--weights", "points:education/annuaire")
    table = json.loads((REFERENCE / "territoire" / "ecoles_annuaire_2025.geojson").read_text(encoding="utf-8"))
    own = [f["geometry"]["coordinates"] for f in table["features"] if f["properties"]["code_commune"] == "62119"]
    inside = [c for c in own if half.intersects(shapely.Point(c))]
    assert 0 < len(inside) < len(own)
    (told,) = artois.observations("education/etablissements", "-t", "commune:62119")
    assert found["value"] == pytest.approx(told["value"] * len(inside) / len(own))
    assert found["method"] == "part des lignes de la source education/annuaire"
