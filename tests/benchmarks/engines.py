"""DuckDB and Spark on the same indicators of the nation: what differs, and what each takes."""

from __future__ import annotations

from itertools import islice
from types import SimpleNamespace
from typing import Any, cast

from terril.core.text import format_number
from terril.engine.spark.session import missing
from terril.pipeline.engines import compare_engines
from tests.benchmarks.nation import Nation
from tests.benchmarks.table import Measure

#: A sum, a ratio, their likes, and none that stands on another: enough to compare, short enough to wait for.
INDICATORS = 4


def bench_spark(nation: Nation) -> list[Measure]:
    """Differences between the two engines."""
    lacking = missing()
    what = "DuckDB et Spark, mêmes expressions : observations différentes"
    if lacking is not None:
        return [Measure(what, "0", f"non mesuré : {' : '.join(lacking)}", None)]
    some = dict(islice(nation.indicators.items(), INDICATORS))
    workspace = SimpleNamespace(home=nation.folder, packs=SimpleNamespace(indicators=some), sources=nation.sources)
    found = compare_engines(cast(Any, SimpleNamespace(workspace=workspace, builder=nation.builder)))
    count = len(found.disagreements)
    measured = (
        f"{count} sur {format_number(found.observations)} "
        f"(DuckDB {format_number(found.duckdb, 1)} s, Spark {format_number(found.spark, 1)} s)"
    )
    return [Measure(what, "0", measured, count == 0)]
