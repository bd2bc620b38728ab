"""What a merger makes of a published value, and quantiles computed again from rows."""

from __future__ import annotations

from statistics import median

import numpy as np
import pytest
from pydantic import ValidationError

from terril.core.indicators.spec import Indicator, Input
from terril.core.status import Status

MERGED = {
    "dataset": "t/med", "measure": "value", "column": "med", "merged": {"method": "weighted_mean", "weight": "pers"},
}  # fmt: skip
NONE = {"formula": "m", "aggregation": "none", "unit": "EUR"}


def old(code: str, med: object, pers: object, **more: object) -> dict[str, object]:
    return {"code": code, "med": med, "pers": pers, "cog": 2018, **more}


def run(bench, *rows, **source):
    bench.source("t/med", list(rows), units={"med": "EUR"}, **source)
    return bench.indicator("d/med", **NONE, inputs={"m": MERGED})


def test_a_merger_is_estimated_by_the_weighted_mean_its_author_allows(bench, at):
    rows = run(bench, old("01001", 20000, 300), old("01009", 24000, 100), old("01002", 18000, 50))
    found = at(rows, "commune", "01001")
    assert (found["value"], found["status"]) == (21000, Status.ESTIMATED)
    alone = at(rows, "commune", "01002")
    assert (alone["value"], alone["status"]) == (18000, Status.OK)


@pytest.mark.parametrize(
    ("other", "status"),
    [
        (old("01009", Status.SECRET, 100), Status.SECRET),
        (old("01009", Status.MISSING, 100), Status.MISSING),
        (old("01009", 24000, Status.MISSING), Status.MISSING),
        (old("01009", 24000, Status.SECRET), Status.SECRET),
    ],
)
def test_every_old_commune_and_its_weight_must_be_known(bench, at, other, status):
    found = at(run(bench, old("01001", 20000, 300), other), "commune", "01001")
    assert (found["value"], found["status"]) == (None, status)


def test_an_old_commune_absent_from_the_file_leaves_nothing(bench, at):
    found = at(run(bench, old("01001", 20000, 300)), "commune", "01001")
    assert (found["value"], found["status"]) == (None, Status.MISSING)


def test_nobody_to_weigh_leaves_nothing(bench, at):
    found = at(run(bench, old("01001", 20000, 0), old("01009", 24000, 0)), "commune", "01001")
    assert (found["value"], found["status"]) == (None, Status.MISSING)


def test_a_split_is_never_estimated_this_way(bench, at):
    rows = run(bench, {**old("02008", 20000, 80), "cog": 2010}, split="population")
    assert (at(rows, "commune", "02001")["value"], at(rows, "commune", "02001")["status"]) == (None, Status.MISSING)


def test_the_rows_of_a_dimension_are_weighed_by_their_own_weight(bench, at):
    data = [old("01001", 10, 1, age="a"), old("01001", 99, 7, age="b"), old("01009", 20, 3, age="a")]
    bench.source("t/med", data, dims=("age",), units={"med": "EUR"})
    rows = bench.indicator("d/med", **NONE, inputs={"m": {**MERGED, "where": {"age": "a"}}})
    found = at(rows, "commune", "01001")
    assert (found["value"], found["status"]) == (17.5, Status.ESTIMATED)


# Quantiles

PRICES = {
    "01001": [100, 300, 200], "01002": [150], "01003": [900, 1000], "02001": [50, 60, 70, 80], "02002": [400],
}  # fmt: skip
MEDIAN = {"dataset": "t/v", "measure": "median", "column": "prix"}
RECOUNT = {"formula": "m", "aggregation": "recount", "unit": "EUR"}


def sales(prices=None, **more):
    return [{"code": c, "prix": p, **more} for c, row in (prices or PRICES).items() for p in row]


def test_a_median_is_computed_again_from_rows_at_every_level(bench, at):
    bench.source("t/v", sales(), rows="micro", units={"prix": "EUR"})
    rows = bench.indicator("d/m", **RECOUNT, inputs={"m": MEDIAN})
    assert at(rows, "commune", "01001")["value"] == 200
    assert at(rows, "epci", "x")["value"] == median([*PRICES["01001"], *PRICES["01002"], *PRICES["02001"]])
    assert at(rows, "department", "02")["value"] == 70
    assert at(rows, "country", "FR")["value"] == median([p for row in PRICES.values() for p in row])
    assert {r["status"] for r in rows} == {Status.OK}
    ninth = {"m": {**MEDIAN, "measure": "quantile", "quantile": 0.9}}
    rows = bench.indicator("d/q", **RECOUNT, inputs=ninth)
    every = [p for row in PRICES.values() for p in row]
    assert at(rows, "country", "FR")["value"] == pytest.approx(np.quantile(every, 0.9), rel=1e-12)


