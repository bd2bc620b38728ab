"""Which year's nomenclature a list of codes follows, how sure that is, and by which codes one knows.

Two kinds of witness: a code that is no commune's that year, and a commune that should be there because, read in
another year, the list covers its ground. The second is weaker, as a list may be an extract: what it weighs is learnt
from the list itself. The score is a probability, recent years being held a little likelier than old ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terril.core.territories.cog.codes import clean_codes
from terril.core.territories.cog.timeline import Integers, Timeline

#: Log-odds against a year for each code that is no commune's in it; and for each year of age: files are mostly recent.
_STRANGER, _AGE = float(np.log(100.0)), 0.1


@dataclass(frozen=True)
class Guess:
    """What a list of codes says of its vintage.

    Parameters
    ----------
    level : ``commune``, ``iris``, ``department``, ``region``, ``epci``, or ``unknown``: what the codes are codes of.
    first, last : years whose nomenclatures read the list alike, and best; ``None`` where no year can be told.
    likely : the most probable of them.
    score : from 0 (no idea) to 1 (certain), that the year is one of these and that every code is read.
    codes : number of distinct codes.
    valid : number of them that are communes in ``likely``.
    never : codes of no commune, any year.
    outside : codes of communes of other years, with the last year that is nearest: a mixture, when there are some.
    districts, duplicates, repaired : codes of municipal districts; codes met twice; codes whose writing was mended.
    share : part of the communes of the year that the list holds.
    after, before : codes by which later years, and earlier ones, are ruled out or made unlikely: codes that are no
        commune's then, and communes that would be expected then and are not there.
    by_year : probability of each year.
    """

    level: str
    codes: int
    first: int | None = None
    last: int | None = None
    likely: int | None = None
    score: float = 0.0
    valid: int = 0
    never: tuple[str, ...] = ()
    outside: Mapping[str, int] | None = None
    districts: int = 0
    duplicates: int = 0
    repaired: int = 0
    share: float = 0.0
    after: Witnesses | None = None
    before: Witnesses | None = None
    by_year: Mapping[int, float] | None = None

    def as_dict(self) -> dict[str, Any]:
        """The guess as JSON holds it."""
        return {
            "level": self.level, "first": self.first, "last": self.last, "likely": self.likely,
            "score": round(self.score, 4), "codes": self.codes, "valid": self.valid, "share": round(self.share, 4),
            "never": list(self.never), "outside": dict(self.outside or {}), "districts": self.districts,
            "duplicates": self.duplicates, "repaired": self.repaired,
            "by_year": {str(y): round(p, 4) for y, p in (self.by_year or {}).items() if p >= 0.0001},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Why a neighbouring year is not the one: codes it does not know, and communes it would expect."""

    year: int
    strangers: tuple[str, ...]
    expected: tuple[str, ...]


def guess_vintage(codes: Sequence[str | None], timeline: Timeline) -> Guess:
    """Guess the nomenclature of a list of codes, in any order, with repeats or not.

    Parameters
    ----------
    codes : as they stand in the file; lost zeros and lower case are mended, and counted.
    timeline : the history of communes, complete: one read from movements alone knows too little of the others.
    """
    given = [c for c in codes if c is not None and c.strip()]
    cleaned = clean_codes(given)
    distinct = sorted(set(cleaned))
    level, distinct = _level(distinct, timeline)
    if level != "commune" and level != "iris":
        return Guess(level, len(distinct))
    repaired = sum(text.strip() != code for text, code in zip(given, cleaned, strict=True))
    districts = sum(code in timeline.district_of for code in distinct)
    read = sorted({timeline.district_of.get(code, code) for code in distinct})
    known = [code for code in read if timeline.years(code)]
    never = tuple(code for code in read if not timeline.years(code))
    duplicates = 0 if level == "iris" else sum(n > 1 for n in Counter(cleaned).values())
    if not known:
        return Guess("unknown", len(distinct), never=never, repaired=repaired, duplicates=duplicates)
    found = _dated(_Reading(known, timeline), len(read))
    return replace(
        found,
        level=level,
        codes=len(distinct),
        never=never,
        districts=districts,
        duplicates=duplicates,
        repaired=repaired,
    )


def _dated(reading: _Reading, total: int) -> Guess:
    """What a reading says of the year, of ``total`` codes; the rest is told of the list."""
    timeline = reading.timeline
    first, last, likely = reading.best()
    valid = len(reading.codes) - int(reading.strangers[likely - timeline.first])
    outside = {
        code: near
        for code in reading.codes
        if not timeline.exists(code, likely) and (near := timeline.nearest(code, likely)) is not None
    }
    mass = float(reading.probability[first - timeline.first : last - timeline.first + 1].sum())
    return Guess(
        "commune",
        total,
        first,
        last,
        likely,
        score=mass * valid / total,
        valid=valid,
        outside=outside,
        share=valid / len(timeline.communes(likely)),
        after=reading.witnesses(last, last + 1) if last < timeline.last else None,
        before=reading.witnesses(first, first - 1) if first > timeline.first else None,
        by_year={year: float(p) for year, p in zip(reading.years, reading.probability, strict=True)},
    )


