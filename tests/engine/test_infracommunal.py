"""IRIS summed to their commune and above, in the invented country."""

from __future__ import annotations

from terril.core.status import Status

POPULATION = {"inputs": {"p": {"dataset": "e/iris", "column": "p"}}, "formula": "p"}
WHOLE = [
    {"code": code, "period": "2021", "p": value}
    for code, value in (
        ("010010101", 10), ("010010102", 20), ("010020000", 5), ("010030000", 7), ("020010101", 1), ("020010102", 2),
        ("020020000", 3),
    )
]  # fmt: skip


def values(rows, level):
    return {r["code"]: (r["value"], Status(r["status"])) for r in rows if r["level"] == level}


def test_iris_sum_to_their_commune_then_above(bench):
    bench.source("e/iris", WHOLE, level="iris")
    rows = bench.indicator("t/p", **POPULATION)
    assert values(rows, "iris")["010010101"] == (10, Status.OK)
    assert values(rows, "commune")["01001"] == (30, Status.OK)
    assert values(rows, "epci") == {"x": (38, Status.OK), "y": (10, Status.OK)}
    assert values(rows, "country")["FR"] == (48, Status.OK)


def test_a_commune_without_iris_makes_its_holders_missing(bench):
    bench.source("e/iris", [r for r in WHOLE if not r["code"].startswith("01002")], level="iris")
    rows = bench.indicator("t/p", **POPULATION)
    assert values(rows, "commune")["01001"] == (30, Status.OK)
    assert values(rows, "epci") == {"x": (None, Status.MISSING), "y": (10, Status.OK)}


def test_an_iris_known_another_year_and_absent_this_one_makes_its_commune_missing(bench):
    earlier = [{**r, "period": "2020"} for r in WHOLE]
    bench.source("e/iris", [*earlier, *(r for r in WHOLE if r["code"] != "010010102")], level="iris")
    rows = [r for r in bench.indicator("t/p", **POPULATION) if r["period"] == "2021"]
    assert values(rows, "commune")["01001"] == (None, Status.MISSING)
    assert values(rows, "commune")["02001"] == (3, Status.OK)


def test_two_sources_of_iris_are_not_counted_twice(bench):
    bench.source("e/iris", WHOLE, level="iris")
    bench.source("e/autre", WHOLE, level="iris")
    assert values(bench.indicator("t/p", **POPULATION), "commune")["01001"] == (30, Status.OK)


def test_iris_of_a_commune_merged_since_sum_to_that_of_today(bench):
    rows = [{**r, "cog": 2019} for r in WHOLE] + [{"code": "010090000", "period": "2021", "p": 4, "cog": 2019}]
    bench.source("e/iris", rows, level="iris")
    assert values(bench.indicator("t/p", **POPULATION), "commune")["01001"] == (34, Status.OK)


def test_published_medians_stay_at_their_level(bench):
    bench.source("e/iris", WHOLE, level="iris")
    inputs = {"p": {"dataset": "e/iris", "column": "p", "measure": "value"}}
    rows = bench.indicator("t/m", inputs=inputs, formula="p", aggregation="none", levels=["iris"])
    assert {r["level"] for r in rows} == {"iris"}


def test_iris_that_a_passage_merged_are_added_up_and_their_medians_are_not(bench):
    twice = [*WHOLE, {"code": "010010101", "period": "2021", "p": 100}]
    carried = {"geography": {"level": "iris", "column": "code", "cog": 2024,
                             "nomenclature": {"of": "a", "to": "b", "sums": ["p"]}}}  # fmt: skip
    bench.source("e/iris", twice, level="iris", **carried)
    assert values(bench.indicator("t/p", **POPULATION), "iris")["010010101"] == (110, Status.OK)
    inputs = {"p": {"dataset": "e/iris", "column": "p", "measure": "value"}}
    rows = bench.indicator("t/m", inputs=inputs, formula="p", aggregation="none", levels=["iris"])
    assert values(rows, "iris")["010010101"] == (None, Status.MISSING)
