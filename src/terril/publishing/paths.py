"""Polygons written as SVG path data, in whole map units."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

Ints = npt.NDArray[np.int64]


def path_data(polygons: Sequence[BaseGeometry] | npt.NDArray[np.object_], smallest: float) -> list[str]:
    """Path data of polygons and multipolygons: relative moves between rounded vertices, « M10 20l3-4 5 1z ».

    Vertices are rounded where they stand, not step by step: neighbours that shared a border still do.

    Parameters
    ----------
    smallest : parts under this area, in square map units, are left out, but for the largest of each geometry: an islet
        that nobody sees weighs as much as one that is seen. A geometry too small for any is drawn as one unit square.
    """
    if not len(polygons):
        return []
    kind, coordinates, offsets = shapely.to_ragged_array(np.asarray(polygons, dtype=object), include_z=False)
    if kind == shapely.GeometryType.POLYGON:
        ring_ends, part_ends = offsets
        geometry_ends = np.arange(len(polygons) + 1)
    else:
        ring_ends, part_ends, geometry_ends = offsets
    units = np.rint(coordinates).astype(np.int64)
    areas = _ring_areas(units, ring_ends)
    return [
        _geometry(units, ring_ends, part_ends[first : last + 1], areas, smallest)
        for first, last in pairwise(geometry_ends)
    ]


def _ring_areas(units: Ints, ring_ends: Ints) -> npt.NDArray[np.float64]:
    """Area of each ring, by the shoelace formula on the differences to its first vertex."""
    if not len(units):
        return np.zeros(len(ring_ends) - 1)
    crossed = units[:-1, 0] * units[1:, 1] - units[1:, 0] * units[:-1, 1]
    sums = np.concatenate([[0], np.cumsum(np.append(crossed, 0))])
    # The last vertex of a ring is its first: the step from it to the next ring is none of it.
    areas: npt.NDArray[np.float64] = np.abs(sums[np.maximum(ring_ends[1:] - 1, 0)] - sums[ring_ends[:-1]]) / 2
    return areas


def _geometry(units: Ints, ring_ends: Ints, part_ends: Ints, areas: npt.NDArray[np.float64], smallest: float) -> str:
    outers = part_ends[:-1]
    if not len(outers):
        return ""
    largest = outers[np.argmax(areas[outers])]
    texts = []
    for outer, end in pairwise(part_ends):
        if areas[outer] >= smallest or (outer == largest and areas[outer] > 0):
            rings = (units[ring_ends[ring] : ring_ends[ring + 1]] for ring in range(outer, end) if areas[ring] > 0)
            texts += [_ring(ring) for ring in rings]
    if not texts:
        x, y = units[ring_ends[largest]].tolist()
        texts.append(f"M{x} {y}h1v1h-1z")
    return "".join(texts)


def _ring(units: Ints) -> str:
    steps = np.diff(units[:-1], axis=0)
    steps = steps[steps.any(axis=1)]
    return f"M{_joined(units[0])}l{_joined(steps)}z"


def _joined(numbers: Ints) -> str:
    return " ".join(map(str, numbers.ravel().tolist())).replace(" -", "-")
