"""What each aggregation, passage and status gives, on a country small enough to check by hand."""

from __future__ import annotations

from terril.core.status import Status

POP = [
    {"code": "01001", "pop": 100},
    {"code": "01002", "pop": 200},
    {"code": "01003", "pop": 300},
    {"code": "02001", "pop": 300},
    {"code": "02002", "pop": 100},
]
SUM = {"inputs": {"p": {"dataset": "t/pop", "column": "pop"}}, "formula": "p"}


def test_sum_reaches_every_level(bench, at):
    bench.source("t/pop", POP)
    rows = bench.indicator("d/pop", **SUM)
    assert at(rows, "commune", "01002")["value"] == 200
    assert at(rows, "epci", "x")["value"] == 600
    assert at(rows, "department", "01")["value"] == 600
    assert at(rows, "perimeter", "both")["value"] == 1000
    assert at(rows, "country", "FR")["value"] == 1000
    assert {r["status"] for r in rows} == {Status.OK}


def test_an_absent_member_makes_the_sum_missing_not_smaller(bench, at):
    bench.source("t/pop", POP[:-1])
    rows = bench.indicator("d/pop", **SUM)
    assert at(rows, "epci", "x")["value"] == 600
    absent = at(rows, "epci", "y")
    assert (absent["value"], absent["status"]) == (None, Status.MISSING)


def test_zero_counts_absent_communes_inside_the_coverage_only(bench, at):
    bench.source("t/pop", POP[:2], coverage=["01001", "01002", "02001"])
    rows = bench.indicator("d/pop", **SUM, missing="zero")
    assert at(rows, "commune", "02001")["value"] == 0
    assert at(rows, "epci", "x")["value"] == 300
    assert at(rows, "country", "FR")["status"] == Status.MISSING
    assert not [r for r in rows if r["code"] == "02002"]


def test_one_secret_member_makes_the_sum_secret(bench, at):
    bench.source("t/pop", [{**POP[0], "pop": Status.SECRET}, *POP[1:]])
    rows = bench.indicator("d/pop", **SUM)
    hidden = at(rows, "epci", "x")
    assert (hidden["value"], hidden["status"]) == (None, Status.SECRET)
    assert at(rows, "epci", "y")["value"] == 400


def test_merger_sums_old_communes_and_notices_an_incomplete_extract(bench, at):
    bench.source("t/pop", [{**r, "cog": 2018} for r in POP] + [{"code": "01009", "pop": 7, "cog": 2018}])
    rows = bench.indicator("d/pop", **SUM)
    assert at(rows, "commune", "01001")["value"] == 107
    bench.source("t/part", [{**r, "cog": 2018} for r in POP])
    rows = bench.indicator("d/part", inputs={"p": {"dataset": "t/part", "column": "pop"}}, formula="p")
    assert at(rows, "commune", "01001")["status"] == Status.MISSING
    assert at(rows, "commune", "01002")["status"] == Status.OK


def test_split_is_refused_or_estimated_as_declared(bench, at):
    rows_2010 = [{"code": "02008", "pop": 80, "cog": 2010}]
    bench.source("t/refused", rows_2010)
    rows = bench.indicator("d/refused", inputs={"p": {"dataset": "t/refused", "column": "pop"}}, formula="p")
    assert (at(rows, "commune", "02001")["value"], at(rows, "commune", "02001")["status"]) == (
        None,
        Status.MISSING,
    )
    bench.source("t/shared", rows_2010, split="population")
    rows = bench.indicator("d/shared", inputs={"p": {"dataset": "t/shared", "column": "pop"}}, formula="p")
    assert (at(rows, "commune", "02001")["value"], at(rows, "commune", "02001")["status"]) == (
        60,
        Status.ESTIMATED,
    )
    assert at(rows, "commune", "02002")["value"] == 20


def test_a_median_is_never_merged(bench, at):
    data = [
        {"code": "01001", "pop": 10, "cog": 2018},
        {"code": "01009", "pop": 30, "cog": 2018},
        {"code": "01002", "pop": 5},
    ]
    bench.source("t/med", data)
    entry = {"m": {"dataset": "t/med", "measure": "value", "column": "pop"}}
    rows = bench.indicator("d/med", inputs=entry, formula="m", aggregation="none")
    assert (at(rows, "commune", "01001")["value"], at(rows, "commune", "01001")["status"]) == (
        None,
        Status.MISSING,
    )
    assert at(rows, "commune", "01002")["value"] == 5
    assert {r["level"] for r in rows} == {"commune"}