def test_rows_of_merged_communes_are_ranked_together(bench, at):
    bench.source("t/v", sales({"01001": [1, 2], "01009": [9, 8, 7]}, cog=2018), rows="micro", units={"prix": "EUR"})
    rows = bench.indicator("d/m", **RECOUNT, inputs={"m": MEDIAN})
    assert (at(rows, "commune", "01001")["value"], at(rows, "commune", "01001")["status"]) == (7, Status.OK)


def test_a_row_in_a_commune_split_since_has_no_place(bench, at):
    bench.source("t/v", sales({"02008": [5]}, cog=2010), rows="micro", split="population", units={"prix": "EUR"})
    rows = bench.indicator("d/m", **RECOUNT, inputs={"m": MEDIAN})
    assert {r["status"] for r in rows} == {Status.MISSING}
    assert {r["value"] for r in rows} == {None}


@pytest.mark.parametrize(("given", "status"), [(Status.SECRET, Status.SECRET), (Status.MISSING, Status.MISSING)])
def test_one_row_without_a_value_hides_the_median_of_all_that_hold_it(bench, at, given, status):
    bench.source("t/v", sales({**PRICES, "01002": [given]}), rows="micro", units={"prix": "EUR"})
    rows = bench.indicator("d/m", **RECOUNT, inputs={"m": MEDIAN})
    for level, code in (("commune", "01002"), ("epci", "x"), ("country", "FR")):
        assert (at(rows, level, code)["value"], at(rows, level, code)["status"]) == (None, status)
    assert at(rows, "epci", "y")["status"] == Status.OK


def test_missing_zero_counts_an_empty_row_as_nothing_and_keeps_secrets(bench, at):
    bench.source("t/v", sales({**PRICES, "01001": [Status.MISSING, 10, 20], "01003": [Status.SECRET]}), rows="micro",
                 units={"prix": "EUR"})  # fmt: skip
    rows = bench.indicator("d/m", **RECOUNT, missing="zero", inputs={"m": MEDIAN})
    assert at(rows, "commune", "01001")["value"] == 10
    assert at(rows, "epci", "y")["status"] == Status.SECRET


def test_a_commune_outside_the_coverage_makes_the_median_above_missing(bench, at):
    bench.source("t/v", sales({"01001": [1], "01002": [2]}), rows="micro", units={"prix": "EUR"},
                 coverage=["01001", "01002", "01003"])  # fmt: skip
    rows = bench.indicator("d/m", **RECOUNT, inputs={"m": MEDIAN})
    # 01003 is covered and sold nothing: the department 01 has all its sales; 02001 is not in the file.
    assert (at(rows, "department", "01")["value"], at(rows, "department", "01")["status"]) == (1.5, Status.OK)
    assert (at(rows, "epci", "x")["value"], at(rows, "epci", "x")["status"]) == (None, Status.MISSING)


def test_a_median_keeps_the_rows_asked_and_may_be_lagged_beside_a_count(bench, at):
    data = [*sales(kind="a", period="2020"), *[{**r, "prix": r["prix"] * 2} for r in sales(kind="a")],
            {"code": "01001", "prix": 10**6, "kind": "b"}]  # fmt: skip
    bench.source("t/v", data, dims=("kind",), rows="micro", units={"prix": "EUR"})
    entry = {**MEDIAN, "where": {"kind": "a"}}
    rows = bench.indicator(
        "d/g", unit="%", aggregation="recount", formula="100 * (m / avant - 1) + 0 * n / n",
        inputs={"m": entry, "avant": {**entry, "lag": 1}, "n": {"dataset": "t/v", "measure": "count"}},
    )  # fmt: skip
    assert {r["period"] for r in rows} == {"2021"}
    assert at(rows, "epci", "x")["value"] == pytest.approx(100)


@pytest.mark.parametrize(
    "entry",
    [
        {"measure": "sum", "merged": MERGED["merged"], "column": "a"},
        {"measure": "quantile", "column": "a"},
        {"measure": "median", "quantile": 0.5, "column": "a"},
        {"measure": "quantile", "quantile": 1.0, "column": "a"},
        {"measure": "median", "column": "a", "times": "b"},
        {"measure": "median", "column": "a", "rolling": 2},
        {"measure": "median"},
    ],
)
def test_what_means_nothing_is_refused(entry):
    with pytest.raises(ValidationError):
        Input.model_validate({"dataset": "t/x", **entry})


def test_a_median_is_never_summed():
    given = {"id": "d/x", "label": "x", "definition": "x", "unit": "EUR", "missing": "propagate", "formula": "m"}
    with pytest.raises(ValidationError, match="recount"):
        Indicator.model_validate({**given, "aggregation": "sum", "inputs": {"m": MEDIAN}})
