"""Finding a territory by what people type: a name, an INSEE or postal code, a SIREN, an acronym."""

from __future__ import annotations

import bisect
import difflib
import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
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
        self._matched: list[str] = []
        self._weights: list[int] = []
        self._keys: list[str] = []
        self._codes: dict[str, list[int]] = defaultdict(list)
        for territory in source:
            self._add(source, territory, shorts.get(territory.key, ""))
        self._named = sorted((key, i) for i, key in enumerate(self._keys) if key)
        self._code_list = sorted(self._codes)
        #: Every name in one text, so that « contains » is one pass of a C loop.
        self._text = "\n".join(self._keys)
        self._starts = np.cumsum([0, *(len(key) + 1 for key in self._keys)], dtype=np.int64)
        order = sorted(range(len(self._keys)), key=self._order)
        self._place = [0] * len(order)
        for place, entry in enumerate(order):
            self._place[entry] = place

    def _order(self, entry: int) -> tuple[int, int, str]:
        target = self._targets[entry]
        return -self._weights[entry], _ORDER[target.key.level], target.key.code

    def _add(self, source: Source, territory: Territory, short: str) -> None:
        target, matched, weight = territory, "", territory.population or 0
        if territory.key.level == Level.COMMUNE_DELEGUEE and territory.parent is not None:
            target = source.get(TerritoryKey(Level.COMMUNE, territory.parent))
            matched = f"{territory.name}, {_PART_WORDS.get(territory.kind, 'partie')}"
        key = search_key(territory.name)
        self._entry(key, target, matched, weight)
        if (spelt := " ".join(_NUMBERS.get(word, word) for word in key.split())) != key:
            self._entry(spelt, target, matched, weight)
        codes = {territory.key.code.casefold(): matched or f"code {territory.key.code}"}
        codes |= {postal: f"{matched or territory.name}, code postal {postal}" for postal in territory.postal_codes}
        if territory.siren is not None:
            codes[territory.siren] = f"SIREN {territory.siren}"
        codes |= {name: name.upper() for name in (_acronym(territory), search_key(short)) if name}
        for code, said in codes.items():
            self._codes[code].append(self._entry("", target, said, weight))

    def _entry(self, key: str, target: Territory, matched: str, weight: int) -> int:
        self._keys.append(key)
        self._targets.append(target)
        self._matched.append(matched)
        self._weights.append(weight)
        return len(self._keys) - 1

    def find(self, text: str, limit: int = 10, level: Level | None = None) -> tuple[Hit, ...]:
        """Territories that answer a text, best first: exact, start, words, inside, nearly; then by population."""
        asked = search_key(text[:_LONGEST])
        if not asked or limit < 1:
            return ()
        found: dict[int, int] = {}
        self._by_code(asked.replace(" ", ""), found)
        self._by_name(asked, found)
        hits = self._hits(found, limit, level)
        if len(asked) > 3 and not any(hit.rank <= WORDS for hit in hits):
            nearly = self._nearly(asked)
            hits += self._hits({e: FUZZY for e in nearly if e not in found}, limit, level, list(nearly))
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
        kept = [e for e in found if level is None or self._targets[e].key.level == level]
        if ordered is not None:
            best = sorted(kept, key=ordered.index)
        else:
            # A territory may be found by several entries (name, code, acronym): take more than asked.
            size = len(self._keys)
            best = heapq.nsmallest(8 * limit, kept, key=lambda e: found[e] * size + self._place[e])
        hits: dict[TerritoryKey, Hit] = {}
        for entry in best:
            target = self._targets[entry]
            hits.setdefault(target.key, Hit(target, self._matched[entry], found[entry]))
        return tuple(hits.values())[:limit]


def _trigrams(key: str) -> set[str]:
    padded = f"  {key} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def _acronym(territory: Territory) -> str:
    """Acronym by which an EPCI is known: ``CA de Lens - Liévin`` → ``call``."""
    if territory.key.level != Level.EPCI:
        return ""
    words = [w for w in search_key(territory.name).split() if w not in _SKIPPED]
    return "".join(word if word in _BODIES else word[0] for word in words)
