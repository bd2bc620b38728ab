"""Sums that link measure cells: over territories, over the rows that a filter keeps, over declared totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from scipy import sparse

from terril.core.sources import Source
from terril.engine.protection.base import Flags, Floats
from terril.engine.protection.classes import Classes
from terril.engine.protection.places import Places, decompositions
from terril.engine.protection.readings import Family

Serie = tuple[int, frozenset[int]]
#: A link between rows of a sheet: the total, then its parts.
Link = tuple[Sequence[int], Sequence[int]]


def relations(
    places: Places,
    series: Sequence[Serie],
    classes: Classes,
    source: Source,
    family: Family,
    exists: Flags,
    values: Floats,
) -> Any:
    """``(m, n)`` sums over the cells that exist: −1 at a total, +1 at its parts.

    A declared total that its parts do not make exactly is left out: the producer's roundings say nothing exact.
    """
    size = places.size
    blocks = [_over_places(places, len(series))]
    exact = [_over_series(size, len(series), link) for link in _breakdowns(series)]
    declared = [_over_series(size, len(series), link) for link in _declared(series, classes, source, family)]
    flat = np.flatnonzero(exists)
    known = np.nan_to_num(values.ravel())[flat]
    unknown = np.isnan(values.ravel())[flat].astype(float)
    kept = []
    for block in declared:
        part = sparse.csr_array(block)[:, flat]
        off, blind, untold = part @ known, abs(part) @ unknown > 0, part.minimum(0) @ unknown < 0
        kept.append(part[np.flatnonzero((off == 0) & ~blind | (off <= 0) & blind | untold)])
    stacked = [sparse.csr_array(b)[:, flat] for b in (*blocks, *exact)]
    found = sparse.csr_array(sparse.vstack([*stacked, *kept], format="csr"))
    return found[np.flatnonzero(np.diff(found.indptr) > 1)]


def _over_places(places: Places, count: int) -> Any:
    """Each territory as the sum of the fewest others, for every row of the sheet."""
    found = decompositions(places)
    totals = np.array([t for t, _ in found], np.int64)
    sizes = np.array([len(parts) for _, parts in found], np.int64)
    rows = np.concatenate([np.arange(len(found)), np.repeat(np.arange(len(found)), sizes)])
    columns = np.concatenate([totals, *(parts for _, parts in found)])
    signs = np.concatenate([-np.ones(len(found)), np.ones(int(sizes.sum()))])
    one = sparse.csr_array((signs, (rows, columns)), shape=(len(found), places.size))
    return sparse.block_diag([one] * count, format="csr")


def _over_series(size: int, count: int, link: Link) -> Any:
    """A link between rows of the sheet, at every territory."""
    totals, parts = link
    signs = sparse.lil_array((1, count))
    for total in totals:
        signs[0, total] = -1
    for part in parts:
        signs[0, part] = 1
    return sparse.kron(signs, sparse.identity(size), format="csr")


def _breakdowns(series: Sequence[Serie]) -> Iterator[Link]:
    """What is read of several classes is the sum of each."""
    index = {serie: i for i, serie in enumerate(series)}
    for (column, held), i in index.items():
        if len(held) > 1:
            yield [i], [index[column, frozenset({k})] for k in sorted(held)]


def _declared(series: Sequence[Serie], classes: Classes, source: Source, family: Family) -> Iterator[Link]:
    """Totals that the source declares: of columns, class by class; of the rows of a dimension."""
    index = {serie: i for i, serie in enumerate(series)}
    for total in source.totals:
        named = [total.total, *total.parts]
        if total.dimension is None and all(c in family.columns for c in named):
            places = [family.columns.index(c) for c in named]
            for held in sorted({held for _, held in series}, key=sorted):
                found = [index.get((j, held)) for j in places]
                if None not in found:
                    yield found[:1], found[1:]  # type: ignore[misc]
    for totals, parts in classes.links:
        for column in range(len(family.columns)):
            yield (
                [index[column, frozenset({k})] for k in sorted(totals)],
                [index[column, frozenset({k})] for k in sorted(parts)],
            )
