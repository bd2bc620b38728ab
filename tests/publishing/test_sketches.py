"""Shapes of a preview as a drawing: whatever they are, inside the frame, their texts escaped."""

from __future__ import annotations

from typing import Any

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from terril.publishing.sketches import sketch


def point(x: float, y: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [x, y]}


def test_each_shape_is_drawn_as_it_is():
    area = {"type": "Polygon", "coordinates": [[[2, 50], [3, 50], [3, 51], [2, 50]]]}
    line = {"type": "MultiLineString", "coordinates": [[[2, 50], [3, 51]], [[2, 51], [3, 50]]]}
    found = sketch([area, None, line, {"type": "GeometryCollection", "geometries": [point(2.5, 50.5)]}], "Essai")
    assert found is not None
    assert (len(found.areas), len(found.lines), len(found.points)) == (1, 2, 1)


def test_nothing_to_draw_is_nothing():
    assert sketch([], "Essai") is None
    assert sketch([None, {"type": "Polygon", "coordinates": []}], "Essai") is None


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", '" onload="x', "a & b"])
def test_a_title_is_a_text(title: str):
    drawn = sketch([point(2, 50)], title)
    assert drawn is not None
    root = ElementTree.fromstring(drawn.svg())
    assert root.attrib["aria-label"] == title
    assert [e.tag for e in root.iter() if e.tag == "script"] == []


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-85, 85)), min_size=1, max_size=6))
def test_points_stand_in_the_frame(places: list[tuple[float, float]]):
    found = sketch([point(x, y) for x, y in places], "Essai")
    assert found is not None
    width, height = found.size
    assert all(0 <= x <= width and 0 <= y <= height + 1 for x, y in found.points)
