"""Which periods stand on both sides of a break, and steps of periods."""

from __future__ import annotations

import pytest

from terril.core.breaks import Break, last_break
from terril.core.errors import PeriodError
from terril.core.parameters import Parameter
from terril.core.periods import parse_period


@pytest.mark.parametrize(
    ("at", "periods", "parted"),
    [
        ("2020", ["2019", "2020"], True),
        ("2020", ["2018", "2019"], False),
        ("2020", ["2020", "2021"], False),
        ("2020", ["2019-Q4", "2020-Q1"], True),
        ("2020-Q3", ["2020-Q2", "2020-Q3"], True),
        ("2020-03", ["2020-01", "2020-02"], False),
        ("2020", ["1968/2023"], True),
        ("1968", ["1968/2023"], False),
        ("2020", [], False),
    ],
)
def test_both_sides(at, periods, parted):
    assert Break(period=at, reason="x").parts([parse_period(p) for p in periods]) is parted


def test_the_last_break_reached():
    first, second = Break(period="2010", reason="a"), Break(period="2020", reason="b")
    assert last_break([second, first], parse_period("2015")) == first
    assert last_break([second, first], parse_period("2020")) == second
    assert last_break([first], parse_period("2009")) is None


@pytest.mark.parametrize(
    ("text", "steps", "expected"),
    [("2021", -1, "2020"), ("2021-Q1", -1, "2020-Q4"), ("2021-Q1", 7, "2022-Q4"), ("2021-01", -1, "2020-12"),
     ("2020-12", 1, "2021-01"), ("2021-06", 0, "2021-06")],
)  # fmt: skip
def test_a_period_is_shifted_by_its_own_step(text, steps, expected):
    assert parse_period(text).shifted(steps).text == expected


def test_a_span_has_no_step():
    with pytest.raises(PeriodError, match="pas de pas"):
        parse_period("1968/2022").shifted(1)


def test_a_parameter_is_read_at_its_period_or_year():
    index = Parameter(id="a/b", label="b", unit="", values={"2020": 1, "2021-03": 2}, reference={"title": "t"},
                      valid_on="2025-01-01")  # fmt: skip
    read = [index.read(parse_period(p)) for p in ("2020", "2020-Q2", "2021-03", "2021-04", "2019")]
    assert read == ["2020", "2020", "2021-03", None, None]