def test_several_published_figures_where_one_was_meant_give_none(bench, at):
    rates = [{"code": "01001", "kind": "a", "taux": 3}, {"code": "01001", "kind": "b", "taux": 4}]
    bench.source("t/v", [*rates, {"code": "01002", "kind": "a", "taux": 5}], dims=("kind",), units={"taux": "%"})
    entry = {"dataset": "t/v", "measure": "value", "column": "taux"}
    rows = bench.indicator("d/v", unit="%", inputs={"t": entry}, formula="t", aggregation="none")
    assert (at(rows, "commune", "01001")["value"], at(rows, "commune", "01001")["status"]) == (None, Status.MISSING)
    assert at(rows, "commune", "01002")["value"] == 5
    one = {**entry, "where": {"kind": "b"}}
    rows = bench.indicator("d/w", unit="%", inputs={"t": one}, formula="t", aggregation="none")
    assert at(rows, "commune", "01001")["value"] == 4


def test_ratio_is_recomputed_from_its_parts_and_division_by_zero_does_not_apply(bench, at):
    bench.source("t/r", [{"code": "01001", "a": 1, "b": 2}, {"code": "01002", "a": 0, "b": 0},
                         {"code": "02001", "a": 3, "b": 6}])  # fmt: skip
    rows = bench.indicator(
        "d/r", unit="%", inputs={n: {"dataset": "t/r", "column": n} for n in "ab"}, formula="100 * a / b",
        aggregation="ratio_of_sums", numerator="a", denominator="b",
    )  # fmt: skip
    assert at(rows, "commune", "01001")["value"] == 50
    nothing = at(rows, "commune", "01002")
    assert (nothing["value"], nothing["status"], nothing["denominator"]) == (None, Status.NOT_APPLICABLE, 0)
    whole = at(rows, "epci", "x")
    assert (whole["value"], whole["numerator"], whole["denominator"], whole["status"]) == (
        50,
        4,
        8,
        Status.OK,
    )


def test_rate_times_base_hides_numerator_with_the_rate_and_is_estimated_once_summed(bench, at):
    bench.source("t/f", [{"code": "01001", "taux": 12.5, "pers": 80}, {"code": "01002", "taux": Status.SECRET, "pers": 50},
                         {"code": "01003", "taux": 10, "pers": 10}, {"code": "02002", "taux": 20, "pers": 10}],
                 units={"taux": "%"})  # fmt: skip
    entry = {
        "dataset": "t/f",
        "column": "taux",
        "times": "pers",
        "factor": 0.01,
        "unit": "hab",
        "reconstructed": True,
    }
    rows = bench.indicator(
        "d/pauvres", unit="%", inputs={"a": entry, "b": {"dataset": "t/f", "column": "pers"}}, formula="100 * a / b",
        aggregation="ratio_of_sums", numerator="a", denominator="b",
    )  # fmt: skip
    shown = at(rows, "commune", "01001")
    assert (shown["value"], shown["numerator"], shown["status"]) == (12.5, 10, Status.OK)
    hidden = at(rows, "commune", "01002")
    assert (hidden["value"], hidden["numerator"], hidden["denominator"]) == (None, None, None)
    assert hidden["status"] == Status.SECRET
    summed = at(rows, "epci", "y")
    assert (summed["value"], summed["status"]) == (15, Status.ESTIMATED)


def test_points_are_counted_by_kind(bench, at):
    points = [
        {"code": "01001", "kind": "a", "n": 3},
        {"code": "01001", "kind": "b", "n": 4},
        {"code": "01001", "kind": "a", "n": 5},
    ]
    bench.source("t/p", points, dims=("kind",), rows="micro", coverage=["01001", "01002"])
    entry = {"dataset": "t/p", "measure": "count", "where": {"kind": "a"}, "unit": "site"}
    rows = bench.indicator("d/p", unit="site", inputs={"n": entry}, formula="n", missing="zero", aggregation="recount")
    assert at(rows, "commune", "01001")["value"] == 2
    assert at(rows, "commune", "01002")["value"] == 0
    both = {**entry, "where": {"kind": ["a", "b"]}}
    rows = bench.indicator("d/q", unit="site", inputs={"n": both}, formula="n", missing="zero", aggregation="recount")
    assert at(rows, "commune", "01001")["value"] == 3


def test_epci_source_reaches_epci_and_above_only(bench, at):
    bench.source("t/e", [{"code": "x", "ha": 10}, {"code": "y", "ha": 20}], level="epci", units={"ha": "ha"})
    rows = bench.indicator("d/e", unit="ha", inputs={"a": {"dataset": "t/e", "column": "ha"}}, formula="a")
    assert {r["level"] for r in rows} == {"epci", "perimeter", "country"}
    assert at(rows, "perimeter", "both")["value"] == 30


def test_an_epci_that_held_other_communes_is_refused_and_a_renamed_one_followed(bench, at):
    given = [{"code": "y", "ha": 20}, {"code": "old", "ha": 10}]
    for year, status in ((2019, Status.MISSING), (2024, Status.OK), (2012, Status.MISSING)):
        bench.source(f"t/e{year}", [{**r, "cog": year} for r in given], level="epci", units={"ha": "ha"})
        entry = {"a": {"dataset": f"t/e{year}", "column": "ha"}}
        rows = bench.indicator(f"d/e{year}", unit="ha", inputs=entry, formula="a")
        assert at(rows, "epci", "y")["status"] == status
        assert at(rows, "epci", "y")["value"] == (20 if status == Status.OK else None)
        if year != 2012:
            assert at(rows, "epci", "x")["value"] == 10
            assert at(rows, "perimeter", "both")["status"] == status


