"""Classes of a map: how values are put into a few colours, and how that is said.

A class holds its lower bound and not its upper one, so that « 250 à 500 » then « 500 et plus » leave nothing in doubt.
Bounds are rounded as far as no value changes class: « moins de 250 » rather than « moins de 247,31 ».
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import jenkspy
import numpy as np
import numpy.typing as npt

from terril.core.drawing.model import Frame
from terril.core.text import NBSP, format_number

Floats = npt.NDArray[np.float64]
#: Colours that a reader tells apart on a map.
MOST_CLASSES = 7
#: Jenks compares every value with every other: beyond this many, it is given values taken at regular ranks.
SAMPLE = 3_000
_MOST_DECIMALS = 6


class Method(StrEnum):
    """How bounds are chosen."""

    QUANTILES = "quantiles"
    JENKS = "jenks"
    DEVIATION = "ecart-type"
    THRESHOLDS = "seuils"
    EQUAL = "amplitudes"

    @property
    def label(self) -> str:
        """Name in the French interface."""
        return _LABELS[self]


_LABELS = {
    Method.QUANTILES: "Quantiles",
    Method.JENKS: "Jenks (seuils naturels)",
    Method.DEVIATION: "Écart-type",
    Method.THRESHOLDS: "Seuils fixés",
    Method.EQUAL: "Amplitudes égales",
}
_EXPLANATIONS = {
    Method.QUANTILES: f"autant de territoires dans chaque classe, aux ex{NBSP}æquo près",
    Method.JENKS: "chaque classe réunit les valeurs les plus proches entre elles et les sépare le mieux des autres",
    Method.DEVIATION: "les classes s’éloignent de la moyenne des territoires par pas d’un écart-type",
    Method.THRESHOLDS: "les bornes sont choisies d’avance, sans regarder la répartition des valeurs",
    Method.EQUAL: "l’étendue des valeurs est découpée en classes de même largeur",
}


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes of values, lowest first.

    Parameters
    ----------
    method : how the bounds were chosen.
    bounds : n + 1 increasing bounds, in the unit of the values, the lowest and highest values being the outer ones (the
        last two are equal when the last class holds nothing but the highest value); empty when there was no value.
    decimals : values are compared as they are read, rounded so; None compares them whole.
    sampled, among : how many values the bounds were computed on, out of how many.
    """

    method: Method
    bounds: tuple[float, ...]
    decimals: int | None = None
    sampled: int = 0
    among: int = 0

    def __len__(self) -> int:
        return max(len(self.bounds) - 1, 0)

    def place(self, values: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Class of each value, from 0; −1 where there is none. Values beyond the outer bounds join the end classes."""
        found = _read(values, self.decimals)
        placed = np.searchsorted(np.array(self.bounds[1:-1]), found, side="right").astype(np.int64)
        return np.where(np.isnan(found) | (len(self) == 0), -1, placed)

    def counts(self, values: npt.ArrayLike) -> tuple[int, ...]:
        """How many values each class holds."""
        placed = self.place(values)
        return tuple(np.bincount(placed[placed >= 0], minlength=len(self)).tolist())

    def labels(self, frame: Frame, *, unit: bool = False) -> tuple[str, ...]:
        """Each class in French, with as few decimals as its bounds have: « moins de 250 », « 250 à 500 »…

        Parameters
        ----------
        frame : gives the unit.
        unit : write it in each label; otherwise the legend says it once.
        """
        after = f"{NBSP}{frame.unit}" if unit and frame.unit else ""
        inner = self.bounds[1:-1]
        if not inner:
            return (f"{self._write(self.bounds)}{after}",) if self.bounds else ()
        decimals = _decimals(inner)
        texts = [format_number(bound, decimals) for bound in inner]
        between = [f"{low} à {high}{after}" for low, high in pairwise(texts)]
        return (f"moins de {texts[0]}{after}", *between, f"{texts[-1]}{after} et plus")

    @property
    def explanation(self) -> str:
        """What the method does, in one French sentence."""
        text = f"{self.method.label}{NBSP}: {_EXPLANATIONS[self.method]}"
        if self.sampled < self.among:
            text += f" (bornes calculées sur {format_number(self.sampled)} valeurs prises à rangs réguliers"
            text += f" parmi {format_number(self.among)})"
        return f"{text}."

    @staticmethod
    def _write(bounds: Sequence[float]) -> str:
        low, high = (format_number(bound, _decimals(bounds)) for bound in (bounds[0], bounds[-1]))
        return low if low == high else f"{low} à {high}"


def classify(
    values: npt.ArrayLike,
    method: Method,
    count: int = 5,
    thresholds: Sequence[float] = (),
    *,
    decimals: int | None = None,
) -> Classes:
    """Classes of values, by a named method.

    There are fewer than ``count`` when values are too few or too tied; equal values are never parted.

    Parameters
    ----------
    values : any shape; what is not finite is left out.
    count : classes wished, 1 to 7. Not used with thresholds.
    thresholds : inner bounds of :attr:`Method.THRESHOLDS`, at most 6; all are kept, even around nothing.
    decimals : decimals with which values are shown. They are then classed as shown: a territory that reads 12,3 is
        never under « moins de 12,3 ».

    Raises
    ------
    ValueError
        When ``count`` or the number of thresholds is out of range.
    """
    fixed = sorted({float(t) for t in thresholds if math.isfinite(t)})
    if not 1 <= count <= MOST_CLASSES or len(fixed) >= MOST_CLASSES:
        raise ValueError(f"1 to {MOST_CLASSES} classes, not {count} ({len(fixed)} thresholds)")
    found = np.sort(_read(values, decimals).ravel())
    found = found[np.isfinite(found)]
    if not len(found):
        return Classes(method, (), decimals)
    if method is Method.THRESHOLDS:
        return Classes(method, _around(found, fixed), decimals, len(found), len(found))
    if found[0] == found[-1]:
        return Classes(method, (float(found[0]), float(found[0])), decimals, len(found), len(found))
    sample = _sample(found) if method is Method.JENKS else found
    wished = _METHODS[method](sample, count)
    inner = _rounded(found, wished, method, decimals)
    return Classes(method, (float(found[0]), *inner, float(found[-1])), decimals, len(sample), len(found))


def _read(values: npt.ArrayLike, decimals: int | None) -> Floats:
    found = np.asarray(values, dtype=np.float64)
    # Adding zero turns −0 into 0.
    return found if decimals is None else np.round(found, decimals) + 0.0


def _sample(found: Floats) -> Floats:
    """Values at regular ranks, both ends among them: the same for the same values, and spread as they are."""
    if len(found) <= SAMPLE:
        return found
    return found[np.linspace(0, len(found) - 1, SAMPLE).round().astype(np.int64)]


def _quantiles(found: Floats, count: int) -> Floats:
    """Between distinct values, the places nearest to equal shares: a large tie becomes a class of its own."""
    places = np.flatnonzero(np.diff(found)) + 1
    shares = np.arange(1, count) * len(found) / count
    nearest = places[np.abs(places[None, :] - shares[:, None]).argmin(axis=1)]
    bounds: Floats = found[np.unique(nearest)]
    return bounds


def _jenks(found: Floats, count: int) -> Floats:
    distinct = np.unique(found)
    if count == 1 or len(distinct) <= count:
        return distinct[1:] if count > 1 else distinct[:0]
    # jenkspy closes classes above: the bound is the next value.
    closed = np.array(jenkspy.jenks_breaks(found, n_classes=count)[1:-1], dtype=np.float64)
    return distinct[np.unique(np.searchsorted(distinct, closed, side="right"))]


def _deviation(found: Floats, count: int) -> Floats:
    steps = np.arange(1, count) - count / 2
    bounds: Floats = found.mean() + steps * found.std()
    return bounds


def _equal(found: Floats, count: int) -> Floats:
    return np.linspace(found[0], found[-1], count + 1)[1:-1]


_METHODS: dict[Method, Callable[[Floats, int], Floats]] = {
    Method.QUANTILES: _quantiles,
    Method.JENKS: _jenks,
    Method.DEVIATION: _deviation,
    Method.EQUAL: _equal,
}
#: Bounds of these methods mean something by themselves: they move by a part of the class at most, the others freely
#: between two values.
_REACH = {Method.DEVIATION: 0.06, Method.EQUAL: 0.06}


def _around(found: Floats, fixed: Sequence[float]) -> tuple[float, ...]:
    """Thresholds with outer bounds that let them increase, even where no value is beyond."""
    if not fixed:
        return (float(found[0]), float(found[-1]))
    low, high = (float(found[0]), float(found[-1]))
    width = (fixed[-1] - fixed[0]) or abs(fixed[0]) or 1.0
    first = low if low < fixed[0] else fixed[0] - width
    last = high if high > fixed[-1] else fixed[-1] + width
    return (first, *fixed, last)


def _rounded(found: Floats, wished: Floats, method: Method, decimals: int | None) -> tuple[float, ...]:
    """Readable bounds: the roundest number between the last value below each bound and the first above."""
    reach = _REACH.get(method, math.inf) * float(np.diff(wished).min(initial=found[-1] - found[0]))
    inner: list[float] = []
    for wish in wished[(wished > found[0]) & (wished <= found[-1])].tolist():
        place = int(np.searchsorted(found, wish, side="left"))
        low, high = max(float(found[place - 1]), wish - reach), min(float(found[place]), wish + reach)
        bound = _roundest(low, high, wish, decimals)
        if found[0] < bound <= found[-1] and (not inner or bound > inner[-1]):
            inner.append(bound)
    return tuple(inner)


def _roundest(low: float, high: float, wish: float, decimals: int | None) -> float:
    """The number of fewest digits in ]low, high], the nearest to ``wish`` of those; ``high`` when there is none."""
    largest = math.floor(math.log10(max(abs(low), abs(high), 1e-300))) + 1
    finest = -decimals if decimals is not None else largest - 15
    for exponent in range(largest, finest - 1, -1):
        for step in (5, 2.5, 1):
            if step == 2.5 and exponent <= finest:
                continue
            found = _multiple(low, high, wish, step, exponent)
            if found is not None:
                return found
    return high if decimals is None else round(high, decimals)


def _multiple(low: float, high: float, wish: float, step: float, exponent: int) -> float | None:
    """The multiple of ``step * 10**exponent`` in ]low, high] that is nearest to ``wish``."""
    unit = step * 10.0**exponent
    for multiple in sorted({math.floor(wish / unit), math.ceil(wish / unit)}, key=lambda m: abs(m * unit - wish)):
        # Written then read: 3 * 0.1 is 0.3, not 0.30000000000000004.
        found = float(f"{multiple * unit:.{max(0, 1 - exponent)}f}")
        if low < found <= high:
            return found + 0.0
    return None


def _decimals(bounds: Sequence[float]) -> int:
    """Fewest decimals that write these bounds exactly, up to six."""
    for decimals in range(_MOST_DECIMALS):
        if all(math.isclose(round(bound, decimals), bound, rel_tol=1e-12, abs_tol=1e-12) for bound in bounds):
            return decimals
    return _MOST_DECIMALS
