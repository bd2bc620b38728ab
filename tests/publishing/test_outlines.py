"""Outlines as paths: neighbours keep one border, nothing is lost, everything fits."""

from __future__ import annotations

import re
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
from terril.publishing.frames import DETAIL
from terril.publishing.outlines import Drawn, Outlines
from terril.publishing.paths import path_data
from terril.publishing.zones import MAINLAND, OVERSEAS, ZONES, zones_of

_RING = re.compile(r"M(-?\d+[ -]\d+)l([-\d ]+)z")
_NUMBER = re.compile(r"-?\d+")


def read(path: str) -> shapely.Geometry:
    """The polygons of a path, as even and odd rings give them."""
    area = shapely.Polygon()
    for start, steps in _RING.findall(path):
        origin = np.array([int(n) for n in _NUMBER.findall(start)])
        moves = np.array([int(n) for n in _NUMBER.findall(steps)]).reshape(-1, 2)
        ring = shapely.Polygon(np.vstack([origin, origin + np.cumsum(moves, axis=0)]))
        area = shapely.symmetric_difference(area, shapely.make_valid(ring))
    return area


def ragged(x: float, y: float, side: float, cells: int, seed: int) -> dict[str, shapely.Geometry]:
    """Cells of an invented country, whose neighbours share wavering borders."""
    random = np.random.default_rng(seed)
    step, points = side / cells, 24
    wave = random.normal(0, step / 40, (2, cells + 1, cells * points + 1))
    wave *= np.sin(np.pi * np.arange(cells * points + 1) / points) ** 4  # still where borders meet
    found = {}
    for i in range(cells):
        for j in range(cells):
            low, high = j * points, (j + 1) * points
            across = np.linspace(0, step, points + 1)
            bottom = np.column_stack([i * step + across, j * step + wave[0, j, i * points : (i + 1) * points + 1]])
            top = np.column_stack(
                [i * step + across, (j + 1) * step + wave[0, j + 1, i * points : (i + 1) * points + 1]]
            )
            left = np.column_stack([i * step + wave[1, i, low : high + 1], j * step + across])
            right = np.column_stack([(i + 1) * step + wave[1, i + 1, low : high + 1], j * step + across])
            ring = np.vstack([bottom, right[1:], top[::-1][1:], left[::-1][1:]])
            found[f"{i}{j}"] = shapely.Polygon(ring + np.array([x, y]))
    return found


def write(folder: Path, level: Level, shapes: dict[str, shapely.Geometry]) -> None:
    (folder / "contours").mkdir(exist_ok=True)
    table = pa.table({"code": list(shapes), "geometry": shapely.to_wkb(list(shapes.values()))})
    pq.write_table(table, folder / "contours" / f"{level}.parquet")


@pytest.fixture
def country(tmp_path: Path) -> Path:
    """49 communes in two EPCI, one square department that is not made of them, and La Réunion."""
    cells = ragged(2.0, 50.0, 0.7, 7, seed=62)
    island = {f"974{code}": shape for code, shape in ragged(55.3, -21.2, 0.2, 2, seed=974).items()}
    halves = {
        "200000001": shapely.union_all([shape for code, shape in cells.items() if code < "30"]),
        "200000002": shapely.union_all([shape for code, shape in cells.items() if code >= "30"]),
    }
    write(tmp_path, Level.COMMUNE, cells | island)
    write(tmp_path, Level.EPCI, halves | {"200000974": shapely.union_all(list(island.values()))})
    write(
        tmp_path, Level.DEPARTMENT, {"62": shapely.box(1.9, 49.9, 2.35, 50.8), "80": shapely.box(2.35, 49.9, 2.8, 50.8)}
    )
    return tmp_path


CELLS = [f"{i}{j}" for i in range(7) for j in range(7)]


def areas(drawn: Drawn) -> dict[str, shapely.Geometry]:
    return {code: read(path) for code, path in drawn.paths.items()}


