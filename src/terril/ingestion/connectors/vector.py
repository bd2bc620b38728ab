"""Shapes: GeoJSON, GeoPackage and zipped shapefiles, in any coordinate system."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, FieldError

from terril.core.errors import IngestError, Location
from terril.core.sources import Format, Source
from terril.ingestion.connectors.parquet import text_of
from terril.ingestion.contract import GEOMETRY, ROW, Limits, Table, Whole
from terril.ingestion.gdal import target
from terril.ingestion.geometry import to_wgs84
from terril.ingestion.headers import used_headers

_FAULTS = (
    DataSourceError,
    DataLayerError,
    FeatureError,
    FieldError,
    CRSError,
    pa.ArrowException,
    ValueError,
    RuntimeError,
    # pyogrio 0.13 loses its own message when a projection file is not text.
    UnboundLocalError,
)


@contextmanager
def open_vector(path: Path, source: Source | Whole, limits: Limits) -> Iterator[Table]:
    """Open a file of shapes; see :class:`terril.ingestion.contract.Connector`."""
    if path.stat().st_size > limits.file_bytes:
        raise IngestError(f"fichier de plus de {limits.file_bytes // 10**6} Mo", location=Location(file=path.name))
    name = target(path, limits)
    with ExitStack() as stack:
        try:
            meta, reader = stack.enter_context(
                pyogrio.open_arrow(
                    name,
                    # The layer of a service is not that of the file it was copied into.
                    layer=source.read.layer if source.format is Format.VECTOR else None,
                    encoding=source.read.encoding,
                    batch_size=limits.batch_rows,
                    use_pyarrow=True,
                    read_geometry=isinstance(source, Source) or source.shapes,
                )
            )
        except _FAULTS as error:
            raise _unreadable(path, source, error) from error
        shape = meta["geometry_name"] or "wkb_geometry"
        if not (isinstance(source, Source) or source.shapes):
            shape = ""
        headers = tuple(n for n in reader.schema.names if n != shape)
        batches = _batches(_read(reader, path, source), headers, shape, meta["crs"], source, path.name)
        yield Table(path.name, headers, batches, geometry=shape in reader.schema.names)


def _read(reader: Any, path: Path, source: Source | Whole) -> Iterator[pa.RecordBatch]:
    """Batches as GDAL gives them; GDAL finds some faults only while reading."""
    while True:
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            return
        except _FAULTS as error:
            raise _unreadable(path, source, error) from error
        yield batch


def _unreadable(path: Path, source: Source | Whole, error: Exception) -> IngestError:
    layers = ""
    if isinstance(error, DataLayerError) and source.read.layer:
        layers = f"couche « {source.read.layer} » absente ; "
    return IngestError(
        f"{layers}fichier géographique illisible",
        location=Location(file=path.name, value=str(error)),
        hint="l'ouvrir dans QGIS et l'enregistrer à nouveau en GeoPackage",
    )


def _batches(
    read: Iterator[pa.RecordBatch],
    headers: tuple[str, ...],
    shape: str,
    crs: str | None,
    source: Source | Whole,
    name: str,
) -> Iterator[pa.RecordBatch]:
    used = used_headers(headers, source, name)
    rows = 0
    for batch in read:
        numbers = pa.array(np.arange(rows + 1, rows + batch.num_rows + 1, dtype=np.int64))
        arrays = [numbers, *(text_of(batch.column(h), h, name, source) for h in used)]
        names = [ROW, *used]
        if shape in batch.schema.names:
            arrays.append(to_wgs84(batch.column(shape).cast(pa.binary()), source.read.crs or crs, name, rows))
            names.append(GEOMETRY)
        yield pa.RecordBatch.from_arrays(arrays, names=names)
        rows += batch.num_rows
