"""Days, intervals and the days of a period."""

from __future__ import annotations

import pytest

from terril.core.filters import FilterError
from terril.core.filters.times import day, holds, interval, spanned
from terril.core.periods import parse_period


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2021", ("2021-01-01", "2021-12-31")),
        ("2021-Q1", ("2021-01-01", "2021-03-31")),
        ("2021-02", ("2021-02-01", "2021-02-28")),
        ("2021-03-31", ("2021-03-31", "2021-03-31")),
        ("2021-03-31T00:00:00Z", ("2021-03-31", "2021-03-31")),
        ("2019-01-01/2021", ("2019-01-01", "2021-12-31")),
        ("../2021", ("..", "2021-12-31")),
        ("/2021", ("..", "2021-12-31")),
        ("2021/..", ("2021-01-01", "..")),
        ("../..", ("..", "..")),
    ],
)
def test_intervals_are_read(text: str, days: tuple[str, str]) -> None:
    assert interval(text) == days


@pytest.mark.parametrize("text", ["foo", "", "2021-13-01", "2022/2021", "2021/2022/2023", "0000-01-01", "9" * 500])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        interval(text)


def test_leap_days_exist_when_they_do() -> None:
    assert day("2024-02-29") == "2024-02-29"
    for text in ("2023-02-29", "1900-02-29"):
        with pytest.raises(FilterError):
            day(text)


def test_periods_stand_to_intervals() -> None:
    year = spanned(parse_period("2021"))
    assert holds("after", year, ("2020-12-31", "2020-12-31"))
    assert not holds("after", year, ("2021-06-01", "2021-06-01"))
    assert holds("before", year, ("2022-01-01", ".."))
    assert holds("during", year, ("..", "2021-12-31"))
    assert holds("intersects", year, ("2021-12-31", "2023-01-01"))
    assert holds("disjoint", year, ("2022-01-01", ".."))
    assert holds("equals", year, ("2021-01-01", "2021-12-31"))
    assert spanned(parse_period("1968/2022")) == ("1968-01-01", "2022-12-31")
