"""Where each commune of 1943-2026 is today: from the record of events to rows of passage.

A *chain* is a commune followed through its records (commune, then associated, delegated or absorbed
part of another). At a date, the commune that holds a chain is found by going up the ``pole`` of its
record. A former commune leads to every commune that holds one of its chains today. After the last
year of the record, the yearly nomenclatures say where each chain goes next.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

COMMUNE = "COM"
CREATION = "création"
SUPPRESSION = "suppression"


@dataclass(frozen=True, slots=True)
class Record:
    """One state of a commune, or of a part of one (``COMA``, ``COMD``, ``COMP``), between two events.

    ``start`` and ``end`` are ISO dates; ``None`` means since before the record began, or still so.
    ``began`` and ``ended`` are the reasons, as the producer words them.
    """

    id: str
    type: str
    code: str
    name: str
    start: str | None = None
    end: str | None = None
    successor: str | None = None
    pole: str | None = None
    began: str | None = None
    ended: str | None = None

    def covers(self, day: str) -> bool:
        """Whether the record is the state of that day (the day of an event belongs to what follows)."""
        return (self.start is None or self.start <= day) and (self.end is None or self.end > day)


@dataclass(frozen=True, slots=True)
class Nomenclature:
    """The communes of 1 January of a year.

    Parameters
    ----------
    communes : name of each commune, by code.
    parts : code of the commune of each delegated or associated commune.
    former : code of the commune that absorbed each former code, when the nomenclature says so.
    """

    year: int
    communes: Mapping[str, str]
    parts: Mapping[str, str] = field(default_factory=dict)
    former: Mapping[str, str] = field(default_factory=dict)

    def fate(self, code: str) -> str | None:
        """Commune to which the territory of ``code`` belongs this year."""
        if code in self.communes:
            return code
        found = self.parts.get(code) or self.former.get(code)
        return found if found in self.communes else None


class PassageRow(NamedTuple):
    """``old_code``, in the nomenclatures of 1 January ``cog_from`` to ``cog_to``, leads to ``code`` today."""

    old_code: str
    cog_from: int
    cog_to: int
    code: str
    kind: str
    targets: int
    since: int | None
    name: str


class History:
    """Who held what, every year, from the record of events then the yearly nomenclatures.

    Parameters
    ----------
    records : the record of events, complete up to its last year.
    nomenclatures : yearly nomenclatures; the first is that of the last year of the record.
    first : first year of the record.
    known : first COG year of a commune restored between two nomenclatures more than a year apart.
    """

    def __init__(
        self,
        records: Iterable[Record],
        nomenclatures: Iterable[Nomenclature],
        *,
        first: int = 1943,
        known: Mapping[str, int] | None = None,
    ) -> None:
        self.first = first
        self.nomenclatures = tuple(sorted(nomenclatures, key=lambda n: n.year))
        self.recorded = self.nomenclatures[0].year
        self.last = self.nomenclatures[-1].year
        self._known = dict(known or {})
        self._by_id = {r.id: r for r in records}
        self.chains = _chains(self._by_id)
        self._chain_of = {r.id: i for i, chain in enumerate(self.chains) for r in chain}
        self._own = ["" for _ in self.chains]
        self._parent: list[int | None] = [None for _ in self.chains]
        #: For each chain, the commune that holds it on 1 January of each year from ``first`` to ``last``.
        self.holders: list[list[str | None]] = [self._recorded(i) for i in range(len(self.chains))]
        for before, after in pairwise(self.nomenclatures):
            self._advance(before, after)

    @property
    def created(self) -> dict[str, int]:
        """Communes created from a mother the record does not name, and their first COG year."""
        return {r.code: cog_year(r.start) for r in self._by_id.values() if r.began == CREATION and r.start}

    @property
    def suppressed(self) -> dict[str, int]:
        """Communes suppressed without a successor in the record, and their last COG year."""
        return {r.code: cog_year(r.end) - 1 for r in self._by_id.values() if r.ended == SUPPRESSION and r.end}

    def active(self, year: int) -> set[str]:
        """Codes of the communes of 1 January of ``year``, by the record of events."""
        day = f"{year}-01-01"
        return {r.code for r in self._by_id.values() if r.type == COMMUNE and r.covers(day)}

    def lost(self) -> list[tuple[str, str]]:
        """Codes and names of the chains that no commune holds at the end, though they are territory."""
        ends = ((chain[-1], held[-1]) for chain, held in zip(self.chains, self.holders, strict=True))
        return sorted((r.code, r.name) for r, held in ends if held is None and r.end is None)

    def event_year(self, chains: Iterable[int], year: int) -> int:
        """Year of the event that changed the nomenclature of ``year``: often the year before it."""
        after, until = f"{year - 1}-01-01", f"{year}-01-01"
        for index in chains:
            for record in self.chains[index]:
                if record.start is not None and after < record.start <= until:
                    return int(record.start[:4])
        return year

    def names(self) -> dict[str, list[tuple[int, str]]]:
        """Names of each commune code, with the first COG year of each, oldest first."""
        found: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for record in self._by_id.values():
            if record.type == COMMUNE:
                found[record.code].append((cog_year(record.start) if record.start else self.first, record.name))
        for nomenclature in self.nomenclatures[1:]:
            for code, name in nomenclature.communes.items():
                found[code].append((nomenclature.year, name))
        return {code: sorted(dated) for code, dated in found.items()}

    # -- up to the last year of the record --------------------------------------------------------

    def _recorded(self, index: int) -> list[str | None]:
        chain = self.chains[index]
        years = range(self.first, self.recorded + 1)
        last = self._state(index, f"{self.recorded}-01-01")
        if last is not None:
            self._own[index] = last.code
            if last.type != COMMUNE and last.pole is not None:
                self._parent[index] = self._chain_of[last.pole]
        if len(chain) == 1 and chain[0].type == COMMUNE and chain[0].start is None and chain[0].end is None:
            return [chain[0].code] * len(years)
        return [self._holder(index, year) for year in years]

    def _state(self, index: int, day: str) -> Record | None:
        return next((r for r in self.chains[index] if r.covers(day)), None)

    def _holder(self, index: int, year: int) -> str | None:
        day, seen = f"{year}-01-01", set[int]()
        while index not in seen:
            seen.add(index)
            record = self._state(index, day)
            if record is None or record.type == COMMUNE or record.pole is None:
                return record.code if record is not None and record.type == COMMUNE else None
            index = self._chain_of[record.pole]
        return None

    # -- after it -----------------------------------------------------------------------------------

    def _advance(self, before: Nomenclature, after: Nomenclature) -> None:
        """Say where each chain is in the next nomenclature.

        Between nomenclatures more than a year apart the date of a change is not known: the chain
        stays where it was until the later one, save where the year is known.
        """
        fates: dict[int, str | None] = {}
        new = [self._fate(i, before, after, fates) for i in range(len(self.holders))]
        for held, holder in zip(self.holders, new, strict=True):
            current = held[-1]
            for year in range(before.year + 1, after.year):
                changed = holder is not None and self._known.get(holder, after.year) <= year
                held.append(holder if changed else current)
            held.append(holder)

    def _fate(self, index: int, before: Nomenclature, after: Nomenclature, fates: dict[int, str | None]) -> str | None:
        if index not in fates:
            fates[index] = None  # a circle of poles leads nowhere
            holder = self.holders[index][-1]
            fates[index] = None if holder is None else self._next(index, holder, before, after, fates)
        return fates[index]

    def _next(
        self, index: int, holder: str, before: Nomenclature, after: Nomenclature, fates: dict[int, str | None]
    ) -> str | None:
        own, parent = self._own[index], self._parent[index]
        restored = own in after.communes and own not in before.communes
        if own in after.communes and (own == holder or restored):
            return own
        if own in after.parts:
            return after.fate(own)
        if own != holder and parent is not None:
            # Absorbed long ago, it has no entry of its own: it follows what it was absorbed into.
            return self._fate(parent, before, after, fates)
        return (after.fate(own) if own not in before.communes or own == holder else None) or after.fate(holder)


def cog_year(day: str) -> int:
    """First nomenclature (of 1 January) that sees an event of this ISO date."""
    return int(day[:4]) + (0 if day[5:] == "01-01" else 1)


def passage_rows(history: History) -> list[PassageRow]:
    """Rows of passage of every commune code of every year, sorted."""
    spans = _spans(history)
    inverse: dict[str, list[_Span]] = defaultdict(list)
    for span in spans:
        for target in span.targets:
            inverse[target].append(span)
    names = history.names()
    rows = [row for span in spans for row in _rows_of(history, span, inverse, names)]
    return _merged(sorted(rows, key=lambda r: (r.old_code, r.code, r.cog_from)))


class _Span(NamedTuple):
    """What a code held over consecutive years, and the codes that hold it today."""

    code: str
    start: int
    end: int
    chains: tuple[int, ...]
    targets: tuple[str, ...]


def _chains(by_id: Mapping[str, Record]) -> list[tuple[Record, ...]]:
    followers = {r.successor for r in by_id.values() if r.successor is not None}
    chains = []
    for record in by_id.values():
        if record.id in followers:
            continue
        chain = [record]
        while (following := chain[-1].successor) is not None:
            chain.append(by_id[following])
        chains.append(tuple(chain))
    return chains


def _spans(history: History) -> list[_Span]:
    """Compress the yearly holders into spans over which a code holds the same chains."""
    held: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for index, holders in enumerate(history.holders):
        start = 0
        for i in range(1, len(holders) + 1):
            if i == len(holders) or holders[i] != holders[start]:
                if (code := holders[start]) is not None:
                    held[code].append((history.first + start, history.first + i - 1, index))
                start = i
    spans = []
    for code, parts in held.items():
        cuts = sorted({s for s, _, _ in parts} | {e + 1 for _, e, _ in parts})
        for start, following in pairwise(cuts):
            chains = tuple(i for s, e, i in parts if s <= start <= e)
            targets = {h for i in chains if (h := history.holders[i][-1]) is not None}
            if targets:
                spans.append(_Span(code, start, following - 1, chains, tuple(sorted(targets))))
    return spans


def _rows_of(
    history: History,
    span: _Span,
    inverse: Mapping[str, Sequence[_Span]],
    names: Mapping[str, Sequence[tuple[int, str]]],
) -> list[PassageRow]:
    rows = []
    for target in span.targets:
        others = [s for s in inverse[target] if s.end >= span.start and s.start <= span.end]
        inner = {s.start for s in others} | {s.end + 1 for s in others}
        cuts = [span.start, *sorted(c for c in inner if span.start < c <= span.end), span.end + 1]
        for start, following in pairwise(cuts):
            joined = [s for s in others if s.start <= start <= s.end]
            kind = _kind(span, target, joined)
            since = None if kind == "same" else _since(history, span, target, joined, following - 1)
            name = _name_at(names.get(span.code, ()), following - 1)
            rows.append(PassageRow(span.code, start, following - 1, target, kind, len(span.targets), since, name))
    return rows


def _kind(span: _Span, target: str, joined: Sequence[_Span]) -> str:
    if len(span.targets) > 1:
        return "split"
    if len({s.code for s in joined}) > 1:
        return "merge"
    return "same" if target == span.code else "recode"


def _since(history: History, span: _Span, target: str, joined: Sequence[_Span], cog: int) -> int:
    """Year of the event after which things have stayed as they are today."""
    if len(span.targets) > 1:
        leaving = [i for i in span.chains if history.holders[i][-1] == target]
        if target == span.code:
            leaving = [i for i in span.chains if history.holders[i][-1] not in (None, target)]
        groups = [[i] for i in leaving]
    elif len(joined) > 1:
        groups = [[i for s in joined for i in s.chains if history.holders[i][-1] == target]]
    else:
        groups = [[i] for i in span.chains if history.holders[i][-1] == target]
    year = max((_settled(history, group, cog) for group in groups), default=cog)
    return history.event_year([i for group in groups for i in group], year)


def _settled(history: History, chains: Sequence[int], cog: int) -> int:
    """First year since which these chains have been held together, or one chain by today's code."""
    for year in range(history.last, cog, -1):
        at = {history.holders[i][year - 1 - history.first] for i in chains}
        if len(chains) == 1:
            if at != {history.holders[chains[0]][-1]}:
                return year
        elif len(at - {None}) > 1:
            return year
    return cog + 1


def _name_at(dated: Sequence[tuple[int, str]], year: int) -> str:
    return next((name for start, name in reversed(dated) if start <= year), dated[0][1] if dated else "")


def _merged(rows: Sequence[PassageRow]) -> list[PassageRow]:
    """Join rows that follow each other and say the same."""
    out: list[PassageRow] = []
    for row in rows:
        last = out[-1] if out else None
        same = last is not None and last[3:7] == row[3:7] and last.old_code == row.old_code
        if last is not None and same and last.cog_to + 1 == row.cog_from:
            out[-1] = row._replace(cog_from=last.cog_from)
        else:
            out.append(row)
    return sorted(out, key=lambda r: (r.old_code, r.cog_from, r.code))
