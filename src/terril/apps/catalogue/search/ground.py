"""Which records concern a territory, or a rectangle of the map."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from terril.apps.catalogue.search.corpus import Corpus, Mask
from terril.core.errors import TerritoryError
from terril.core.territories.index import Territories
from terril.core.territories.model import TerritoryKey
from terril.publishing.boxes import Box, Boxes

_KEPT = 4096


class Ground:
    """Territories and their boxes.

    Parameters
    ----------
    territories : of the vintage in force.
    boxes : around communes.
    """

    def __init__(self, territories: Territories, boxes: Boxes) -> None:
        self._territories = territories
        self._boxes = boxes
        self.communes = lru_cache(maxsize=_KEPT)(self._communes)
        self.box = lru_cache(maxsize=_KEPT)(self._box)

    def _communes(self, key: str) -> frozenset[str]:
        try:
            return self._territories.communes(key)
        except TerritoryError:
            # A record may name a territory that is no more, or that another catalogue invented.
            return frozenset()

    def _box(self, key: str) -> Box | None:
        return self._boxes.around(self.communes(key))

    def concerned(self, corpus: Corpus, key: TerritoryKey) -> Mask:
        """Shape (size,): records whose territory shares a commune with this one; by their box where they name none."""
        named = corpus.facets["territory"]
        own = self.communes(str(key))
        found = np.array([not own.isdisjoint(self.communes(label)) for label in named.labels], dtype=bool)
        mask = _spread(corpus, found)
        box = self.box(str(key))
        if box is not None:
            unnamed = np.ones(corpus.size, dtype=bool)
            unnamed[named.places] = False
            mask |= unnamed & _crossing(corpus, box)
        return mask

    def inside(self, corpus: Corpus, box: Box) -> Mask:
        """Shape (size,): records whose box, or that of their territory, meets a rectangle."""
        boxes = [self.box(label) for label in corpus.facets["territory"].labels]
        found = np.array([known is not None and _cross(known, box) for known in boxes], dtype=bool)
        unboxed = np.isnan(corpus.box[:, 0])
        return (_spread(corpus, found) & unboxed) | _crossing(corpus, box)


def _spread(corpus: Corpus, found: Mask) -> Mask:
    """From an answer by territory to an answer by record."""
    named = corpus.facets["territory"]
    mask = np.zeros(corpus.size, dtype=bool)
    mask[named.places] = found[named.codes]
    return mask


def _crossing(corpus: Corpus, box: Box) -> Mask:
    west, south, east, north = box
    one = corpus.box
    mask: Mask = (one[:, 0] <= east) & (one[:, 2] >= west) & (one[:, 1] <= north) & (one[:, 3] >= south)
    return mask


def _cross(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and one[2] >= other[0] and one[1] <= other[3] and one[3] >= other[1]
