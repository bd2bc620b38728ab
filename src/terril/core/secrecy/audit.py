"""The auditor: attacks a pattern with nothing but what is public, whatever made it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from terril.core.secrecy.attack import Attack
from terril.core.secrecy.model import Audit, Flags, Floats, Leak, LinkedTable, Progress, silent
from terril.core.secrecy.system import components, hidden_links

Cells = NDArray[np.int_]


def audit(table: LinkedTable, hidden: Flags, progress: Progress = silent) -> Audit:
    """Attack every primary cell of a pattern.

    Parameters
    ----------
    table : values are completed where the producer hid them.
    hidden : ``(n,)`` cells that are not published. A primary cell that is published leaks plainly.

    Raises
    ------
    SecrecyError
        When the table contradicts itself.
    """
    table = table.checked()
    leaks = [
        Leak(int(i), float(v), float(v), float(max(0.0, v - table.below[i])), float(v + table.above[i]))
        for i in np.flatnonzero(table.primary & ~hidden)
        for v in (table.values[i],)
    ]
    cells = np.flatnonzero(hidden)
    certified = attacked = 0
    parts = components(hidden_links(table.relations, hidden))
    for done, (columns, links) in enumerate(parts):
        progress(done, len(parts), "attaque")
        here = cells[columns]
        if table.primary[here].any():
            found = attack_of(table, here, links)
            found.certify()
            certified += len(found.proofs)
            leaks += _leaks(found, table, here)
            attacked += found.attacked
    return Audit(tuple(sorted(leaks, key=lambda leak: leak.cell)), certified, attacked)


def bounds(table: LinkedTable, hidden: Flags) -> tuple[Floats, Floats]:
    """What an attacker deduces of every cell: two programmes a hidden cell, for tables that a person reads.

    Parameters
    ----------
    table : values are completed where the producer hid them.
    hidden : ``(n,)`` cells that are not published.

    Returns
    -------
    Lowest and highest value that each cell may take, ``(n,)`` each: its value where it is published, infinite where
    no sum bounds it.
    """
    table = table.checked()
    low, high = table.values.copy(), table.values.copy()
    cells = np.flatnonzero(hidden)
    for columns, links in components(hidden_links(table.relations, hidden)):
        here = cells[columns]
        attack = attack_of(table, here, links)
        for i, cell in enumerate(here):
            low[cell] -= attack.reach(i, up=False)
            high[cell] += attack.reach(i, up=True)
    return low, high


def attack_of(table: LinkedTable, cells: Cells, links: Any) -> Attack:
    """The attack of a component of hidden cells."""
    wanted = table.primary[cells]
    up, down = (np.where(wanted, width[cells], 0.0) for width in (table.above, table.below))
    return Attack(links, table.values[cells], up, down)


def _leaks(attack: Attack, table: LinkedTable, cells: Cells) -> list[Leak]:
    weak = sorted({claim[0] for claim in list(attack.proofs.open) if not attack.holds(claim)})
    found = []
    for i in weak:
        value, cell = float(attack.values[i]), int(cells[i])
        low, high = value - attack.reach(i, up=False), value + attack.reach(i, up=True)
        found.append(Leak(cell, low, high, max(0.0, value - table.below[cell]), value + table.above[cell]))
    return found
