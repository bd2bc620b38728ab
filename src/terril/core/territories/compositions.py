"""EPCI through the years: the same code does not always stand for the same communes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple


class EpciRow(NamedTuple):
    """What an EPCI of the nomenclatures of 1 January ``cog_from`` … ``cog_to`` is today.

    ``kind`` is ``same`` (the communes it held are those ``code`` holds now), ``recode`` (they are, under another
    code) or ``changed`` (no current EPCI holds just these communes: its figures are refused, by name).
    """

    old_code: str
    cog_from: int
    cog_to: int
    code: str
    kind: str


Composition = Mapping[str, frozenset[str]]


def epci_rows(
    compositions: Mapping[int, Composition], carry: Callable[[str, int], frozenset[str]], first: int
) -> list[EpciRow]:
    """Compare each known year with the latest.

    Parameters
    ----------
    compositions : communes of each EPCI, by year; the latest year is the current one.
    carry : current communes of a commune code of a year.
    first : earliest year read in the oldest composition known.

    Returns
    -------
    Rows sorted by code and year; years that say the same are one row.
    """
    years = sorted(compositions)
    current = compositions[years[-1]]
    by_communes = {communes: code for code, communes in current.items()}
    found: list[EpciRow] = []
    for number, year in enumerate(years):
        start = first if number == 0 else year
        end = years[number + 1] - 1 if number + 1 < len(years) else year
        for code, communes in compositions[year].items():
            carried = frozenset(c for old in communes for c in carry(old, year))
            now = by_communes.get(carried)
            kind = "changed" if now is None else "same" if now == code else "recode"
            found.append(EpciRow(code, start, end, now or code, kind))
    return _merged(sorted(found))


def _merged(rows: list[EpciRow]) -> list[EpciRow]:
    merged: list[EpciRow] = []
    for row in rows:
        last = merged[-1] if merged else None
        if last and (last.old_code, last.code, last.kind, last.cog_to + 1) == (
            row.old_code, row.code, row.kind, row.cog_from,
        ):  # fmt: skip
            merged[-1] = last._replace(cog_to=row.cog_to)
        else:
            merged.append(row)
    return merged
