"""Trends between comparable observations, and gaps to a reference."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.core.breaks import Break
from terril.core.indicators.spec import Indicator
from terril.core.observations import Observation
from terril.core.standing import Move, gap, median_annual, trend
from terril.core.status import Status
from terril.core.territories.model import Level, TerritoryKey


def indicator(unit: str = "hab") -> Indicator:
    fields: dict[str, Any] = {
        "id": "t/i", "label": "Essai", "definition": "Essai.", "unit": unit, "formula": "a", "aggregation": "sum",
        "missing": "propagate", "inputs": {"a": {"dataset": "p/d", "column": "a"}},
    }  # fmt: skip
    return Indicator.model_validate(fields)


def series(*pairs: tuple[str, float | None], status: Status = Status.OK) -> list[Observation]:
    key = TerritoryKey(Level.COMMUNE, "01001")
    return [Observation("t/i", key, p, v, Status.SECRET if v is None else status) for p, v in pairs]


def test_first_and_last_with_a_value() -> None:
    found = trend(series(("2013", None), ("2018", 100), ("2020", 50), ("2023", 110), ("2024", None)), indicator())
    assert (found.first.period.text, found.last.period.text, found.years) == ("2018", "2023", 5)
    assert found.change == 10
    assert found.percent == pytest.approx(10)
    assert found.annual == pytest.approx(1.9245, abs=1e-4)
    assert found.move == Move.UP


def test_a_trend_does_not_cross_a_series_break() -> None:
    known = series(("2017", 100), ("2018", 110), ("2020", 50), ("2021", 55), ("2022", 60))
    broken = (Break(period="2020", reason="questionnaire"),)
    found = trend(known, indicator(), breaks=broken)
    assert (found.first.period.text, found.last.period.text) == ("2020", "2022")
    before = trend(known, indicator(), until="2018", breaks=broken)
    assert (before.first.period.text, before.last.period.text) == ("2017", "2018")
    assert trend(known, indicator(), breaks=(Break(period="2022", reason="x"),)) is None


def test_bounds() -> None:
    observations = series(("1968", 50), ("2013", 80), ("2018", 100), ("2023", 90))
    assert trend(observations, indicator(), years=5).first.period.text == "2018"
    assert trend(observations, indicator(), years=6).first.period.text == "2018"
    assert trend(observations, indicator(), since="2013").first.period.text == "2013"
    assert trend(observations, indicator(), since="1968", until="2018").last.period.text == "2018"
    assert trend(observations, indicator(), years=1) is None
    assert trend(observations, indicator(), since="2023") is None
    assert trend([], indicator()) is None


def test_a_percentage_changes_in_points() -> None:
    found = trend(series(("2018", 10.0), ("2023", 12.5)), indicator("%"))
    assert (found.points, found.percent, found.change, found.annual) == (True, None, 2.5, 0.5)


def test_months_are_compared_with_the_same_month() -> None:
    found = trend(series(("2020-01", 900), ("2020-12", 100), ("2023-06", 5), ("2023-12", 80)), indicator())
    assert (found.first.period.text, found.years) == ("2020-12", 3)
    assert trend(series(("2023-06", 5), ("2023-12", 80)), indicator()) is None
    quarters = trend(series(("2021-Q1", 3), ("2021-Q3", 4), ("2023-Q3", 8)), indicator())
    assert quarters.first.period.text == "2021-Q3"


def test_spans_have_no_trend() -> None:
    assert trend(series(("1968/2018", 3), ("1968/2023", 4)), indicator()) is None


def test_kinds_are_not_mixed() -> None:
    assert trend(series(("2018-06", 3), ("2023", 4)), indicator()) is None


@pytest.mark.parametrize(
    ("first", "last", "percent", "annual", "move"),
    [
        (0, 5, None, None, Move.UP),
        (-5, -8, None, None, Move.DOWN),
        (0, 0, None, None, Move.STABLE),
        (10, 0, -100, None, Move.DOWN),
        (1000, 1002, 0.2, 0.04, Move.STABLE),
        (1000, 998, -0.2, -0.04, Move.STABLE),
    ],
)
def test_edges(first: float, last: float, percent: float | None, annual: float | None, move: Move) -> None:
    found = trend(series(("2018", first), ("2023", last)), indicator())
    assert found.percent == (None if percent is None else pytest.approx(percent))
    assert found.annual == (None if annual is None else pytest.approx(annual, abs=1e-3))
    assert found.move == move


def test_an_estimate_is_told() -> None:
    assert trend(series(("2018", 1), ("2023", 2), status=Status.ESTIMATED), indicator()).estimated
    assert not trend(series(("2018", 1), ("2023", 2)), indicator()).estimated


def test_the_median_rate_passes_over_those_without_one() -> None:
    up = trend(series(("2018", 100), ("2019", 102)), indicator())
    down = trend(series(("2018", 100), ("2019", 96)), indicator())
    zero = trend(series(("2018", 0), ("2019", 96)), indicator())
    assert median_annual([up, down, zero, None]) == pytest.approx(-1)
    assert median_annual([zero, None]) is None


@given(st.floats(1, 1e7), st.floats(1, 1e7), st.integers(1, 60))
def test_the_rate_compounds_to_the_change(first: float, last: float, years: int) -> None:
    found = trend(series(("2000", first), (str(2000 + years), last)), indicator())
    assert first * (1 + found.annual / 100) ** years == pytest.approx(last)


def test_gaps_are_those_of_the_figures_shown() -> None:
    found = gap(12.44, 12.36, unit="%", decimals=1)
    assert (found.sign, found.points, found.percent) == (0, True, None)
    money = gap(17250, 20405, unit="EUR")
    assert (money.sign, money.difference) == (-1, -3155)
    assert gap(9, 3, unit="site").times == 3
    assert gap(9, 0, unit="site").percent is None
    assert gap(None, 3, unit="site") is None
    assert gap(3, None, unit="site") is None
    assert str(gap(-0.2, 0.2, unit="EUR").value) == "0.0"
