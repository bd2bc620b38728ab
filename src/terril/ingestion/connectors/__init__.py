"""One module a file format; each yields Arrow batches of text columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from terril.core.errors import IngestError, Location
from terril.core.sources import Format, Source
from terril.ingestion.connectors.delimited import open_delimited
from terril.ingestion.connectors.gtfs import open_gtfs
from terril.ingestion.connectors.melodi import open_melodi, unpacked
from terril.ingestion.connectors.parquet import open_parquet
from terril.ingestion.connectors.spreadsheet import open_spreadsheet
from terril.ingestion.connectors.vector import open_vector
from terril.ingestion.contract import Connector, Limits, Table, Whole, store_error

CONNECTORS: dict[Format, Connector] = {
    Format.CSV: open_delimited,
    Format.XLSX: open_spreadsheet,
    Format.PARQUET: open_parquet,
    Format.VECTOR: open_vector,
    Format.MELODI: open_melodi,
    Format.GTFS: open_gtfs,
    # Services are copied into a file of shapes, or a Parquet file, before they are read.
    Format.WFS: open_vector,
    Format.OGC_FEATURES: open_vector,
    Format.POSTGIS: open_parquet,
}
#: What a zip is searched for, where the format is one that travels zipped.
_ZIPPED = {Format.CSV: "*.csv", Format.XLSX: "*.xlsx", Format.PARQUET: "*.parquet"}


@contextmanager
def open_table(path: Path, source: Source | Whole, limits: Limits) -> Iterator[Table]:
    """Open a file with the connector of its source, unpacked first where it is zipped.

    Raises
    ------
    IngestError
        If the file is absent, or cannot be read as the source says.
    StoreError
        If the disk is at fault.
    """
    connector = CONNECTORS.get(source.format)
    if connector is None:
        raise IngestError(
            f"le format « {source.format} » ne se lit pas d'un fichier", location=Location(file=path.name)
        )
    if not path.is_file():
        raise IngestError("fichier absent", location=Location(file=path.name), hint="vérifier le chemin")
    pattern = _ZIPPED.get(source.format)
    try:
        if pattern and path.suffix.lower() == ".zip":
            with unpacked(path, pattern, limits) as inner, connector(inner, source, limits) as table:
                yield table
        else:
            with connector(path, source, limits) as table:
                yield table
    except OSError as error:
        raise store_error(f"lecture de {path.name} impossible", error) from error
