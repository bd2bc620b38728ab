"""Polygons written as SVG path data, in whole map units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    ring_ends, part_ends = offsets[0], offsets[1]
    geometry_ends = np.arange(len(polygons) + 1) if kind == shapely.GeometryType.POLYGON else offsets[2]
    rings = _rings(np.rint(coordinates).astype(np.int64), ring_ends)
    parts = part_ends.tolist()
    return [_geometry(rings, parts[first : last + 1], smallest) for first, last in pairwise(geometry_ends.tolist())]


@dataclass(frozen=True, slots=True)
class _Rings:
    """Every ring of a drawing: its first vertex, its steps as texts (x and y alternate), its area."""

    starts: list[list[int]]
    steps: list[str]
    bounds: list[int]
    areas: list[float]

    def write(self, ring: int) -> str:
        x, y = self.starts[ring]
        steps = " ".join(self.steps[self.bounds[ring] : self.bounds[ring + 1]])
        return f"M{x} {y}l{steps}z".replace(" -", "-")


def _rings(units: Ints, ends: Ints) -> _Rings:
    """All rings at once: one by one in numpy, 35,000 of them take a second."""
    steps = np.diff(units, axis=0, append=units[-1:])
    kept: npt.NDArray[np.bool_] = np.any(steps, axis=1)
    # The last vertex of a ring is its first: « z » draws the step to it, and none leads from it to the next ring.
    kept[ends[1:] - 1] = False
    kept[ends[1:] - 2] = False
    counts = np.concatenate([[0], np.cumsum(kept)])
    return _Rings(
        units[ends[:-1]].tolist(),
        list(map(str, steps[kept].ravel().tolist())),
        (2 * counts[ends]).tolist(),
        _areas(units, ends).tolist(),
    )


def _areas(units: Ints, ends: Ints) -> npt.NDArray[np.float64]:
    """Area of each ring, by the shoelace formula."""
    crossed = np.append(units[:-1, 0] * units[1:, 1] - units[1:, 0] * units[:-1, 1], 0)
    sums = np.concatenate([[0], np.cumsum(crossed)])
    areas: npt.NDArray[np.float64] = np.abs(sums[ends[1:] - 1] - sums[ends[:-1]]) / 2
    return areas


def _geometry(rings: _Rings, parts: list[int], smallest: float) -> str:
    """Path of one geometry, whose outer rings are at ``parts``, each followed by its holes."""
    if len(parts) < 2:
        return ""
    areas = rings.areas
    largest = max(parts[:-1], key=areas.__getitem__)
    texts = [
        rings.write(ring)
        for outer, end in pairwise(parts)
        if areas[outer] >= smallest or (outer == largest and areas[outer] > 0)
        for ring in range(outer, end)
        if areas[ring] > 0
    ]
    if not texts:
        x, y = rings.starts[largest]
        return f"M{x} {y}h1v1h-1z".replace(" -", "-")
    return "".join(texts)
