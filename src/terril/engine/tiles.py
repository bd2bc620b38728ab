"""Vector tiles of the territories, read from their archive."""

from __future__ import annotations

import gzip
import json
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from pmtiles.reader import MmapSource
from pmtiles.tile import (
    Compression,
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from terril.core.errors import Location, StoreError

HINT = "lancer « make setup »"
_HEADER = 127
#: Levels of directories an archive may have (PMTiles 3).
_DEPTH = 4
_DAMAGE = (OSError, EOFError, zlib.error, MagicNumberNotFound, SpecVersionUnsupported, ValueError, IndexError)


class Tiles:
    """The tiles of one archive, mapped in memory: nothing is read but what is asked.

    Safe to share between threads. An archive replaced on disk is seen by a new instance only.

    Parameters
    ----------
    path : a PMTiles 3 archive of gzipped vector tiles.

    Raises
    ------
    StoreError
        When the archive is missing, damaged, cut short, or holds something else.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                self._bytes = MmapSource(file)
            self._header = deserialize_header(self._bytes(0, _HEADER))
            self._check(path.stat().st_size)
            self._root = self._directory(self._header["root_offset"], self._header["root_length"])
        except _DAMAGE as error:
            raise self._damaged() from error
        self.zooms: tuple[int, int] = (self._header["min_zoom"], self._header["max_zoom"])
        self._leaf = lru_cache(maxsize=64)(self._directory)

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """A vector tile (MVT), gzipped; None where there is none, whatever the address.

        Raises
        ------
        StoreError
            When the archive is damaged.
        """
        if not self.zooms[0] <= z <= self.zooms[1] or not 0 <= x < 1 << z or not 0 <= y < 1 << z:
            return None
        wanted, entries = zxy_to_tileid(z, x, y), self._root
        for _ in range(_DEPTH):
            found = find_tile(entries, wanted)
            if found is None:
                return None
            if found.run_length:
                return self._data(found)
            entries = self._leaves(found)
        raise self._damaged()

    def metadata(self) -> dict[str, Any]:
        """What the archive says of itself: name, layers and their fields, program that wrote it.

        Raises
        ------
        StoreError
            When the archive is damaged.
        """
        try:
            text = gzip.decompress(self._bytes(self._header["metadata_offset"], self._header["metadata_length"]))
            found: dict[str, Any] = json.loads(text)
        except _DAMAGE as error:
            raise self._damaged() from error
        return found

    def _check(self, size: int) -> None:
        """A file cut short has a good header: what it announces must be there."""
        header = self._header
        last = max(
            header[f"{part}_offset"] + header[f"{part}_length"]
            for part in ("root", "metadata", "leaf_directory", "tile_data")
        )
        gzipped = header["internal_compression"] == header["tile_compression"] == Compression.GZIP
        if last > size or not gzipped or header["tile_type"] != TileType.MVT:
            raise ValueError(last)

    def _data(self, entry: Entry) -> bytes:
        if entry.offset + entry.length > self._header["tile_data_length"]:
            raise self._damaged()
        data: bytes = self._bytes(self._header["tile_data_offset"] + entry.offset, entry.length)
        return data

    def _leaves(self, entry: Entry) -> list[Entry]:
        try:
            return self._leaf(self._header["leaf_directory_offset"] + entry.offset, entry.length)
        except _DAMAGE as error:
            raise self._damaged() from error

    def _directory(self, offset: int, length: int) -> list[Entry]:
        found: list[Entry] = deserialize_directory(self._bytes(offset, length))
        return found

    def _damaged(self) -> StoreError:
        return StoreError("tuiles illisibles ou absentes", location=Location(file=self._path.name), hint=HINT)
