"""Finding a territory by what people type: a name, an INSEE or postal code, a SIREN, an acronym."""

from __future__ import annotations

import bisect
import difflib
import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.text import search_key

EXACT, PREFIX, WORDS, CONTAINS, FUZZY = range(5)
_LONGEST = 80
_SHORTLIST = 60
_SIMILAR = 0.72
_SKIPPED = frozenset({"d", "de", "des", "du", "et", "l", "la", "le", "les", "en", "sur"})
_BODIES = frozenset({"ca", "cc", "cu"})
_NUMBERS = dict(zip("2345678", ("deux", "trois", "quatre", "cinq", "six", "sept", "huit"), strict=True))
_PART_WORDS = {
    "deleguee": "commune déléguée",
    "associee": "commune associée",
    "arrondissement": "arrondissement municipal",
}
#: Between territories of one name and one population, the nearest to people comes first.
_ORDER = {level: rank for rank, level in enumerate((
    Level.COMMUNE, Level.EPCI, Level.PERIMETER, Level.DEPARTMENT, Level.REGION, Level.COUNTRY, Level.GROUP,
    Level.COMMUNE_DELEGUEE,
))}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hit:
    """A territory found.

    Parameters
    ----------
    territory : never a delegated commune: its commune stands for it.
    matched : what was recognised, as plain text to be escaped like any other: ``Huby-Saint-Leu, commune
        déléguée``, ``code postal 62400``. Empty when it is the name.
    rank : 0 exact, 1 start of the name, 2 starts of its words, 3 inside it, 4 nearly.
    """

    territory: Territory
    matched: str
    rank: int


class Source(Protocol):
    """What the search needs of the index of territories."""

    def __iter__(self) -> Iterator[Territory]: ...

    def get(self, key: TerritoryKey | str) -> Territory:
        """The territory of this key."""


