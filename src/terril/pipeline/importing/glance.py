"""What a version looks like on the ground: its first shapes, or its territories."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from terril.core.errors import StoreError
from terril.core.territories.model import Level
from terril.pipeline.datasets import Version

#: Degrees within which shapes are simplified.
_FINENESS = 0.0003
_EVERY = 10**12


def first_shapes(version: Version, limit: int = 300) -> list[dict[str, Any]]:
    """GeoJSON geometries (WGS 84) of the first rows that have one.

    Raises
    ------
    StoreError
        If the version cannot be read.
    """
    found: list[dict[str, Any]] = []
    for batch in _batches(version, ["geometry"], limit):
        wkb = np.array([g for g in batch.column(0).to_pylist() if g is not None], dtype=object)
        shapes = shapely.simplify(shapely.from_wkb(wkb), _FINENESS)
        found += [json.loads(shapely.to_geojson(s)) for s in shapes[: limit - len(found)]]
        if len(found) >= limit:
            break
    return found


def territories_of(version: Version, limit: int = 2_000) -> tuple[Level, tuple[str, ...]] | None:
    """The level of most rows and the codes of it, an IRIS going with its commune; None for a table of anything else.

    Raises
    ------
    StoreError
        If the version cannot be read.
    """
    counted: Counter[str] = Counter()
    codes: dict[str, set[str]] = {}
    for batch in _batches(version, ["level", "code"], 200_000):
        for level, code in {*zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)}:
            codes.setdefault(level, set()).add(code)
        counted.update(batch.column(0).to_pylist())
    if not counted:
        return None
    level = Level(counted.most_common(1)[0][0])
    found = codes[level]
    if level is Level.IRIS:
        level, found = Level.COMMUNE, {c[:5] for c in found}
    return level, tuple(sorted(found)[:limit])


def periods_of(version: Version) -> tuple[str, str] | None:
    """First and last period of a version of territories; None for any other.

    Raises
    ------
    StoreError
        If the version cannot be read.
    """
    found: set[str] = set()
    for batch in _batches(version, ["period"], _EVERY):
        found.update(p for p in pc.unique(batch.column(0)).to_pylist() if p)
    return (min(found), max(found)) if found else None


def _batches(version: Version, columns: list[str], rows: int) -> Iterator[pa.RecordBatch]:
    try:
        file, seen = pq.ParquetFile(version.path), 0
        if not set(columns) <= set(file.schema_arrow.names):
            return
        for batch in file.iter_batches(batch_size=min(rows, 50_000), columns=columns):
            yield batch
            seen += batch.num_rows
            if seen >= rows:
                return
    except (OSError, pa.ArrowException) as error:
        raise StoreError(f"version « {version.id} » illisible") from error
