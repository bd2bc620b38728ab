"""Geometries to be searched: their bounds in memory, themselves decoded only where the bounds leave a doubt."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from terril.core.features import Box
from terril.core.filters import FilterError
from terril.core.filters.nodes import unreadable
from terril.core.territories.model import Level

Keys = npt.NDArray[Any]
Bounds = npt.NDArray[np.float64]
#: A shape with more points is a layer, not a question.
MOST_POINTS = 5_000
#: Metres a degree of latitude measures at least, and how far a distance may be asked.
_DEGREE, _FARTHEST = 110_500.0, 500_000.0
#: Predicates of Shapely, read from the feature; a feature that satisfies one meets the bounds of the shape.
_PREDICATES: Mapping[str, Callable[..., Any]] = {
    "intersects": shapely.intersects,
    "within": shapely.within,
    "contains": shapely.contains,
    "touches": shapely.touches,
    "crosses": shapely.crosses,
    "overlaps": shapely.overlaps,
    "equals": shapely.equals,
}


@dataclass(frozen=True)
class Shapes:
    """Geometries of the features of a collection.

    Parameters
    ----------
    keys : what names each of them, n.
    bounds : west, south, east, north of each, degrees, (n, 4); NaN for an empty geometry.
    read : gives the WKB of the geometries at some places of ``keys``.
    level : of the territories whose contours these are; None for the shapes of rows.
    undrawn : what else could be named, and has no geometry.
    """

    keys: Keys
    bounds: Bounds
    read: Callable[[npt.NDArray[np.int64]], Sequence[bytes]]
    level: Level | None = None
    undrawn: tuple[str, ...] = ()

    def inside(self, box: Box) -> npt.NDArray[np.bool_]:
        """Which meet a box, (n,); a box whose west is east of its east crosses the antimeridian."""
        west, south, east, north = box
        if west <= east:
            return self._matching("intersects", shapely.box(west, south, east, north))
        eastern = self._matching("intersects", shapely.box(west, south, 180, north))
        return eastern | self._matching("intersects", shapely.box(-180, south, east, north))

    def matching(self, operator: str, shape: shapely.Geometry) -> Keys:
        """Keys of those that stand to a shape as said (see :data:`terril.core.filters.nodes.SPATIAL`)."""
        if operator == "disjoint":
            known = ~np.isnan(self.bounds[:, 0])
            return self.keys[known & ~self._matching("intersects", shape)]
        return self.keys[self._matching(operator, shape)]

    def near(self, shape: shapely.Geometry, metres: float) -> Keys:
        """Keys of those at most some metres away from a shape, measured on a plane around it.

        Raises
        ------
        FilterError
            When the distance is no distance, or farther than a plane can measure.
        """
        if not 0 <= metres <= _FARTHEST:
            raise unreadable(f"{metres:g} m", "distance hors limites", "de 0 à 500 kilomètres")
        west, south, east, north = shapely.bounds(shape).tolist()
        widest = math.cos(math.radians(min(85.0, max(abs(south), abs(north)) + metres / _DEGREE)))
        wide, high = metres / (_DEGREE * widest), metres / _DEGREE
        places = np.flatnonzero(self._meet((west - wide, south - high, east + wide, north + high)))
        if not len(places):
            return self.keys[places]
        centre = f"+proj=aeqd +lon_0={(west + east) / 2} +lat_0={(south + north) / 2} +units=m"
        plane = pyproj.Transformer.from_crs(4326, centre, always_xy=True)
        near = np.flatnonzero(shapely.dwithin(_moved(self._decoded(places), plane), _moved(shape, plane), metres))
        found: Keys = self.keys[places[near]]
        return found

    def _meet(self, box: Box) -> npt.NDArray[np.bool_]:
        """Whether the bounds of each meet a box."""
        west, south, east, north = box
        bounds = self.bounds
        met: npt.NDArray[np.bool_] = (
            (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
        )
        return met

    def _matching(self, operator: str, shape: shapely.Geometry) -> npt.NDArray[np.bool_]:
        box: Box = tuple(shapely.bounds(shape).tolist())
        met = self._meet(box)
        doubtful = met
        if operator in ("intersects", "within") and shapely.equals(shape, shapely.box(*box)):
            # Wholly inside a rectangle: nothing to decode. That is nearly everything a map asks.
            inner = self.bounds
            held = (inner[:, 0] > box[0]) & (inner[:, 1] > box[1]) & (inner[:, 2] < box[2]) & (inner[:, 3] < box[3])
            doubtful = met & ~held
        places = np.flatnonzero(doubtful)
        if len(places):
            shapely.prepare(shape)
            met[places] = _PREDICATES[operator](self._decoded(places), shape)
        return met

    def _decoded(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
        return np.asarray(shapely.from_wkb(list(self.read(places)), on_invalid="ignore"), dtype=object)


def bounds_of(encoded: Sequence[bytes | None]) -> Bounds:
    """Bounds of geometries (WKB), (n, 4); NaN for none, and for what is no geometry."""
    found: Bounds = shapely.bounds(np.asarray(shapely.from_wkb(list(encoded), on_invalid="ignore"), dtype=object))
    return found.reshape(-1, 4)


def shape_of(text: str) -> shapely.Geometry:
    """A shape of a question, WKT or GeoJSON.

    Raises
    ------
    FilterError
        If it is no geometry, is not valid, or is too heavy.
    """
    try:
        shape = shapely.from_geojson(text) if text.startswith("{") else shapely.from_wkt(text)
    except shapely.errors.ShapelyError as error:
        raise unreadable(
            text, "géométrie illisible", "écrire un WKT en longitude latitude, comme POINT(2.6 50.5)"
        ) from error
    points = shapely.get_coordinates(shape)
    if len(points) > MOST_POINTS:
        raise unreadable(text, "géométrie trop lourde", f"{MOST_POINTS} points au plus")
    if not len(points) or not np.isfinite(points).all() or (np.abs(points) > (180, 90)).any():
        raise _outside(text)
    if not shapely.is_valid(shape):
        raise unreadable(text, "géométrie non valide", "refermer le polygone, sans qu'il se croise")
    return shapely.force_2d(shape)


def _outside(text: str) -> FilterError:
    return unreadable(text, "coordonnées hors du monde", "écrire longitude puis latitude, en degrés")


def _moved(shapes: Any, plane: pyproj.Transformer) -> Any:
    return shapely.transform(shapes, lambda points: np.column_stack(plane.transform(points[:, 0], points[:, 1])))