def test_first_producer_that_has_a_period_is_read_alone(bench, at):
    bench.source("t/new", [{**r, "period": "2023"} for r in POP])
    bench.source("t/old", [{**r, "pop": 1, "period": p} for r in POP for p in ("2020", "2023")])
    rows = bench.indicator("d/pop", inputs={"p": {"dataset": ["t/new", "t/old"], "column": "pop"}}, formula="p")
    assert at(rows, "country", "FR", "2023")["value"] == 1000
    assert at(rows, "country", "FR", "2020")["value"] == 5


def test_span_reads_both_ends_of_a_parent_indicator(bench, at):
    bench.source(
        "t/pop",
        [{**r, "period": "1968"} for r in POP] + [{**r, "pop": r["pop"] * 2, "period": "2023"} for r in POP],
    )
    bench.indicator("d/pop", **SUM)
    inputs = {"debut": {"indicator": "d/pop", "at": "start"}, "fin": {"indicator": "d/pop"}}
    rows = bench.indicator(
        "d/evolution", unit="%", period={"since": 1968}, inputs=inputs, formula="100 * ((fin / debut) ^ (1 / years) - 1)",
        aggregation="none",
    )  # fmt: skip
    found = at(rows, "epci", "x", "1968/2023")
    assert abs(found["value"] - 100 * (2 ** (1 / 55) - 1)) < 1e-9


def test_latest_reads_the_last_known_period(bench, at):
    bench.source("t/pop", [{**r, "period": "2023"} for r in POP])
    bench.source("t/area", [{"code": r["code"], "ha": 100, "period": "2026"} for r in POP], units={"ha": "ha"})
    inputs = {
        "p": {"dataset": "t/pop", "column": "pop"},
        "s": {"dataset": "t/area", "column": "ha", "period": "latest"},
    }
    rows = bench.indicator(
        "d/dens", unit="hab/km2", inputs=inputs, formula="p / to(s, km2)", aggregation="ratio_of_sums"
    )
    assert at(rows, "epci", "x", "2023")["value"] == 200


def test_weighted_mean_follows_the_weights(bench, at):
    bench.source("t/w", [{"code": "01003", "m": 10, "w": 1}, {"code": "02002", "m": 20, "w": 3}])
    inputs = {n: {"dataset": "t/w", "column": n} for n in "mw"}
    rows = bench.indicator("d/w", inputs=inputs, formula="m", aggregation="weighted_mean", weight="w")
    assert at(rows, "epci", "y")["value"] == 17.5


def test_published_levels_of_a_mixed_source_stay_as_published(bench, at):
    bench.source("t/m", [{"level": "perimeter", "code": "both", "gwh": 9}, {"level": "epci", "code": "x", "gwh": 4}],
                 level="mixed", units={"gwh": "GWh"})  # fmt: skip
    rows = bench.indicator("d/m", unit="GWh", aggregation="none", formula="a",
                           inputs={"a": {"dataset": "t/m", "measure": "value", "column": "gwh"}})  # fmt: skip
    assert [(r["level"], r["code"], r["value"]) for r in rows] == [("epci", "x", 4), ("perimeter", "both", 9)]


def test_public_root_holds_nothing_beside_a_secret(bench, at):
    data = [{"code": c, "pop": 5, "n": 3 if c == "01003" else 30} for c in ("01003", "02002")]
    rule = {"minimum_count": {"count": "n", "below": 11, "measures": ["pop"]}}
    bench.source("t/s", data, secrecy=rule)
    # The version holds what ingestion marked: a known value beside SECRET.
    bench.workshop.connection.execute(
        "CREATE OR REPLACE VIEW v_t1_0 AS SELECT * REPLACE "
        f"(CASE WHEN n < 11 THEN 4 ELSE 0 END::UTINYINT AS pop__status) FROM read_parquet('{bench.folder}/t_s.parquet')"
    )
    rows = bench.indicator("d/s", inputs={"p": {"dataset": "t/s", "column": "pop"}}, formula="p", numerator="p")
    assert (at(rows, "commune", "01003")["value"], at(rows, "commune", "01003")["status"]) == (
        5,
        Status.SECRET,
    )
    public = bench.read("d/s", "public")
    for level, code in (("commune", "01003"), ("epci", "y")):
        hidden = at(public, level, code)
        assert (hidden["value"], hidden["numerator"], hidden["status"]) == (None, None, Status.SECRET)
    assert at(public, "commune", "02002")["value"] == 5
