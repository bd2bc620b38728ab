"""Coordinates written in cells: points, GeoJSON, and what their size betrays."""

from __future__ import annotations

import json
import re
from typing import Any

_PAIR = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*$")
_KINDS = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection", "Feature",
     "FeatureCollection"}
)  # fmt: skip
_DEPTH = 5


def point_of(text: str, format_: str) -> tuple[float, float] | None:
    """Longitude and latitude of a Table Schema ``geopoint``; None where it is none."""
    if format_ == "default":
        found = _PAIR.match(text)
        return (float(found[1]), float(found[2])) if found else None
    try:
        value = json.loads(text)
        if format_ == "array" and len(value) == 2:
            return float(value[0]), float(value[1])
        return (float(value["lon"]), float(value["lat"])) if format_ == "object" else None
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        return None


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
            numbers = [c for c in found[:2] if isinstance(c, int | float)]
            return (float(numbers[0]), float(numbers[1])) if len(numbers) == 2 else None
        found = found[0]
    return None


def is_projected(x: float, y: float) -> bool:
    """Whether two numbers are metres of Lambert-93."""
    return 0 <= x <= 1_300_000 and 6_000_000 <= y <= 7_200_000


def is_swapped(x: float, y: float) -> bool:
    """Whether two numbers are a latitude and a longitude of mainland France, in that order."""
    return 41.2 <= x <= 51.3 and -5.6 <= y <= 9.8
