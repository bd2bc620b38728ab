"""Territories whose figures add up: those of the level of the source, and every one that holds them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from terril.core.territories.model import Level
from terril.engine.session import Connection

#: Levels that partition the country, the largest first: what a larger territory is made of, where it is exactly that.
_NESTED = tuple(str(level) for level in (Level.REGION, Level.DEPARTMENT, Level.EPCI))


@dataclass(frozen=True, slots=True)
class Places:
    """Territories of a table of cells: those of the base first.

    Parameters
    ----------
    keys : ``(t,)`` level and code.
    base : how many are of the base.
    holds : ``(t, base)`` sparse, 1 where a territory holds one of the base; it holds itself.
    members : ``(t,)`` how many of the base each holds, in the territory tables.
    """

    keys: tuple[tuple[str, str], ...]
    base: int
    holds: Any
    members: NDArray[np.int64]

    @property
    def size(self) -> int:
        """Number of territories."""
        return len(self.keys)

    @property
    def levels(self) -> NDArray[np.str_]:
        """``(t,)`` level of each."""
        return np.array([level for level, _ in self.keys])

    def index(self) -> dict[tuple[str, str], int]:
        """Where each territory is."""
        return {key: i for i, key in enumerate(self.keys)}


def lay_places(
    connection: Connection, base: str, codes: Collection[tuple[str, str]], levels: Collection[str]
) -> Places:
    """Territories above those of a source.

    Parameters
    ----------
    base : level of the source, or ``mixed``: nothing is summed then.
    codes : level and code of the territories that it has.
    levels : levels at which something is published.
    """
    own = sorted(codes)
    if base == "mixed":
        return Places(tuple(own), len(own), sparse.identity(len(own), format="csr"), np.ones(len(own), np.int64))
    position = {code: i for i, (_, code) in enumerate(own)}
    rows = connection.execute(
        "SELECT level, code, member_code FROM memberships WHERE member_level = ? AND level <> ? "
        "AND level IN (SELECT unnest(?)) ORDER BY ALL",
        [base, base, sorted(levels)],
    ).fetchall()
    above: dict[tuple[str, str], list[int]] = {}
    members: dict[tuple[str, str], int] = {}
    for level, code, member in rows:
        members[level, code] = members.get((level, code), 0) + 1
        if member in position:
            above.setdefault((level, code), []).append(position[member])
    upper = sorted(above)
    sizes = [len(above[key]) for key in upper]
    indices = np.concatenate([np.arange(len(own)), *(np.array(sorted(above[key])) for key in upper)]).astype(np.int64)
    bounds = np.concatenate([[0], np.cumsum([1] * len(own) + sizes)]).astype(np.int64)
    holds = sparse.csr_array((np.ones(len(indices)), indices, bounds), shape=(len(own) + len(upper), len(own)))
    counted = np.concatenate([np.ones(len(own), np.int64), np.array([members[k] for k in upper], np.int64)])
    return Places((*own, *upper), len(own), holds, counted)


def decompositions(places: Places) -> list[tuple[int, NDArray[np.int64]]]:
    """For each territory above the base, the fewest territories that make it up exactly.

    The country is the sum of its regions, a region that of its departments, a perimeter that of its EPCI where it is
    just that, of EPCI and communes otherwise: all of them say the same, and the shorter are the easier to solve.
    """
    levels = places.levels
    holder = {level: _holders(places, np.flatnonzero(levels == level)) for level in _NESTED}
    sizes = np.diff(places.holds.indptr)
    found = []
    for t in range(places.base, places.size):
        held = places.holds.indices[places.holds.indptr[t] : places.holds.indptr[t + 1]]
        choices = [_with_units(held, holder[level], sizes) for level in _below(str(levels[t]))]
        found.append((t, min([*choices, held.astype(np.int64)], key=len)))
    return found


def _below(level: str) -> Sequence[str]:
    if level == Level.EPCI:
        return ()
    return _NESTED[_NESTED.index(level) + 1 :] if level in _NESTED else _NESTED


def _holders(places: Places, units: NDArray[np.int64]) -> NDArray[np.int64]:
    """``(base,)`` the unit that holds each territory of the base, −1 where there is none."""
    found = np.full(places.base, -1)
    for t in units:
        found[places.holds.indices[places.holds.indptr[t] : places.holds.indptr[t + 1]]] = t
    return found


def _with_units(held: Any, holder: NDArray[np.int64], sizes: Any) -> NDArray[np.int64]:
    """Units wholly inside, then what is left of the base."""
    units, counts = np.unique(holder[held], return_counts=True)
    whole = units[(units >= 0) & (counts == sizes[np.maximum(units, 0)])]
    return np.concatenate([whole, held[~np.isin(holder[held], whole)]]).astype(np.int64)
