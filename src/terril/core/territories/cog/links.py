"""The passage between two nomenclatures: which commune of the one holds ground of which of the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


class Kind(StrEnum):
    """What becomes of a commune from one nomenclature to another."""

    SAME = "same"
    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """French words, plural."""
        return _LABELS[self]


_LABELS = {
    Kind.SAME: "inchangées",
    Kind.RENAMED: "recodées",
    Kind.MERGED: "réunies",
    Kind.SPLIT: "partagées",
    Kind.REFUSED: "refusées",
}


_ORDER = tuple(Kind)


@dataclass(frozen=True, eq=False)
class Links:
    """Pairs of communes, one of each year, that hold ground in common.

    Parameters
    ----------
    start, end : years of the two nomenclatures; either may be the earlier.
    old, new : commune codes of the two, sorted.
    from_old, to_new : shape (pairs,): places in ``old`` and ``new``, sorted by the first then the second.
    same_code : shape (pairs,): whether the two bear the same code.
    """

    start: int
    end: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    from_old: NDArray[np.int64]
    to_new: NDArray[np.int64]
    same_code: NDArray[np.bool_]

    @cached_property
    def place(self) -> dict[str, int]:
        """Place of each old code."""
        return {code: number for number, code in enumerate(self.old)}

    @cached_property
    def new_place(self) -> dict[str, int]:
        """Place of each new code."""
        return {code: number for number, code in enumerate(self.new)}

    @cached_property
    def bounds(self) -> NDArray[np.int64]:
        """Shape (old + 1,): the pairs of old commune ``i`` are ``bounds[i]:bounds[i + 1]``."""
        return np.searchsorted(self.from_old, np.arange(len(self.old) + 1))

    @cached_property
    def targets(self) -> NDArray[np.int64]:
        """Shape (old,): number of new communes that each old one leads to."""
        return np.diff(self.bounds)

    @cached_property
    def sources(self) -> NDArray[np.int64]:
        """Shape (new,): number of old communes that lead to each new one."""
        return np.bincount(self.to_new, minlength=len(self.new)).astype(np.int64)

    @cached_property
    def _backwards(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        order = np.argsort(self.to_new, kind="stable")
        return self.from_old[order], np.searchsorted(self.to_new[order], np.arange(len(self.new) + 1))

    def to(self, code: str) -> tuple[str, ...]:
        """New codes to which an old one leads; empty for a code of no commune that year, or that leads nowhere."""
        place = self.place.get(code)
        if place is None:
            return ()
        return tuple(self.new[t] for t in self.to_new[self.bounds[place] : self.bounds[place + 1]])

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Old codes that lead, wholly or in part, to a new one."""
        place = self.new_place.get(code)
        if place is None:
            return ()
        olds, bounds = self._backwards
        return tuple(self.old[o] for o in olds[bounds[place] : bounds[place + 1]])

    def kind(self, code: str) -> Kind:
        """What becomes of an old code; ``REFUSED`` where it leads nowhere."""
        place = self.place.get(code)
        return Kind.REFUSED if place is None else self.kinds[place]

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """What becomes of each old code."""
        return tuple(_ORDER[n] for n in self.kind_numbers.tolist())

    @cached_property
    def kind_numbers(self) -> NDArray[np.int64]:
        """Shape (old,): the same, each the place of the kind in :class:`Kind`."""
        only = np.minimum(self.bounds[:-1], max(len(self) - 1, 0))
        if not len(self):
            return np.full(len(self.old), _ORDER.index(Kind.REFUSED))
        chosen = [
            self.targets == 0, self.targets > 1, self.sources[self.to_new[only]] > 1, self.same_code[only],
        ]  # fmt: skip
        found = [Kind.REFUSED, Kind.SPLIT, Kind.MERGED, Kind.SAME]
        return np.select(chosen, [_ORDER.index(k) for k in found], _ORDER.index(Kind.RENAMED))

    def count(self) -> dict[Kind, int]:
        """Number of old communes of each kind, every kind being there."""
        counts = np.bincount(self.kind_numbers, minlength=len(_ORDER)).tolist()
        return dict(zip(_ORDER, counts, strict=True))

    def of_kind(self, kind: Kind) -> tuple[str, ...]:
        """Old codes of a kind, sorted."""
        return tuple(self.old[n] for n in np.flatnonzero(self.kind_numbers == _ORDER.index(kind)).tolist())

    @property
    def unborn(self) -> tuple[str, ...]:
        """New communes to which no old one leads."""
        return tuple(self.new[t] for t in np.flatnonzero(self.sources == 0))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Every pair of codes, old then new, sorted."""
        for old, new in zip(self.from_old.tolist(), self.to_new.tolist(), strict=True):
            yield self.old[old], self.new[new]

    def __len__(self) -> int:
        return len(self.from_old)
