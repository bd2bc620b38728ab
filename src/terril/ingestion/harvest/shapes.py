"""The rectangle around a geometry, whichever way a catalogue writes it."""

from __future__ import annotations

import re
from typing import Any

Bounds = tuple[float, float, float, float]

_NUMBER = r"-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?"
_POINT = re.compile(rf"({_NUMBER})\s+({_NUMBER})")
_LATITUDE_FIRST = re.compile(r"^\s*<[^>]*EPSG/0/4326>", re.IGNORECASE)
_OTHER_SYSTEM = re.compile(r"^\s*<(?![^>]*(?:CRS84|EPSG/0/4326)>)", re.IGNORECASE)
#: Characters of a geometry past which it is not read: an extent needs four numbers.
_LONGEST = 2_000_000
#: No coordinate in degrees is past it; no sum of them overflows.
_FAR = 1e6


def of_wkt(text: str) -> Bounds | None:
    """Around a WKT geometry; None where it is in another system than degrees, or is not WKT."""
    if len(text) > _LONGEST or _OTHER_SYSTEM.match(text) or text.lstrip().startswith("{"):
        return None
    points = [(float(x), float(y)) for x, y in _POINT.findall(text.partition(">")[2] if ">" in text else text)]
    found = _around(points)
    if found is None or not _LATITUDE_FIRST.match(text):
        return found
    south, west, north, east = found
    return west, south, east, north


def of_coordinates(coordinates: Any) -> Bounds | None:
    """Around the ``coordinates`` of a GeoJSON geometry, however deep; None where there are none."""
    points: list[tuple[float, float]] = []
    waiting = [coordinates]
    while waiting:
        value = waiting.pop()
        if not isinstance(value, list):
            continue
        numbers = [float(part) for part in value[:2] if isinstance(part, int | float) and -_FAR < part < _FAR]
        if len(numbers) == 2:
            points.append((numbers[0], numbers[1]))
        else:
            waiting.extend(value)
    return _around(points)


def _around(points: list[tuple[float, float]]) -> Bounds | None:
    if not points:
        return None
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
