"""Public entry: hide what must be, and as little more as can be."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from terril.core.secrecy.exact import Effort, optimum
from terril.core.secrecy.heuristic import spared, spread
from terril.core.secrecy.model import LinkedTable, Progress, Protection, silent
from terril.core.secrecy.system import components


def protect(
    table: LinkedTable, *, exact_cells: int = 2000, seconds: float = 60, progress: Progress = silent
) -> Protection:
    """The cells to hide so that no primary cell can be bounded inside its protection interval.

    Parameters
    ----------
    table : cells, sums and rules.
    exact_cells : a component of at most this many linked cells gets the proved optimum; a larger one, or one that
        exhausts its effort, gets a pattern from which no cell can be released alone.
    seconds : effort granted to proofs of optimality, in nominal seconds: counted in programmes solved, so that the
        pattern does not depend on how busy the machine is.

    Returns
    -------
    Protection
        Primary cells that cannot be protected are in ``unprotected``; :meth:`Protection.require_all` refuses them.

    Raises
    ------
    SecrecyError
        When the table contradicts itself.
    """
    table = table.checked()
    hidden, lost = spread(table, progress)
    hidden = spared(table, hidden, progress)
    proved = True
    effort = Effort.of_seconds(seconds)
    movable = np.flatnonzero(table.hidden | table.candidates)
    # Not reduced: a component too large for a proof would be, for nothing.
    parts = components(sparse.csr_array(sparse.csc_array(table.relations)[:, movable]))
    for done, (columns, links) in enumerate(parts):
        cells = movable[columns]
        extra = hidden[cells] & table.candidates[cells]
        if not extra.any():
            continue  # Nothing was added: nothing cheaper exists.
        progress(done, len(parts), "optimum")
        found = optimum(table, cells, links, extra, effort) if cells.size <= exact_cells else None
        proved = proved and found is not None
        if found is not None:
            hidden[cells] = table.hidden[cells] | found
    secondary = hidden & ~table.hidden
    return Protection(hidden, secondary, proved, float(table.weight[secondary].sum()), lost)
