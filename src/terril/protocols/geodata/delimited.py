"""CSV of features, written as they are read: no geometry, no text that a spreadsheet would run."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from terril.core.features import Value
from terril.protocols.exports.delimited import neutral
from terril.protocols.geodata.layer import Layer, writing


def to_csv(path: Path, layer: Layer) -> None:
    """Write the properties of a layer: UTF-8, comma, decimal point, names of columns as header (RFC 4180).

    Raises
    ------
    StoreError
        When the file cannot be written.
    """
    names = [p.name for p in layer.collection.properties]
    with writing(), path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([neutral(name) for name in names])
        for features in layer.batches:
            writer.writerows([[_field(f.properties.get(name)) for name in names] for f in features])


def _field(value: Value) -> str | int | float | None:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return value
