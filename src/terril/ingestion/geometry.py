"""Shapes brought to WGS 84, and refused where they cannot be in France."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyproj
import shapely
from pyproj.exceptions import CRSError, ProjError

from terril.core.errors import IngestError, Location

#: Longitudes and latitudes of French land, one box a part of the world: west, south, east, north.
FRANCE = np.array(
    [
        (-5.6, 41.2, 9.8, 51.3),  # hexagone et Corse
        (-63.3, 14.2, -60.7, 18.3),  # Antilles
        (-54.8, 2.0, -51.4, 6.0),  # Guyane
        (55.1, -21.5, 55.9, -20.7),  # La Réunion
        (44.9, -13.1, 45.4, -12.5),  # Mayotte
        (-56.6, 46.6, -56.0, 47.3),  # Saint-Pierre-et-Miquelon
        (-178.4, -14.5, -176.0, -13.1),  # Wallis-et-Futuna
        (-155.0, -28.0, -134.0, -7.5),  # Polynésie
        (158.0, -23.0, 172.5, -17.5),  # Nouvelle-Calédonie
    ]
)
_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
_LAMBERT_93 = (0.0, 6_000_000.0, 1_300_000.0, 7_200_000.0)


@lru_cache(maxsize=16)
def _transformer(crs: str) -> pyproj.Transformer | None:
    """From ``crs`` to WGS 84, longitude first; None where nothing is to be done."""
    found = pyproj.CRS.from_user_input(crs)
    if found.to_epsg() == 4326 or "CRS84" in crs:
        return None
    return pyproj.Transformer.from_crs(found, "EPSG:4326", always_xy=True)


def transformer(crs: str | None, file: str) -> pyproj.Transformer | None:
    """From the coordinate system of a file to WGS 84.

    Raises
    ------
    IngestError
        If the file says nothing of it, or something unknown.
    """
    if not crs:
        raise IngestError(
            "le fichier ne dit pas son système de coordonnées",
            location=Location(file=file),
            hint="déclarer « read.crs », par exemple EPSG:2154 pour du Lambert-93",
        )
    try:
        return _transformer(crs)
    except (CRSError, ProjError) as error:
        raise IngestError(
            "système de coordonnées inconnu",
            location=Location(file=file, field="read.crs", value=crs),
            hint="écrire par exemple EPSG:2154",
        ) from error


def to_wgs84(wkb: pa.Array, crs: str | None, file: str, before: int) -> pa.Array:
    """Shapes of a batch, brought to WGS 84 and checked.

    Parameters
    ----------
    wkb : binary, WKB, null for no shape.
    crs : coordinate system of the file.
    before : data rows already read, to name the faulty one.

    Raises
    ------
    IngestError
        If a shape cannot be read, or lies outside France.
    """
    change = transformer(crs, file)
    raw = np.asarray(wkb.to_numpy(zero_copy_only=False), dtype=object)
    try:
        shapes = shapely.from_wkb(raw)
        if change is not None:
            shapes = shapely.transform(shapes, lambda xy: _changed(change, xy))
    except (shapely.GEOSException, ProjError) as error:
        raise IngestError("géométrie illisible", location=Location(file=file, value=str(error))) from error
    bounds = shapely.bounds(shapes)
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    _refuse_outside(bounds, present, before, file)
    return pa.array(shapely.to_wkb(shapes, include_srid=False), type=pa.binary())


def _changed(change: pyproj.Transformer, xy: Any) -> Any:
    x, y = change.transform(xy[:, 0], xy[:, 1])
    return np.column_stack([x, y])


def points(x: Any, y: Any, crs: str | None, file: str, rows: Any) -> pa.Array:
    """Points from two arrays of float64, NaN where there is none.

    Parameters
    ----------
    crs : coordinate system; None means longitude and latitude.
    rows : data row of each point, for messages.
    """
    change = transformer(crs, file) if crs else None
    if change is not None:
        x, y = change.transform(x, y)
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    present = np.isfinite(x) & np.isfinite(y)
    _refuse_outside(np.column_stack([x, y, x, y]), present, 0, file, rows)
    packed = np.zeros(len(x), dtype=_POINT)
    packed["order"], packed["kind"], packed["x"], packed["y"] = 1, 1, x, y
    fixed = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(_POINT.itemsize), len(x), [None, pa.py_buffer(packed.tobytes())]
    )
    return pa.array(
        [value if there else None for value, there in zip(fixed.to_pylist(), present, strict=True)],
        type=pa.binary(),
    )


def _refuse_outside(bounds: Any, present: Any, before: int, file: str, rows: Any = None) -> None:
    inside = np.zeros(len(bounds), dtype=bool)
    for west, south, east, north in FRANCE:
        inside |= (bounds[:, 0] >= west) & (bounds[:, 1] >= south) & (bounds[:, 2] <= east) & (bounds[:, 3] <= north)
    wrong = np.flatnonzero(present & ~inside)
    if not len(wrong):
        return
    first = int(wrong[0])
    x, y = float(bounds[first, 0]), float(bounds[first, 1])
    row = int(rows[first]) if rows is not None else before + first + 1
    message, hint = _diagnosis(x, y)
    raise IngestError(
        message, location=Location(file=file, row=row, field="géométrie", value=f"{x:g} {y:g}"), hint=hint
    )


def _diagnosis(x: float, y: float) -> tuple[str, str]:
    west, south, east, north = _LAMBERT_93
    if west <= x <= east and south <= y <= north:
        return "Lambert-93 annoncé comme WGS 84", "déclarer « read.crs: EPSG:2154 »"
    if abs(x) > 180 or abs(y) > 90:
        return (
            "coordonnées hors de la Terre",
            "déclarer le système de coordonnées du fichier dans « read.crs »",
        )
    swapped = any(w <= y <= e and s <= x <= n for w, s, e, n in FRANCE)
    if swapped:
        return "latitude et longitude interverties", "échanger « read.longitude » et « read.latitude »"
    return "point hors de France", "corriger les coordonnées, ou déclarer « read.crs »"