class SearchIndex:
    """Names and codes of every territory, ready to be searched.

    Parameters
    ----------
    source : the index of territories.
    shorts : short names of perimeters.
    """

    def __init__(self, source: Source, shorts: Mapping[TerritoryKey, str]) -> None:
        self._targets: list[Territory] = []
        self._found: list[Territory] = []
        self._weights: list[int] = []
        self._keys: list[str] = []
        self._entry_code: dict[int, str] = {}
        self._codes: dict[str, list[int]] = defaultdict(list)
        territories = list(source)
        for territory, key in zip(territories, _search_keys([t.name for t in territories]), strict=True):
            self._add(source, territory, key, shorts.get(territory.key, ""))
        self._named = sorted((key, i) for i, key in enumerate(self._keys) if key)
        self._code_list = sorted(self._codes)
        #: Every name in one text, so that « contains » is one pass of a C loop.
        self._text = "\n".join(self._keys)
        self._starts = np.cumsum([0, *(len(key) + 1 for key in self._keys)], dtype=np.int64)
        levels = np.array([_ORDER[t.key.level] for t in self._targets])
        order = np.lexsort((np.arange(len(levels)), levels, -np.array(self._weights)))
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        #: Place of each entry among all, the most populated first: what ranks entries that match as well.
        self._place: list[int] = place.tolist()

    def _add(self, source: Source, territory: Territory, key: str, short: str) -> None:
        target, weight = territory, territory.population or 0
        if territory.key.level == Level.COMMUNE_DELEGUEE and territory.parent is not None:
            target = source.get(TerritoryKey(Level.COMMUNE, territory.parent))
        self._entry(key, target, territory, weight)
        words = key.split()
        if not _NUMBERS.keys().isdisjoint(words):
            self._entry(" ".join(_NUMBERS.get(word, word) for word in words), target, territory, weight)
        codes = {territory.key.code.casefold(), territory.siren or "", *territory.postal_codes}
        codes |= {search_key(short) if short else "", _acronym(territory, key)}
        for code in sorted(codes - {""}):
            entry = self._entry("", target, territory, weight)
            self._entry_code[entry] = code
            self._codes[code].append(entry)

    def _entry(self, key: str, target: Territory, found: Territory, weight: int) -> int:
        self._keys.append(key)
        self._targets.append(target)
        self._found.append(found)
        self._weights.append(weight)
        return len(self._keys) - 1

    def _matched(self, entry: int) -> str:
        """What an entry is recognised by; made only for what is shown."""
        found, code = self._found[entry], self._entry_code.get(entry)
        part = found.key != self._targets[entry].key
        name = f"{found.name}, {_PART_WORDS.get(found.kind, 'partie')}" if part else found.name
        if code is None or (part and code == found.key.code.casefold()):
            return name if part else ""
        if code in found.postal_codes:
            return f"{name}, code postal {code}"
        if code == found.siren:
            return f"SIREN {code}"
        return f"code {found.key.code}" if code == found.key.code.casefold() else code.upper()

    def find(self, text: str, limit: int = 10, level: Level | None = None, *, nearly: bool = True) -> tuple[Hit, ...]:
        """Territories that answer a text, best first: exact, start, words, inside, nearly; then by population.

        Without ``nearly``, names that are only like the text are not looked for: that is the slowest part.
        """
        asked = search_key(text[:_LONGEST])
        if not asked or limit < 1:
            return ()
        found: dict[int, int] = {}
        self._by_code(asked.replace(" ", ""), found)
        self._by_name(asked, found)
        hits = self._hits(found, limit, level)
        if nearly and len(asked) > 3 and not any(hit.rank <= WORDS for hit in hits):
            alike = self._nearly(asked)
            hits += self._hits({e: FUZZY for e in alike if e not in found}, limit, level, list(alike))
        seen: dict[TerritoryKey, Hit] = {}
        for hit in hits:
            seen.setdefault(hit.territory.key, hit)
        return tuple(seen.values())[:limit]

    def _by_code(self, asked: str, found: dict[int, int]) -> None:
        for entry in self._codes.get(asked, ()):
            found[entry] = EXACT
        if len(asked) < 2 or not asked[0].isdigit():
            return
        for i in range(bisect.bisect_left(self._code_list, asked), len(self._code_list)):
            if not self._code_list[i].startswith(asked):
                break
            for entry in self._codes[self._code_list[i]]:
                found.setdefault(entry, PREFIX)

    def _by_name(self, asked: str, found: dict[int, int]) -> None:
        for i in range(bisect.bisect_left(self._named, (asked, 0)), len(self._named)):
            key, entry = self._named[i]
            if not key.startswith(asked):
                break
            found.setdefault(entry, EXACT if key == asked else PREFIX)
        if len(asked) < 3:
            return
        words = asked.split()
        for entry in self._holding(max(words, key=len)):
            key = self._keys[entry]
            if all(key.startswith(word) or f" {word}" in key for word in words):
                found.setdefault(entry, WORDS)
            elif asked in key:
                found.setdefault(entry, CONTAINS)

    def _holding(self, part: str) -> Iterable[int]:
        places = []
        place = self._text.find(part)
        while place >= 0:
            places.append(place)
            place = self._text.find(part, place + 1)
        return dict.fromkeys((np.searchsorted(self._starts, places, side="right") - 1).tolist())

    @cached_property
    def _trigrams(self) -> dict[str, npt.NDArray[np.int32]]:
        lists: dict[str, list[int]] = defaultdict(list)
        for entry, key in enumerate(self._keys):
            for trigram in _trigrams(key) if key else ():
                lists[trigram].append(entry)
        return {trigram: np.array(entries, dtype=np.int32) for trigram, entries in lists.items()}

    def _nearly(self, asked: str) -> dict[int, float]:
        """Entries whose name is nearly the one asked for, and how like it, likeliest first."""
        lists = [self._trigrams[t] for t in _trigrams(asked) if t in self._trigrams]
        if not lists:
            return {}
        shared = np.bincount(np.concatenate(lists), minlength=len(self._keys))
        # Among names that share as many trigrams, the shorter has less that was not asked for.
        sizes = np.diff(self._starts) - 1
        likely = np.lexsort((np.abs(sizes - len(asked)), -shared))[:_SHORTLIST].tolist()
        scores = {i: difflib.SequenceMatcher(None, asked, self._keys[i], False).ratio() for i in likely}
        kept = [i for i in likely if scores[i] >= _SIMILAR]
        return {i: scores[i] for i in sorted(kept, key=lambda i: (-round(scores[i], 2), self._place[i]))}

    def _hits(
        self, found: Mapping[int, int], limit: int, level: Level | None, ordered: list[int] | None = None
    ) -> tuple[Hit, ...]:
        places = {entry: i for i, entry in enumerate(ordered)} if ordered is not None else self._place
        size = len(self._keys)
        kept = (e for e in found if level is None or self._targets[e].key.level == level)
        heap = [(found[e] * size + places[e], e) for e in kept]
        heapq.heapify(heap)
        hits: dict[TerritoryKey, Hit] = {}
        # A territory may be found by several entries (name, code, acronym, parts): pop until enough differ.
        while heap and len(hits) < limit:
            _, entry = heapq.heappop(heap)
            target = self._targets[entry]
            if target.key not in hits:
                hits[target.key] = Hit(target, self._matched(entry), found[entry])
        return tuple(hits.values())


def _trigrams(key: str) -> set[str]:
    padded = f"  {key} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def _search_keys(names: Sequence[str]) -> list[str]:
    """Search keys of many names, in one pass: a call for each takes three times as long."""
    mark = "\ue000"
    keys = search_key(f" {mark} ".join(names)).split(f" {mark} ")
    return keys if len(keys) == len(names) else [search_key(name) for name in names]


def _acronym(territory: Territory, key: str) -> str:
    """Acronym by which an EPCI is known: ``CA de Lens - Liévin`` → ``call``."""
    if territory.key.level != Level.EPCI:
        return ""
    words = [w for w in key.split() if w not in _SKIPPED]
    return "".join(word if word in _BODIES else word[0] for word in words)
