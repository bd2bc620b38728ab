"""Parquet, with geometry (GeoParquet 1.1) and without."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyproj

from terril.core.features import GEOMETRY
from terril.protocols.crs import Crs
from terril.protocols.geodata.layer import Layer, batches, system, writing


def to_parquet(path: Path, layer: Layer) -> None:
    """Write the properties of a layer, without geometry.

    Raises
    ------
    StoreError
        When the file cannot be written.
    """
    _write(path, batches(layer, None), {"terril": _said(layer)})


def to_geoparquet(path: Path, layer: Layer, *, epsg: int = 4326) -> None:
    """Write a layer as GeoParquet.

    Raises
    ------
    QueryError
        When files are not written in this system.
    StoreError
        When the file cannot be written.
    """
    crs = system(epsg)
    types = ["MultiPolygon"] if layer.areas else []
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": types, "crs": _crs(crs), "edges": "planar"}
    geo = {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
    _write(path, batches(layer, crs, GEOMETRY), {"geo": json.dumps(geo), "terril": _said(layer)})


def _crs(crs: Crs) -> Any:
    # Longitude comes first in the files whatever the system: EPSG:4326 would say the contrary.
    found = pyproj.CRS.from_authority("OGC", "CRS84") if crs.epsg == 4326 else pyproj.CRS.from_epsg(crs.epsg)
    return found.to_json_dict()


def _said(layer: Layer) -> str:
    return json.dumps(layer.said, ensure_ascii=False)


def _write(path: Path, reader: pa.RecordBatchReader, said: dict[str, str]) -> None:
    schema = reader.schema.with_metadata(said)
    with writing(), pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch.replace_schema_metadata(said))
