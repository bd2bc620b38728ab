"""Coordinates written in cells: points, GeoJSON, and what their size betrays."""

from __future__ import annotations

import json
import math
import re
from typing import Any

_PAIR = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*$")
_KINDS = (
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection", "Feature",
     "FeatureCollection",
)  # fmt: skip
_DEPTH = 5
_NUMBERS = (int, float)


def point_of(text: str, format_: str) -> tuple[float, float] | None:
    """Longitude and latitude of a Table Schema ``geopoint``; None where it is none."""
    if format_ == "default":
        found = _PAIR.match(text)
        return _finite(float(found[1]), float(found[2])) if found else None
    try:
        value = json.loads(text)
        if format_ == "array" and len(value) == 2:
            return _finite(value[0], value[1])
        return _finite(value["lon"], value["lat"]) if format_ == "object" else None
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        return None


def _finite(x: Any, y: Any) -> tuple[float, float] | None:
    """Two numbers; None where one is none, or is endless."""
    if isinstance(x, bool) or isinstance(y, bool) or not isinstance(x, _NUMBERS) or not isinstance(y, _NUMBERS):
        return None
    try:
        pair = float(x), float(y)
    except (ValueError, OverflowError):
        return None
    return pair if all(map(math.isfinite, pair)) else None


def first_position(text: str) -> tuple[float, float] | None:
    """First position of a GeoJSON text; None where it is no geometry."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or value.get("type") not in _KINDS:
        return None
    return _position(_coordinates(value))


def _coordinates(value: Any) -> Any:
    """Coordinates of the first geometry inside features and collections."""
    for _ in range(_DEPTH):
        if not isinstance(value, dict):
            return None
        if "coordinates" in value:
            return value["coordinates"]
        inside = value.get("geometry") or value.get("geometries") or value.get("features")
        value = inside[0] if isinstance(inside, list) and inside else inside
    return None


def _position(found: Any) -> tuple[float, float] | None:
    for _ in range(_DEPTH):
        if not isinstance(found, list) or not found:
            return None
        if isinstance(found[0], int | float):
            return _finite(found[0], found[1]) if len(found) > 1 else None
        found = found[0]
    return None


def is_projected(x: float, y: float) -> bool:
    """Whether two numbers are metres of Lambert-93."""
    return 0 <= x <= 1_300_000 and 6_000_000 <= y <= 7_200_000


def is_swapped(x: float, y: float) -> bool:
    """Whether two numbers are a latitude and a longitude of mainland France, in that order."""
    return 41.2 <= x <= 51.3 and -5.6 <= y <= 9.8
