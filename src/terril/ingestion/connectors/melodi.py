"""INSEE's Melodi packages: a zip with a data file and, often, a metadata file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from terril.core.sources import Source
from terril.ingestion.archive import choose, extract, open_archive
from terril.ingestion.connectors.delimited import open_delimited
from terril.ingestion.contract import Limits, Table

#: Name of the file that holds the figures.
DATA = "*_data.csv"


@contextmanager
def open_melodi(path: Path, source: Source, limits: Limits) -> Iterator[Table]:
    """Open a Melodi package; see :class:`terril.ingestion.contract.Connector`."""
    with unpacked(path, DATA, limits) as file, open_delimited(file, source, limits) as table:
        yield table


@contextmanager
def unpacked(path: Path, pattern: str, limits: Limits) -> Iterator[Path]:
    """The one file of a zip that matches ``pattern``, unpacked for as long as it is read."""
    with tempfile.TemporaryDirectory(prefix="terril-") as folder, open_archive(path, limits) as archive:
        yield extract(archive, choose(archive, pattern, path.name), Path(folder), limits, path.name)
