"""The way of each row of a table: which commune it is, to which communes it leads, and what it lacks to be carried."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from terril.core.errors import Location
from terril.core.territories.cog.codes import clean_codes
from terril.core.territories.cog.errors import PassageError
from terril.core.territories.cog.links import Kind, Links
from terril.core.territories.cog.timeline import Integers, Timeline
from terril.core.text import NBSP

Absent = Literal["missing", "zero"]
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Weights:
    """By what a commune that splits is divided.

    Parameters
    ----------
    label : French word: « population ».
    of : weight of each new commune, or of each pair (old, new) for a table of one's own. A weight that lacks, or
        whose sum is nil, refuses the split by name.
    """

    label: str
    of: Mapping[Any, float | int | Fraction] = field(default_factory=dict)

    def shares(self, old: str, new: Sequence[str]) -> list[Fraction] | None:
        """Shares of the new communes in the old one, or None where they are not known."""
        found = [self.of.get((old, code), self.of.get(code)) for code in new]
        if any(w is None or not np.isfinite(float(w)) or w < 0 for w in found):
            return None
        exact = [Fraction(w) for w in found if w is not None]
        total = sum(exact)
        return [w / total for w in exact] if total else None


class _Equal(Weights):
    def shares(self, old: str, new: Sequence[str]) -> list[Fraction] | None:
        return [Fraction(1, len(new))] * len(new)


#: Each part receives the same.
EQUAL = _Equal("parts égales")


@dataclass(frozen=True, eq=False)
class Route:
    """Where the rows of a table lead.

    Parameters
    ----------
    timeline, links : the history, and the passage taken.
    codes : code of each row, cleaned.
    source : shape (rows,): place of the commune in ``links.old``; -1 where the row is refused.
    reasons : why a row is refused, in French, by place of the row.
    row, target : shape (pairs,): row, and place in :attr:`reached` of a commune it leads to; sorted by target.
    reached : shape (m,): places in ``links.new`` of the communes reached, sorted.
    complete : shape (m,): whether every commune that leads there is in the table.
    shares : share of each pair of a row that splits, by place of the pair; None where it is not known.
    """

    timeline: Timeline
    links: Links
    codes: list[str]
    source: Integers
    reasons: dict[int, str]
    row: Integers
    target: Integers
    reached: Integers
    complete: NDArray[np.bool_]
    shares: dict[int, Fraction | None]
    weights: Weights | None

    @cached_property
    def starts(self) -> Integers:
        """Shape (m,): first pair of each commune reached."""
        return np.searchsorted(self.target, np.arange(len(self.reached)))

    @cached_property
    def whole(self) -> NDArray[np.bool_]:
        """Shape (m,): whether the commune reached is just one row, undivided."""
        alone = np.bincount(self.target, minlength=len(self.reached)) == 1
        undivided = self.links.targets[self.source[self.row[self.starts]]] == 1
        return np.asarray(alone & undivided & self.complete)

    @cached_property
    def new_codes(self) -> tuple[str, ...]:
        """Codes of the communes reached."""
        return tuple(self.links.new[t] for t in self.reached.tolist())

    def pairs_of(self, place: int) -> range:
        """Pairs that lead to a commune reached."""
        end = self.starts[place + 1] if place + 1 < len(self.starts) else len(self.target)
        return range(int(self.starts[place]), int(end))

    def target_kind(self, place: int) -> Kind:
        """What a commune reached is made of."""
        if not self.complete[place]:
            return Kind.REFUSED
        rows = [int(self.row[p]) for p in self.pairs_of(place)]
        if self.whole[place]:
            return Kind.SAME if self.codes[rows[0]] == self.new_codes[place] else Kind.RENAMED
        if any(self.links.targets[self.source[r]] > 1 for r in rows):
            return Kind.SPLIT
        return Kind.MERGED

    def row_kind(self, row: int) -> Kind:
        """What becomes of a row; see :attr:`reasons` for those refused."""
        if row in self.reasons or self.source[row] < 0:
            return Kind.REFUSED
        if self.codes[row] in self.timeline.district_of:
            return Kind.MERGED
        return self.links.kinds[int(self.source[row])]


def route(
    codes: Sequence[str | None],
    timeline: Timeline,
    start: int,
    end: int,
    *,
    weights: Weights | None = None,
    absent: Absent = "missing",
) -> Route:
    """Find the way of each row.

    Parameters
    ----------
    codes : code of each row; each commune once.
    start, end : years of the nomenclature of the codes, and of that wanted.
    weights : by what to divide a commune that splits; without it, it is refused.
    absent : what a commune that the table does not hold has: nothing known (what it joins is then incomplete, and
        refused), or zero.

    Raises
    ------
    PassageError
        When a commune is there twice, or a year is not known.
    """
    cleaned = clean_codes(codes)
    timeline = timeline.knowing(cleaned)
    _refuse_duplicates(cleaned)
    tried = [_Finder(timeline, timeline.links(year, end), cleaned) for year in timeline.readings(start)]
    # Where changes are not dated, the nomenclature that refuses fewest rows is read; the first of two as good.
    finder = min(tried, key=lambda f: len(f.reasons) + len(f.absent))
    return finder.route(weights, absent)


def _refuse_duplicates(codes: Sequence[str]) -> None:
    twice = [code for code, count in Counter(codes).items() if count > 1 and code]
    if not twice:
        return
    rows = [str(n) for n, code in enumerate(codes, 1) if code == twice[0]]
    others = f", et {len(twice) - 1} autres communes" if len(twice) > 1 else ""
    raise PassageError(
        f"commune en double : {twice[0]} aux lignes {', '.join(rows[:_NAMED])}{others}",
        location=Location(row=int(rows[0]), value=twice[0]),
        hint="porter une ligne par commune : filtrer une année ou une modalité, ou sommer d’abord",
    )


class _Finder:
    """Rows of a table read in one nomenclature."""

    def __init__(self, timeline: Timeline, links: Links, codes: list[str]) -> None:
        self.timeline, self.links, self.codes = timeline, links, codes
        present = set(codes)
        self.reasons: dict[int, str] = {}
        self.source = np.full(len(codes), -1, dtype=np.int64)
        for row, code in enumerate(codes):
            read = timeline.district_of.get(code, code)
            place = links.place.get(read)
            if read != code and read in present:
                self.reasons[row] = f"{code} est un arrondissement de {read}, qui est aussi dans le fichier"
            elif place is None:
                self.reasons[row] = _unknown(timeline, code, links.start)
            elif not links.targets[place]:
                self.reasons[row] = _homeless(timeline, code, links)
            else:
                self.source[row] = place
        self.partial = self._partial(present)
        held = np.zeros(len(links.old), dtype=bool)
        held[self.source[self.source >= 0]] = True
        held[[links.place[code] for code in self.partial]] = False
        self.held = held
        counts = np.bincount(links.to_new[held[links.from_old]], minlength=len(links.new))
        self.whole = counts == links.sources
        reached = np.unique(links.to_new[np.isin(links.from_old, self.source[self.source >= 0])])
        lacking = ~held[links.from_old] & np.isin(links.to_new, reached)
        #: Old communes that the table should hold, given those it holds.
        self.absent = tuple(sorted({links.old[o] for o in links.from_old[lacking].tolist()}))

    def _partial(self, present: set[str]) -> set[str]:
        """Communes of which some municipal districts alone are there."""
        return {
            code
            for code, districts in self.timeline.districts.items()
            if code not in present and 0 < sum(d in present for d in districts) < len(districts)
            and code in self.links.place
        }  # fmt: skip

    def route(self, weights: Weights | None, absent: Absent) -> Route:
        links = self.links
        rows = np.flatnonzero(self.source >= 0)
        counts = links.targets[self.source[rows]]
        row = np.repeat(rows, counts)
        offset = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
        place = links.to_new[links.bounds[self.source[row]] + offset]
        order = np.argsort(place, kind="stable")
        row, place = row[order], place[order]
        reached, target = np.unique(place, return_inverse=True)
        complete = self.whole[reached] if absent == "missing" else np.ones(len(reached), dtype=bool)
        shares = self._shares(row, place, weights)
        unshared = np.array([pair for pair, share in shares.items() if share is None], dtype=np.int64)
        complete[target[unshared]] = False
        self._refuse_incomplete(row, target, reached, complete, {int(row[p]) for p in unshared})
        return Route(
            self.timeline, links, self.codes, self.source, self.reasons, row, target, reached, complete, shares, weights
        )

    def _shares(self, row: Integers, place: Integers, weights: Weights | None) -> dict[int, Fraction | None]:
        pairs: dict[int, list[int]] = defaultdict(list)
        for pair in np.flatnonzero(self.links.targets[self.source[row]] > 1).tolist():
            pairs[int(row[pair])].append(pair)
        found: dict[int, Fraction | None] = {}
        for number, own in pairs.items():
            new = [self.links.new[place[pair]] for pair in own]
            old = self.links.old[self.source[number]]
            shares = weights.shares(old, new) if weights is not None else None
            if shares is None:
                told = "rien ne dit comment la partager" if weights is None else f"{weights.label} inconnue"
                self.reasons[number] = f"{old} est partagée entre {', '.join(new)}{NBSP}: {told}"
            found |= dict(zip(own, shares, strict=True)) if shares else dict.fromkeys(own)
        return found

    def _refuse_incomplete(
        self, row: Integers, target: Integers, reached: Integers, complete: NDArray[np.bool_], unshared: set[int]
    ) -> None:
        """Refuse the rows that lead only to communes of which a part is not known."""
        led = np.zeros(len(self.codes), dtype=bool)
        led[row[complete[target]]] = True
        for pair in np.flatnonzero(~led[row]).tolist():
            number = int(row[pair])
            if number in self.reasons:
                continue
            new = self.links.new[reached[target[pair]]]
            ancestors = self.links.ancestors(new)
            lacking = [c for c in ancestors if not self.held[self.links.place[c]]]
            refused = [self.codes[r] for r in sorted(unshared) if new in self.links.to(self.codes[r])]
            shown = ", ".join((lacking or refused)[:_NAMED])
            more = f" et {len(lacking) - _NAMED} autres" if len(lacking) > _NAMED else ""
            told = f"il y manque {shown}{more}" if lacking else f"la part de {shown} n’est pas connue"
            self.reasons[number] = f"{self.codes[number]} mène à {new}, incomplète{NBSP}: {told}"


def _unknown(timeline: Timeline, code: str, year: int) -> str:
    if not code:
        return "code absent"
    near = timeline.nearest(code, year)
    if near is None:
        return f"{code} n’est le code d’aucune commune, aucune année connue"
    now = timeline.links(near, year).to(code) if near < year else ()
    became = f", devenue {' et '.join(now)}" if now else ""
    told = f"n’existe plus au 1er janvier {year}" if near < year else f"n’existait pas au 1er janvier {year}"
    return f"{code} {told}{became}{NBSP}; elle se lit au COG {near}"


def _homeless(timeline: Timeline, code: str, links: Links) -> str:
    if links.start < links.end:
        return f"{code} a été supprimée avant {links.end} sans commune d’accueil connue"
    return (
        f"{code} n’existait pas en {links.end}{NBSP}: créée depuis à partir d’une commune que l’historique ne nomme pas"
    )
