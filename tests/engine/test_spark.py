"""Spark says what DuckDB says, on an invented country that has every feature."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from terril.core.errors import BuildError
from terril.core.indicators.formula import parse_formula
from terril.core.status import Status
from terril.engine.expressions import compile_formula
from terril.engine.materialise import Workshop
from terril.engine.session import session
from terril.engine.spark import session as spark_module
from terril.engine.spark.compare import disagreements
from terril.engine.spark.dialect import to_spark_sql
from terril.engine.spark.session import missing, spark_session
from terril.engine.spark.workshop import SparkWorkshop
from tests.support.country import Bench, write_geography

lacking = missing()


def needs_spark(test: Callable[..., Any]) -> Callable[..., Any]:
    skip = pytest.mark.skipif(lacking is not None, reason=" : ".join(lacking or ()))
    return pytest.mark.spark(skip(test))


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with spark_session(tmp_path_factory.mktemp("spark")) as found:
        yield found


class Pair:
    """The same country laid out for both engines."""

    def __init__(self, ours: Bench, theirs: Bench) -> None:
        self.benches = (ours, theirs)

    def source(self, *given: Any, **options: Any) -> None:
        for bench in self.benches:
            bench.source(*given, **dict(options))

    def same(self, identifier: str, **fields: Any) -> list[dict[str, Any]]:
        """Compute on both; what DuckDB found, once Spark is seen to agree."""
        found = [bench.indicator(identifier, **fields) for bench in self.benches]
        assert found[0], f"{identifier} gives no observation: nothing is compared"
        paths = [b.folder / "restricted" / "indicators" / f"{identifier}.parquet" for b in self.benches]
        assert list(disagreements(self.benches[0].workshop.connection, identifier, *paths)) == []
        return found[0]


@pytest.fixture
def pair(spark: Any, tmp_path: Path) -> Iterator[Pair]:
    folders = [tmp_path / "duckdb", tmp_path / "spark", tmp_path / "tables"]
    for folder in folders:
        folder.mkdir()
    geography = write_geography(tmp_path)
    with ExitStack() as stack:
        ours, theirs = (stack.enter_context(session()) for _ in range(2))
        other = SparkWorkshop(theirs, geography, spark, folders[2])
        yield Pair(Bench(Workshop(ours, geography), folders[0]), Bench(other, folders[1]))


#: A merger, a split, a secret, a cell not known, an absent commune, thirds that never end, three periods.
ROWS = [
    {"code": "01001", "kind": "h", "pop": 100, "men": "33.33", "cog": 2018, "period": "2018"},
    {"code": "01009", "kind": "h", "pop": 7, "men": "2.71", "cog": 2018, "period": "2018"},
    {"code": "01002", "kind": "h", "pop": 200, "men": Status.SECRET, "cog": 2018, "period": "2018"},
    {"code": "01003", "kind": "f", "pop": 300, "men": "99.99", "cog": 2018, "period": "2018"},
    {"code": "02008", "kind": "h", "pop": 81, "men": "10.1", "cog": 2010, "period": "2010"},
    {"code": "02001", "kind": "h", "pop": 0, "men": "0", "period": "2018"},
    {"code": "02002", "kind": "f", "pop": Status.MISSING, "men": "3", "period": "2018"},
    {"code": "01001", "kind": "f", "pop": 11, "men": "3.07"},
    {"code": "01001", "kind": "h", "pop": 13, "men": "4.04"},
    {"code": "01002", "kind": "f", "pop": 17, "men": "5.05"},
    {"code": "01003", "kind": "h", "pop": 19, "men": "6.11"},
    {"code": "02001", "kind": "h", "pop": 23, "men": "7.13"},
    {"code": "02002", "kind": "f", "pop": 29, "men": "0"},
]
POP = {"dataset": "t/a", "column": "pop"}
MEN = {"dataset": "t/a", "column": "men"}

SHAPES: dict[str, dict[str, Any]] = {
    "sum": {"inputs": {"p": POP}, "formula": "p"},
    "zero": {"inputs": {"p": POP, "m": MEN}, "formula": "p * m", "missing": "zero"},
    "where": {"inputs": {"p": {**POP, "where": {"kind": ["h"]}}}, "formula": "p"},
    "ratio": {"inputs": {"a": POP, "b": MEN}, "formula": "a / b", "aggregation": "ratio_of_sums",
              "numerator": "a", "denominator": "b"},
    "factor": {"inputs": {"p": {**POP, "factor": 0.333}}, "formula": "p / 7"},
    "times": {"inputs": {"p": {**POP, "times": "men"}}, "formula": "p"},
    "over": {"inputs": {"p": {**POP, "over": "men"}}, "formula": "p"},
    "count": {"inputs": {"n": {"dataset": "t/a", "measure": "count"}}, "formula": "n / 3", "unit": "unite"},
    "weighted": {"inputs": {"p": POP, "m": MEN}, "formula": "p", "aggregation": "weighted_mean", "weight": "m"},
    "levels": {"inputs": {"p": POP}, "formula": "p", "levels": ["epci", "country"]},
    "provisional": {"inputs": {"p": POP}, "formula": "p", "status": "provisional"},
    "span": {"inputs": {"a": {**POP, "at": "start"}, "b": {**POP, "at": "end"}}, "unit": "", "period": {"since": 2010},
             "formula": "round((b / a) ^ (1 / years), 3)", "aggregation": "ratio_of_sums"},
    "median": {"inputs": {"p": {**POP, "measure": "median"}}, "formula": "p", "aggregation": "recount"},
    "quantile": {"inputs": {"p": {**POP, "measure": "quantile", "quantile": 0.9}}, "formula": "p",
                 "aggregation": "recount", "missing": "zero"},
    "base": {"inputs": {"a": POP, "b": {**POP, "base": "2018"}}, "formula": "100 * a / b", "unit": "%",
             "aggregation": "ratio_of_sums"},
    "lag": {"inputs": {"a": POP, "b": {**POP, "lag": 3}}, "formula": "a - b"},
    "functions": {"inputs": {"m": MEN}, "unit": "", "aggregation": "ratio_of_sums",
                  "formula": "exp(m) + ln(m) - sqrt(abs(m - 3)) + min(m, 1) * max(m, 0.1)"},
}  # fmt: skip


@needs_spark
@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_both_engines_say_the_same(pair, shape):
    pair.source("t/a", ROWS, dims=("kind",), split="population", rows="micro", units={"men": ""})
    pair.same(f"d/{shape}", **SHAPES[shape])


@needs_spark
def test_published_figures_and_indicators_of_indicators(pair):
    rates = [{"code": "01001", "taux": 3, "cog": 2018}, {"code": "01009", "taux": 4, "cog": 2018},
             {"code": "01002", "taux": "5.5"}]  # fmt: skip
    pair.source("t/v", rates, units={"taux": "%"})
    entry = {"dataset": "t/v", "measure": "value", "column": "taux"}
    pair.same("d/v", unit="%", inputs={"t": entry}, formula="t", aggregation="none")
    child = {"unit": "%", "inputs": {"t": {"indicator": "d/v"}}, "formula": "t / 3", "aggregation": "ratio_of_sums"}
    found = pair.same("d/child", **child)
    assert {r["value"] for r in found} == {5.5 / 3, None}
    pair.source("t/epci", [{"code": "x", "pop": 3}, {"code": "y", "pop": 4, "cog": 2018}], level="epci")
    found = pair.same("d/epci", inputs={"p": {"dataset": "t/epci", "column": "pop"}}, formula="p")
    assert {(r["code"], r["value"]) for r in found if r["level"] == "epci"} == {("x", 3.0), ("y", None)}


@needs_spark
def test_doubles_stay_doubles_and_infinity_is_seen(spark, tmp_path):
    table = ibis.table({"a": "float64"}, name="powers")
    pq.write_table(pa.table({"a": [1.0, 1000.0]}), tmp_path / "powers.parquet")
    spark.read.parquet(str(tmp_path / "powers.parquet")).createOrReplaceTempView("powers")
    value = compile_formula(parse_formula("1 / 3 + exp(a)"), {"a": table.a}, ibis.literal(0))
    spark.sql(to_spark_sql(table.select("a", v=value))).write.parquet(str(tmp_path / "found"))
    found = pq.read_table(tmp_path / "found").sort_by("a")["v"].to_pylist()
    assert found == [pytest.approx(1 / 3 + 2.718281828459045, rel=1e-15), None]


@needs_spark
def test_an_overflow_is_refused_as_by_duckdb(pair):
    pair.source(
        "t/huge", [{"code": c, "pop": 9 * 10**15, "men": 9 * 10**14} for c in ("01001", "01002")], units={"men": ""}
    )
    entry = {"dataset": "t/huge", "column": "pop", "times": "men"}
    for bench in pair.benches:
        with pytest.raises(BuildError, match="calcul impossible pour d/huge"):
            bench.indicator("d/huge", inputs={"p": entry}, formula="p")


def _file(path: Path, rows: list[tuple[str, float | None, int]]) -> Path:
    codes, values, statuses = zip(*rows, strict=True)
    nothing = pa.nulls(len(rows), pa.float64())
    table = {"level": ["epci"] * len(rows), "code": codes, "period": ["2021"] * len(rows),
             "value": pa.array(values, pa.float64()), "status": pa.array(statuses, pa.uint8()),
             "numerator": nothing, "denominator": nothing}  # fmt: skip
    pq.write_table(pa.table(table), path)
    return path


def test_a_disagreement_names_observation_figures_and_statuses(tmp_path):
    ours = _file(tmp_path / "a.parquet", [("a", 1.0, 0), ("b", 1.0, 0), ("c", None, 3), ("d", 2.0, 0), ("e", 1.0, 0)])
    theirs = _file(tmp_path / "b.parquet", [("a", 1 + 1e-13, 0), ("b", 1 + 1e-9, 0), ("c", None, 4), ("e", None, 0)])
    with session() as connection:
        found = list(disagreements(connection, "t/i", ours, theirs))
    assert [(d.territory, d.what, d.duckdb, d.spark) for d in found] == [
        ("epci:b", "value", (1.0, Status.OK), (1 + 1e-9, Status.OK)),
        ("epci:c", "status", (None, Status.MISSING), (None, Status.SECRET)),
        ("epci:d", "value", (2.0, Status.OK), (None, None)),
        ("epci:e", "value", (1.0, Status.OK), (None, Status.OK)),
    ]


@pytest.mark.parametrize("absent", ["spark", "java"])
def test_what_is_missing_is_said_with_its_remedy(monkeypatch, tmp_path, absent):
    monkeypatch.setattr(spark_module.importlib.util, "find_spec", lambda name: None if absent == "spark" else name)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    remedy = {"spark": "terril\\[spark\\]", "java": "Java 17"}[absent]
    with pytest.raises(BuildError, match=remedy), spark_session(tmp_path / "work"):
        pass
    assert not (tmp_path / "work").exists()
