"""Shapes of a preview made a drawing: WGS 84 in, pixels out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from terril.core.drawing.sketch import Sketch

_MARGIN = 12
#: A tall extent is drawn no higher than this part of the width.
_TALLEST = 0.75
Places = npt.NDArray[np.float64]


def sketch(shapes: Sequence[Mapping[str, Any] | None], title: str, width: int = 640) -> Sketch | None:
    """Draw GeoJSON geometries (longitude, latitude); None where there is none to draw.

    Parameters
    ----------
    title : what is drawn, in French.
    width : pixels.
    """
    told = [json.dumps(s) for s in shapes if s is not None]
    found = [s for s in shapely.from_geojson(np.array(told, dtype=object)) if s is not None and not s.is_empty]
    if not found:
        return None
    flat = np.array(found, dtype=object)
    latitude = float(np.mean(shapely.total_bounds(flat)[[1, 3]]))
    narrowed = max(0.1, float(np.cos(np.radians(latitude))))
    west, south, east, north = shapely.total_bounds(flat).tolist()
    wide, high = max((east - west) * narrowed, 1e-4), max(north - south, 1e-4)
    scale = min((width - 2 * _MARGIN) / wide, (width * _TALLEST - 2 * _MARGIN) / high)
    height = high * scale + 2 * _MARGIN
    left = (width - wide * scale) / 2

    def placed(places: Places) -> Places:
        x = (places[:, 0] - west) * narrowed * scale + left
        return np.column_stack([x, (north - places[:, 1]) * scale + _MARGIN])

    drawn = shapely.transform(flat, placed)
    parts = [p for shape in drawn for p in _parts(shape)]
    return Sketch(
        title,
        (float(width), round(height, 1)),
        areas=tuple(_area(p) for p in parts if p.geom_type == "Polygon"),
        lines=tuple(_line(p) for p in parts if p.geom_type in ("LineString", "LinearRing")),
        points=tuple((round(p.x, 1), round(p.y, 1)) for p in parts if p.geom_type == "Point"),
    )


def _parts(shape: Any) -> Iterator[Any]:
    for part in shapely.get_parts(shape):
        if part.geom_type.startswith(("Multi", "GeometryCollection")):
            yield from _parts(part)
        elif not part.is_empty:
            yield part


def _line(shape: Any) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(shape))


def _area(shape: Any) -> str:
    return "".join(f"{_line(ring)}Z" for ring in (shape.exterior, *shape.interiors))
