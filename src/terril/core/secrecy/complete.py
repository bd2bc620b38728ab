"""Values that the producer hid from us too: a table that agrees with everything we know."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from terril.core.errors import SecrecyError
from terril.core.secrecy.programme import INFINITY, Floats, Programme


def completed(values: Floats, relations: Any) -> Floats:
    """Values with every NaN given a plausible one: positive, as even as the sums allow.

    Raises
    ------
    SecrecyError
        When no positive value agrees with the sums.
    """
    unknown = np.flatnonzero(np.isnan(values))
    if not unknown.size:
        return values
    known = np.where(np.isnan(values), 0.0, values)
    columns = sparse.csc_array(relations)[:, unknown]
    rows = np.unique(columns.indices)
    matrix = sparse.csr_array(columns)[rows]
    rest = (sparse.csr_array(relations) @ known)[rows]
    # One more column stands for what is known, held at 1; another pushes every unknown as high as the least can be.
    size = unknown.size
    least = sparse.csr_array((np.full(size, 1.0), (np.arange(size), np.arange(size))), shape=(size, size))
    upper = sparse.block_array(
        [
            [matrix, sparse.csr_array(rest[:, None]), None, None],
            [least, None, sparse.csr_array(np.full((size, 1), -1.0)), -least],
        ]
    )
    low = np.concatenate([np.zeros(size), [1.0, 0.0], np.zeros(size)])
    free = np.full(size, INFINITY)
    high = np.concatenate([free, [1.0, max(1.0, float(known.max(initial=1.0)))], free])
    programme = Programme(upper, low, high)
    programme.cost(size + 1, -1.0)
    found = programme.solve()
    if found is None:
        raise _contradiction(matrix, rest, rows, unknown)
    filled = values.copy()
    filled[unknown] = np.maximum(0.0, found[1][:size])
    return filled


def _contradiction(matrix: Any, rest: Any, rows: Any, unknown: Any) -> SecrecyError:
    """Name the first sum that no positive unknown can settle; failing that, the unknown cells that cannot agree."""
    room = [(matrix > 0).sum(axis=1) > 0, (matrix < 0).sum(axis=1) > 0]
    alone = np.flatnonzero(((rest > 0) & ~room[1]) | ((rest < 0) & ~room[0]))
    where = f"dans la relation n° {rows[alone[0]] + 1}" if alone.size else "dans plusieurs relations prises ensemble"
    cells = unknown[np.unique(matrix[alone[:1]].indices)] if alone.size else unknown
    return SecrecyError(
        f"totaux contradictoires : {where}, aucune valeur positive des cellules secrètes ne rétablit les sommes",
        cells=cells,
        hint="corriger le total ou ses parties à la source",
    )
