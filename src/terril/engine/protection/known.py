"""What earlier releases already told: it can be hidden no more, and an attacker has it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

if TYPE_CHECKING:
    from terril.engine.protection.places import Places
    from terril.engine.protection.sheet import Sheet

#: Two figures are the same within this share of the larger.
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Ledger:
    """What earlier releases published of a source.

    Parameters
    ----------
    told : figures, by measure and period, then by digest of members.
    members : codes of the base that each digest stands for.
    """

    told: Mapping[tuple[str, str], Mapping[str, float]] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What a ledger says of a sheet.

    Parameters
    ----------
    fixed : ``(s, t)`` cells that were published with the figure they have now.
    sums : row of the sheet and members of the sums published over territories that are no more.
    """

    fixed: NDArray[np.bool_]
    sums: tuple[tuple[int, NDArray[np.int64]], ...] = ()

    def added(self, sheet: Sheet, flat: NDArray[np.int64], links: Any) -> tuple[Any, Any, Any]:
        """Relations, values and fixed cells of a sheet with the sums of the past after its own cells."""
        values, fixed = sheet.values.ravel()[flat], self.fixed.ravel()[flat]
        if not self.sums:
            return links, values, fixed
        size, count = len(flat), len(self.sums)
        place = np.full(sheet.exists.size, -1)
        place[flat] = np.arange(size)
        rows, columns, signs, totals = [], [], [], []
        for i, (s, held) in enumerate(self.sums):
            parts = place[s * sheet.places.size + held]
            parts = parts[parts >= 0]
            rows += [i] * (len(parts) + 1)
            columns += [size + i, *parts.tolist()]
            signs += [-1.0] + [1.0] * len(parts)
            totals.append(float(values[parts].sum()))
        more = sparse.csr_array((signs, (rows, columns)), shape=(count, size + count))
        widened = sparse.csr_array((links.data, links.indices, links.indptr), shape=(links.shape[0], size + count))
        stacked = sparse.csr_array(sparse.vstack([widened, more], format="csr"))
        return stacked, np.concatenate([values, totals]), np.concatenate([fixed, np.ones(count, bool)])


def digests(places: Places) -> list[str]:
    """Digest of the members of each territory; that of a territory of the base is its level and code."""
    found = [f"{level}:{code}" for level, code in places.keys[: places.base]]
    for t in range(places.base, places.size):
        found.append(digest_of([places.keys[b][1] for b in held_by(places, t)]))
    return found


def digest_of(codes: list[str]) -> str:
    """Digest of a set of territories of the base."""
    return hashlib.sha256("\n".join(sorted(codes)).encode()).hexdigest()[:20]


def held_by(places: Places, t: int) -> NDArray[np.int64]:
    """Territories of the base that one holds."""
    return np.asarray(places.holds.indices[places.holds.indptr[t] : places.holds.indptr[t + 1]], np.int64)


def known_of(sheet: Sheet, ledger: Ledger) -> Known:
    """What a ledger says of a sheet: only figures that are still the same tell anything of those of today."""
    fixed = np.zeros(sheet.exists.shape, bool)
    sums = []
    named = digests(sheet.places) if ledger.told else []
    index = {d: t for t, d in enumerate(named)}
    codes = {key[1]: b for b, key in enumerate(sheet.places.keys[: sheet.places.base])}
    for s, key in enumerate(sheet.keys):
        for members, value in sorted(ledger.told.get((key, sheet.period), {}).items()):
            t = index.get(members)
            if t is not None:
                fixed[s, t] = bool(sheet.exists[s, t]) and _same(sheet.values[s, t] * sheet.unit, value)
                continue
            held = [codes.get(c) for c in ledger.members.get(members, ())]
            at = np.array([b for b in held if b is not None], np.int64)
            if held and len(at) == len(held) and _same(sheet.values[s, at].sum() * sheet.unit, value):
                sums.append((s, at))
    return Known(fixed, tuple(sums))


def _same(now: float, then: float) -> bool:
    return bool(abs(now - then) <= _SAME * max(1.0, abs(then)))
