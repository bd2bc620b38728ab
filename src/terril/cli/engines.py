"""``build --engine`` and ``--compare``: the engine that calculates, and what another one says."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from terril.cli.output import Format, console, emit, progress_bar
from terril.core.errors import BuildError, QueryError
from terril.core.text import format_number

if TYPE_CHECKING:
    from terril.core.releases import Manifest
    from terril.engine.spark.compare import Disagreement
    from terril.pipeline.building import Building
    from terril.pipeline.plan import Plan
    from terril.pipeline.workspace import Workspace

#: Disagreements shown; the others are counted.
SHOWN = 50
COLUMNS = ("indicator", "territory", "period", "what", "duckdb", "duckdb_status", "spark", "spark_status")


class Engine(StrEnum):
    """What computes observations."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def builder_on(engine: Engine, building: Building) -> Callable[..., tuple[Plan, Manifest | None]]:
    """The ``build`` of a workspace on an engine."""
    if engine is Engine.DUCKDB:
        return building.build
    from functools import partial

    from terril.pipeline.engines import build_on_spark

    return partial(build_on_spark, building)


def compare_engines(workspace: Workspace, engine: Engine) -> None:
    """Show where DuckDB and Spark disagree.

    Raises
    ------
    BuildError
        When they do.
    """
    if engine is not Engine.SPARK:
        raise QueryError("avec quel moteur comparer DuckDB ?", hint="écrire « terril build --engine spark --compare »")
    from terril.pipeline.building import Building
    from terril.pipeline.engines import compare_engines as compared

    with progress_bar("Comparaison") as told:
        found = compared(Building(workspace), told)
    counts = f"{found.indicators} indicateurs, {format_number(found.observations)} observations"
    times = f"DuckDB {format_number(found.duckdb, 1)} s, Spark {format_number(found.spark, 1)} s"
    if not found.disagreements:
        console.print(f"Aucun écart entre DuckDB et Spark : {counts} ({times}).", markup=False)
        return
    emit([_row(d) for d in found.disagreements[:SHOWN]], COLUMNS, Format.TABLE, key="disagreements", output=None)
    raise BuildError(
        f"DuckDB et Spark donnent {format_number(len(found.disagreements))} observations différentes sur {counts}",
        hint="rien n'est publié ; signaler l'écart avec la définition de l'indicateur",
    )


def _row(found: Disagreement) -> dict[str, Any]:
    row: dict[str, Any] = {
        "indicator": found.indicator, "territory": found.territory, "period": found.period, "what": found.what
    }  # fmt: skip
    for engine, (figure, status) in (("duckdb", found.duckdb), ("spark", found.spark)):
        # Every digit: a disagreement may lie in the last ones.
        row[engine] = None if figure is None else repr(figure)
        row[f"{engine}_status"] = "absente" if status is None else status.name.lower()
    return row
