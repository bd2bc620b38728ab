"""The pattern that loses least: a master programme over what to hide, and the attacks that it must withstand as cuts.

For a cell that leaks, the dual of the attack says which public cells hold the attacker's bound: at least one of them,
weighted by how much it holds, has to be hidden. Every such cut is valid for every safe pattern; when the cheapest
pattern that satisfies the cuts withstands all attacks, it is the optimum (Fischetti & Salazar-González, *Models and
algorithms for optimizing cell suppression in tabular data with linear constraints*, JASA 95, 2000).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from terril.core.errors import SecrecyError
from terril.core.secrecy.audit import attack_of
from terril.core.secrecy.model import TOLERANCE, Flags, Floats, LinkedTable
from terril.core.secrecy.programme import Programme
from terril.core.secrecy.proofs import Claim

#: Programmes of one component that the machine of the design solves in a second, order of magnitude.
_PROGRAMMES_A_SECOND = 200
#: Nodes of the master's tree counted as one programme.
_NODES_A_PROGRAMME = 5
#: Under this, a dual holds nothing.
_HOLDS = 1e-9


@dataclass(slots=True)
class Effort:
    """What may still be spent on proofs of optimality: a count of programmes, the same on every machine."""

    left: float

    @classmethod
    def of_seconds(cls, seconds: float) -> Effort:
        """Effort of about as many seconds."""
        return cls(seconds * _PROGRAMMES_A_SECOND)

    @property
    def spent(self) -> bool:
        """Whether nothing is left."""
        return self.left <= 0


def optimum(table: LinkedTable, cells: Any, links: Any, known: Flags, effort: Effort) -> Flags | None:
    """The cheapest secondary cells of a component.

    Parameters
    ----------
    table : checked.
    cells : cells of the component that are hidden or may be.
    links : ``(m, k)`` sums among them.
    known : ``(k,)`` secondary cells of a safe pattern: the optimum costs no more.
    effort : what may be spent, and is spent.

    Returns
    -------
    ``(k,)`` secondary cells; None when the effort did not suffice to prove an optimum.
    """
    search = _Search(table, cells, links, effort)
    known_cost = search.cost(known)
    enough = known_cost - TOLERANCE * max(1.0, known_cost)
    chosen = search.settled(False, enough)
    if chosen is not None and search.cost(chosen) < enough:
        chosen = search.settled(True, enough)
    if chosen is None:
        return None
    if search.cost(chosen) >= enough:
        return known  # No safe pattern is cheaper than what the cuts ask for at least.
    return search.candidates & (chosen > 0.5) if search.withstands else None


class _Search:
    """Cuts found so far, and the attacker who finds more."""

    def __init__(self, table: LinkedTable, cells: Any, links: Any, effort: Effort) -> None:
        self.weight = table.weight[cells]
        self.candidates = table.candidates[cells]
        self._values = table.values[cells]
        self._effort = effort
        attack = attack_of(table, cells, links)
        attack.certify()
        # What cannot be protected even when everything is hidden is asked of no pattern.
        self._claims: list[Claim] = sorted(
            (int(i), way)
            for way in (True, False)
            for i in np.flatnonzero(attack.needed[way] > attack.slack)
            if attack.holds((int(i), way))
        )
        self._needed, self._slack = attack.needed, attack.slack
        self._most = float(self._values.sum() + self._needed[True].sum() + 1)
        free = np.full(len(cells), self._most)
        self._attacker = Programme(links, -self._values, free)
        self._cuts: dict[bytes, Floats] = {}
        self.withstands = False

    def cost(self, chosen: Floats | Flags) -> float:
        """Information lost by a pattern, in whole cells or not."""
        return float(self.weight @ chosen)

    def settled(self, whole: bool, enough: float) -> Floats | None:
        """The cheapest pattern when attacks bring no new cut, or once it costs enough; None when effort is spent."""
        while True:
            chosen = self._master(whole)
            if chosen is None or self.cost(chosen) >= enough:
                return chosen
            leaks, new = self._separate(chosen)
            self.withstands = not leaks
            if self._effort.spent:
                return None
            if not leaks or not new:
                return chosen

    def _master(self, whole: bool) -> Floats | None:
        """The cheapest pattern that satisfies the cuts, in whole cells or not; None when the search gives up."""
        size = len(self.weight)
        if not self._cuts:
            return np.zeros(size)
        rows = sparse.csr_array(np.array(list(self._cuts.values())))
        found = milp(
            np.where(self.candidates, self.weight, 0.0),
            constraints=LinearConstraint(rows, 1.0),
            bounds=Bounds(0, self.candidates.astype(float)),
            integrality=np.full(size, int(whole)),
            options={"node_limit": int(self._effort.left * _NODES_A_PROGRAMME) + 1, "mip_rel_gap": 0.0},
        )
        self._effort.left -= 1 + (found.mip_node_count or 0) / _NODES_A_PROGRAMME if whole else 1
        if found.status != 0:
            return None
        chosen: Floats = np.round(found.x) if whole else np.clip(found.x, 0.0, 1.0)
        return chosen

    def _separate(self, chosen: Floats) -> tuple[int, int]:
        """Attack a pattern, in whole cells or not; number of leaks, and of cuts that are new."""
        before, leaks = len(self._cuts), 0
        share = np.where(self.candidates, chosen, 1.0)
        safe: set[Claim] = set()
        for claim in self._claims:
            if self._effort.spent:
                break
            if claim not in safe:
                moved = self._attacked(claim, share)
                leaks += moved is None
                # Cells in part move as far as this claim needs: for others the table is a proof in whole cells only,
                # and elsewhere a good reason to look for cuts where there are some.
                safe |= self._satisfied(moved) if moved is not None else set()
        return leaks, len(self._cuts) - before

    def _attacked(self, claim: Claim, share: Floats) -> Floats | None:
        """Attack one cell: the table that clears it; when it leaks, None and a cut more."""
        i, up = claim
        needed = float(self._needed[up][i])
        self._effort.left -= 1
        # How far a cell hidden in part moves only chooses the dual: any dual gives a valid cut.
        reach = np.where(share >= 1, self._most, needed * share)
        fall = np.where(share >= 1, self._values, np.minimum(self._values, needed) * share)
        (reach if up else fall)[i] = needed
        self._attacker.bounds(-fall, reach)
        self._attacker.cost(i, -1.0 if up else 1.0)
        found = self._attacker.solve()
        self._attacker.cost(i, 0.0)
        if found is None:
            raise SecrecyError("attaque sans solution : le tableau se contredit")
        moved = found[1]
        if (moved[i] if up else -moved[i]) >= needed - self._slack[i]:
            return moved
        self._cut(self._attacker.duals(), needed, float(self._slack[i]))
        return None

    def _satisfied(self, moved: Floats) -> set[Claim]:
        return {
            (i, up) for i, up in self._claims if (moved[i] if up else -moved[i]) >= self._needed[up][i] - self._slack[i]
        }

    def _cut(self, dual: Floats, needed: float, slack: float) -> None:
        """Hidden cells hold a part of the bound whatever is chosen; the chosen ones have to leave the rest free."""
        holds = np.where(dual < -_HOLDS, np.inf, np.where(dual > _HOLDS, dual * self._values, 0.0))
        always = ~self.candidates & np.isfinite(holds)
        rest = max(needed - float(holds[always].sum()), slack)
        row = np.where(self.candidates, np.minimum(holds, rest) / rest, 0.0)
        self._cuts[np.round(row, 9).tobytes()] = row
