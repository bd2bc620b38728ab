"""Parts of France and the projection in which each is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyproj


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the country drawn by itself.

    Parameters
    ----------
    name : in French, written beside an inset.
    epsg : its legal projection, in metres.
    box : west, south, east, north, degrees.
    """

    name: str
    epsg: int
    box: tuple[float, float, float, float]

    def project(self, places: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Longitudes and latitudes (n × 2, WGS 84) in metres, easting then northing."""
        return np.column_stack(_transformer(self.epsg).transform(places[:, 0], places[:, 1]))

    def unproject(self, metres: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The reverse of :meth:`project`."""
        back = pyproj.enums.TransformDirection.INVERSE
        return np.column_stack(_transformer(self.epsg).transform(metres[:, 0], metres[:, 1], direction=back))


#: Projections of décret n° 2000-1276 (as amended in 2019).
MAINLAND = Zone("France hexagonale", 2154, (-10.0, 41.0, 12.0, 52.0))
OVERSEAS = (
    Zone("Guadeloupe", 5490, (-62.5, 15.4, -60.5, 18.5)),
    Zone("Martinique", 5490, (-61.5, 14.0, -60.4, 15.3)),
    Zone("Guyane", 2972, (-55.5, 1.5, -51.0, 6.5)),
    Zone("La Réunion", 2975, (54.5, -22.0, 56.5, -20.0)),
    Zone("Mayotte", 4471, (44.5, -13.5, 45.8, -12.2)),
)
ZONES = (MAINLAND, *OVERSEAS)


def zones_of(places: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Index in :data:`ZONES` of each longitude and latitude (n × 2); the mainland where no box holds it."""
    found = np.zeros(len(places), dtype=np.int64)
    for index, zone in enumerate(ZONES):
        west, south, east, north = zone.box
        x, y = places[:, 0], places[:, 1]
        found[(west <= x) & (x <= east) & (south <= y) & (y <= north)] = index
    return found


@lru_cache(maxsize=len(ZONES))
def _transformer(epsg: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(4326, epsg, always_xy=True)
