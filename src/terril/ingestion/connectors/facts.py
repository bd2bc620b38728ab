"""Facts written in a pack, given as a table: no file is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pyarrow as pa

from terril.core.sources import Facts
from terril.ingestion.contract import ROW, Table


@contextmanager
def open_facts(facts: Facts) -> Iterator[Table]:
    """Facts as a table, one row for each territory, period and set of dimensions."""
    names = ("territory", "period", *facts.dimensions)
    measures = tuple(facts.measures)
    headers = (*names, *measures, *(f"{m}__status" for m in measures))
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    for fact in facts.values:
        territory = fact.territory if ":" in fact.territory else f"{facts.level}:{fact.territory}"
        key = (territory, fact.period, *(fact.dimensions.get(d, "") for d in facts.dimensions))
        row = rows.setdefault(key, {})
        row[fact.measure] = f"{Decimal(repr(fact.value)):f}"
        row[f"{fact.measure}__status"] = fact.status
    arrays = [pa.array(range(1, len(rows) + 1), type=pa.int64())]
    arrays += [pa.array([key[i] for key in rows], type=pa.string()) for i in range(len(names))]
    arrays += [pa.array([r.get(h) for r in rows.values()], type=pa.string()) for h in headers[len(names) :]]
    batch = pa.RecordBatch.from_arrays(arrays, names=[ROW, *headers])
    yield Table(f"{facts.id}.yaml", headers, iter([batch]))