@pytest.mark.parametrize("width", [640, 200, 60])
def test_neighbours_leave_no_gap_and_do_not_overlap(country: Path, width: int) -> None:
    drawn = Outlines(country).drawn(Level.COMMUNE, CELLS, width=width)
    shapes = list(areas(drawn).values())
    whole = shapely.union_all(shapes)
    assert shapely.get_num_geometries(whole) == 1
    assert len(shapely.get_rings(whole)) == 1
    overlap = sum(shapely.area(shapes)) / shapely.area(whole)
    assert overlap == pytest.approx(1, abs=2e-4 if width > 100 else 5e-3)
    # A metre of map is a metre of ground.
    ground = shapely.area(whole) * drawn.metres_per_unit**2
    true = 0.7 * 111_320 * 0.7 * 111_320 * np.cos(np.radians(50.35))
    assert ground == pytest.approx(true, rel=0.01 if width > 100 else 0.05)


def test_everything_fits_and_is_written_in_relative_whole_numbers(country: Path) -> None:
    drawn = Outlines(country).drawn(Level.COMMUNE, CELLS)
    west, south, east, north = shapely.total_bounds(list(areas(drawn).values()))
    assert 0 <= west < east <= drawn.size[0] == 640 * DETAIL
    assert 0 <= south < north <= drawn.size[1] <= drawn.size[0] * 1.1
    assert all(re.fullmatch(r"(M\d+ \d+l[-\d ]+z)+", path) for path in drawn.paths.values())
    assert drawn.bbox_wgs84 == pytest.approx((2.0, 50.0, 2.7, 50.7), abs=0.02)
    assert drawn.insets == ()


def test_north_is_up_and_east_is_right(country: Path) -> None:
    found = areas(Outlines(country).drawn(Level.COMMUNE, CELLS))
    middle, north, east = (found[code].centroid for code in ("33", "34", "43"))
    assert north.y < middle.y
    assert abs(north.x - middle.x) < abs(north.y - middle.y) / 4
    assert east.x > middle.x


def test_simplified_paths_are_light(country: Path) -> None:
    paths = Outlines(country).drawn(Level.COMMUNE, CELLS, width=200).paths.values()
    assert sum(map(len, paths)) < 49 * 165


def test_borders_of_epci_are_those_of_their_communes(country: Path) -> None:
    drawn = Outlines(country).drawn(Level.COMMUNE, CELLS, around=Level.EPCI)
    assert len(drawn.borders) == 2
    found = areas(drawn)
    for border, codes in zip(
        drawn.borders, ([c for c in CELLS if c < "30"], [c for c in CELLS if c >= "30"]), strict=True
    ):
        inside = shapely.union_all([found[code] for code in codes])
        assert shapely.symmetric_difference(read(border), inside).area < inside.area * 1e-3


def test_only_the_borders_asked_for(country: Path) -> None:
    outlines = Outlines(country)
    assert (
        len(outlines.drawn(Level.COMMUNE, CELLS, around=Level.EPCI, around_codes=["200000002", "absent"]).borders) == 1
    )
    assert outlines.drawn(Level.COMMUNE, CELLS, around=Level.COMMUNE).borders == ()
    alone = outlines.drawn(Level.COMMUNE, ["00"], around=Level.EPCI)
    assert shapely.equals(read(alone.borders[0]), read(alone.paths["00"]))


def test_levels_that_do_not_nest_keep_their_own_borders(country: Path) -> None:
    drawn = Outlines(country).drawn(Level.EPCI, ["200000001", "200000002"], around=Level.DEPARTMENT)
    assert len(drawn.paths) == 2
    assert len(drawn.borders) == 2
    for border in drawn.borders:
        assert -60 <= read(border).bounds[0] < read(border).bounds[2] <= drawn.size[0] + 60, "cut to what is drawn"


def test_overseas_is_an_inset_beside_the_mainland(country: Path) -> None:
    codes = [*CELLS, *(f"974{i}{j}" for i in range(2) for j in range(2))]
    drawn = Outlines(country).drawn(Level.COMMUNE, codes, around=Level.EPCI)
    (inset,) = drawn.insets
    assert inset.name == "La Réunion"
    x, y, width, height = inset.box
    frame = shapely.box(x, y, x + width, y + height)
    for code, shape in areas(drawn).items():
        assert shapely.contains(frame, shape) if code.startswith("974") else not shapely.intersects(frame, shape)
    assert len(drawn.borders) == 3
    assert drawn.bbox_wgs84[0] == pytest.approx(2.0, abs=0.02)


