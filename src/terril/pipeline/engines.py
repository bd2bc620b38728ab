"""The same build on another engine: to publish with it, or to compare it with DuckDB."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from terril.core.progress import Progress, silent
from terril.core.releases import Manifest
from terril.engine.session import session
from terril.engine.spark.compare import Disagreement, disagreements
from terril.engine.spark.session import spark_session
from terril.engine.spark.workshop import SparkWorkshop
from terril.pipeline.build import Builder
from terril.pipeline.building import Building
from terril.pipeline.plan import Plan


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two engines found.

    Parameters
    ----------
    indicators, observations : how many were compared.
    duckdb, spark : seconds that each took, Spark's start included.
    disagreements : observations that differ; none when both engines agree.
    """

    indicators: int
    observations: int
    duckdb: float
    spark: float
    disagreements: tuple[Disagreement, ...]


@contextmanager
def on_spark(builder: Builder, folder: Path) -> Iterator[Builder]:
    """A builder whose indicators are computed by Spark.

    Parameters
    ----------
    folder : where Spark works; what it writes there is removed.

    Raises
    ------
    BuildError
        Where Spark or Java is missing.
    """
    with spark_session(folder) as spark, tempfile.TemporaryDirectory(prefix="tables-", dir=folder) as tables:
        builder.make_workshop = partial(SparkWorkshop, spark=spark, folder=Path(tables))
        yield builder


def build_on_spark(
    building: Building, *, full: bool = False, wait: bool = True, progress: Progress = silent
) -> tuple[Plan, Manifest | None]:
    """Build and publish what Spark computes; see :meth:`terril.pipeline.build.Builder.build`."""
    workspace = building.workspace
    with on_spark(building.builder(), workspace.home / ".spark") as builder:
        return builder.build(workspace.packs.indicators, workspace.sources, full=full, wait=wait, progress=progress)


def compare_engines(building: Building, progress: Progress = silent) -> Comparison:
    """Compute every indicator with DuckDB and with Spark; publish nothing.

    Raises
    ------
    BuildError
        Where Spark or Java is missing, or an engine refuses a calculation.
    """
    workspace = building.workspace
    scratch = workspace.home / ".spark"
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="compare-", dir=scratch) as folder:
        ours, theirs = Path(folder) / "duckdb", Path(folder) / "spark"
        start = time.perf_counter()
        # Spark first: where it is missing, nobody waits for DuckDB to hear so.
        with on_spark(building.builder(), scratch) as builder:
            builder.rehearse(workspace.packs.indicators, workspace.sources, theirs, progress)
        spark = time.perf_counter() - start
        manifest = building.builder().rehearse(workspace.packs.indicators, workspace.sources, ours, progress)
        duckdb = time.perf_counter() - start - spark
        found: list[Disagreement] = []
        with session(Path(folder) / "spill") as connection:
            for identifier, released in manifest.indicators.items():
                path = Path("restricted") / released.files["restricted"].path
                found += disagreements(connection, identifier, ours / path, theirs / path)
    observations = sum(i.files["restricted"].rows for i in manifest.indicators.values())
    return Comparison(len(manifest.indicators), observations, duckdb, spark, tuple(found))
