"""An attacker: what the public cells and the sums let anyone deduce of the hidden ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from terril.core.secrecy.model import TOLERANCE, Floats
from terril.core.secrecy.programme import Programme
from terril.core.secrecy.proofs import Claim, Proofs

#: Rounds of certification in bulk; each clears what one alternative table can.
_ROUNDS = 4


class Attack:
    """One component of hidden cells, attacked by linear programming.

    Parameters
    ----------
    links : ``(m, k)`` sums among the hidden cells, nil for every possible deviation.
    values : ``(k,)`` true values.
    up, down : ``(k,)`` deviations that must stay possible; nil for cells that need no protection.

    Notes
    -----
    The attacker knows every public cell, every sum, that no cell is negative, and which cells are hidden. An
    alternative table found for one cell is kept as proof for all those that it moves far enough.
    """

    def __init__(self, links: Any, values: Floats, up: Floats, down: Floats) -> None:
        self.values = values
        self.needed = {True: up, False: np.minimum(down, values)}
        slack = TOLERANCE * np.maximum(1.0, np.maximum(values, up))
        self.slack = slack
        self.proofs = Proofs(self.needed[True], self.needed[False], slack)
        self.attacked = 0
        # No sum lets a cell grow by more than what the others hold; a cell that no sum holds stops here.
        self._most = float(values.sum() + up.sum() + 1)
        self._low, self._high = -values, np.full(len(values), self._most)
        self._rows, self._columns = sparse.csr_array(links), sparse.csc_array(links)
        self._programme = Programme(links, self._low, self._high)

    def certify(self) -> None:
        """Clear many cells at once: one alternative table moves as many as it can, as far as they need."""
        for _ in range(_ROUNDS):
            before = len(self.proofs)
            for way in (True, False):
                self._aim([c for c in self.proofs.open if c[1] == way])
            if len(self.proofs) == before:
                return

    def _aim(self, claims: list[Claim]) -> bool:
        """Look for one table that satisfies claims of one way, or as many of them as it can."""
        if not claims:
            return True
        for i, up in claims:
            # Further than needed would take from the others.
            self._programme.cost(i, -1.0 if up else 1.0)
            if up:
                self._programme.bound(i, self._low[i], self.needed[True][i])
            else:
                self._programme.bound(i, -self.needed[False][i], self._high[i])
        found = self._programme.solve()
        for i, _ in claims:
            self._programme.cost(i, 0.0)
            self._programme.bound(i, self._low[i], self._high[i])
        if found is not None:
            self.proofs.add(found[1])
        return all(c not in self.proofs.open for c in claims)

    def holds(self, claim: Claim) -> bool:
        """Whether a cell can deviate as far as it needs, one programme of its own if need be."""
        if claim not in self.proofs.open:
            return True
        self.attacked += 1
        return self._aim([claim])

    def reach(self, cell: int, *, up: bool) -> float:
        """How far a cell may deviate, upwards or downwards (positive); infinite where no sum holds it."""
        self._programme.cost(cell, -1.0 if up else 1.0)
        found = self._programme.solve()
        self._programme.cost(cell, 0.0)
        moved = 0.0 if found is None else abs(float(found[1][cell]))
        return float("inf") if up and moved >= self._most - self.slack[cell] else moved

    def may_release(self, cell: int) -> bool:
        """Whether publishing a cell leaves all the others protected; if so it is released for good.

        Proofs that do not move the cell stay valid; the others are looked for again without it.
        """
        if self._leaves_one(cell):
            return False
        low, high = self._low[cell], self._high[cell]
        lost = self.proofs.without(cell)
        self._set(cell, 0.0, 0.0)
        if all(self.holds(claim) for claim, _ in lost):
            return True
        self.proofs.restore(lost)
        self._set(cell, low, high)
        return False

    def _leaves_one(self, cell: int) -> bool:
        """Whether a sum would hold one hidden cell, protected so far, and no other: anyone would read it."""
        for row in self._columns.indices[self._columns.indptr[cell] : self._columns.indptr[cell + 1]]:
            members = self._rows.indices[self._rows.indptr[row] : self._rows.indptr[row + 1]]
            others = [int(i) for i in members if i != cell and self._high[i] > 0]
            if len(others) == 1 and self.proofs.proved(others[0]):
                return True
        return False

    def _set(self, cell: int, low: float, high: float) -> None:
        self._low[cell], self._high[cell] = low, high
        self._programme.bound(cell, low, high)