def test_an_island_alone_takes_the_whole_frame(country: Path) -> None:
    drawn = Outlines(country).drawn(Level.EPCI, ["200000974"])
    assert drawn.insets == ()
    ground = shapely.area(read(drawn.paths["200000974"])) * drawn.metres_per_unit**2
    assert ground == pytest.approx((0.2 * 111_000) ** 2 * np.cos(np.radians(21.1)), rel=0.03)


def test_what_has_no_contour_is_left_out_or_told(country: Path) -> None:
    outlines = Outlines(country)
    assert list(outlines.drawn(Level.COMMUNE, ["11", "00", "97501"]).paths) == ["00", "11"]
    with pytest.raises(QueryError, match="aucun contour"):
        outlines.drawn(Level.COMMUNE, ["97501"])
    with pytest.raises(QueryError, match="pas de contour à ce niveau"):
        outlines.drawn(Level.PERIMETER, ["artois"])
    with pytest.raises(StoreError, match=r"region\.parquet : contours illisibles"):
        outlines.drawn(Level.REGION, ["84"])


def test_a_damaged_contour_is_told(tmp_path: Path) -> None:
    (tmp_path / "contours").mkdir()
    pq.write_table(pa.table({"code": ["84"], "geometry": [b"\x01\x03"]}), tmp_path / "contours" / "region.parquet")
    with pytest.raises(StoreError, match="contour illisible"):
        Outlines(tmp_path).drawn(Level.REGION, ["84"])


def test_a_drawing_is_kept_whatever_the_order_of_codes(country: Path) -> None:
    outlines = Outlines(country)
    first = outlines.drawn(Level.COMMUNE, CELLS)
    assert outlines.drawn(Level.COMMUNE, reversed(CELLS)) is first  # type: ignore[arg-type]
    assert Outlines(country).drawn(Level.COMMUNE, CELLS) == first


def test_zones_are_found_by_place() -> None:
    centres = np.array([[(z.box[0] + z.box[2]) / 2, (z.box[1] + z.box[3]) / 2] for z in ZONES] + [[100.0, 0.0]])
    assert [ZONES[i] for i in zones_of(centres)] == [MAINLAND, *OVERSEAS, MAINLAND]


@given(
    st.lists(
        st.tuples(st.floats(-50, 50), st.floats(-50, 50), st.floats(0.01, 30), st.floats(0.01, 30)),
        min_size=1,
        max_size=6,
    )
)
def test_no_shape_disappears(boxes: list[tuple[float, float, float, float]]) -> None:
    shapes = [shapely.multipolygons([shapely.box(x, y, x + w, y + h)]) for x, y, w, h in boxes]
    paths = path_data(shapes, smallest=10)
    assert all(re.fullmatch(r"(M-?\d+ ?-?\d+(l[-\d ]+|h1v1h-1)z)+", path) for path in paths)


def test_islets_are_left_out_but_for_the_largest_and_holes_are_kept() -> None:
    ring = shapely.Polygon(shapely.box(0, 0, 20, 20).exterior, [shapely.box(5, 5, 9, 9).exterior])
    (path,) = path_data([shapely.multipolygons([ring, shapely.box(30, 0, 32, 2)])], smallest=10)
    assert read(path).area == 400 - 16
    (small,) = path_data([shapely.multipolygons([shapely.box(0, 0, 2, 2), shapely.box(5, 5, 6, 6)])], smallest=10)
    assert read(small).area == 4
    assert path_data([], 10) == []


class TestNation:
    """The contours that were built."""

    def test_the_artois_is_light_and_whole(self, tables: Path) -> None:
        codes = pq.read_table(tables / "territories.parquet", filters=[("level", "=", "commune")]).to_pylist()
        epci = {"200072460", "246200364", "246200299", "200069672", "200044030"}
        artois = [t["code"] for t in codes if t["epci"] in epci]
        drawn = Outlines(tables).drawn(Level.COMMUNE, artois, around=Level.EPCI)
        assert len(drawn.paths) == 319
        assert len(drawn.borders) == 5
        assert sum(map(len, drawn.paths.values())) <= 60_000
        shapes = list(areas(drawn).values())
        whole = shapely.union_all(shapes)
        assert shapely.get_num_geometries(whole) == 1
        assert sum(shapely.area(shapes)) == pytest.approx(whole.area, rel=1e-3)
        ha = sum(t["area_ha"] for t in codes if t["epci"] in epci)
        assert whole.area * drawn.metres_per_unit**2 / 1e4 == pytest.approx(ha, rel=5e-3)
