"""What a connector gives, what ingestion asks of the territories, and the limits of both."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from terril.core.errors import StoreError
from terril.core.nomenclatures.crosswalk import Crosswalks
from terril.core.sources import Format, Reading, Source
from terril.core.territories.model import Level

#: Column added by every connector: data row in the file, 1-based, header and blank lines excluded.
ROW = "__row"
#: Column added by connectors that read shapes: WKB, WGS 84, longitude first.
GEOMETRY = "__geometry"


@dataclass(frozen=True, slots=True)
class Limits:
    """Past these, a file is refused: memory stays bounded whatever the file.

    Parameters
    ----------
    file_bytes : size of a file, or of what a file unpacks to.
    row_bytes : size of one row of text.
    ratio : unpacked size over packed size, past which an archive is held to be a bomb.
    batch_rows : rows handled at a time.
    """

    file_bytes: int = 20 * 1024**3
    row_bytes: int = 4 * 1024**2
    ratio: int = 250
    batch_rows: int = 65_536


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Whole:
    """Asks for every column of a file that no source describes.

    Parameters
    ----------
    format : connector that reads it.
    read : encoding, separator, header row, sheet or layer, and coordinate system, as guessed or chosen.
    lenient : rows of text that have not as many cells as the header are set aside rather than refused.
    shapes : whether shapes are read beside the columns.
    """

    format: Format
    read: Reading = field(default_factory=Reading)
    lenient: bool = False
    shapes: bool = True


@dataclass(frozen=True, slots=True)
class Ragged:
    """A row set aside: its 1-based place among data rows where it is known, its cells, its text."""

    row: int | None
    cells: int
    text: str


@dataclass(slots=True)
class Table:
    """A file being read.

    Parameters
    ----------
    name : name of the file, for messages.
    headers : headers as they stand in the file, duplicates made unique (``nom``, ``nom__2``).
    batches : Arrow record batches of text columns (the headers), ``__row`` (int64) and, for shapes,
        ``__geometry`` (binary). Read once.
    geometry : whether batches have ``__geometry``.
    ragged : rows set aside so far, where the file was asked so.
    size : bytes to read in all, where they are known.
    position : tells the bytes read so far.
    """

    name: str
    headers: tuple[str, ...]
    batches: Iterator[Any]
    geometry: bool = False
    ragged: list[Ragged] = field(default_factory=list)
    size: int | None = None
    position: Callable[[], int] | None = None


class Connector(Protocol):
    """One per format: opens a file as a :class:`Table`, and closes it."""

    def __call__(self, path: Path, source: Source | Whole, limits: Limits) -> AbstractContextManager[Table]:
        """Open the file.

        Raises
        ------
        IngestError
            If the file is not of this format, is damaged, or exceeds the limits.
        """


class Progress(Protocol):
    """Told how far the work is."""

    def __call__(self, rows: int, done: int | None, total: int | None) -> None:
        """Rows read so far; bytes done and in all, where they are known."""


def silent(rows: int, done: int | None, total: int | None) -> None:
    """Progress told to nobody."""


class Passage(Protocol):
    """The part of the commune passage that ingestion needs (``core.territories.passage``)."""

    def is_valid(self, code: str, cog: int) -> bool:
        """Whether ``code`` is a commune on 1 January of ``cog``."""

    def nearest_cog(self, code: str, cog: int) -> int | None:
        """Nearest year in which ``code`` is a commune; None where it never was."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The territories that exist, as ingestion sees them.

    Parameters
    ----------
    passage : commune codes through the years.
    known : codes that exist, by level, for every level but communes and IRIS.
    epci_of : EPCI of each current commune, for the coverage rule ``observed_epci``.
    crosswalks : passages of the other nomenclatures (NAF, IRIS…).
    """

    passage: Passage
    known: Mapping[Level, frozenset[str]] = field(default_factory=dict)
    epci_of: Mapping[str, str] = field(default_factory=dict)
    crosswalks: Crosswalks = field(default_factory=Crosswalks)


def store_error(action: str, error: OSError) -> StoreError:
    """An operating-system error as a StoreError, with the remedy it calls for."""
    hints = {
        errno.ENOSPC: "libérer de la place sur le disque, puis recommencer : rien n'a été changé",
        errno.EDQUOT: "le quota du disque est atteint : libérer de la place, puis recommencer",
        errno.EACCES: "vérifier les droits sur le dossier de données",
        errno.EROFS: "le disque est en lecture seule",
    }
    detail = error.strerror or str(error)
    return StoreError(f"{action} : {detail}", hint=hints.get(error.errno or 0))
