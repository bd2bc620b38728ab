"""Outlines of territories for maps drawn without tiles: simplified SVG paths that share their borders."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from terril.core.drawing.choropleth import Inset
from terril.core.errors import Location, QueryError, StoreError
from terril.core.territories.model import Level
from terril.publishing.frames import DETAIL, Frames, frames
from terril.publishing.paths import path_data
from terril.publishing.zones import MAINLAND, ZONES, zones_of

Shapes = npt.NDArray[np.object_]
Places = npt.NDArray[np.float64]
#: Levels that have contours.
LEVELS = (Level.COMMUNE, Level.EPCI, Level.DEPARTMENT, Level.REGION)
HINT = "lancer « make setup »"
#: Simplification, pixels: corners of triangles smaller than the square of this side are cut.
_TOLERANCE = 0.7
#: More communes than this are a country: its map takes contours simplified beforehand, by this many metres.
_COUNTRY = 12_000
OVERVIEW, OVERVIEW_METRES = "commune_overview.parquet", 1300.0
#: Parts of a territory under this area, square pixels, are not drawn.
_SMALLEST = 0.6
#: Square map units under which a larger territory holds nothing of a drawing.
_HAIR = 20 * DETAIL**2


@dataclass(frozen=True, slots=True)
class Drawn:
    """Territories as paths, in map units (:data:`~terril.publishing.frames.DETAIL` a pixel), y downwards.

    Parameters
    ----------
    paths : SVG path data by code, sorted by code; codes without contour are absent.
    borders : path data of the larger territories around.
    size : width and height of the whole, map units.
    metres_per_unit : scale of the main frame; that of insets differs.
    bbox_wgs84 : west, south, east, north of the main frame's territories, degrees.
    insets : frames of the territories drawn beside the main ones, at their own scale.
    """

    paths: Mapping[str, str]
    borders: tuple[str, ...]
    size: tuple[int, int]
    metres_per_unit: float
    bbox_wgs84: tuple[float, float, float, float]
    insets: tuple[Inset, ...] = ()


class Outlines:
    """Drawings of territories, kept once made. Safe to share between threads.

    Parameters
    ----------
    folder : folder of the territory tables, where ``contours/<level>.parquet`` are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "contours"
        self._contours = lru_cache(maxsize=len(LEVELS) + 1)(self._read)
        # A drawing of the Artois weighs 50 kB, one of France by commune 1 MB.
        self._kept = lru_cache(maxsize=128)(self._draw)

    def drawn(
        self,
        level: Level,
        codes: Collection[str],
        *,
        around: Level | None = None,
        around_codes: Collection[str] = (),
        width: int = 640,
    ) -> Drawn:
        """Outlines of territories, fitted in a width.

        Neighbours keep one common border. Mainland France is drawn in Lambert-93, each overseas department in its own
        projection, in an inset when it is not alone.

        Parameters
        ----------
        level : commune, epci, department or region.
        codes : territories to draw; those without contour (overseas collectivities) are left out.
        around : larger level whose borders are drawn over.
        around_codes : those to draw; by default any that holds one of the territories.
        width : pixels.

        Raises
        ------
        QueryError
            When there is nothing to draw: no contour at this level, or none of these codes has one.
        StoreError
            When the contours were not built or cannot be read.
        """
        return self._kept(level, tuple(sorted(set(codes))), around, tuple(sorted(set(around_codes))), width)

    def _draw(
        self, level: Level, codes: tuple[str, ...], around: Level | None, around_codes: tuple[str, ...], width: int
    ) -> Drawn:
        overview = level is Level.COMMUNE and len(codes) > _COUNTRY
        known = self._contours(level, overview)
        found = [code for code in codes if code in known]
        if not found:
            raise QueryError("aucun contour pour ces territoires", location=Location(value=level.label))
        shapes = _decoded([known[code] for code in found], level)
        places = shapely.get_coordinates(shapely.point_on_surface(shapes))
        zones = zones_of(places)
        plan = frames(shapes, zones, width)
        drawn = plan.place(shapes, zones)
        for zone in np.unique(zones):
            if overview and ZONES[zone] is MAINLAND:
                continue
            drawn[zones == zone] = shapely.coverage_simplify(drawn[zones == zone], _TOLERANCE * DETAIL)
        smallest = _SMALLEST * DETAIL**2
        borders: Shapes = np.array([], dtype=object)
        if around is not None and around != level:
            larger = self._larger(around, around_codes)
            borders = _grouped(drawn, places, larger) if level is Level.COMMUNE else _apart(drawn, shapes, larger, plan)
        return Drawn(
            paths=dict(zip(found, path_data(drawn, smallest), strict=True)),
            borders=tuple(path_data(borders, smallest)),
            size=plan.size,
            metres_per_unit=plan.metres_per_unit,
            bbox_wgs84=_bounds(shapes[zones == plan.main]),
            insets=plan.insets,
        )

    def _larger(self, level: Level, codes: tuple[str, ...]) -> Shapes:
        known = self._contours(level, False)
        return _decoded([known[code] for code in (codes or known) if code in known], level)

    def _read(self, level: Level, overview: bool) -> Mapping[str, bytes]:
        """Contours of a level, still encoded: a map decodes those it draws."""
        path = self._folder / (OVERVIEW if overview else f"{level}.parquet")
        if level not in LEVELS:
            raise QueryError(
                "pas de contour à ce niveau",
                location=Location(value=level.label),
                hint=f"niveaux dessinés : {', '.join(known.label for known in LEVELS)}",
            )
        try:
            with pq.ParquetFile(path) as file:
                table = file.read(columns=["code", "geometry"])
        except (OSError, pa.ArrowInvalid) as error:
            raise StoreError("contours illisibles", location=Location(file=path.name), hint=HINT) from error
        return dict(zip(table.column("code").to_pylist(), table.column("geometry").to_pylist(), strict=True))


