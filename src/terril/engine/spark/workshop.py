"""A workshop whose expressions run on Spark: everything else is laid out, sorted and written as ever."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import ibis.expr.operations as ops

from terril.core.errors import BuildError
from terril.core.indicators.expansion import Expanded
from terril.core.territories.model import Level
from terril.engine.compile import observations_of
from terril.engine.materialise import Geography, VersionFile, Workshop
from terril.engine.parts import Loaded
from terril.engine.session import quote
from terril.engine.spark.dialect import to_spark_sql

#: Cells hidden by a pattern: known only once their source is judged.
_FILLED = frozenset({"hidden"})


class SparkWorkshop(Workshop):
    """Observations computed by Spark from the same Ibis expressions.

    Parameters
    ----------
    connection, geography : see :class:`terril.engine.materialise.Workshop`.
    spark : from :func:`terril.engine.spark.session.spark_session`.
    folder : where tables pass from one engine to the other; emptied by the caller.

    Notes
    -----
    DuckDB lays tables out and writes the files, sorted; Spark reads each table an expression names as Parquet.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, geography: Geography, spark: Any, folder: Path) -> None:
        super().__init__(connection, geography)
        self.spark = spark
        self.folder = folder
        self._given: set[str] = set()
        #: Parquet files that a table of DuckDB only reads.
        self._files: dict[str, Path] = {}

    def add(self, version: VersionFile) -> Loaded:
        """Lay out a version; Spark reads its file itself where rows are taken as they stand."""
        found = super().add(version)
        as_it_stands = found.base != Level.EPCI and not self._districts(f"read_parquet({quote(str(version.path))})")
        if as_it_stands:
            self._files[found.table] = version.path
        return found

    def know(self, indicator: str, restricted: Path) -> None:
        """Make an indicator's observations readable by its children."""
        super().know(indicator, restricted)
        self._files[self._parents[indicator]] = restricted

    def sql(self, expanded: Expanded) -> str:
        """Compute an indicator on Spark; a DuckDB query that reads what it found.

        Raises
        ------
        BuildError
            When Spark refuses the query (an overflow).
        """
        # Absent without the extra.
        from py4j.protocol import Py4JJavaError  # noqa: PLC0415
        from pyspark.errors import PySparkException  # noqa: PLC0415

        expression = observations_of(expanded, self.loaded, self._parents)
        for table in expression.op().find(ops.UnboundTable):
            self._give(table.name)
        found = self.folder / "found"
        shutil.rmtree(found, ignore_errors=True)
        try:
            self.spark.sql(to_spark_sql(expression)).write.parquet(str(found))
        except (PySparkException, Py4JJavaError) as error:
            said = str(error).partition("\n")[0]
            raise BuildError(f"calcul impossible pour {expanded.indicator.id} avec Spark ({said})") from error
        return f"SELECT * FROM read_parquet({quote(str(found / '*.parquet'))})"

    def _give(self, name: str) -> None:
        """Make a table of DuckDB one of Spark: once, but for those that a build fills as it goes."""
        if name in self._given and name not in _FILLED:
            return
        path = self._files.get(name)
        if path is None:
            path = self.folder / f"{name}.parquet"
            # Geometry is never calculated with, and would weigh more than all the rest.
            kept = f"SELECT COLUMNS(c -> c <> 'geometry') FROM {name}"
            self.connection.execute(f"COPY ({kept}) TO {quote(str(path))} (FORMAT parquet, COMPRESSION zstd)")
        self.spark.read.parquet(str(path)).createOrReplaceTempView(name)
        self._given.add(name)
