"""What is left of the links once the public cells are known: smaller sums, in separate components."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from terril.core.secrecy.model import Flags

Row = dict[int, float]


def hidden_links(relations: Any, hidden: Flags) -> Any:
    """Links among hidden cells alone, without those that others imply.

    Parameters
    ----------
    relations : ``(m, n)`` sparse.
    hidden : ``(n,)``.

    Returns
    -------
    ``(m', k)`` sparse, over the ``k`` hidden cells in their order. A deviation of the hidden cells is possible for
    an attacker when every row of it is nil.
    """
    columns = np.flatnonzero(hidden)
    kept = sparse.csr_array(sparse.csc_array(relations)[:, columns])
    kept.eliminate_zeros()
    rows = _reduced([_row(kept, i) for i in range(kept.shape[0])])
    data = [v for row in rows for v in row.values()]
    indices = [c for row in rows for c in row]
    starts = np.cumsum([0, *(len(row) for row in rows)])
    return sparse.csr_array((data, indices, starts), shape=(len(rows), len(columns)))


def _row(matrix: Any, index: int) -> Row:
    span = slice(matrix.indptr[index], matrix.indptr[index + 1])
    return dict(zip(matrix.indices[span].tolist(), matrix.data[span].tolist(), strict=True))


def _reduced(rows: list[Row]) -> list[Row]:
    """A sum taken away from the larger sums that contain it whole: a department less the EPCI it holds whole.

    What is known is the same, and the links become short: most EPCI are then separate from the others.
    """
    rows = sorted((r for r in rows if r), key=len)
    holders: dict[int, set[int]] = defaultdict(set)
    for index, row in enumerate(rows):
        for cell in row:
            holders[cell].add(index)
    waiting = list(range(len(rows)))
    while waiting:
        small = waiting.pop(0)
        row = rows[small]
        if not row:
            continue
        inside = set.intersection(*(holders[c] for c in row)) - {small}
        for large in sorted(inside):
            if _taken(rows[large], row):
                for cell in row:
                    holders[cell].discard(large)
                waiting.append(large)
    return [row for row in rows if row]


def _taken(large: Row, small: Row) -> bool:
    """Take the small sum from the large one, where it stands in it whole and alike."""
    ratios = {large[c] / v for c, v in small.items()}
    if len(ratios) != 1:
        return False
    for cell in small:
        del large[cell]
    return True


def components(links: Any) -> list[tuple[NDArray[np.int_], Any]]:
    """Cells that an attacker must consider together, with their links.

    Returns
    -------
    For each component, the columns it holds (ascending) and its rows over these columns.
    """
    rows, size = links.shape
    graph = sparse.bmat([[None, abs(links)], [abs(links).T, None]], format="csr") if rows and size else None
    labels = connected_components(graph, directed=False)[1] if graph is not None else np.arange(rows + size)
    by_row, by_column = _grouped(labels[:rows]), _grouped(labels[rows:])
    byrow = sparse.csr_array(links)
    return [
        (columns, byrow[by_row.get(label, np.empty(0, int))][:, columns])
        for label, columns in sorted(by_column.items())
    ]


def _grouped(labels: NDArray[np.int_]) -> dict[int, NDArray[np.int_]]:
    order = np.argsort(labels, kind="stable")
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    return {int(labels[part[0]]): part for part in np.split(order, cuts) if part.size}
