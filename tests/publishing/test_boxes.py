"""Boxes around communes."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from terril.core.errors import StoreError
from terril.publishing.boxes import Boxes


@pytest.fixture
def boxes(tmp_path: Path) -> Boxes:
    shapes = {"62001": shapely.box(2, 50, 3, 51), "62002": shapely.box(2.5, 49, 2.75, 50.5)}
    table = pa.table({"code": list(shapes), "geometry": [shapely.to_wkb(s) for s in shapes.values()]})
    (tmp_path / "contours").mkdir()
    pq.write_table(table, tmp_path / "contours" / "commune.parquet")
    return Boxes(tmp_path)


def test_a_box_holds_every_commune(boxes: Boxes):
    assert boxes.around(["62002"]) == (2.5, 49, 2.75, 50.5)
    assert boxes.around(["62001", "62002", "99999"]) == (2, 49, 3, 51)


def test_no_commune_has_no_box(boxes: Boxes):
    assert boxes.around([]) is None
    assert boxes.around(["99999"]) is None


def test_contours_that_were_not_built_are_told(tmp_path: Path):
    with pytest.raises(StoreError, match="contours absents"):
        Boxes(tmp_path).around(["62001"])
