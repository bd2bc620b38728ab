"""Parquet and GeoParquet, every column given as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from terril.core.errors import IngestError, Location
from terril.core.sources import Format, Reading, Source
from terril.ingestion.contract import GEOMETRY, ROW, Limits, Table, Whole
from terril.ingestion.geometry import to_wgs84
from terril.ingestion.headers import used_headers

#: What a damaged footer or page gives; a name that is no longer text is one of them.
_DAMAGE = (pa.ArrowException, OSError, UnicodeDecodeError)


@contextmanager
def open_parquet(path: Path, source: Source | Whole, limits: Limits) -> Iterator[Table]:
    """Open a Parquet file; see :class:`terril.ingestion.contract.Connector`."""
    try:
        # Read ahead, every group already given would stay in memory until the last.
        file = pq.ParquetFile(path, pre_buffer=False)
        names = file.schema_arrow.names
    except _DAMAGE as error:
        raise _damaged(path.name) from error
    with file:
        shape, crs = _shape(file, source)
        wanted = isinstance(source, Source) or source.shapes
        headers = tuple(n for n in names if n != shape)
        batches = _batches(file, headers, shape if wanted else None, crs, source, path.name, limits)
        yield Table(path.name, headers, batches, geometry=shape is not None and wanted)


def _damaged(name: str) -> IngestError:
    return IngestError(
        "fichier Parquet illisible", location=Location(file=name), hint="télécharger à nouveau le fichier"
    )


def shape_column(path: Path, crs: str | None) -> tuple[str, str] | None:
    """Name of the column of shapes of a file and its coordinate system (``crs`` where it is given); None without one.

    Raises
    ------
    IngestError
        If the file is no Parquet.
    """
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            name, found = _shape(file, Whole(Format.PARQUET, Reading(crs=crs)))
    except _DAMAGE as error:
        raise _damaged(path.name) from error
    return (name, str(found)) if name is not None else None


def _shape(file: pq.ParquetFile, source: Source | Whole) -> tuple[str | None, Any]:
    """The column of shapes a GeoParquet file declares, and its coordinate system."""
    raw = (file.schema_arrow.metadata or {}).get(b"geo")
    if raw is None:
        return None, None
    try:
        geo = json.loads(raw)
        name = geo["primary_column"]
        column = geo["columns"][name]
    except (ValueError, KeyError, TypeError):
        return None, None
    # GeoParquet: no « crs » means longitude and latitude.
    crs = source.read.crs or column.get("crs") or "OGC:CRS84"
    return name, json.dumps(crs) if isinstance(crs, dict) else crs


def _batches(
    file: pq.ParquetFile,
    headers: tuple[str, ...],
    shape: str | None,
    crs: Any,
    source: Source | Whole,
    name: str,
    limits: Limits,
) -> Iterator[pa.RecordBatch]:
    used = list(used_headers(headers, source, name))
    rows = 0
    wanted = [*used, shape] if shape else used
    try:
        for batch in file.iter_batches(batch_size=limits.batch_rows, columns=wanted, use_threads=False):
            numbers = pa.array(np.arange(rows + 1, rows + batch.num_rows + 1, dtype=np.int64))
            arrays = [numbers, *(text_of(batch.column(h), h, name, source) for h in used)]
            names = [ROW, *used]
            if shape:
                wkb = pc.cast(batch.column(shape), pa.binary())
                arrays.append(to_wgs84(wkb, crs, name, rows))
                names.append(GEOMETRY)
            yield pa.RecordBatch.from_arrays(arrays, names=names)
            rows += batch.num_rows
    except _DAMAGE as error:
        raise _damaged(name) from error


def text_of(column: pa.Array, header: str, file: str, request: Source | Whole) -> pa.Array:
    """A column as text; lists and structures as JSON where the file is asked whole.

    Raises
    ------
    IngestError
        As :func:`as_text`.
    """
    nested = pa.types.is_nested(column.type) and not pa.types.is_dictionary(column.type)
    if isinstance(request, Whole) and nested:
        told = (json.dumps(v, ensure_ascii=False, default=str) if v is not None else None for v in column.to_pylist())
        return pa.array(told, pa.string())
    return as_text(column, header, file)


def as_text(column: pa.Array, header: str, file: str) -> pa.Array:
    """A column of any plain type as text, numbers written shortest.

    Raises
    ------
    IngestError
        If the column holds lists or structures, or bytes that are no text.
    """
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    try:
        text = pc.cast(column, pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as error:
        raise IngestError(
            f"colonne de type {column.type} : un nombre, un texte ou une date est attendu",
            location=Location(file=file, field=header),
        ) from error
    try:
        text.validate(full=True)
    except pa.ArrowInvalid as error:
        raise IngestError(
            "octets qui ne sont pas du texte",
            location=Location(file=file, field=header),
            hint="déclarer « read.encoding » (utf-8, cp1252)",
        ) from error
    return text
