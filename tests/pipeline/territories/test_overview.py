"""Contours for a map of the whole country: the same territories, much lighter."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from terril.core.errors import StoreError
from terril.core.territories.model import Level
from terril.pipeline.territories.overview import build_overview
from terril.publishing import outlines
from terril.publishing.outlines import OVERVIEW, Outlines


def scalloped(x: float, y: float) -> shapely.Geometry:
    """A square of a tenth of a degree, a vertex every hundred metres."""
    return shapely.segmentize(shapely.box(x, y, x + 0.1, y + 0.1), 0.001)


@pytest.fixture
def country(tmp_path: Path) -> Path:
    shapes = {f"0100{i}": scalloped(2 + i / 10, 50) for i in range(4)} | {"97401": scalloped(55.4, -21.1)}
    (tmp_path / "contours").mkdir()
    table = pa.table({"code": list(shapes), "geometry": shapely.to_wkb(list(shapes.values()))})
    pq.write_table(table, tmp_path / "contours" / "commune.parquet")
    return tmp_path


def shapes(path: Path) -> dict[str, shapely.Geometry]:
    return {row["code"]: shapely.from_wkb(row["geometry"]) for row in pq.read_table(path).to_pylist()}


def test_the_mainland_is_light_and_stays_in_place(country: Path) -> None:
    built = build_overview(country)
    before, after = shapes(country / "contours" / "commune.parquet"), shapes(built)
    assert list(after) == list(before)
    assert shapely.equals_exact(after["97401"], before["97401"])
    for code in ("01000", "01003"):
        assert shapely.get_num_coordinates(after[code]) < shapely.get_num_coordinates(before[code]) / 5
        assert shapely.symmetric_difference(after[code], before[code]).area < before[code].area * 0.02
    mainland = [shape for code, shape in after.items() if code < "97"]
    assert sum(shapely.area(mainland)) == pytest.approx(shapely.union_all(mainland).area, rel=1e-9)
    assert [path.name for path in country.iterdir()] == ["contours"]


def test_a_map_of_the_country_is_drawn_from_it(country: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = ["01000", "01001", "01002", "01003", "97401"]
    plain = Outlines(country).drawn(Level.COMMUNE, codes)
    monkeypatch.setattr(outlines, "_COUNTRY", 3)
    with pytest.raises(StoreError, match=f"{OVERVIEW} : contours illisibles"):
        Outlines(country).drawn(Level.COMMUNE, codes)
    build_overview(country)
    light = Outlines(country).drawn(Level.COMMUNE, codes)
    assert set(light.paths) == set(plain.paths)
    assert light.size[0] == plain.size[0]
    assert light.metres_per_unit == pytest.approx(plain.metres_per_unit, rel=0.02)
    assert light.insets == plain.insets


@pytest.mark.parametrize("content", [b"", b"PAR1"])
def test_unreadable_contours_are_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "contours").mkdir()
    (tmp_path / "contours" / "commune.parquet").write_bytes(content)
    with pytest.raises(StoreError, match=r"commune\.parquet : contours illisibles"):
        build_overview(tmp_path)
