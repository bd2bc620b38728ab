"""Observation periods: ``2021``, ``2021-Q3``, ``2021-03``, ``1968/2022``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering

from terril.core.errors import Location, PeriodError
from terril.core.text import fold

_YEAR = re.compile(r"^(\d{4})$")
_QUARTER = re.compile(r"^(\d{4})-?[QT]([1-4])$")
_MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")
_SPAN = re.compile(r"^(\d{4})/(\d{4})$")
_MONTH_WORDS = re.compile(r"^([a-z]+)[ _./-]*(\d{4})$")
_WORDS_MONTH = re.compile(r"^(\d{4})[ _./-]*([a-z]+)$")

MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin",
    "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
)  # fmt: skip
_ABBREVIATIONS = {
    "janv": 1,
    "fevr": 2,
    "fev": 2,
    "avr": 4,
    "juil": 7,
    "sept": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
}
_MONTH_NUMBER = {name: i for i, name in enumerate(MONTHS, 1)} | _ABBREVIATIONS


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """An observation period.

    Parameters
    ----------
    text : canonical writing, sortable within one kind.
    kind : ``year``, ``quarter``, ``month`` or ``span``.
    start, end : first and last year concerned.
    """

    text: str
    kind: str
    start: int
    end: int

    def __str__(self) -> str:
        return self.text

    def __lt__(self, other: Period) -> bool:
        return (self.end, self.text) < (other.end, other.text)

    @property
    def years(self) -> int:
        """Number of years between the two ends (0 unless a span)."""
        return self.end - self.start

    @property
    def label(self) -> str:
        """French writing: ``mars 2021``, ``3e trimestre 2021``, ``1968-2022``."""
        if self.kind == "month":
            words = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet",
                     "août", "septembre", "octobre", "novembre", "décembre")  # fmt: skip
            return f"{words[int(self.text[5:]) - 1]} {self.start}"
        if self.kind == "quarter":
            number = int(self.text[-1])
            return f"{number}{'er' if number == 1 else 'e'} trimestre {self.start}"
        return self.text.replace("/", "-")

    def shifted(self, steps: int) -> Period:
        """The period ``steps`` years, quarters or months later (earlier when negative).

        Raises
        ------
        PeriodError
            A span has no step.
        """
        if self.kind == "year":
            return parse_period(f"{self.start + steps:04d}")
        if self.kind == "span":
            raise PeriodError("une évolution entre deux années n'a pas de pas", location=Location(value=self.text))
        each = 4 if self.kind == "quarter" else 12
        year, rank = divmod(self.start * each + int(self.text[6 if each == 4 else 5 :]) - 1 + steps, each)
        return parse_period(f"{year:04d}-Q{rank + 1}" if each == 4 else f"{year:04d}-{rank + 1:02d}")


def parse_period(text: str) -> Period:
    """Read a period, French month words included (``fevrier_2020``, ``févr. 2020``).

    Raises
    ------
    PeriodError
        If the text is none of the known writings.
    """
    raw = text.strip()
    if m := _YEAR.match(raw):
        return Period(raw, "year", int(m[1]), int(m[1]))
    if m := _MONTH.match(raw):
        return Period(raw, "month", int(m[1]), int(m[1]))
    if m := _QUARTER.match(raw):
        return Period(f"{m[1]}-Q{m[2]}", "quarter", int(m[1]), int(m[1]))
    if m := _SPAN.match(raw):
        start, end = int(m[1]), int(m[2])
        if start < end:
            return Period(raw, "span", start, end)
    folded = fold(raw)
    word, year = None, None
    if m := _MONTH_WORDS.match(folded):
        word, year = m[1], m[2]
    elif m := _WORDS_MONTH.match(folded):
        word, year = m[2], m[1]
    if word is not None and year is not None and word in _MONTH_NUMBER:
        return Period(f"{year}-{_MONTH_NUMBER[word]:02d}", "month", int(year), int(year))
    raise PeriodError(
        "période illisible",
        location=Location(value=text),
        hint="écrire 2021, 2021-Q3, 2021-03, « mars 2021 » ou 1968/2022",
    )