def _decoded(encoded: Sequence[bytes], level: Level) -> Shapes:
    try:
        return np.asarray(shapely.from_wkb(encoded), dtype=object)
    except shapely.errors.GEOSException as error:
        raise StoreError("contour illisible", location=Location(file=f"{level}.parquet"), hint=HINT) from error


def _bounds(shapes: Shapes) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    return (west, south, east, north)


def _grouped(drawn: Shapes, places: Places, larger: Shapes) -> Shapes:
    """Outlines of larger territories as unions of what is drawn of each: their borders are those drawn, exactly."""
    # Asked in this order, each large contour is indexed once, not each point.
    holder, held = shapely.STRtree(shapely.points(places)).query(larger, predicate="intersects")
    return np.array([_union(drawn[held[holder == index]]) for index in np.unique(holder)], dtype=object)


def _union(shapes: Shapes) -> shapely.Geometry:
    # The coverage union is ten times faster; it refuses contours that overlap by a hair.
    try:
        merged = shapely.coverage_union_all(shapes)
    except shapely.errors.GEOSException:
        return shapely.union_all(shapes)
    return merged if shapely.is_valid(merged) else shapely.union_all(shapes)


def _apart(drawn: Shapes, shapes: Shapes, larger: Shapes, plan: Frames) -> Shapes:
    """Outlines of larger territories that do not nest: what they hold of the drawing, simplified by themselves."""
    near = np.unique(shapely.STRtree(larger).query(shapes, predicate="intersects")[1])
    zones = zones_of(shapely.get_coordinates(shapely.point_on_surface(larger[near])))
    shown = np.isin(zones, list(plan.zones))
    placed = shapely.coverage_simplify(plan.place(larger[near][shown], zones[shown]), _TOLERANCE * DETAIL)
    held = shapely.intersection(shapely.make_valid(placed), _union(drawn))
    # Two simplifications of one border differ by a hair: what a neighbour holds of that is no territory.
    return np.array([polygons for shape in held if (polygons := _wide(shape)).area > _HAIR], dtype=object)


def _wide(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a shape that are wider than a pixel."""
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    return shapely.MultiPolygon([p for p in parts if not shapely.is_empty(shapely.buffer(p, -DETAIL))])
