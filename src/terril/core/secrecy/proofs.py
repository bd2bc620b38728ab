"""Alternative tables kept as proofs that a hidden cell cannot be told."""

from __future__ import annotations

import numpy as np

from terril.core.secrecy.model import Floats

#: A claim: a cell, and whether it must be able to grow (else to decrease).
Claim = tuple[int, bool]
_MOVED = 1e-9


class Proofs:
    """Which alternative table proves which claim, and which cells it moves.

    Parameters
    ----------
    up, down : ``(k,)`` deviations that each cell must be capable of; nil where it needs none.
    slack : ``(k,)`` what is called equal.
    """

    def __init__(self, up: Floats, down: Floats, slack: Floats) -> None:
        self._needed = {True: up, False: down}
        self._slack = slack
        self._proof: dict[Claim, int] = {}
        self._claims: dict[int, set[Claim]] = {}
        self._moved: dict[int, set[int]] = {}
        self._next = 0
        self.open: dict[Claim, None] = {
            (int(i), way): None for way in (True, False) for i in np.flatnonzero(self._needed[way] > slack)
        }

    def __len__(self) -> int:
        return len(self._proof)

    def proved(self, cell: int) -> bool:
        """Whether some claim of a cell has a proof."""
        return (cell, True) in self._proof or (cell, False) in self._proof

    def add(self, deviation: Floats) -> None:
        """Keep an alternative table for every open claim that it satisfies."""
        claims = {c for c in self.open if self._satisfied(deviation, c)}
        if not claims:
            return
        for claim in claims:
            del self.open[claim]
            self._proof[claim] = self._next
        self._claims[self._next] = claims
        for i in np.flatnonzero(np.abs(deviation) > _MOVED).tolist():
            self._moved.setdefault(i, set()).add(self._next)
        self._next += 1

    def _satisfied(self, deviation: Floats, claim: Claim) -> bool:
        i, up = claim
        reached = deviation[i] if up else -deviation[i]
        return bool(reached >= self._needed[up][i] - self._slack[i])

    def without(self, cell: int) -> list[tuple[Claim, int]]:
        """Open again every claim whose proof moves a cell; those claims and the proofs they had."""
        lost = [(c, p) for p in sorted(self._moved.get(cell, ())) for c in sorted(self._claims.get(p, ()))]
        for claim, proof in lost:
            self._claims[proof].discard(claim)
            del self._proof[claim]
            self.open[claim] = None
        return lost

    def restore(self, lost: list[tuple[Claim, int]]) -> None:
        """Give claims the proofs they had."""
        for claim, proof in lost:
            self.open.pop(claim, None)
            newer = self._proof.get(claim)
            if newer is not None:
                self._claims[newer].discard(claim)
            self._proof[claim] = proof
            self._claims[proof].add(claim)
