"""Who held what, any year: the one structure from which every passage is drawn.

An *atom* is a piece of territory that no recorded event ever divided. Two nomenclatures, of whatever years, are
linked where a commune of the one and a commune of the other hold the same atom: old to new and new to old are the
same question. Atoms come from the national history (:func:`holdings_of`) or from INSEE's file of movements
(:func:`terril.core.territories.cog.replay.replay`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from terril.core.territories.cog.codes import COMMUNE
from terril.core.territories.cog.errors import PassageError
from terril.core.territories.cog.links import Links
from terril.core.territories.history import History

Integers = NDArray[np.int64]


class Holding(NamedTuple):
    """On 1 January of the years ``first`` to ``last``, the commune ``code`` holds the atom."""

    atom: int
    code: str
    first: int
    last: int


def holdings_of(history: History) -> list[Holding]:
    """Holdings of every atom of the national history, by atom then year."""
    found = []
    for atom, holders in enumerate(history.holders):
        start = 0
        for place in range(1, len(holders) + 1):
            if place == len(holders) or holders[place] != holders[start]:
                code = holders[start]
                if code is not None:
                    found.append(Holding(atom, code, history.first + start, history.first + place - 1))
                start = place
    return found


def _unnamed(code: str, year: int) -> str:
    return ""


class Timeline:
    """The communes of every year, and the atoms they hold.

    Parameters
    ----------
    holdings : who held what; an atom has one holder at most on a given year.
    districts : municipal districts (``75101``…) of each commune that has some: files give them for their commune.
    undated : years between two nomenclatures more than a year apart, and those two: changes are not dated in between,
        so that codes of the later may be met.
    name : name of a code in a year, ``""`` where it is not known.
    universal : whether a code that no holding names is that of a commune that never changed. So it is with a file of
        movements, which says nothing of the others.
    """

    def __init__(
        self,
        holdings: Iterable[Holding],
        *,
        districts: Mapping[str, Iterable[str]] | None = None,
        undated: Mapping[int, tuple[int, int]] | None = None,
        name: Callable[[str, int], str] = _unnamed,
        universal: bool = False,
    ) -> None:
        atoms, codes, first, last = ([*column] for column in zip(*holdings, strict=True))
        #: Every code met, sorted.
        self.codes: NDArray[Any]
        self.codes, index = np.unique(np.asarray(codes, dtype=np.str_), return_inverse=True)
        self._code = index.astype(np.int64)
        self._atom = np.asarray(atoms, dtype=np.int64)
        self._first = np.asarray(first, dtype=np.int64)
        self._last = np.asarray(last, dtype=np.int64)
        self.first, self.last = int(self._first.min()), int(self._last.max())
        self.atoms = int(self._atom.max()) + 1
        self.districts = {code: tuple(items) for code, items in (districts or {}).items()}
        self.undated = dict(undated or {})
        self.name = name
        self.universal = universal
        self._held: dict[int, Integers] = {}
        self._links: dict[tuple[int, int], Links] = {}

    @cached_property
    def district_of(self) -> dict[str, str]:
        """Commune of each municipal district."""
        return {district: code for code, items in self.districts.items() for district in items}

    @cached_property
    def place(self) -> dict[str, int]:
        """Place of each code in :attr:`codes`."""
        return {str(code): number for number, code in enumerate(self.codes)}

    @cached_property
    def _spans(self) -> dict[str, tuple[tuple[int, int], ...]]:
        spans: dict[int, list[tuple[int, int]]] = {}
        order = np.lexsort((self._first, self._code))
        columns = (self._code[order].tolist(), self._first[order].tolist(), self._last[order].tolist())
        for code, first, last in zip(*columns, strict=True):
            own = spans.setdefault(code, [])
            if own and first <= own[-1][1] + 1:
                own[-1] = (own[-1][0], max(own[-1][1], last))
            else:
                own.append((first, last))
        return {str(self.codes[code]): tuple(own) for code, own in spans.items()}

    def years(self, code: str) -> tuple[tuple[int, int], ...]:
        """Spans of years, first and last included, over which the code is that of a commune; empty if never."""
        return self._spans.get(code, ())

    def exists(self, code: str, year: int) -> bool:
        """Whether the code is that of a commune on 1 January of the year."""
        return any(first <= year <= last for first, last in self.years(code))

    def nearest(self, code: str, year: int) -> int | None:
        """The year nearest to ``year`` in which the code is that of a commune, the latest of two as near."""
        near = [min(max(year, first), last) for first, last in self.years(code)]
        return min(near, key=lambda y: (abs(y - year), -y)) if near else None

    def check_year(self, year: int) -> int:
        """The year itself.

        Raises
        ------
        PassageError
            When no nomenclature of that year is known.
        """
        if not self.first <= year <= self.last:
            raise PassageError(
                f"aucune nomenclature connue pour {year}",
                hint=f"donner une année de {self.first} à {self.last}",
            )
        return year

    def held(self, year: int) -> Integers:
        """Shape (atoms,): place in :attr:`codes` of the commune that holds each atom that year; -1 where none does."""
        if year not in self._held:
            holders = np.full(self.atoms, -1, dtype=np.int64)
            now = (self._first <= year) & (year <= self._last)
            holders[self._atom[now]] = self._code[now]
            self._held[year] = holders
        return self._held[year]

    def communes(self, year: int) -> frozenset[str]:
        """Codes of the communes of 1 January of the year."""
        held = self.held(year)
        return frozenset(self.codes[np.unique(held[held >= 0])].tolist())

    def same(self, code: str, year: int, other: int) -> bool:
        """Whether the code stands for the same territory both years."""
        place = self.place.get(code, -1)
        mine, theirs = self.held(year) == place, self.held(other) == place
        if not mine.any() or not theirs.any():
            return False
        # What only one of the two years knows (a commune grouping others is itself an atom) does not count.
        known = (self.held(year) >= 0) & (self.held(other) >= 0)
        return bool(np.array_equal(mine & known, theirs & known))

    def knowing(self, codes: Iterable[str]) -> Timeline:
        """The same with these codes: where it is :attr:`universal`, those no holding names never changed."""
        others = sorted({c for c in codes if c not in self.place and COMMUNE.match(c)}) if self.universal else []
        if not others:
            return self
        mine = zip(
            self._atom.tolist(), self.codes[self._code].tolist(), self._first.tolist(), self._last.tolist(), strict=True
        )
        added = (Holding(atom, code, self.first, self.last) for atom, code in enumerate(others, self.atoms))
        return Timeline(
            [*map(Holding._make, mine), *added],
            districts=self.districts,
            undated=self.undated,
            name=self.name,
            universal=True,
        )

    def links(self, start: int, end: int) -> Links:
        """Passage from the communes of 1 January ``start`` to those of 1 January ``end``, either being the earlier.

        Raises
        ------
        PassageError
            When one of the years is outside what is known.
        """
        if (start, end) not in self._links:
            self._links[start, end] = self._linked(self.check_year(start), self.check_year(end))
        return self._links[start, end]

    def _linked(self, start: int, end: int) -> Links:
        before, after = self.held(start), self.held(end)
        both = (before >= 0) & (after >= 0)
        size = len(self.codes)
        pairs = np.unique(before[both] * size + after[both])
        old, new = np.unique(before[before >= 0]), np.unique(after[after >= 0])
        return Links(
            start,
            end,
            tuple(self.codes[old].tolist()),
            tuple(self.codes[new].tolist()),
            np.searchsorted(old, pairs // size),
            np.searchsorted(new, pairs % size),
            pairs // size == pairs % size,
        )

    def readings(self, year: int) -> tuple[int, ...]:
        """Years whose nomenclature a file of ``year`` may follow: itself, and the later where changes are not dated."""
        return (year, self.undated[year][1]) if year in self.undated else (year,)