def _level(codes: Sequence[str], timeline: Timeline) -> tuple[str, list[str]]:
    """What the codes are codes of; IRIS are brought to their communes."""
    if not codes:
        return "unknown", []
    departments = {c[:3] if c.startswith("97") else c[:2] for c in timeline.communes(timeline.last)}
    short = [c.zfill(2) for c in codes]
    if all(c in departments for c in short):
        return "department", short
    long = [c for c in codes if len(c) == 9 and c.isascii() and c.isalnum()]
    if len(long) * 2 > len(codes):
        communes = sorted({c[:5] for c in long})
        read = sum(bool(timeline.years(c)) for c in communes)
        if read * 2 > len(communes) and not all(c.startswith(("200", "24")) for c in long):
            return "iris", communes
        return "epci", list(codes)
    return "commune", list(codes)


class _Reading:
    """A list of codes read in the nomenclature of every year."""

    def __init__(self, codes: Sequence[str], timeline: Timeline) -> None:
        self.timeline = timeline
        self.years = range(timeline.first, timeline.last + 1)
        self.codes = codes
        self.present = np.zeros(len(timeline.codes), dtype=bool)
        self.present[[timeline.place[c] for c in codes]] = True
        self.strangers = self._strangers()
        self.covered = np.array([self._cover(timeline.held(year)) for year in self.years])
        best = self.strangers == self.strangers.min()
        #: Ground that the list covers, read in one of the years that know its codes best; and that of it that changes.
        self.ground = self.covered[best].any(axis=0)
        self.moving = self.ground & ~self.covered[best].all(axis=0)
        self.group = self._groups(best)
        self.lacking = np.array([len(np.unique(self.group[self._lost(year)])) for year in self.years])
        self.likelihood = -_STRANGER * self.strangers - self._weight(best) * self.lacking
        log = self.likelihood - _AGE * (timeline.last - np.array(self.years))
        self.probability: NDArray[np.float64] = np.exp(log - log.max())
        self.probability /= self.probability.sum()

    def _strangers(self) -> Integers:
        """Shape (years,): codes that are no commune's that year."""
        known = np.zeros(len(self.years) + 1, dtype=np.int64)
        for code in self.codes:
            for first, last in self.timeline.years(code):
                known[first - self.timeline.first] += 1
                known[last - self.timeline.first + 1] -= 1
        return np.asarray(len(self.codes) - np.cumsum(known)[:-1])

    def _cover(self, held: Integers) -> NDArray[np.bool_]:
        return np.asarray((held >= 0) & self.present[held])

    def _groups(self, best: NDArray[np.bool_]) -> Integers:
        """Shape (atoms,): the commune of the list that covers each atom, the last of the best years that does.

        An extract leaves out a neighbourhood rather than communes one by one: what is not there is counted by group.
        """
        group = np.full(self.timeline.atoms, -1, dtype=np.int64)
        for place in np.flatnonzero(best).tolist():
            covered = self.covered[place]
            group[covered] = self.timeline.held(self.years[place])[covered]
        return group

    def _lost(self, year: int) -> NDArray[np.bool_]:
        """Shape (atoms,): ground that the list covers in another year, not in this one."""
        held = self.timeline.held(year)
        return np.asarray(self.ground & ~self.covered[year - self.timeline.first] & (held >= 0))

    def _expected(self, year: int) -> Integers:
        """Places of the communes of a year that the list lacks, though it covers their ground in another."""
        return np.unique(self.timeline.held(year)[self._lost(year)])

    def _weight(self, best: NDArray[np.bool_]) -> float:
        """Log-odds against a year for each group that it lacks: the fewer the best year lacks, the more it says."""
        year = min(np.flatnonzero(best).tolist(), key=lambda y: (self.lacking[y], -y))
        expected = len(np.unique(self.group[self.moving]))
        lacking = min(int(self.lacking[year]), expected)
        return float(-np.log((lacking + 1) / (expected + 2)))

    def best(self) -> tuple[int, int, int]:
        """The years around the likeliest that read the list as well, first and last; and the likeliest."""
        top = int(np.argmax(self.probability))
        first = last = top
        while first > 0 and self._alike(first - 1, top):
            first -= 1
        while last + 1 < len(self.years) and self._alike(last + 1, top):
            last += 1
        return self.years[first], self.years[last], self.years[top]

    def _alike(self, place: int, other: int) -> bool:
        """Whether the list is as likely in two years, and covers the same ground."""
        if not np.isclose(self.likelihood[place], self.likelihood[other]):
            return False
        known = (self.timeline.held(self.years[place]) >= 0) & (self.timeline.held(self.years[other]) >= 0)
        return bool(np.array_equal(self.covered[place] & known, self.covered[other] & known))

    def witnesses(self, year: int, other: int) -> Witnesses:
        """What tells ``other`` from ``year``."""
        timeline = self.timeline
        strangers = tuple(c for c in self.codes if timeline.exists(c, year) and not timeline.exists(c, other))
        known = set(self._expected(year).tolist())
        expected = [str(timeline.codes[p]) for p in self._expected(other).tolist() if p not in known]
        return Witnesses(other, strangers, tuple(expected))
