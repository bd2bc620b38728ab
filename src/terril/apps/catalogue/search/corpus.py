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
from terril.apps.catalogue.search.rows import JOINT

Mask = npt.NDArray[np.bool_]
#: Facets of one value a record, but producers: an indicator may have several.
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
        self._columns = columns
        self.modified = np.array(columns["modified"], dtype=np.float64)
        self.title_place = _places(columns["sorted"])

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

    def states(self, now: float) -> Facet:
        """States as they are at a moment: an embargo that has ended is a publication."""
        written = self.facets["state"]
        if State.EMBARGO not in written.labels:
            return written
        labels = tuple(dict.fromkeys([*written.labels, State.PUBLISHED.value]))
        ended = (written.codes == labels.index(State.EMBARGO)) & (self.embargo[written.places] <= now)
        codes = np.where(ended, labels.index(State.PUBLISHED), written.codes)
        return Facet(labels, written.places, codes)

    def places_of(self, pks: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Places of records; those that are not here are left out."""
        places = np.searchsorted(self.pks, pks)
        inside = places < self.size
        places, pks = places[inside], pks[inside]
        return places[self.pks[places] == pks]

    def mask_of(self, pks: npt.NDArray[np.int64]) -> Mask:
        """Shape (size,): whether each record is among these."""
        mask = np.zeros(self.size, dtype=bool)
        mask[self.places_of(pks)] = True
        return mask


def read(connection: Connection) -> Corpus:
    """Every record of the file."""
    return Corpus(connection.execute(f"SELECT {', '.join(f'"{c}"' for c in FACTS)} FROM records ORDER BY pk").fetchall())


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
        for part in value.split(JOINT) if value else ():
            places.append(place)
            codes.append(labels.setdefault(part, len(labels)))
    return Facet(tuple(labels), np.array(places, dtype=np.int64), np.array(codes, dtype=np.int64))


def _floats(values: Sequence[float | None]) -> npt.NDArray[np.float64]:
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)


def _places(keys: Sequence[str]) -> npt.NDArray[np.int64]:
    """Place of each key among all, sorted."""
    order = np.array(sorted(range(len(keys)), key=lambda i: (keys[i], i)), dtype=np.int64)
    places = np.empty(len(keys), dtype=np.int64)
    places[order] = np.arange(len(keys))
    return places
