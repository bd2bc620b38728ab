"""What each check finds, and what it lets through, on a country small enough to check by hand."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from terril.core.quality.anomalies import Anomaly
from terril.core.status import Status
from terril.engine.materialise import VersionFile
from terril.engine.quality.run import check_observations, check_version
from tests.support.country import version_table

POP = [
    {"code": c, "pop": n} for c, n in (("01001", 100), ("01002", 200), ("01003", 300), ("02001", 300), ("02002", 100))
]
SUM = {"inputs": {"p": {"dataset": "t/pop", "column": "pop"}}, "formula": "p"}


@pytest.fixture
def checked(bench, tmp_path: Path):
    """Declares a source and checks it; ``before`` are the rows of the version before."""

    def check(
        rows: list[dict], identifier: str = "t/pop", before: list[dict] | None = None, **options
    ) -> list[Anomaly]:
        level, dims = options.get("level", "commune"), options.get("dims", ())
        bench.source(identifier, rows, **options)
        versions = {
            s: VersionFile(source, "v1", tmp_path / f"{s.replace('/', '_')}.parquet", "rows")
            for s, source in bench.sources.items()
        }
        path = None
        if before is not None:
            path = tmp_path / "before.parquet"
            measures = sorted({k for r in before for k in r} - {"code", "period", "cog", "level", *dims})
            pq.write_table(version_table(before, level, measures, dims), path)
        return check_version(bench.workshop.connection, versions[identifier], versions, path)

    return check


@pytest.fixture
def observed(bench, tmp_path: Path):
    """Checks the observations of every indicator of the bench."""

    def check() -> list[Anomaly]:
        files = {i: tmp_path / "restricted" / "indicators" / f"{i}.parquet" for i in bench.indicators}
        return check_observations(bench.workshop.connection, bench.indicators, files)

    return check


def test_a_source_in_order_says_nothing(checked):
    totals = [{"total": "pop", "parts": ["men", "women"]}]
    rows = [{**r, "men": 10, "women": r["pop"] - 10} for r in POP]
    checks = [{"kind": "bounds", "column": "pop", "min": 0, "max": 300}, {"kind": "rows", "expected": {"commune": 5}}]
    assert checked(rows, before=rows, totals=totals, checks=checks) == []


def test_bounds_name_the_row_and_the_bound(checked):
    rows = [*POP[:-1], {"code": "02002", "pop": -4}]
    low, high = checked(rows, checks=[{"kind": "bounds", "column": "pop", "min": 0, "max": 250, "reason": "un essai"}])[
        :2
    ]
    assert (low.territory, low.value, low.rows) == ("commune:01003", 300, (3,))
    assert low.message == "vaut 300, au-dessus du maximum attendu, 250 (un essai)"
    assert high.territory == "commune:02001"
    (only,) = checked(rows, "t/other", checks=[{"kind": "bounds", "column": "pop", "min": 0, "levels": ["commune"]}])
    assert only.message == "vaut −4, au-dessous du minimum attendu, 0"


def test_a_figure_not_known_is_not_judged(checked):
    rows = [*POP[:-2], {"code": "02001", "pop": Status.SECRET}, {"code": "02002", "pop": Status.MISSING}]
    assert checked(rows, checks=[{"kind": "bounds", "column": "pop", "min": 0}]) == []


def test_contradictory_totals_name_the_row_and_the_gap(checked):
    rows = [{"code": "01001", "pop": 100, "men": 40, "women": 60}, {"code": "01002", "pop": 200, "men": 90, "women": 100},
            {"code": "01003", "pop": 9, "men": Status.SECRET, "women": 1}]  # fmt: skip
    (found,) = checked(rows, totals=[{"total": "pop", "parts": ["men", "women"], "tolerance": 9}])
    assert (found.severity, found.rows, found.column, found.value, found.other) == ("error", (2,), "pop", 200, 190)
    assert found.message.startswith("ligne 2 : « pop » vaut 200, ses parties (men + women) font 190")
    assert found.message.endswith("écart de 10, 9 admis")
    assert checked(rows, "t/b", totals=[{"total": "pop", "parts": ["men", "women"], "tolerance": 10}]) == []


def test_rows_of_a_dimension_sum_to_their_total(checked):
    ages = (("all", 100), ("young", 30), ("old", 70))
    rows = [{"code": "01001", "age": a, "pop": n} for a, n in ages]
    rows += [{"code": "01002", "age": a, "pop": n + (a == "old")} for a, n in ages]
    rows += [{"code": "01003", "age": "all", "pop": 5}, {"code": "01003", "age": "young", "pop": Status.SECRET}]
    (found,) = checked(rows, dims=("age",), key=["age"], totals=[{"dimension": "age", "total": "all"}])
    assert (found.territory, found.dimensions, found.value, found.other) == ("commune:01002", {"age": "all"}, 100, 101)
    parts = [{"dimension": "age", "total": "all", "parts": ["young"], "severity": "warning"}]
    listed = checked(rows[:3], "t/b", dims=("age",), key=["age"], totals=parts)
    assert [(a.severity, a.other) for a in listed] == [("warning", 30)]


@pytest.mark.parametrize(("kept", "errors"), [(5, 0), (4, 0), (3, 0), (2, 1)])
def test_a_source_that_shrinks_by_half_is_an_error(checked, kept: int, errors: int):
    found = checked(POP[:kept], before=POP[:4])
    assert len(found) == errors
    if found:
        assert (found[0].kind, found[0].severity, found[0].whole_version) == ("rows", "error", True)
        assert found[0].message == "compte 2 lignes, contre 4 dans la version précédente (−50 %)"


def test_rows_expected_by_level(checked):
    found = checked(POP[:4], checks=[{"kind": "rows", "expected": {"commune": 5, "epci": 0}, "severity": "warning"}])
    assert [(a.severity, a.message) for a in found] == [("warning", "compte 4 communes, au lieu de 5")]


def test_a_parent_is_the_sum_of_its_children_within_roundings(checked):
    rows = [{**r, "level": "commune"} for r in POP] + [
        {"code": "x", "level": "epci", "pop": 600}, {"code": "y", "level": "epci", "pop": 416}
    ]  # fmt: skip
    rule = {"kind": "conservation", "column": "pop", "parent": "epci", "child": "commune"}
    (found,) = checked(rows, level="mixed", checks=[{**rule, "rounding": 10}])
    # Two communes: (2 + 1) × 10 / 2 = 15 is what roundings may explain, 16 is not.
    assert (found.territory, found.value, found.other) == ("epci:y", 416, 400)
    assert found.message.endswith("écart de 16, 15 admis")
    rows[-1]["pop"] = 415
    assert checked(rows, "t/b", level="mixed", checks=[{**rule, "rounding": 10}]) == []
    assert len(checked(rows, "t/c", level="mixed", checks=[rule])) == 1


def test_a_parent_with_a_child_not_known_is_not_judged(checked):
    rows = [{**r, "level": "commune"} for r in POP[:-1]] + [{"code": "y", "level": "epci", "pop": 999}]
    rule = {"kind": "conservation", "column": "pop", "parent": "epci", "child": "commune"}
    assert checked(rows, level="mixed", checks=[rule]) == []


def test_the_children_may_be_those_of_another_source(checked):
    checked(POP)
    rule = {"kind": "conservation", "column": "pop", "parent": "epci", "child": "commune", "source": "t/pop",
            "source_column": "pop"}  # fmt: skip
    (found,) = checked([{"code": "x", "pop": 601}, {"code": "y", "pop": 400}], "t/epci", level="epci", checks=[rule])
    assert (found.territory, found.other) == ("epci:x", 600)
    assert checked([{"code": "x", "pop": 601}], "t/alone", level="epci", checks=[{**rule, "source": "t/absent"}]) == []


def test_two_sources_agree_within_what_is_allowed(checked):
    checked(POP, "t/other")
    rule = {"kind": "agreement", "column": "pop", "source": "t/other", "source_column": "pop"}
    said = [{"code": "01001", "pop": 103}, {"code": "01002", "pop": 203}]
    assert [a.territory for a in checked(said, checks=[rule])] == ["commune:01001", "commune:01002"]
    (found,) = checked(said, "t/b", checks=[{**rule, "share": 0.02}])
    assert (found.territory, found.sources) == ("commune:01001", ("t/b", "t/other"))
    assert found.message == "vaut 103, t/other (pop) dit 100 : écart de 3, 2 admis"
    assert checked(said, "t/c", checks=[{**rule, "tolerance": 3}]) == []


def _towns(change: dict[str, float], period: str) -> list[dict]:
    """Forty towns that grow by 1 or 2 %, but those that are said to change otherwise."""
    return [
        {
            "code": f"c{i}",
            "period": period,
            "pop": round(1000 * (1 + i / 50) * change.get(f"c{i}", 1 + 0.01 * (i % 3)), 2),
        }
        for i in range(40)
    ]


def test_a_jump_is_judged_against_its_like(checked):
    rows = _towns({f"c{i}": 1 for i in range(40)}, "2020") + _towns({"c7": 1.9, "c8": 1.1}, "2021")
    (found,) = checked(rows, level="iris", checks=[{"kind": "continuity", "column": "pop"}])
    assert (found.territory, found.period, found.severity) == ("iris:c7", "2021", "warning")
    assert "soit +90 %" in found.message
    assert "(2020)" in found.message
    assert (
        len(
            checked(
                rows, "t/b", level="iris", checks=[{"kind": "continuity", "column": "pop", "floor": 0.05, "jump": 2}]
            )
        )
        == 2
    )
    # When all of them nearly double, none of them jumps.
    doubled = _towns({f"c{i}": 1 for i in range(40)}, "2020") + _towns({f"c{i}": 1.9 for i in range(40)}, "2021")
    assert checked(doubled, "t/c", level="iris", checks=[{"kind": "continuity", "column": "pop"}]) == []


def test_a_revision_of_the_version_before_is_seen(checked):
    before = _towns({f"c{i}": 1 for i in range(40)}, "2020")
    after = [{**r, "pop": r["pop"] * 2} if r["code"] == "c3" else r for r in before]
    rule = {"kind": "continuity", "column": "pop", "against": "version"}
    (found,) = checked(after, before=before, level="iris", checks=[rule])
    assert found.territory == "iris:c3"
    assert "(version précédente)" in found.message
    assert checked(after, "t/b", level="iris", checks=[rule]) == []


def test_too_few_towns_say_nothing_of_what_is_usual(checked):
    rows = [{"code": c, "period": p, "pop": n} for c in ("a", "b") for p, n in (("2020", 1), ("2021", 99))]
    assert checked(rows, level="iris", checks=[{"kind": "continuity", "column": "pop"}]) == []


def test_more_cases_than_are_listed_are_counted(checked):
    rows = [{"code": f"c{i}", "pop": 9} for i in range(600)]
    found = checked(rows, level="iris", checks=[{"kind": "bounds", "column": "pop", "max": 1}])
    assert len(found) == 501
    assert found[-1].message == "et 100 autres cas de la même règle, non listés"


def test_observations_are_checked_before_they_are_published(bench, observed):
    bench.source("t/pop", POP)
    few = {"kind": "small_population", "below": 150, "indicator": "d/pop"}
    bench.indicator("d/pop", **SUM, checks=[{"kind": "bounds", "max": 500, "levels": ["epci"]}])
    bench.indicator("d/double", inputs={"a": {"indicator": "d/pop"}}, formula="2 * a",
                    checks=[{"kind": "agreement", "indicator": "d/pop", "tolerance": 999}, few])  # fmt: skip
    found = observed()
    (bounds,) = [a for a in found if a.kind == "bounds"]
    assert (bounds.subject, bounds.territory, bounds.value, bounds.cell) == ("d/pop", "epci:x", 600, None)
    assert [a.territory for a in found if a.kind == "agreement"] == ["country:FR", "perimeter:both"]
    (caution,) = [a for a in found if a.kind == "small_population"]
    assert caution.message == "2 valeurs sur moins de 150 personnes (2 communes)"
    assert caution.territories == ("commune:01001", "commune:02002")


def test_sums_of_one_source_are_always_conserved(bench, observed):
    bench.source("t/pop", POP)
    bench.indicator("d/pop", **SUM, checks=[{"kind": "conservation", "parent": "epci", "child": "commune"},
                                            {"kind": "conservation", "parent": "country", "child": "epci"}])  # fmt: skip
    assert observed() == []


def test_categories_add_up_to_their_total(bench, observed):
    rows = [{**r, "young": r["pop"] / 4, "old": r["pop"] * 3 / 4 + (r["code"] == "01001")} for r in POP]
    bench.source("t/pop", rows)
    bench.indicator("d/pop", **SUM)
    breakdown = {
        "label": "Âge",
        "total": "d/pop",
        "categories": {"young": {"label": "jeunes"}, "old": {"label": "autres"}},
    }
    for category in ("young", "old"):
        inputs = {"p": {"dataset": "t/pop", "column": category}}
        bench.indicator(f"d/age__{category}", inputs=inputs, formula="p", breakdown=breakdown, part_of="d/age",
                        category=category)  # fmt: skip
    found = observed()
    assert {a.territory for a in found} == {"commune:01001", "epci:x", "department:01", "perimeter:both", "country:FR"}
    assert {(a.severity, a.kind, a.value - a.other) for a in found} == {("error", "totals", -1)}
    assert "jeunes + autres" in found[0].message
