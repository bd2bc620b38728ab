"""What the readers of every request share: one DuckDB, the names and contours of territories, bounds of versions."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from terril.core.errors import Location, QueryError, StoreError
from terril.core.features import Rows
from terril.core.periods import parse_period
from terril.core.releases import Manifest
from terril.core.territories.model import Level
from terril.engine.features.shapes import Shapes, bounds_of
from terril.engine.session import quote

#: Levels that have contours, largest first.
DRAWN = (Level.REGION, Level.DEPARTMENT, Level.EPCI, Level.COMMUNE)
HINT = "lancer « make setup »"
#: Versions whose bounds are kept: a hundred thousand sites weigh 4 MB.
_VERSIONS = 16


@dataclass(frozen=True)
class Contours:
    """Contours of a level: WKB by code, and the shapes to be searched, named ``level:code``."""

    encoded: dict[str, bytes]
    shapes: Shapes


class FeatureStore:
    """Files of features, opened once a process and shared by its threads.

    Parameters
    ----------
    tables : folder of the territory tables.
    datasets : folder of the versions of datasets.
    release : folder of the release in force; None before the first.
    manifest : its manifest.
    """

    def __init__(
        self, tables: Path, datasets: Path, release: Path | None = None, manifest: Manifest | None = None
    ) -> None:
        self.tables = tables
        self.datasets = datasets
        self.release = release
        self.manifest = manifest
        config: dict[str, Any] = {
            "threads": 1,
            "memory_limit": "1GB",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        self._connection = duckdb.connect(":memory:", config=config)
        # Geometries stay the bytes they are: nothing here needs DuckDB to read them.
        self._connection.execute("SET GLOBAL enable_geoparquet_conversion = false")
        self._connection.execute("SET GLOBAL parquet_metadata_cache = true")
        self._lock = threading.Lock()
        self._named = False
        self.contours = _once(self._contours, len(DRAWN))
        self.shapes = _once(self._shapes, _VERSIONS)
        self.coverage = _once(self._coverage, 1024)

    def close(self) -> None:
        """Release the connection."""
        self._connection.close()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection for one thread, which sees the table ``places`` of every territory."""
        with self._lock:
            if not self._named:
                path = quote(str(self.tables / "territories.parquet"))
                self._connection.execute(f"CREATE TABLE places AS SELECT * FROM read_parquet({path})")
                self._named = True
            return self._connection.cursor()

    def figures(self, indicator: str, root: str) -> Path:
        """File of the observations of an indicator.

        Raises
        ------
        QueryError
            When the release has none.
        """
        found = self.manifest.indicators.get(indicator) if self.manifest else None
        if found is None or self.release is None:
            raise QueryError("pas d'observation pour cet indicateur", location=Location(value=indicator))
        return self.release / root / found.files[root].path

    def version(self, content: Rows) -> Path:
        """File of a version of a dataset."""
        return self.datasets / content.source / content.version / "data.parquet"

    def _coverage(self, path: Path) -> tuple[tuple[Level, str, int], ...]:
        """Levels and periods of a file of figures, and how many values each has; oldest period first."""
        sql = f"SELECT level, period, count(value) FROM read_parquet({quote(str(path))}) GROUP BY ALL"
        found = [(Level(level), period, valued) for level, period, valued in self.cursor().execute(sql).fetchall()]
        return tuple(sorted(found, key=lambda row: (row[0], parse_period(row[1]))))

    def _contours(self, level: Level) -> Contours:
        path = self.tables / "contours" / f"{level}.parquet"
        try:
            found = self.cursor().execute(f"SELECT code, geometry FROM read_parquet({quote(str(path))})").fetchall()
        except duckdb.IOException as error:
            raise StoreError("contours illisibles", location=Location(file=path.name), hint=HINT) from error
        codes = [code for code, _ in found]
        encoded = [bytes(wkb) for _, wkb in found]

        def read(places: npt.NDArray[np.int64]) -> Sequence[bytes]:
            return [encoded[place] for place in places.tolist()]

        keys = np.array([f"{level}:{code}" for code in codes], dtype=object)
        drawn = dict(zip(codes, encoded, strict=True))
        named = self.cursor().execute("SELECT code FROM places WHERE level = ?", [str(level)]).fetchall()
        undrawn = tuple(f"{level}:{code}" for (code,) in named if code not in drawn)
        return Contours(drawn, Shapes(keys, bounds_of(encoded), read, level, undrawn))

    def _shapes(self, path: Path) -> Shapes:
        """Geometries of a version, named by the place of their row in the file, from 0."""
        source = f"read_parquet({quote(str(path))}, file_row_number = true)"
        found = self.cursor().execute(f"SELECT file_row_number, geometry FROM {source}").fetchall()

        def read(places: npt.NDArray[np.int64]) -> Sequence[bytes]:
            sql = f"SELECT file_row_number, geometry FROM {source} WHERE file_row_number IN (SELECT unnest(?))"
            near = dict(self.cursor().execute(sql, [keys[places].tolist()]).fetchall())
            return [bytes(near[key]) for key in keys[places].tolist()]

        keys = np.array([row for row, _ in found], dtype=np.int64)
        return Shapes(keys, bounds_of([None if wkb is None else bytes(wkb) for _, wkb in found]), read)


def _once(read: Any, size: int) -> Any:
    """The same reading, kept, and made by one thread at a time: two would do the same work twice."""
    lock, kept = threading.RLock(), lru_cache(maxsize=size)(read)

    def reading(key: Any) -> Any:
        with lock:
            return kept(key)

    return reading
