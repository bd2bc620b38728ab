"""The figures around one: the same cell at the other periods of its version."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from terril.core.periods import parse_period
from terril.core.quality.anomalies import Cell


def neighbours(path: Path, cell: Cell) -> list[tuple[str, float | None]]:
    """Period and value of a cell at every period of a version, the oldest first."""
    level, _, code = cell.territory.partition(":")
    known = set(pq.read_schema(path).names)
    if not {cell.column, *cell.dimensions} <= known:
        return []
    filters = [("level", "=", level), ("code", "=", code), *((n, "=", v) for n, v in sorted(cell.dimensions.items()))]
    table = pq.read_table(path, columns=["period", cell.column], filters=filters)
    found = zip(table["period"].to_pylist(), table[cell.column].to_pylist(), strict=True)
    pairs = [(period, None if value is None else float(value)) for period, value in found]
    return sorted(pairs, key=lambda pair: parse_period(pair[0]))
