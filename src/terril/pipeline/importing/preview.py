"""The first rows of a file as they would be read, with their shapes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from terril.core.errors import IngestError
from terril.core.sources import Reading
from terril.ingestion.contract import DEFAULT_LIMITS, GEOMETRY, ROW, Limits
from terril.ingestion.recognition.model import Refusal
from terril.ingestion.recognition.opening import open_whole

#: Degrees within which previewed shapes are simplified.
_FINENESS = 0.0002


@dataclass(frozen=True, slots=True)
class Preview:
    """First rows.

    Parameters
    ----------
    headers : of the file; ``rows`` has one text a header, empty where there is none.
    numbers : 1-based data row of each.
    shapes : GeoJSON geometries (WGS 84), one a row, None for no shape; empty where the file has none.
    refused : why rows or shapes could not be read.
    """

    headers: tuple[str, ...]
    numbers: tuple[int, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    shapes: tuple[dict[str, Any] | None, ...] = ()
    refused: Refusal | None = None


def preview(path: Path, read: Reading, *, rows: int = 30, limits: Limits = DEFAULT_LIMITS) -> Preview:
    """First rows of a file, read as told; what cannot be read is told, not raised.

    Parameters
    ----------
    rows : at most.
    """
    try:
        return _preview(path, read, rows, limits, shapes=True)
    except IngestError as error:
        refused = Refusal.of(error)
    try:
        found = _preview(path, read, rows, limits, shapes=False)
    except IngestError as error:
        return Preview((), refused=Refusal.of(error))
    return Preview(found.headers, found.numbers, found.rows, refused=refused)


def _preview(path: Path, read: Reading, rows: int, limits: Limits, *, shapes: bool) -> Preview:
    small = Limits(limits.file_bytes, limits.row_bytes, limits.ratio, batch_rows=max(1, rows))
    with open_whole(path, read, small, lenient=True, shapes=shapes) as table:
        batch = next(iter(table.batches), None)
        if batch is None:
            return Preview(table.headers)
        batch = batch.slice(0, rows)
        columns = [batch.column(h).to_pylist() for h in table.headers]
        told = tuple(tuple(cell or "" for cell in row) for row in zip(*columns, strict=True)) if columns else ()
        numbers = tuple(batch.column(ROW).to_pylist())
        drawn = _drawn(batch.column(GEOMETRY).to_pylist()) if table.geometry else ()
        return Preview(table.headers, numbers, told or tuple(() for _ in numbers), drawn)


def _drawn(wkb: list[bytes | None]) -> tuple[dict[str, Any] | None, ...]:
    shapes = shapely.simplify(shapely.from_wkb(np.array(wkb, dtype=object)), _FINENESS)
    return tuple(None if s is None else json.loads(shapely.to_geojson(s)) for s in shapes)
