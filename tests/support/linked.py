"""Linked tables drawn at random, and a plain attacker to judge the one of the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from terril.core.secrecy.model import Audit, LinkedTable
from terril.core.secrecy.rules import share_of_value, too_few

TOLERANCE = 1e-5


def linked(
    values: Sequence[float],
    sums: Sequence[tuple[int, Sequence[int]]],
    *,
    below: float = 11,
    share: float = 0.15,
    primary: Sequence[int] | None = None,
    fixed: Sequence[int] = (),
    weight: Sequence[float] | None = None,
) -> LinkedTable:
    """A table from its values and its sums ``(total, parts)``; primary cells by minimum count unless given."""
    cells = np.array(values, dtype=float)
    relations = sparse.lil_array((len(sums), cells.size))
    for row, (total, parts) in enumerate(sums):
        relations[row, total] = -1
        for part in parts:
            relations[row, part] = 1
    hidden = too_few(cells, below) if primary is None else np.isin(np.arange(cells.size), list(primary))
    width = share_of_value(cells, share)
    return LinkedTable(
        values=cells,
        relations=sparse.csr_array(relations),
        weight=np.maximum(1, np.nan_to_num(cells)) if weight is None else np.array(weight, dtype=float),
        primary=hidden | np.isnan(cells),
        below=width,
        above=width,
        fixed=np.isin(np.arange(cells.size), list(fixed)),
    )


@st.composite
def tables(draw: st.DrawFn, communes: int = 7) -> LinkedTable:
    """Nested and overlapping: communes in EPCI that cross departments, two to four levels, categories and their total.

    Zeros, cells hidden by the producer, cells already published, cells never published.
    """
    size = draw(st.integers(2, communes))
    levels = draw(st.integers(2, 4))
    groups = [draw(st.lists(st.integers(0, 2), min_size=size, max_size=size)) for _ in range(min(levels - 1, 2))]
    parts = draw(st.sampled_from((1, 1, 2, 3)))
    numbers = st.one_of(st.just(0), st.integers(1, 14), st.integers(15, 400))
    base = np.array(draw(st.lists(st.lists(numbers, min_size=parts, max_size=parts), min_size=size, max_size=size)))
    rows, sums = _territories(base.astype(float), groups, whole=levels > 2)
    if levels == 4 and len({*groups[0]}) > 1:
        # One more level: the first two EPCI make a pole.
        first, second = (size, size + 1)
        rows, sums = np.vstack([rows, rows[first] + rows[second]]), [*sums, (len(rows), (first, second))]
    return _with_categories(draw, rows, sums)


def _territories(base: Any, groups: list[list[int]], *, whole: bool) -> tuple[Any, list[tuple[int, Sequence[int]]]]:
    rows, sums = base, []
    for level in groups:
        made = []
        for group in sorted(set(level)):
            members = [i for i, g in enumerate(level) if g == group]
            made.append(len(rows))
            sums.append((len(rows), members))
            rows = np.vstack([rows, base[members].sum(0)])
        if whole and level is groups[0]:
            top = made
    if whole:
        sums.append((len(rows), top))
        rows = np.vstack([rows, base.sum(0)])
    return rows, sums


def _with_categories(draw: st.DrawFn, rows: Any, sums: list[tuple[int, Sequence[int]]]) -> LinkedTable:
    if rows.shape[1] > 1:
        rows = np.hstack([rows, rows.sum(1, keepdims=True)])
    height, width = rows.shape
    linked_sums = [(t * width + k, [p * width + k for p in parts]) for t, parts in sums for k in range(width)]
    if width > 1:
        linked_sums += [(t * width + width - 1, [t * width + k for k in range(width - 1)]) for t in range(height)]
    values = rows.ravel()
    some = st.lists(st.integers(0, values.size - 1), max_size=2, unique=True)
    unknown, known = draw(some), draw(st.one_of(st.just([]), some))
    free = draw(st.one_of(st.just([]), some))
    few = np.flatnonzero(too_few(values, 11)).tolist()
    shown = values.copy()
    shown[unknown] = np.nan
    weight = np.maximum(1, values)
    weight[free] = 0
    fixed = [i for i in known if i not in unknown]
    return linked(shown, linked_sums, primary=[*few, *unknown], fixed=fixed, weight=weight)


def attacked(table: LinkedTable, hidden: Any) -> tuple[Any, Any]:
    """Bounds of every cell by brute force: the whole dense system, two programmes a hidden cell."""
    table = table.checked()
    low, high = table.values.copy(), table.values.copy()
    cells = np.flatnonzero(hidden)
    dense = table.relations.toarray()
    known = -dense[:, ~hidden] @ table.values[~hidden]
    for place, cell in enumerate(cells):
        for sign, bound in ((1.0, low), (-1.0, high)):
            cost = np.zeros(cells.size)
            cost[place] = sign
            found = linprog(cost, A_eq=dense[:, cells], b_eq=known, bounds=(0, None), method="highs")
            assert found.status in (0, 3), found.message
            bound[cell] = sign * found.fun if found.status == 0 else np.inf
    return low, high


def missed(table: LinkedTable, hidden: Any) -> set[tuple[int, str]]:
    """Bounds that the plain attacker finds inside the protection intervals: cell, and which bound."""
    table = table.checked()
    low, high = attacked(table, hidden)
    need_low, need_high = np.maximum(0, table.values - table.below), table.values + table.above
    slack = TOLERANCE * np.maximum(1, table.values)
    return {(int(i), "low") for i in np.flatnonzero(table.primary & (low > need_low + slack))} | {
        (int(i), "high") for i in np.flatnonzero(table.primary & (high < need_high - slack))
    }


def told(found: Audit) -> set[tuple[int, str]]:
    """The same, as the auditor tells it."""
    slack = {leak.cell: TOLERANCE * max(1.0, leak.needed_high) for leak in found.leaks}
    return {(k.cell, "low") for k in found.leaks if k.low > k.needed_low + slack[k.cell]} | {
        (k.cell, "high") for k in found.leaks if k.high < k.needed_high - slack[k.cell]
    }
