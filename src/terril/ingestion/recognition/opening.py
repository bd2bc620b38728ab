"""Opening a file that no source describes, its archive unpacked for as long as it is read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from terril.core.errors import IngestError
from terril.core.sources import Format, Reading
from terril.ingestion.archive import extract, open_archive
from terril.ingestion.connectors import open_table
from terril.ingestion.contract import Limits, Table, Whole
from terril.ingestion.recognition.nature import Nature, nature

#: Formats whose connector opens the archive itself.
_KEPT_PACKED = (Format.GTFS, Format.MELODI)


@contextmanager
def unwrapped(path: Path, limits: Limits, found: Nature | None = None) -> Iterator[tuple[Path, Nature]]:
    """The file to read: ``path``, or what its archive holds, unpacked with its companions.

    Raises
    ------
    IngestError
        If nothing here reads it, or if it is an unsafe archive.
    StoreError
        If it cannot be unpacked.
    """
    found = found or nature(path, limits)
    if not found.member or found.format in _KEPT_PACKED:
        yield path, found
        return
    with tempfile.TemporaryDirectory(prefix="terril-") as folder, open_archive(path, limits) as archive:
        for name in found.companions:
            _plain(extract(archive, archive.getinfo(name), Path(folder), limits, path.name))
        inner = extract(archive, archive.getinfo(found.member), Path(folder), limits, path.name)
        inner = _plain(inner) if found.format is Format.VECTOR else inner
        within = nature(inner, limits)
        if within.format is not found.format:
            raise IngestError(f"le fichier « {found.member} » de l'archive n'est pas ce que dit son nom")
        yield inner, Nature(found.format, found.label, found.member, found.companions)


def _plain(path: Path) -> Path:
    """The file under the name it has in its archive: pyogrio takes what precedes « ! » for an archive."""
    return path.rename(path.with_name(path.name.rpartition("!")[2]))


@contextmanager
def open_whole(
    path: Path, read: Reading, limits: Limits, *, lenient: bool = False, shapes: bool = True
) -> Iterator[Table]:
    """Every column of a file, read as told.

    Parameters
    ----------
    shapes : whether shapes are read beside the columns.
    lenient : rows that do not have the right number of cells are set aside (``Table.ragged``) rather than refused.

    Raises
    ------
    IngestError
        If it cannot be read so.
    """
    with unwrapped(path, limits) as (inner, found):
        asked = Whole(found.format, read, lenient=lenient, shapes=shapes)
        with open_table(inner, asked, limits) as table:
            yield table
