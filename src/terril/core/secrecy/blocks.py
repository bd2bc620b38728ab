"""Cells that are linked closely: where a hidden cell first looks for company."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

#: Cells of a block: an EPCI with its communes and categories holds in one, the nation does not.
MOST = 2_000


def blocks(relations: Any, most: int = MOST) -> list[NDArray[np.int_]]:
    """Cells gathered by their sums, the shortest sums first, as long as the whole stays small.

    Parameters
    ----------
    relations : ``(m, n)`` sparse.
    most : cells of a block.

    Returns
    -------
    Cells of each block, ascending; every cell is in one.
    """
    rows = sparse.csr_array(relations)
    parent = list(range(rows.shape[1]))
    size = [1] * rows.shape[1]

    def root(cell: int) -> int:
        while parent[cell] != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    for row in np.argsort(np.diff(rows.indptr), kind="stable").tolist():
        roots = {root(c) for c in rows.indices[rows.indptr[row] : rows.indptr[row + 1]].tolist()}
        whole = sum(size[r] for r in roots)
        if len(roots) < 2 or whole > most:
            continue
        first, *others = sorted(roots)
        size[first] = whole
        for other in others:
            parent[other] = first
    found: dict[int, list[int]] = {}
    for cell in range(len(parent)):
        found.setdefault(root(cell), []).append(cell)
    return [np.array(cells) for cells in found.values()]
