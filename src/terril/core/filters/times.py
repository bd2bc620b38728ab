"""Days and intervals of a question: ``2021``, ``2021-03-31``, ``2019-01-01/..``, and the days that a period spans."""

from __future__ import annotations

import re

from terril.core.errors import PeriodError
from terril.core.filters.nodes import OPEN, unreadable
from terril.core.periods import Period, parse_period

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)?)?")
_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_HINT = "écrire 2021, 2021-03-31 ou 2019-01-01/2021-12-31 (« .. » pour un intervalle ouvert)"
Days = tuple[str, str]


def day(text: str) -> str:
    """A day written as a date or a timestamp, ISO 8601.

    Raises
    ------
    FilterError
        If there is no such day.
    """
    found = _DAY.fullmatch(text.strip())
    if found is None:
        raise unreadable(text, "date illisible", _HINT)
    year, month, number = (int(part) for part in found.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not (year and 1 <= month <= 12 and 1 <= number <= _MONTHS[month - 1] + (month == 2 and leap)):
        raise unreadable(text, "cette date n'existe pas", _HINT)
    return f"{year:04d}-{month:02d}-{number:02d}"


def interval(text: str) -> Days:
    """First and last day of an interval (``a/b``), of a period (``2021-Q3``) or of a day; open ends are ``..``.

    Raises
    ------
    FilterError
        If it cannot be read, or ends before it begins.
    """
    begin, slash, end = text.strip().partition("/")
    if not slash:
        return _days(begin)
    if "/" in end:
        raise unreadable(text, "intervalle illisible", _HINT)
    first = OPEN if begin in ("", OPEN) else _days(begin)[0]
    last = OPEN if end in ("", OPEN) else _days(end)[1]
    if OPEN not in (first, last) and first > last:
        raise unreadable(text, "intervalle qui finit avant de commencer", _HINT)
    return first, last


def _days(text: str) -> Days:
    if _DAY.fullmatch(text.strip()):
        return (day(text), day(text))
    try:
        return spanned(parse_period(text))
    except PeriodError as error:
        raise unreadable(text, "date ou période illisible", _HINT) from error


def spanned(period: Period) -> Days:
    """First and last day of an observation period."""
    if period.kind == "month":
        last = _MONTHS[int(period.text[5:7]) - 1]
        return f"{period.text}-01", f"{period.text}-{last}"
    if period.kind == "quarter":
        quarter = int(period.text[-1])
        return (
            f"{period.start}-{3 * quarter - 2:02d}-01",
            f"{period.start}-{3 * quarter:02d}-{_MONTHS[3 * quarter - 1]}",
        )
    return f"{period.start:04d}-01-01", f"{period.end:04d}-12-31"


def holds(operator: str, one: Days, other: Days) -> bool:
    """Whether days stand to others as said: ``holds("after", spanned(2021), (day, day))``."""
    begin, end = other[0] if other[0] != OPEN else "", other[1] if other[1] != OPEN else "9999-99-99"
    apart = one[0] > end or one[1] < begin
    return {
        "after": one[0] > end,
        "before": one[1] < begin,
        "during": one[0] >= begin and one[1] <= end,
        "intersects": not apart,
        "disjoint": apart,
        "equals": (one[0], one[1]) == (begin, end),
    }[operator]
