"""The engine computes a formula as ``core`` does: one meaning, two evaluators."""

from __future__ import annotations

import duckdb
import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terril.core.indicators.evaluate import evaluate
from terril.core.indicators.formula import parse_formula
from terril.engine.expressions import compile_formula

TEXTS = [
    "a + b * c", "a / b", "100 * (a - b) / c", "(a / b) ^ (1 / c)", "a ^ 2 - b ^ 3", "min(a, b, c) / max(a, b)",
    "sqrt(a) + ln(b) + exp(c / 1000)", "round(a / 3, 2)", "-a + abs(b)", "a ^ -b", "1 / (a - a)", "years * a",
]  # fmt: skip


def engine(text: str, rows: list[tuple[float | None, ...]], years: int) -> list[float | None]:
    table = ibis.table({"i": "int64", "a": "float64", "b": "float64", "c": "float64"}, name="t")
    value = compile_formula(parse_formula(text), {n: table[n] for n in "abc"}, ibis.literal(years))
    sql = ibis.to_sql(table.select("i", v=value), dialect="duckdb")
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE t (i BIGINT, a DOUBLE, b DOUBLE, c DOUBLE)")
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", [(i, *r) for i, r in enumerate(rows)])
        return [r[1] for r in connection.execute(f"SELECT i, v FROM ({sql}) ORDER BY i").fetchall()]


NUMBERS = st.none() | st.integers(-50, 50).map(float) | st.floats(-1e3, 1e3, width=32)


@pytest.mark.parametrize("text", TEXTS)
@settings(max_examples=15)
@given(rows=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=20))
def test_same_value_or_same_absence(text, rows):
    used = parse_formula(text).names
    found = engine(text, rows, 7)
    for row, got in zip(rows, found, strict=True):
        values = dict(zip("abc", row, strict=True))
        expected, _ = evaluate(parse_formula(text), values, 7)
        if any(values[n] is None for n in used):
            assert expected is None
            continue
        assert (got is None) == (expected is None), (text, row, got, expected)
        if expected is not None:
            assert got == pytest.approx(expected, rel=1e-9, abs=1e-9), (text, row)
