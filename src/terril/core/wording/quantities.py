"""Quantities in a sentence: a figure and its unit, a change, a gap, a period; percent and points told apart."""

from __future__ import annotations

import re

from terril.core.periods import Period
from terril.core.standing.gaps import Gap
from terril.core.standing.trends import Trend
from terril.core.text import NBSP, format_number
from terril.core.units import COUNTS, parse_unit
from terril.core.wording.french import elides, is_plural, of_phrase, that

_MILLION, _BILLION = 1e6, 1e9
_PER = re.compile(r"^(?P<top>[A-Za-z]\w*)?/(?P<many>\d+)? ?(?P<bottom>[A-Za-z]\w*)$")
#: Units written in letters in a sentence: singular and plural.
_WORDS = {
    "an": ("an", "ans"), "mois": ("mois", "mois"), "jour": ("jour", "jours"), "h": ("heure", "heures"),
    "t": ("tonne", "tonnes"), "L": ("litre", "litres"),
} | COUNTS  # fmt: skip
#: Units read « d’euros » after « million ».
_LONG = {"EUR": "euros"}
#: From this many times on, a ratio says more than a percentage.
_TIMES = 2.0


def quantity(value: float, unit: str, decimals: int = 0, *, short: bool = False) -> str:
    """A figure and its unit, as read in a sentence.

    Parameters
    ----------
    value : in the unit.
    unit : unit code of a pack (``hab``, ``%``, ``hab/km2``, ``demandeur/1000hab``).
    decimals : decimals shown.
    short : from a million on, round as one would say it: ``1,2 million d’habitants``.

    Returns
    -------
    ``25 224 habitants``, ``1 habitant``, ``12,4 %``, ``54 habitants par km²``, ``3 élèves pour 1 000 habitants``.
    """
    rounded = round(value, decimals) + 0.0
    if short and abs(rounded) >= _MILLION and (unit in COUNTS or unit in _LONG):
        return _large(rounded, _LONG.get(unit) or COUNTS[unit][1])
    shown = format_number(rounded, decimals)
    label = unit_words(unit, plural=is_plural(rounded))
    return f"{shown}{NBSP}{label}" if label else shown


def unit_words(unit: str, *, plural: bool = True) -> str:
    """A unit in a sentence: ``habitants``, ``%``, ``habitants par km²``, ``pour 1 000 habitants``."""
    if unit in _WORDS:
        return _WORDS[unit][plural]
    found = _PER.match(unit)
    if found is None:
        return "" if unit in ("indice", "rang") else parse_unit(unit).label
    top = unit_words(found["top"], plural=plural) if found["top"] else ""
    if found["many"]:
        many = format_number(int(found["many"]))
        return f"{top} pour {many}{NBSP}{unit_words(found['bottom'])}".strip()
    if found["top"] == "EUR" and found["bottom"] not in _WORDS:
        return parse_unit(unit).label
    return f"{top} par {unit_words(found['bottom'], plural=False)}"


def _large(value: float, noun: str) -> str:
    size, word = (_BILLION, "milliard") if abs(value) >= _BILLION else (_MILLION, "million")
    scaled = round(value / size, 1)
    text = format_number(scaled, 0 if scaled == int(scaled) else 1)
    link = "d’" if elides(noun) else "de "
    return f"{text}{NBSP}{word}{'s' if is_plural(scaled) else ''} {link}{noun}"


def signed(value: float, decimals: int = 0) -> str:
    """A change with its sign: ``+0,4``, ``−0,4``; zero has none."""
    text = format_number(value, decimals)
    return f"+{text}" if value > 0 and any(c in "123456789" for c in text) else text


def points(value: float, decimals: int = 1) -> str:
    """``2,3 points``, ``1 point``, without a sign."""
    shown = abs(round(value, decimals))
    return f"{format_number(shown, _needed(shown, decimals))}{NBSP}point{'s' if is_plural(shown) else ''}"


def annual(rate: float, *, in_points: bool = False) -> str:
    """A rate a year: ``−0,4 % par an``, ``+0,3 point par an``."""
    if in_points:
        sign = signed(rate, 1)[:1]
        return f"{sign if sign in '+−' else ''}{points(rate)} par an"
    return f"{signed(rate, 1)}{NBSP}% par an"


def change_of(trend: Trend, unit: str, decimals: int = 0) -> str:
    """What changed, with its sign: ``−0,4 % par an``, ``+2,3 points``, ``−12 sites``."""
    if trend.points:
        sign = signed(trend.change, 1)[:1]
        return f"{sign if sign in '+−' else ''}{points(trend.change)}"
    if trend.annual is not None:
        return annual(trend.annual)
    if trend.percent is not None:
        return f"{signed(trend.percent, 0)}{NBSP}%"
    text = quantity(trend.change, unit, decimals)
    return f"+{text}" if trend.change > 0 else text


def years_of(trend: Trend) -> str:
    """``de 2018 à 2023``, ``de mars 2020 à mars 2024``."""
    first, last = trend.first.period.label, trend.last.period.label
    return f"{'d’' if elides(first) else 'de '}{first} à {last}"


def gap_of(gap: Gap, unit: str, decimals: int = 0, *, reference: str = "la médiane") -> str:
    """``7 points de plus que la médiane``, ``2,4 fois la médiane``, ``au niveau de la médiane``.

    Money is compared in money, counts in percent; from twice the reference on, in times.
    """
    if gap.sign == 0:
        return f"au niveau {of_phrase(reference)}"
    word = f"{'plus' if gap.sign > 0 else 'moins'} {that(reference)}"
    if gap.points:
        return f"{points(gap.difference, decimals)} de {word}"
    if gap.times is not None and gap.times >= _TIMES:
        times = round(gap.times, 1 if gap.times < 10 else 0)
        return f"{format_number(times, _needed(times, 1))}{NBSP}fois {reference}"
    if unit == "EUR" or gap.percent is None or abs(gap.percent) < 1:
        return f"{quantity(abs(gap.difference), unit, decimals)} de {word}"
    return f"{format_number(abs(gap.percent))}{NBSP}% de {word}"


def when(period: Period) -> str:
    """``en 2021``, ``en mars 2021``, ``au 3e trimestre 2021``, ``de 2020 à 2024``."""
    if period.kind == "span":
        return f"de {period.start} à {period.end}"
    return f"au {period.label}" if period.kind == "quarter" else f"en {period.label}"


def _needed(value: float, decimals: int) -> int:
    """No « ,0 » after a whole number in a sentence."""
    return 0 if value == int(value) else decimals
