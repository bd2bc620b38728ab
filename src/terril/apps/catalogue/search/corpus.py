"""Facts of every record in memory: what facets count, in arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from sqlite3 import Connection
from typing import Any

import numpy as np
import numpy.typing as npt

from terril.apps.catalogue.models import State
from terril.apps.catalogue.search.file import FACTS, IndexFile

Mask = npt.NDArray[np.bool_]
#: Periods offered, with their first and last year.
PERIODS = {
    "avant 2000": (-np.inf, 1999),
    "2000 à 2009": (2000, 2009),
    "2010 à 2014": (2010, 2014),
    "2015 à 2019": (2015, 2019),
    "2020 et après": (2020, np.inf),
}
#: Facets of one value a record at most.
FACETS = ("kind", "theme", "producer", "licence", "openness", "frequency", "state", "territory")


@dataclass(frozen=True)
class Facet:
    """Values of a facet: ``places[i]`` bears ``labels[codes[i]]``."""

    labels: tuple[str, ...]
    places: npt.NDArray[np.int64]
    codes: npt.NDArray[np.int64]

    def having(self, chosen: Iterable[str], size: int) -> Mask:
        """Shape (size,): records that bear one of these values."""
        known = {label: code for code, label in enumerate(self.labels)}
        wanted = [known[c] for c in chosen if c in known]
        mask = np.zeros(size, dtype=bool)
        mask[self.places[np.isin(self.codes, wanted)]] = True
        return mask

    def count(self, kept: Mask) -> list[tuple[str, int]]:
        """Values of the records kept, the most frequent first."""
        counts = np.bincount(self.codes[kept[self.places]], minlength=len(self.labels))
        order = np.argsort(-counts, kind="stable")
        return [(self.labels[i], int(counts[i])) for i in order if counts[i]]


class Corpus:
    """Every record, in the order of their keys.

    Parameters
    ----------
    rows : facts, in the order of :data:`~terril.apps.catalogue.search.file.FACTS`.
    """

    def __init__(self, rows: Sequence[tuple[Any, ...]]) -> None:
        columns = dict(zip(FACTS, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(FACTS, ())
        self.pks = np.array(columns["pk"], dtype=np.int64)
        self.size = len(self.pks)
        self.stamps: tuple[str, ...] = columns["stamp"]
        self._columns = columns
        self.modified = np.array(columns["modified"], dtype=np.float64)
        self.title_place = _places(columns["sorted"])
        #: Words in use, for those that are typed wrong.
        self.vocabulary: tuple[str, ...] = ()

    @cached_property
    def facets(self) -> Mapping[str, Facet]:
        """By name; the state as it was written, embargoes apart."""
        return {name: _facet(self._columns[name]) for name in FACETS}

    @cached_property
    def embargo(self) -> npt.NDArray[np.float64]:
        """End of the embargo, seconds; NaN where there is none."""
        return _floats(self._columns["embargo"])

    @cached_property
    def box(self) -> npt.NDArray[np.float64]:
        """Shape (size, 4): west, south, east, north; NaN where it is not said."""
        return np.stack([_floats(self._columns[name]) for name in ("west", "south", "east", "north")], axis=-1)

    @cached_property
    def years(self) -> npt.NDArray[np.float64]:
        """Shape (size, 2): first and last year; NaN where neither is said."""
        begin, end = _floats(self._columns["begin"]), _floats(self._columns["end"])
        return np.stack([np.where(np.isnan(begin), end, begin), np.where(np.isnan(end), begin, end)], axis=-1)

    @cached_property
    def periods(self) -> Facet:
        """Periods that each record meets."""
        begin, end = self.years[:, 0], self.years[:, 1]
        met = [np.flatnonzero((begin <= last) & (end >= first)) for first, last in PERIODS.values()]
        codes = [np.full(len(places), code) for code, places in enumerate(met)]
        return Facet(tuple(PERIODS), np.concatenate(met), np.concatenate(codes))

    def states(self, now: float) -> Facet:
        """States as they are at a moment: an embargo that has ended is a publication."""
        written = self.facets["state"]
        embargo, published = str(State.EMBARGO), str(State.PUBLISHED)
        if embargo not in written.labels:
            return written
        labels = tuple(dict.fromkeys([*written.labels, published]))
        ended = (written.codes == labels.index(embargo)) & (self.embargo[written.places] <= now)
        codes = np.where(ended, labels.index(published), written.codes)
        return Facet(labels, written.places, codes)

    def spread(self, pks: npt.NDArray[np.int64], values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Shape (size,): values of records, infinite for the others; a record that is not here is left out."""
        spread = np.full(self.size, np.inf)
        places = np.searchsorted(self.pks, pks)
        inside = places < self.size
        places, pks, values = places[inside], pks[inside], values[inside]
        same = self.pks[places] == pks
        spread[places[same]] = values[same]
        return spread

    def mask_of(self, pks: npt.NDArray[np.int64]) -> Mask:
        """Shape (size,): whether each record is among these."""
        return self.spread(pks, np.zeros(len(pks))) < np.inf


def read(connection: Connection) -> Corpus:
    """Every record of the file."""
    vocabulary = "SELECT DISTINCT term FROM vocabulary WHERE col IN ('name', 'plain') AND length(term) > 3"
    names = ", ".join(f'"{name}"' for name in FACTS)
    found = Corpus(connection.execute(f"SELECT {names} FROM records ORDER BY pk").fetchall())
    found.vocabulary = tuple(term for (term,) in connection.execute(vocabulary))
    return found


class Kept:
    """The corpus of a file, read again when the file changes."""

    def __init__(self) -> None:
        self._known: dict[IndexFile, tuple[object, Corpus]] = {}

    def of(self, file: IndexFile, generation: object, load: Callable[[Connection], Corpus] = read) -> Corpus:
        """The corpus at a generation of the file."""
        known = self._known.get(file)
        if known is None or known[0] != generation:
            known = (generation, file.read(load))
            self._known[file] = known
        return known[1]


def _facet(values: Sequence[str]) -> Facet:
    labels: dict[str, int] = {}
    places: list[int] = []
    codes: list[int] = []
    for place, value in enumerate(values):
        if value:
            places.append(place)
            codes.append(labels.setdefault(value, len(labels)))
    return Facet(tuple(labels), np.array(places, dtype=np.int64), np.array(codes, dtype=np.int64))


def _floats(values: Sequence[float | None]) -> npt.NDArray[np.float64]:
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)


def _places(keys: Sequence[str]) -> npt.NDArray[np.int64]:
    """Place of each key among all, sorted."""
    order = np.array(sorted(range(len(keys)), key=lambda i: (keys[i], i)), dtype=np.int64)
    places = np.empty(len(keys), dtype=np.int64)
    places[order] = np.arange(len(keys))
    return places
