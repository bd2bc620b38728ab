"""The cheapest company for a hidden cell: whom to hide so that it may be larger, or smaller, than it is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from terril.core.secrecy.model import Flags, Floats, LinkedTable
from terril.core.secrecy.programme import Programme

#: A deviation under this is the solver's noise.
_MOVED = 1e-7


class Shield:
    """A block of cells among which deviations are sought, every sum of the table respected.

    Parameters
    ----------
    table : completed and checked.
    cells : cells of the block, ascending.
    hidden : ``(n,)`` cells hidden so far; kept up to date by :meth:`hide`.

    Notes
    -----
    Each cell grows by ``p`` or decreases by ``q``; moving a cell that is public costs its weight a unit, moving one
    that is hidden costs nothing. Deviations that leave every sum unchanged at least cost are the cells to hide
    (Kelly, Golden & Assad 1992; Castro 2012).
    """

    def __init__(self, table: LinkedTable, cells: NDArray[np.int_], hidden: Flags) -> None:
        self.cells = cells
        self._hidden = hidden
        columns = sparse.csc_array(table.relations)[:, cells]
        rows = np.unique(columns.indices)
        matrix: Any = sparse.csr_array(columns)[rows]
        values = table.values[cells]
        blocked = ~(hidden | table.candidates)[cells]
        most = np.where(blocked, 0.0, float(values.sum() + table.above[cells].sum() + 1))
        least = np.where(blocked, 0.0, values)
        self._most, self._least = most, least
        size = len(cells)
        self._size = size
        zeros = np.zeros(2 * size)
        self._programme = Programme(sparse.hstack([matrix, -matrix]), zeros, np.concatenate([most, least]))
        for i in np.flatnonzero(~hidden[cells]).tolist():
            self._price(i, float(table.weight[cells[i]]))

    def _price(self, i: int, price: float) -> None:
        self._programme.cost(i, price)
        self._programme.cost(self._size + i, price)

    def hide(self, i: int) -> None:
        """Hide a cell of the block."""
        self._hidden[self.cells[i]] = True
        self._price(i, 0.0)

    def deviation(self, i: int, needed: float, *, up: bool) -> Floats | None:
        """A deviation of the block that moves a cell as far as needed, hiding what is cheapest.

        Returns
        -------
        None when no pattern of the block allows it.
        """
        mine, other = (i, self._size + i) if up else (self._size + i, i)
        most = (self._most if up else self._least)[i]
        if needed > most:
            return None
        self._programme.bound(mine, needed, most)
        self._programme.bound(other, 0.0, 0.0)
        found = self._programme.solve()
        self._programme.bound(mine, 0.0, most)
        self._programme.bound(other, 0.0, (self._least if up else self._most)[i])
        if found is None:
            return None
        moved = found[1][: self._size] - found[1][self._size :]
        moved[np.abs(moved) < _MOVED] = 0.0
        return moved

    def protect(self, i: int, needed: float, *, up: bool) -> Floats | None:
        """The same, and what it moves is hidden."""
        moved = self.deviation(i, needed, up=up)
        if moved is not None:
            for j in np.flatnonzero((moved != 0) & ~self._hidden[self.cells]).tolist():
                self.hide(j)
        return moved
