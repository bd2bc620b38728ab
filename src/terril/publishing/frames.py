"""Where each part of France is drawn: one main frame, and insets beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely

from terril.core.drawing.choropleth import Inset
from terril.publishing.zones import MAINLAND, ZONES, Zone

Shapes = npt.NDArray[np.object_]
#: Map units a pixel: paths are whole numbers of units.
DETAIL = 5
#: Pixels: around what is drawn, for strokes; between insets.
_MARGIN = 6
_GAP = 6
#: Width of the column of insets, as a part of the whole, and height of a name under its inset, pixels.
_COLUMN = 0.16
_NAME = 14
#: A territory taller than this part of the width is drawn smaller, so that a map fits a screen.
_TALLEST = 0.9


@dataclass(frozen=True, slots=True)
class _Placement:
    """From metres to map units: ``(x - west) * scale + left``, y downwards."""

    west: float
    north: float
    scale: float
    left: float
    top: float


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames of one drawing.

    Parameters
    ----------
    main : index in :data:`~terril.publishing.zones.ZONES` of the zone drawn in the main frame.
    zones : placement of each zone, by index.
    size : width and height of the whole, map units.
    """

    main: int
    zones: Mapping[int, _Placement]
    size: tuple[int, int]
    insets: tuple[Inset, ...] = field(default=())

    @property
    def metres_per_unit(self) -> float:
        """Scale of the main frame."""
        return 1 / self.zones[self.main].scale

    def place(self, shapes: Shapes, zones: npt.NDArray[np.int64]) -> Shapes:
        """Longitudes and latitudes in map units, each shape in the frame of its zone."""
        placed = np.empty(len(shapes), dtype=object)
        for index in np.unique(zones):
            to, zone = self.zones[index], ZONES[index]
            placed[zones == index] = shapely.transform(shapes[zones == index], lambda p, t=to, z=zone: _moved(p, z, t))
        return placed


def frames(shapes: Shapes, zones: npt.NDArray[np.int64], width: int) -> Frames:
    """Frames of shapes (WGS 84): the mainland if any is there, else the zone of most shapes, then insets on its left.

    Parameters
    ----------
    zones : index in :data:`~terril.publishing.zones.ZONES` of each shape.
    width : pixels of the whole.
    """
    present = {int(index): _extent(shapes[zones == index], ZONES[index]) for index in np.unique(zones)}
    main = ZONES.index(MAINLAND)
    if main not in present:
        main = int(np.bincount(zones).argmax())
    others = [index for index in present if index != main]
    column = width * _COLUMN if others else 0.0
    box = (column + _MARGIN, _MARGIN, width - column - 2 * _MARGIN, width * _TALLEST)
    height = max(_height(present[main], box), len(others) * (column * 0.7 + _NAME + _GAP))
    placements = {main: _fitted(present[main], (*box[:3], height))}
    insets = []
    step = height / max(len(others), 1)
    for rank, index in enumerate(others):
        frame = (_MARGIN, _MARGIN + rank * step, column - _MARGIN, min(step - _NAME - _GAP, column * 1.2))
        placements[index] = _fitted(present[index], _inside(frame))
        x, y, wide, high = (DETAIL * value for value in frame)
        insets.append(Inset(ZONES[index].name, (x, y, wide, high)))
    size = (width * DETAIL, round((height + 2 * _MARGIN) * DETAIL))
    return Frames(main, placements, size, tuple(insets))


Box = tuple[float, float, float, float]


def _extent(shapes: Shapes, zone: Zone) -> Box:
    """West, south, east, north in metres."""
    west, south, east, north = shapely.total_bounds(shapely.transform(shapes, zone.project)).tolist()
    return (west, south, east, north)


def _height(extent: Box, box: Box) -> float:
    """Height, pixels, of an extent that takes the whole width of a box, or its height when that is less."""
    west, south, east, north = extent
    return min((north - south) * box[2] / max(east - west, 1.0), box[3])


def _inside(frame: Box) -> Box:
    x, y, width, height = frame
    return (x + 3, y + 3, width - 6, height - 6)


def _fitted(extent: Box, box: Box) -> _Placement:
    """The largest drawing of an extent (metres) in the middle of a box (pixels)."""
    (west, south, east, north), (x, y, width, height) = extent, box
    wide, high = max(east - west, 1.0), max(north - south, 1.0)
    scale = min(width / wide, height / high)
    left = x + (width - wide * scale) / 2
    top = y + (height - high * scale) / 2
    return _Placement(west, north, scale * DETAIL, left * DETAIL, top * DETAIL)


def _moved(places: npt.NDArray[np.float64], zone: Zone, to: _Placement) -> npt.NDArray[np.float64]:
    metres = zone.project(places)
    return np.column_stack(
        [(metres[:, 0] - to.west) * to.scale + to.left, (to.north - metres[:, 1]) * to.scale + to.top]
    )
