"""Points against the contour of their commune."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from terril.core.quality.spec import Geometry
from terril.core.sources import Source
from terril.pipeline.anomalies.points import misplaced

SOURCE = Source.model_validate(
    {"id": "t/sites", "label": "Sites", "producer": "P", "licence": "L", "vintage": "2021", "format": "vector",
     "geography": {"level": "commune", "column": "c", "cog": 2024}, "period": {"value": "2021"}, "rows": "micro",
     "columns": [{"name": "site", "source": "s", "type": "text"}], "key": ["site"]}
)  # fmt: skip


@pytest.fixture
def found(tmp_path: Path):
    """Checks points given by their commune, longitude and latitude; one commune is a square of 0.1°."""
    square = shapely.to_wkb(shapely.box(2.0, 50.0, 2.1, 50.1))
    contours = tmp_path / "commune.parquet"
    pq.write_table(pa.table({"code": ["62001"], "geometry": [square]}), contours)

    def check(points: list[tuple[str, float | None, float]], tolerance: float = 0):
        shapes = [None if x is None else shapely.to_wkb(shapely.Point(x, y)) for _, x, y in points]
        table = pa.table(
            {"row": range(1, len(points) + 1), "level": ["commune"] * len(points), "code": [p[0] for p in points],
             "period": ["2021"] * len(points), "site": [f"s{n}" for n in range(1, len(points) + 1)],
             "geometry": pa.array(shapes, pa.binary())}
        )  # fmt: skip
        path = tmp_path / "data.parquet"
        pq.write_table(table, path)
        return list(misplaced(path, SOURCE, "v1", Geometry(tolerance=tolerance), contours))

    return check


def test_inside_is_nothing_and_outside_is_so_many_metres(found):
    # One hundredth of a degree: 1 112 m to the north, 714 m to the east at 50.05°.
    north, east = found([("62001", 2.05, 50.05), ("62001", 2.05, 50.11), ("62001", 2.11, 50.05)])
    assert (north.rows, north.territory, north.cell) == ((2,), "commune:62001", None)
    assert north.value == pytest.approx(1112, abs=3)
    assert east.value == pytest.approx(715, abs=3)
    assert east.message.startswith("s3 : point à 715 m hors du contour")


def test_the_tolerance_is_in_metres(found):
    points = [("62001", 2.05, 50.11)]
    assert len(found(points, 1100)) == 1
    assert found(points, 1120) == []


def test_what_cannot_be_judged_is_not(found):
    assert found([("62999", 9.0, 9.0), ("62001", None, 0)]) == []
    assert found([]) == []


def test_swapped_coordinates_are_far_away(found):
    (swapped,) = found([("62001", 50.05, 2.05)])
    assert swapped.value > 1_000_000
