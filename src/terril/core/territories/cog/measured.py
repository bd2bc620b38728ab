"""How each kind of column follows a route: sums, ratios, medians, classes and shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terril.core.errors import Location
from terril.core.status import Status, worst
from terril.core.territories.cog.columns import Geometric, Median, Numbers, Ratio, Statuses, Typology
from terril.core.territories.cog.errors import PassageError
from terril.core.territories.cog.route import Route

#: Share of the rows, and gap, from which a published ratio is held not to be that of its declared parts.
_DOUBTFUL, _GAP, _COMPARED = 0.5, 0.02, 5


def divide(way: Route, read: Numbers) -> Numbers:
    """What each row gives to each commune it leads to; integers of the column's scale, the remainder to the largest.

    Returns
    -------
    One number a pair of the route: shares of a commune that splits are estimated, and sum to its value exactly.
    """
    values = read.values[way.row].copy()
    status = read.status[way.row].copy()
    if not way.shares:
        return Numbers(values, status, read.scale)
    pairs = sorted(way.shares, key=lambda p: int(way.row[p]))
    for row, own in groupby(pairs, key=lambda p: int(way.row[p])):
        together = list(own)
        shares = [share for p in together if (share := way.shares[p]) is not None]
        if len(shares) < len(together):
            values[together] = 0
            status[together] = np.maximum(status[together], Status.MISSING)
            continue
        values[together] = _apportion(int(read.values[row]), shares)
        status[together] = np.maximum(status[together], Status.ESTIMATED)
    return Numbers(values, status, read.scale)


def _apportion(value: int, shares: Sequence[Fraction]) -> list[int]:
    """Integers in proportion that sum to ``value``: the largest remainders are rounded up."""
    ideal = [abs(value) * share for share in shares]
    parts = [int(i) for i in ideal]
    order = sorted(range(len(parts)), key=lambda n: (parts[n] - ideal[n], n))
    for place in order[: abs(value) - sum(parts)]:
        parts[place] += 1
    return [p if value >= 0 else -p for p in parts]


def sum_of(way: Route, pairs: Numbers) -> Numbers:
    """Sum by commune reached; one part without a value leaves none to the sum."""
    if not len(way.reached):
        return Numbers(pairs.values[:0], pairs.status[:0], pairs.scale)
    values = np.add.reduceat(pairs.values, way.starts)
    status = _worst(way, pairs.status)
    return Numbers(np.where(status < Status.MISSING, values, 0), status, pairs.scale)


def _worst(way: Route, status: Statuses) -> Statuses:
    """Worst status of the pairs of each commune reached; missing where a part of it is not known."""
    if not len(way.reached):
        return status[:0]
    found = np.maximum.reduceat(status, way.starts)
    return np.maximum(found, np.where(way.complete, Status.OK, Status.MISSING)).astype(np.int8)


def _kept(way: Route, read: Numbers) -> Numbers:
    """The value of the row for communes that are one row, undivided; missing for the others."""
    row = way.row[way.starts] if len(way.starts) else way.row
    status = np.where(way.whole, read.status[row], Status.MISSING).astype(np.int8)
    return Numbers(np.where(status < Status.MISSING, read.values[row], 0), status, read.scale)


def recompute(measure: Ratio, way: Route, given: Numbers | None, sums: Mapping[str, Numbers]) -> Numbers:
    """The ratio of carried parts; where the table has the ratio, its own value for communes that stay whole.

    Raises
    ------
    PassageError
        When the ratios of the table are not those of the declared parts: a factor of 100 is most often missing.
    """
    top, bottom = sums[measure.numerator], sums[measure.denominator]
    status = np.maximum(top.status, bottom.status)
    nil = (status < Status.MISSING) & (bottom.values == 0)
    status = np.where(nil, Status.NOT_APPLICABLE, status).astype(np.int8)
    ready = status < Status.MISSING
    quotient = np.full(len(top), np.nan)
    quotient[ready] = measure.factor * top.floats()[ready] / bottom.floats()[ready]
    if given is None:
        return _rounded(quotient, status, measure.decimals)
    kept = _kept(way, given)
    _check_ratio(measure, kept, quotient)
    scale = kept.scale
    found = _rounded(quotient, status, scale)
    values = np.where(way.whole, kept.values, found.values)
    return Numbers(values, np.where(way.whole, kept.status, found.status).astype(np.int8), scale)


def _rounded(quotient: NDArray[np.float64], status: Statuses, decimals: int) -> Numbers:
    scaled = np.rint(np.nan_to_num(quotient) * 10.0**decimals).astype(np.int64)
    return Numbers(np.where(status < Status.MISSING, scaled, 0), status, decimals)


def _check_ratio(measure: Ratio, kept: Numbers, quotient: NDArray[np.float64]) -> None:
    both = kept.readable & np.isfinite(quotient)
    published, computed = kept.floats()[both], quotient[both]
    allowed = np.maximum(np.abs(computed) * _GAP, 10.0**-kept.scale)
    wrong = np.abs(published - computed) > allowed
    if len(published) < _COMPARED or wrong.mean() <= _DOUBTFUL:
        return
    nonzero = computed != 0
    factor = float(np.median(published[nonzero] / computed[nonzero])) if nonzero.any() else 1.0
    parts = f"{measure.numerator}/{measure.denominator}"
    likely = next((f for f in (100, 1000, 10000) if abs(factor / f - 1) < _GAP), None)
    raise PassageError(
        f"{measure.name} n’est pas {measure.factor} × {parts} sur {int(wrong.sum())} lignes des {len(wrong)} comparées",
        location=Location(field=measure.name),
        hint=f"écrire {measure.name}={likely}*{parts}" if likely else "vérifier numérateur et dénominateur",
    )


def mean(measure: Median, way: Route, read: Numbers, weight: Numbers | None) -> Numbers:
    """The value of communes that stay whole; for the others, nothing, or the weighted mean, estimated."""
    found = _kept(way, read)
    if weight is None:
        return Numbers(found.values, _unless_secret(way, read, found.status), found.scale)
    values, status = found.values.copy(), found.status.copy()
    for place in np.flatnonzero(~way.whole & way.complete).tolist():
        rows = sorted({int(way.row[p]) for p in way.pairs_of(place)})
        total = sum(weight.fraction(r) for r in rows)
        state = worst(Status(int(s)) for r in rows for s in (read.status[r], weight.status[r]))
        if state < Status.MISSING and total:
            exact = sum(read.fraction(r) * weight.fraction(r) for r in rows) / total
            values[place] = round(exact * 10**read.scale)
            state = max(state, Status.ESTIMATED)
        status[place] = state if total or state >= Status.MISSING else Status.NOT_APPLICABLE
    return Numbers(values, status, found.scale)


def _unless_secret(way: Route, read: Numbers, status: Statuses) -> Statuses:
    """Secret rather than missing, where a part is secret: that is what the producer would say."""
    parts = _worst(way, read.status[way.row])
    return np.where(way.whole, status, np.maximum(parts, Status.MISSING)).astype(np.int8)


def vote(
    measure: Typology, way: Route, read: Sequence[Any], weight: Numbers | None
) -> tuple[tuple[Any, ...], Statuses]:
    """Classes of the communes reached, and statuses; the class of a part of a commune that splits is estimated."""
    values: list[Any] = [read[row] for row in way.row[way.starts].tolist()]
    status = np.array([Status.MISSING if v is None or v == "" else Status.OK for v in values], dtype=np.int8)
    for place in np.flatnonzero(~way.whole).tolist():
        rows = [int(way.row[p]) for p in way.pairs_of(place)]
        found = [read[r] for r in rows]
        if not way.complete[place] or any(v is None or v == "" for v in found):
            value, state = None, Status.MISSING
        elif len(set(found)) == 1:
            divided = any(way.links.targets[way.source[r]] > 1 for r in rows)
            value, state = found[0], Status.ESTIMATED if divided else Status.OK
        else:
            value, state = _settle(measure, rows, found, weight)
        values[place], status[place] = value, state
    return tuple(values), status


def _settle(measure: Typology, rows: Sequence[int], found: Sequence[Any], weight: Numbers | None) -> tuple[Any, Status]:
    if measure.rule == "list":
        return " | ".join(sorted({str(v) for v in found})), Status.OK
    if measure.rule == "refuse" or weight is None or not all(weight.readable[r] for r in rows):
        return None, Status.MISSING
    # Of two as large, the first in the order of codes: rows are sorted by commune, and so the answer is always one.
    sums: dict[Any, Fraction] = {}
    for row, value in zip(rows, found, strict=True):
        sums[value] = sums.get(value, Fraction(0)) + weight.fraction(row)
    return max(sorted(sums, key=str), key=sums.__getitem__), Status.ESTIMATED


def unite(measure: Geometric, way: Route, read: Sequence[Any]) -> tuple[tuple[Any, ...], Statuses]:
    """Shapes of the communes reached: as they are, united where communes merge, none where one splits."""
    values: list[Any] = []
    status = np.zeros(len(way.reached), dtype=np.int8)
    for place in range(len(way.reached)):
        rows = [int(way.row[p]) for p in way.pairs_of(place)]
        shapes = [read[r] for r in rows]
        divided = any(way.links.targets[way.source[r]] > 1 for r in rows)
        if divided or not way.complete[place] or any(s is None for s in shapes):
            values.append(None)
            status[place] = Status.MISSING
        else:
            values.append(shapes[0] if len(shapes) == 1 else measure.union(shapes))
    return tuple(values), status
