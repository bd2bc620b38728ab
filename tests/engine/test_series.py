"""Growth, indices, rolling means, constant euros: what each period reads, computed at every level."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terril.core.indicators.evaluate import evaluate
from terril.core.indicators.expansion import Expanded, NotComputable
from terril.core.status import Status

CODES = ("01001", "01002", "01003", "02001", "02002")
POP = {"p": {"dataset": "t/pop", "column": "pop"}}
LAGGED = {**POP, "avant": {**POP["p"], "lag": 1}}
GROWTH = {"unit": "%", "inputs": LAGGED, "formula": "100 * (p / avant - 1)", "aggregation": "ratio_of_sums"}


def yearly(*years: str, start: int = 100, step: int = 10):
    return [{"code": c, "pop": start + step * i, "period": y} for i, y in enumerate(years) for c in CODES]


def test_growth_reads_the_period_before_and_the_first_has_none(bench, at):
    bench.source("t/pop", yearly("2019", "2020", "2021"))
    rows = bench.indicator("d/g", **GROWTH)
    assert {r["period"] for r in rows} == {"2020", "2021"}
    assert at(rows, "epci", "x", "2020")["value"] == pytest.approx(10)
    assert at(rows, "commune", "01001", "2021")["value"] == pytest.approx(100 * (120 / 110 - 1))
    assert bench.expanded["d/g"].dropped == {"2019": "« avant » lit 2018, qui n'est pas disponible"}


def test_a_year_that_is_not_loaded_makes_no_growth_over_two_years(bench):
    bench.source("t/pop", yearly("2018", "2020", "2021"))
    rows = bench.indicator("d/g", **GROWTH)
    assert {r["period"] for r in rows} == {"2021"}


def test_a_member_absent_the_year_before_makes_the_growth_missing(bench, at):
    data = [r for r in yearly("2020", "2021") if not (r["code"] == "01002" and r["period"] == "2020")]
    bench.source("t/pop", data)
    rows = bench.indicator("d/g", **GROWTH)
    assert at(rows, "commune", "01002")["status"] == Status.MISSING
    assert at(rows, "epci", "x")["status"] == Status.MISSING
    assert at(rows, "epci", "y")["value"] == pytest.approx(10)


def test_an_index_has_one_base_and_is_undefined_without_it(bench, at):
    bench.source("t/pop", yearly("2015", "2016", "2021"))
    index = {"unit": "indice", "aggregation": "ratio_of_sums", "formula": "100 * p / base"}
    rows = bench.indicator("d/i", **index, inputs={**POP, "base": {**POP["p"], "base": 2015}})
    assert [at(rows, "country", "FR", y)["value"] for y in ("2015", "2016", "2021")] == pytest.approx([100, 110, 120])
    found = bench.expand("d/j", **index, inputs={**POP, "base": {**POP["p"], "base": 2014}})
    assert isinstance(found, NotComputable)
    assert "2014" in found.reason


@pytest.mark.parametrize(
    ("periods", "lag", "expected"),
    [
        (("2020-Q4", "2021-Q1"), 1, {"2021-Q1": "2020-Q4"}),
        (("2020-Q1", "2020-Q2", "2021-Q1"), 4, {"2021-Q1": "2020-Q1"}),
        (("2020-12", "2021-01"), 1, {"2021-01": "2020-12"}),
        (("2020-01", "2021-01", "2021-02"), 12, {"2021-01": "2020-01"}),
    ],
)
def test_a_lag_counts_the_steps_of_the_series(bench, periods, lag, expected):
    bench.source("t/pop", yearly(*periods))
    inputs = {**POP, "avant": {**POP["p"], "lag": lag}}
    found = bench.expand("d/g", **{**GROWTH, "inputs": inputs})
    assert isinstance(found, Expanded)
    assert {r.observed: r.read for r in found.readings["avant"]} == expected


AMOUNTS = st.lists(st.decimals(0, 10**6, places=2, allow_nan=False), min_size=4, max_size=4)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_=st.lists(AMOUNTS, min_size=5, max_size=5))
def test_a_rolling_mean_is_exact(bench, given_):
    """0.1 added three times is 0.3: decimals are summed, over periods then members, and divided last."""
    years = ("2018", "2019", "2020", "2021")
    name = f"t/r{len(bench.sources)}"
    bench.source(name, [{"code": c, "pop": v, "period": y} for c, row in zip(CODES, given_, strict=True)
                        for y, v in zip(years, row, strict=True)])  # fmt: skip
    entry = {"dataset": name, "column": "pop", "rolling": 3}
    rows = bench.indicator(f"d/mean{len(bench.sources)}", inputs={"m": entry}, formula="m")
    total = bench.indicator(f"d/sum{len(bench.sources)}", inputs={"m": {**entry, "rolled": "sum"}}, formula="m")
    exact = {
        y: sum((Fraction(row[i - k]) for row in given_ for k in range(3)), Fraction()) for i, y in enumerate(years)
    }
    for year in ("2020", "2021"):
        assert [r["value"] for r in rows if (r["code"], r["period"]) == ("FR", year)] == [float(exact[year]) / 3]
        assert [r["value"] for r in total if (r["code"], r["period"]) == ("FR", year)] == [float(exact[year])]
    assert {r["period"] for r in rows} == {"2020", "2021"}


def test_a_rolling_mean_needs_every_period_of_every_member(bench, at):
    data = [r for r in yearly("2019", "2020", "2021") if not (r["code"] == "01001" and r["period"] == "2020")]
    bench.source("t/pop", data)
    rolling = {"m": {**POP["p"], "rolling": 3}}
    rows = bench.indicator("d/m", inputs=rolling, formula="m")
    assert at(rows, "commune", "01001")["status"] == Status.MISSING
    assert at(rows, "commune", "01001")["value"] is None
    assert at(rows, "epci", "x")["status"] == Status.MISSING
    assert at(rows, "epci", "y")["value"] == 220
    zero = bench.indicator("d/z", inputs=rolling, formula="m", missing="zero")
    assert at(zero, "commune", "01001")["value"] == pytest.approx(220 / 3)


def test_a_rolling_mean_with_a_secret_is_secret(bench, at):
    data = [{**r, "pop": Status.SECRET} if (r["code"], r["period"]) == ("01001", "2020") else r
            for r in yearly("2020", "2021")]  # fmt: skip
    bench.source("t/pop", data)
    rows = bench.indicator("d/m", inputs={"m": {**POP["p"], "rolling": 2}}, formula="m")
    assert (at(rows, "epci", "x")["status"], at(rows, "epci", "x")["value"]) == (Status.SECRET, None)


def test_an_indicator_of_an_indicator_may_be_lagged_and_rolled(bench, at):
    bench.source("t/pop", yearly("2018", "2019", "2020", "2021"))
    bench.indicator("d/pop", inputs=POP, formula="p")
    parent = {"indicator": "d/pop"}
    rows = bench.indicator(
        "d/g", unit="%", aggregation="ratio_of_sums", formula="100 * (p / m - 1)",
        inputs={"p": parent, "m": {**parent, "lag": 1, "rolling": 2}},
    )  # fmt: skip
    assert {r["period"] for r in rows} == {"2020", "2021"}
    assert at(rows, "epci", "x", "2021")["value"] == pytest.approx(100 * (130 / 115 - 1))


def test_a_lag_may_read_another_producer_of_the_same_series(bench, at):
    bench.source("t/new", yearly("2021", start=120))
    bench.source("t/old", yearly("2019", "2020", start=90))
    both = {"dataset": ["t/new", "t/old"], "column": "pop"}
    rows = bench.indicator("d/g", **{**GROWTH, "inputs": {"p": both, "avant": {**both, "lag": 1}}})
    assert at(rows, "epci", "x", "2021")["value"] == pytest.approx(20)
    rolled = bench.indicator("d/m", inputs={"m": {**both, "rolling": 2}}, formula="m")
    assert at(rolled, "commune", "01001", "2021")["value"] == 110
    # One input reads both producers, the other the new one alone.
    mixed = {"p": {"dataset": "t/new", "column": "pop"}, "avant": {**both, "lag": 1}}
    rows = bench.indicator("d/h", **{**GROWTH, "inputs": mixed})
    assert {r["period"] for r in rows} == {"2021"}
    assert at(rows, "epci", "x", "2021")["value"] == pytest.approx(20)


def test_constant_euros_and_a_period_without_an_index(bench, at):
    bench.parameter("prix/indice", "indice", {"2015": 100, "2020": 110})
    data = [{"code": c, "eur": 1000, "period": y} for c in CODES for y in ("2015", "2020", "2021")]
    bench.source("t/m", data, units={"eur": "EUR"})
    inputs = {
        "montant": {"dataset": "t/m", "column": "eur"},
        "prix": {"parameter": "prix/indice"},
        "base": {"parameter": "prix/indice", "base": 2020},
    }
    rows = bench.indicator("d/c", unit="EUR", inputs=inputs, formula="montant * base / prix")
    assert at(rows, "country", "FR", "2015")["value"] == pytest.approx(5500)
    assert at(rows, "country", "FR", "2020")["value"] == 5000
    assert bench.expanded["d/c"].dropped == {"2021": "le paramètre prix/indice n'a pas de valeur pour 2021"}


def test_a_quarter_reads_the_parameter_of_its_year(bench, at):
    bench.parameter("climat/dju", "", {"2020": 0.8, "2021": 1.25})
    bench.source("t/pop", yearly("2020-Q4", "2021-Q1"))
    rows = bench.indicator("d/c", inputs={**POP, "r": {"parameter": "climat/dju"}}, formula="p / r")
    assert at(rows, "commune", "01001", "2020-Q4")["value"] == pytest.approx(125)
    assert at(rows, "commune", "01001", "2021-Q1")["value"] == pytest.approx(88)


BREAK = [{"period": "2020", "reason": "nouveau questionnaire"}]


def test_no_growth_and_no_index_crosses_a_break(bench):
    bench.source("t/pop", yearly("2018", "2019", "2020", "2021"), breaks=BREAK)
    rows = bench.indicator("d/g", **GROWTH)
    assert {r["period"] for r in rows} == {"2019", "2021"}
    assert bench.expanded["d/g"].dropped["2020"] == "rupture de série en 2020 : nouveau questionnaire"
    assert bench.expanded["d/g"].broken == ("2020",)
    index = {**POP, "base": {**POP["p"], "base": 2018}}
    rows = bench.indicator("d/i", unit="indice", inputs=index, formula="100 * p / base", aggregation="ratio_of_sums")
    assert {r["period"] for r in rows} == {"2018", "2019"}
    rows = bench.indicator("d/m", inputs={"m": {**POP["p"], "rolling": 2}}, formula="m")
    assert {r["period"] for r in rows} == {"2019", "2021"}


def test_a_break_is_inherited_by_the_children_and_by_spans(bench):
    bench.source("t/pop", yearly("2018", "2019", "2020", "2021"), breaks=BREAK)
    bench.indicator("d/pop", inputs=POP, formula="p")
    parent = {"indicator": "d/pop"}
    rows = bench.indicator("d/g", **{**GROWTH, "inputs": {"p": parent, "avant": {**parent, "lag": 1}}})
    assert {r["period"] for r in rows} == {"2019", "2021"}
    span = {"debut": {**parent, "at": "start"}, "fin": parent}
    rows = bench.indicator("d/s", unit="%", period={"since": 2018}, inputs=span, formula="100 * (fin / debut - 1)",
                           aggregation="none")  # fmt: skip
    assert {r["period"] for r in rows} == {"2018/2019"}


def test_a_break_of_one_column_leaves_the_others_alone(bench):
    data = [{**r, "men": 3} for r in yearly("2019", "2020")]
    bench.source("t/pop", data, breaks=[{**BREAK[0], "columns": ["men"]}])
    assert {r["period"] for r in bench.indicator("d/g", **GROWTH)} == {"2020"}
    men = {n: {**e, "column": "men"} for n, e in LAGGED.items()}
    assert isinstance(bench.expand("d/h", **{**GROWTH, "inputs": men}), NotComputable)


def test_a_break_of_the_indicator_itself_and_of_one_of_its_producers(bench):
    bench.source("t/pop", yearly("2018", "2019", "2020", "2021"))
    rows = bench.indicator("d/g", **GROWTH, breaks=BREAK)
    assert {r["period"] for r in rows} == {"2019", "2021"}
    bench.source("t/new", yearly("2021"))
    bench.source("t/old", yearly("2018", "2019", "2020"), breaks=[{**BREAK[0], "period": "2021"}])
    both = {"dataset": ["t/new", "t/old"], "column": "pop"}
    found = bench.expand("d/h", **{**GROWTH, "inputs": {"p": both, "avant": {**both, "lag": 1}}})
    assert isinstance(found, Expanded)
    assert found.periods == ("2019", "2020")


def test_the_engine_gives_what_core_evaluates(bench, at):
    """Parity: the formula on what was read, by ``core``; the same by the engine."""
    bench.source("t/pop", yearly("2017", "2018", "2019", "2020", "2021", start=37, step=11))
    known = {str(2017 + i): 37.0 + 11 * i for i in range(5)}
    bench.parameter("prix/indice", "indice", {y: 90.0 + i for i, y in enumerate(known)})
    inputs = {
        **LAGGED,
        "b": {**POP["p"], "base": "2018"},
        "m": {**POP["p"], "rolling": 3},
        "i": {"parameter": "prix/indice", "lag": 1},
    }
    formula = "100 * (p / avant - 1) + b / m + i"
    rows = bench.indicator("d/all", unit="", inputs=inputs, formula=formula, aggregation="ratio_of_sums")
    expanded = bench.expanded["d/all"]
    assert expanded.periods == ("2019", "2020", "2021")
    for period in expanded.periods:
        read = {n: [r.read for r in expanded.read_by(n, period)] for n in inputs if n != "i"}
        values = {n: sum(known[y] for y in years) / len(years) for n, years in read.items()}
        values["i"] = expanded.constant("i", period)
        expected, _ = evaluate(expanded.formula, values)
        assert at(rows, "commune", "01001", period)["value"] == pytest.approx(expected, rel=1e-12)
