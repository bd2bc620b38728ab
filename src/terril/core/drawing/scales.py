"""From values to places: nice ticks, French writing of axes, labels that do not overlap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from terril.core.text import NBSP, format_number

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_SCALES = ((1e9, "Md"), (1e6, "M"))


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear scale from values to units of the drawing.

    Parameters
    ----------
    low, high : values at the two ends; equal ends put everything in the middle.
    start, end : their places (``end`` may be less than ``start``).
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        if self.high == self.low:
            return (self.start + self.end) / 2
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def step_of(span: float, count: int) -> float:
    """The nice step (1, 2, 2.5 or 5 times a power of ten) that cuts ``span`` in at most ``count`` parts, or nearly."""
    raw = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(nice for nice in _NICE if nice * power >= raw * 0.999) * power


def ticks(low: float, high: float, count: int = 4) -> tuple[float, ...]:
    """Round values that cover ``low`` … ``high``, both ends included.

    Equal ends are given room on both sides; around zero, zero is one of them.
    """
    if low > high:
        low, high = high, low
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        pad = abs(high) * 0.1 or 1.0
        low, high = (min(low, 0.0) if low == 0 else low - pad), high + pad
    step = step_of(high - low, count)
    first, last = math.floor(low / step + 1e-12), math.ceil(high / step - 1e-12)
    return tuple(_clean(i * step, step) for i in range(first, last + 1))


def _clean(value: float, step: float) -> float:
    """0.30000000000000004 is 0.3."""
    digits = 2 - math.floor(math.log10(step))
    return round(value, digits) + 0.0 if digits < 300 else value


def span(values: Sequence[float], *, zero: bool = False, near_zero: float = 0.4) -> tuple[float, float]:
    """Lowest and highest value to show, with zero where it is wanted or near.

    Parameters
    ----------
    values : finite; none gives 0 … 1.
    zero : bars need zero; lines take it when the lowest value is under ``near_zero`` of the highest.
    """
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    if zero or 0 <= low <= near_zero * high:
        low = min(low, 0.0)
    if zero or 0 >= high >= near_zero * low:
        high = max(high, 0.0)
    return low, high


def axis_texts(values: Sequence[float]) -> tuple[str, ...]:
    """Ticks in French, all with the same decimals; millions as « M », thousand millions as « Md »."""
    if not values:
        return ()
    largest = max(abs(value) for value in values)
    step = min((b - a for a, b in pairwise(values)), default=largest or 1.0)
    factor, suffix = next(((f, s) for f, s in _SCALES if largest >= f and step >= f / 1000), (1.0, ""))
    decimals = _decimals(step / factor)
    return tuple(
        format_number(value / factor, decimals) + (f"{NBSP}{suffix}" if suffix else "") if value else "0"
        for value in values
    )


def _decimals(step: float) -> int:
    """Digits after the comma that tell two ticks apart."""
    for decimals in range(12):
        if abs(round(step, decimals) - step) <= abs(step) * 1e-6:
            return decimals
    return 12


def spread(centres: Sequence[float], sizes: Sequence[float], low: float, high: float) -> tuple[float, ...]:
    """Centres moved as little as needed so that nothing overlaps nor leaves ``low`` … ``high``.

    Parameters
    ----------
    centres : where each label would like to be, in any order.
    sizes : room each one takes.
    low, high : ends; when all do not fit, they run past ``high``.

    Notes
    -----
    Blocks of touching labels sit at the mean of what their members want (isotonic regression, least squares).
    """
    order = sorted(range(len(centres)), key=lambda i: (centres[i], i))
    blocks: list[list[float]] = []  # start wished for, room, members
    for i in order:
        block = [_clamped(centres[i] - sizes[i] / 2, sizes[i], low, high), sizes[i], 1.0]
        while blocks and blocks[-1][0] + blocks[-1][1] > block[0]:
            block = _merged(blocks.pop(), block, low, high)
        blocks.append(block)
    return _placed(order, blocks, sizes)


def _merged(first: list[float], second: list[float], low: float, high: float) -> list[float]:
    members, room = first[2] + second[2], first[1] + second[1]
    start = (first[0] * first[2] + (second[0] - first[1]) * second[2]) / members
    return [_clamped(start, room, low, high), room, members]


def _clamped(start: float, room: float, low: float, high: float) -> float:
    return max(low, min(start, high - room))


def _placed(order: list[int], blocks: list[list[float]], sizes: Sequence[float]) -> tuple[float, ...]:
    result = [0.0] * len(order)
    places = iter(order)
    for start, _, members in blocks:
        for _ in range(int(members)):
            i = next(places)
            result[i] = start + sizes[i] / 2
            start += sizes[i]
    return tuple(result)


def sparse(places: Sequence[float], widths: Sequence[float], gap: float = 10.0) -> tuple[int, ...]:
    """Indices of the labels of an axis to write: a regular stride back from the last one, the first kept where it fits.

    Parameters
    ----------
    places : centres, increasing.
    widths : room of each text.
    """
    count = len(places)
    for stride in range(1, count + 1):
        kept = list(range(count - 1, -1, -stride))[::-1]
        if _clear(kept, places, widths, gap):
            break
    else:
        return ()
    if kept[0] != 0 and _clear([0, *kept], places, widths, gap):
        kept.insert(0, 0)
    return tuple(kept)


def _clear(kept: list[int], places: Sequence[float], widths: Sequence[float], gap: float) -> bool:
    return all(places[b] - places[a] >= (widths[a] + widths[b]) / 2 + gap for a, b in pairwise(kept))
