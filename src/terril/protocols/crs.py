"""Coordinate reference systems of the geographic doors: which, in which order their axes are, and how to go there.

Source: OGC 18-058r1, OGC API - Features - Part 2.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from terril.core.features import WORLD, Box

_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


@dataclass(frozen=True, slots=True)
class Crs:
    """A system.

    Parameters
    ----------
    uri : as requests name it.
    epsg : its code.
    swapped : whether the second axis is the one that goes east.
    decimals : that are written: a centimetre or so.
    """

    uri: str
    epsg: int
    swapped: bool = False
    decimals: int = 2


KNOWN = {
    crs.uri: crs
    for crs in (
        Crs(CRS84, 4326, decimals=7),
        Crs(f"{_EPSG}4326", 4326, swapped=True, decimals=7),
        Crs(f"{_EPSG}3857", 3857),
        Crs(f"{_EPSG}2154", 2154),
        Crs(f"{_EPSG}3950", 3950),
    )
}
Shapes = npt.NDArray[np.object_]
_kept = threading.local()


def find(name: str) -> Crs | None:
    """A system by its URI, or as it is often written: ``EPSG:2154``, ``2154``, ``CRS84``."""
    short = name.upper().removeprefix("EPSG:").removeprefix("OGC:").strip("<>[]")
    uri = CRS84 if short == "CRS84" else f"{_EPSG}{short}"
    return KNOWN.get(name.strip("<>[]")) or KNOWN.get(uri)


def projected(shapes: Shapes, crs: Crs) -> Shapes:
    """Shapes in degrees (WGS 84, longitude first), brought to a system and rounded."""

    def change(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        x, y = points[:, 0], points[:, 1]
        if crs.epsg != 4326:
            x, y = _transformer(4326, crs.epsg).transform(x, y)
        found = np.column_stack((y, x) if crs.swapped else (x, y))
        return np.round(found, crs.decimals)

    return np.asarray(shapely.transform(shapes, change), dtype=object)


def unprojected(shape: shapely.Geometry, crs: Crs) -> shapely.Geometry:
    """A shape of a system, brought to degrees (WGS 84, longitude first)."""

    def change(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        x, y = (points[:, 1], points[:, 0]) if crs.swapped else (points[:, 0], points[:, 1])
        if crs.epsg != 4326:
            x, y = _transformer(crs.epsg, 4326).transform(x, y)
        return np.column_stack((x, y))

    return shapely.transform(shape, change)


def box_of(numbers: tuple[float, float, float, float], crs: Crs) -> Box | None:
    """A box of a system, in degrees; None where it is nowhere.

    Parameters
    ----------
    numbers : lowest of each axis, then highest, in the order of the axes of the system.
    """
    if not all(math.isfinite(n) for n in numbers):
        return None
    first, second, third, fourth = numbers
    west, south, east, north = (second, first, fourth, third) if crs.swapped else numbers
    if south > north:
        return None
    if crs.epsg == 4326:
        return _inside((west, south, east, north))
    if west > east:
        return None
    found = _transformer(crs.epsg, 4326).transform_bounds(west, south, east, north, densify_pts=21)
    return _inside(found) if all(math.isfinite(n) for n in found) else None


def _inside(box: Box) -> Box | None:
    west, south, east, north = box
    if south > 90 or north < -90 or min(west, east) > 180 or max(west, east) < -180:
        return None
    return (max(west, WORLD[0]), max(south, WORLD[1]), min(east, WORLD[2]), min(north, WORLD[3]))


def _transformer(source: int, target: int) -> Any:
    """A transformer of this thread: PROJ shares none."""
    if not hasattr(_kept, "transformers"):
        _kept.transformers = {}
    kept: dict[tuple[int, int], Any] = _kept.transformers
    if (source, target) not in kept:
        kept[source, target] = pyproj.Transformer.from_crs(source, target, always_xy=True)
    return kept[source, target]
