"""Keys that stick, facts that change, sentences, and comparisons too close in time."""

from __future__ import annotations

from terril.core.indicators.spec import Indicator
from terril.core.quality import wording
from terril.core.quality.anomalies import Anomaly, in_order
from terril.core.quality.spacing import sources_of, too_close
from terril.core.releases import IndicatorRelease
from terril.core.sources import Source


def anomaly(**told) -> Anomaly:
    given = {"about": "source", "subject": "a/b", "kind": "bounds", "severity": "error", "message": "m", "hint": "h"}
    place = {"territory": "commune:62119", "period": "2021", "column": "pop", "value": 3.0}
    return Anomaly.model_validate(given | place | told)


def test_a_key_is_of_the_place_and_a_fact_of_the_figure() -> None:
    one, other = anomaly(), anomaly(value=4.0, message="autrement", version="v2", severity="info")
    assert one.key == other.key
    assert one.fact != other.fact
    places = [{"territory": "commune:62120"}, {"period": "2022"}, {"column": "log"}, {"kind": "totals"},
              {"subject": "a/c"}, {"detail": "max"}, {"dimensions": {"age": "0"}}]  # fmt: skip
    assert len({anomaly(**p).key for p in places} | {one.key}) == len(places) + 1


def test_only_a_figure_of_a_source_is_a_cell() -> None:
    assert str(anomaly().cell.text) == "a/b, commune:62119, 2021, pop"
    assert anomaly(about="indicator").cell is None
    assert anomaly(column=None).cell is None
    assert anomaly(kind="rows", column=None).whole_version


def test_the_gravest_come_first() -> None:
    found = in_order([anomaly(severity=s, subject=i) for s, i in (("info", "a/a"), ("error", "b/b"), ("error", "a/z"))])
    assert [(a.severity, a.subject) for a in found] == [("error", "a/z"), ("error", "b/b"), ("info", "a/a")]


def test_sentences_are_written_in_french() -> None:
    assert wording.figure(1234.5) == "1\u202f234,5"
    assert wording.figure(-3) == "\u22123"
    assert wording.figure(None) == "—"
    assert wording.percent(0.45) == "+45 %"
    assert wording.percent(-0.012) == "\u22121,2 %"
    assert wording.out_of_bounds(130, 0, 100) == "vaut 130, au-dessus du maximum attendu, 100"
    assert wording.out_of_bounds(-1, 0, None) == "vaut \u22121, au-dessous du minimum attendu, 0"
    assert "écart de 10, 5 admis" in wording.unequal_sum(110, 3, "communes", 100, 5)
    assert "aucun admis" in wording.disagreement(1, "a/b", 2, 0)
    assert wording.fewer_rows(100, 322).endswith("(\u221269 %)")


def test_a_symmetric_change_is_told_as_a_plain_one() -> None:
    # 2 (b − a) / (a + b) with a = 100, b = 150 is 0.4, which is +50 %.
    assert round(wording.plain_change(0.4), 9) == 0.5
    assert round(wording.plain_change(-2), 9) == -1
    assert wording.plain_change(2) > 50


def _source(identifier: str, *checks: dict) -> Source:
    return Source.model_validate(
        {"id": identifier, "label": "S", "producer": "P", "licence": "L", "vintage": "2021", "format": "csv",
         "geography": {"level": "commune", "column": "c", "cog": 2024}, "period": {"column": "p"}, "checks": checks}
    )  # fmt: skip


def _indicator(identifier: str, *checks: dict) -> Indicator:
    return Indicator.model_validate(
        {"id": identifier, "label": "I", "definition": "d", "unit": "%", "aggregation": "sum", "missing": "propagate",
         "inputs": {"a": {"indicator": "d/pop"}}, "formula": "a", "checks": checks}
    )  # fmt: skip


def _released(identifier: str, **periods: list[dict]) -> IndicatorRelease:
    named = {period.strip("_").replace("_", "/"): uses for period, uses in periods.items()}
    return IndicatorRelease.model_validate(
        {"id": identifier, "data": "", "metadata": "", "components": {}, "files": {}, "periods": named}
    )


RELEASED = {
    "d/pop": _released("d/pop", **{f"_{y}": [{"input": "p", "period": str(y), "source": "t/census"}] for y in (2013, 2016, 2018)}),
    "d/area": _released("d/area", _2026=[{"input": "s", "period": "2026", "source": "t/area"}]),
    "d/trend": _released(
        "d/trend",
        _2013_2016=[{"input": "a", "period": "2013", "indicator": "d/pop"}, {"input": "b", "period": "2016", "indicator": "d/pop"}],
        _2013_2018=[{"input": "a", "period": "2013", "indicator": "d/pop"}, {"input": "b", "period": "2018", "indicator": "d/pop"}],
    ),
    "d/density": _released(
        "d/density",
        _2018=[{"input": "a", "period": "2018", "indicator": "d/pop"}, {"input": "s", "period": "2026", "indicator": "d/area"}],
    ),
    "d/mean": _released("d/mean", _2018=[{"input": "a", "period": str(y), "indicator": "d/pop"} for y in (2016, 2018)]),
}  # fmt: skip


def test_a_source_is_reached_through_indicators() -> None:
    assert sources_of("d/density", "2018", RELEASED) == {"t/census", "t/area"}
    assert sources_of("d/density", "1850", RELEASED) == frozenset()


def test_censuses_nearer_than_five_years_are_not_compared() -> None:
    indicators = {i: _indicator(i) for i in RELEASED}
    sources = {"t/census": _source("t/census", {"kind": "spacing"}), "t/area": _source("t/area")}
    (found,) = too_close(indicators, sources, RELEASED)
    assert (found.subject, found.period, found.severity) == ("d/trend", "2013/2016", "warning")
    assert found.message == "compare 2013 et 2016, distants de moins de 5 ans"
    # Neither five years exactly, nor an area of another year, nor a mean over years.
    indicators["d/density"] = _indicator("d/density", {"kind": "spacing", "years": 10, "severity": "error"})
    assert [a.subject for a in too_close(indicators, {}, RELEASED)] == ["d/density"]
