"""A good pattern for tables too large for the optimum: local company first, then nothing that is not needed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terril.core.secrecy.audit import attack_of
from terril.core.secrecy.blocks import blocks
from terril.core.secrecy.model import TOLERANCE, Flags, LinkedTable, Progress, silent
from terril.core.secrecy.proofs import Proofs
from terril.core.secrecy.shield import Shield
from terril.core.secrecy.system import components, hidden_links


def spread(table: LinkedTable, progress: Progress = silent) -> tuple[Flags, tuple[int, ...]]:
    """A pattern that protects every primary cell, not yet spared.

    Returns
    -------
    Cells hidden, and the primary cells that nothing can protect.
    """
    hidden = table.hidden
    lost = np.flatnonzero(table.primary & table.fixed).tolist()
    groups = [g for g in blocks(table.relations) if (table.primary & hidden)[g].any()]
    left: list[int] = []
    for done, cells in enumerate(groups):
        progress(done, len(groups), "secret induit, par blocs")
        left += _guarded(table, cells, hidden)
    if left:
        progress(0, 1, "secret induit, tableau entier")
        lost += _guarded(table, np.arange(table.size), hidden, only=set(left))
    return hidden, tuple(sorted(set(lost)))


def _guarded(table: LinkedTable, cells: NDArray[np.int_], hidden: Flags, only: set[int] | None = None) -> list[int]:
    """Protect the primary cells of a block inside it; those it cannot."""
    wanted = (table.primary & hidden)[cells] if only is None else np.isin(cells, sorted(only))
    up = np.where(wanted, table.above[cells], 0.0)
    down = np.where(wanted, np.minimum(table.below[cells], table.values[cells]), 0.0)
    slack = TOLERANCE * np.maximum(1.0, np.maximum(table.values[cells], up))
    shield, proofs, failed = Shield(table, cells, hidden), Proofs(up, down, slack), []
    for claim in sorted(proofs.open, key=lambda c: (-(up if c[1] else down)[c[0]], c)):
        if claim not in proofs.open:
            continue
        i, way = claim
        moved = shield.protect(i, float((up if way else down)[i]), up=way)
        if moved is None:
            failed.append(int(cells[i]))
        else:
            proofs.add(moved)
    return failed


def spared(table: LinkedTable, hidden: Flags, progress: Progress = silent) -> Flags:
    """The same pattern without what it does not need: releasing any one more cell would leak.

    Secondary cells are tried from the heaviest; each is released if every hidden cell stays protected without it.
    """
    hidden = hidden.copy()
    cells = np.flatnonzero(hidden)
    parts = components(hidden_links(table.relations, hidden))
    for done, (columns, links) in enumerate(parts):
        progress(done, len(parts), "cellules à rendre")
        here = cells[columns]
        extra = np.flatnonzero(~table.primary[here] & ~table.unpublished[here])
        if not extra.size:
            continue
        attack = attack_of(table, here, links)
        for claim in list(attack.proofs.open):
            attack.holds(claim)
        for i in extra[np.lexsort((extra, -table.weight[here][extra]))].tolist():
            if attack.may_release(i):
                hidden[here[i]] = False
    return hidden
