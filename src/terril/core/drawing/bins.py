"""Bins of a histogram: round edges, and far tails gathered so that the shape of the others is seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from terril.core.drawing.scales import axis_texts, step_of
from terril.core.text import NBSP

_FENCE = 3.0


@dataclass(frozen=True, slots=True)
class Bin:
    """An interval and how many values it holds.

    Parameters
    ----------
    low, high : ends, as drawn; ``low`` is inside, ``high`` only when ``closed``.
    count : values in it.
    label : the interval in French.
    closed : ``high`` is inside.
    below, above : it also gathers what is under ``low``, or what is over ``high``.
    """

    low: float
    high: float
    count: int
    label: str
    closed: bool = False
    below: bool = False
    above: bool = False

    @property
    def open(self) -> bool:
        """Whether it gathers a tail."""
        return self.below or self.above

    def holds(self, value: float) -> bool:
        """Whether the value is counted in it."""
        over = self.below or value >= self.low
        under = self.above or value < self.high or (self.closed and value == self.high)
        return over and under


def binned(values: Sequence[float], count: int) -> tuple[Bin, ...]:
    """Bins of equal width with round edges, whose counts add up to the number of values.

    Parameters
    ----------
    values : finite, increasing, at least one.
    count : bins wished for, about.

    Notes
    -----
    What lies beyond three interquartile ranges of the quartiles (Tukey's outer fence) goes to an open bin at that end.
    """
    low, high = _fences(values)
    if high - low <= 1e-12 * max(abs(low), abs(high), 1e-300):
        pad = abs(high) * 0.05 or 0.5
        low, high = low - pad, high + pad
    step = step_of(high - low, count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    edges = [round(i * step, 12 - math.floor(math.log10(step))) for i in range(first, last + 1)]
    below, above = values[0] < edges[0], values[-1] > edges[-1]
    edges = [edges[0] - step] * below + edges + [edges[-1] + step] * above
    counts = [0] * (len(edges) - 1)
    for value in values:
        counts[_place(value, edges)] += 1
    return _labelled(edges, counts, below=below, above=above)


def _place(value: float, edges: Sequence[float]) -> int:
    """Index of the bin of a value; the last one holds its upper edge."""
    low, high = 0, len(edges) - 2
    while low < high:
        middle = (low + high + 1) // 2
        if value >= edges[middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _labelled(edges: Sequence[float], counts: Sequence[int], *, below: bool, above: bool) -> tuple[Bin, ...]:
    texts, last = axis_texts(edges), len(counts) - 1
    bins = []
    for i, found in enumerate(counts):
        lower, upper = below and i == 0, above and i == last
        if lower:
            label = f"moins de {texts[i + 1]}"
        elif upper:
            label = f"{texts[i]} et plus"
        else:
            label = f"{texts[i]} à {texts[i + 1]}"
        bins.append(Bin(edges[i], edges[i + 1], found, label.replace(" à ", f" à{NBSP}"), i == last, lower, upper))
    return tuple(bins)


def _fences(values: Sequence[float]) -> tuple[float, float]:
    """Lowest and highest value to give a bin of its own."""
    count = len(values)
    first, third = values[count // 4], values[(3 * count) // 4]
    reach = _FENCE * (third - first)
    if reach == 0:
        return values[0], values[-1]
    low, high = first - reach, third + reach
    return max(values[0], low), min(values[-1], high)
