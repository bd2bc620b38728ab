"""Distribution: how all territories spread, and where the ones that matter stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from terril.core.drawing.bins import Bin, binned
from terril.core.drawing.curves import why_nothing
from terril.core.drawing.flags import Flag, draw, height_of, place
from terril.core.drawing.metrics import widest
from terril.core.drawing.model import Role, Table, shown
from terril.core.drawing.scales import Scale, axis_texts, sparse, ticks
from terril.core.drawing.sheet import SMALL, Drawing, Pen, Sheet, notice
from terril.core.drawing.svg import Markup, join
from terril.core.status import Status
from terril.core.text import NBSP

STRIP = 40
_PLOT, _RADIUS = 130.0, 4.5
_COLOURS = {Role.MAIN: "accent", Role.OTHER: "ink", Role.REFERENCE: "reference"}


@dataclass(frozen=True, slots=True)
class Marked:
    """A territory to name in the distribution; its value is also among the values."""

    label: str
    value: float
    role: Role = Role.MAIN
    status: Status = Status.OK


@dataclass(frozen=True, slots=True)
class DistributionChart(Drawing):
    """Dots up to forty territories, a histogram beyond; the median, and the marked ones named.

    Parameters
    ----------
    frame : words of the chart.
    values : of all territories, in any order; those that are not finite are left out.
    marked : territories to name.
    bounds : bounds of the classes of the map beside it, recalled as a band of its colours under the axis.
    counted : what is counted (« communes »).
    """

    kind: ClassVar[str] = "distribution"

    values: Sequence[float]
    marked: tuple[Marked, ...] = ()
    bounds: tuple[float, ...] = ()
    counted: str = "territoires"

    def sheet(self) -> Sheet:
        """Names, then dots or bins, then the axis."""
        values = self._finite()
        if not values:
            return notice(self.frame, why_nothing(()))
        pen, strip = Pen(self.frame), len(values) <= STRIP
        left = 8.0 if strip else self._count_axis(self._bins(values))[1]
        x = self._scale(values, left)
        flags = tuple(Flag(x(at), text, colour, bold) for at, text, colour, bold in self._flags(values))
        placed = place(flags, self.frame.width)
        top = height_of(placed)
        if strip:
            marks, bottom = self._dots(pen, values, x, top)
        else:
            marks, bottom = self._histogram(pen, self._bins(values), x, top, left)
        names = draw(pen, placed, bottom)
        band, room = self._band(pen, x, bottom)
        axis, more = self._axis(pen, values, x, bottom + room)
        heading = f"Nombre de {self.counted}, selon la valeur" if not strip else f"Un point par valeur ({self.counted})"
        if self.frame.unit:
            heading += f", en{NBSP}{self.frame.unit}"
        return Sheet(join([marks, names, band, axis]), bottom + room + more, heading=heading)

    def table(self) -> Table:
        """One row an interval (or a value, up to forty): how many, and which of the marked ones."""
        values = self._finite()
        heading = (f"Intervalle ({self.frame.unit})" if self.frame.unit else "Intervalle", f"Nombre de {self.counted}")
        rows = []
        for one in self._groups(values):
            names = [self._said(each) for each in self._named() if one.holds(each.value)]
            rows.append((one.label, str(one.count), ", ".join(names)))
        rows += [(self.frame.write(one.value), "0", self._said(one)) for one in self._outside(values)]
        return Table((*heading, "Repères"), tuple(rows))

    def _said(self, one: Marked) -> str:
        return f"{one.label}{NBSP}: {self.frame.state(one.value, one.status)}"

    def _outside(self, values: Sequence[float]) -> tuple[Marked, ...]:
        """Marked ones that no dot or bin holds: a reference is not always one of the territories."""
        groups = self._groups(values)
        return tuple(one for one in self._named() if not any(group.holds(one.value) for group in groups))

    def _finite(self) -> tuple[float, ...]:
        return tuple(sorted(float(value) for value in self.values if math.isfinite(value)))

    def _groups(self, values: Sequence[float]) -> tuple[Bin, ...]:
        if len(values) > STRIP:
            return self._bins(values)
        counts: dict[float, int] = {}
        for value in values:
            counts[value] = counts.get(value, 0) + 1
        return tuple(Bin(value, value, count, self.frame.write(value), closed=True) for value, count in counts.items())

    def _bins(self, values: Sequence[float]) -> tuple[Bin, ...]:
        return binned(values, 16 if self.frame.compact else 28)

    def _scale(self, values: Sequence[float], left: float) -> Scale:
        """From the lowest to the highest, those that are marked included."""
        right = self.frame.width - 12
        beyond = [one.value for one in self._outside(values)]
        if len(values) <= STRIP:
            return Scale(min([values[0], *beyond]), max([values[-1], *beyond]), left + 6, right)
        bins = self._bins(values)
        return Scale(min([bins[0].low, *beyond]), max([bins[-1].high, *beyond]), left, right)

    def _named(self) -> tuple[Marked, ...]:
        return tuple(one for one in self.marked if shown(one.value, one.status))

    def _flags(self, values: Sequence[float]) -> list[tuple[float, str, str, bool]]:
        """Marked territories and the median; beyond the bins, at the bin that gathers what is beyond."""
        median = _median(values)
        flags = [(median, f"médiane{NBSP}: {self.frame.write(median)}", "reference", False)]
        for one in self._named():
            flags.append((one.value, self._said(one), _COLOURS[one.role], one.role is Role.MAIN))
        if len(values) <= STRIP:
            return flags
        bins = self._bins(values)
        return [(_inside(at, bins), text, colour, bold) for at, text, colour, bold in flags]

    def _dots(self, pen: Pen, values: Sequence[float], x: Scale, top: float) -> tuple[Markup, float]:
        """A dot a value, piled up where they would touch (Wilkinson 1999); the marked ones in colour."""
        step = 2 * _RADIUS + 0.5
        spots: list[tuple[float, int]] = []
        for value in values:
            near = bool(spots) and x(value) - spots[-1][0] < step
            spots.append((spots[-1][0], spots[-1][1] + 1) if near else (x(value), 0))
        tallest = 1 + max(level for _, level in spots)
        bottom = top + max(tallest * step, 3 * step) + 6
        colours = self._claimed(values)
        marks = [
            pen.dot((place, bottom - 2 - _RADIUS - level * step), _RADIUS, colours.get(i, "bar"), tip=self._tip(value))
            for i, (value, (place, level)) in enumerate(zip(values, spots, strict=True))
        ]
        return join([pen.line((x.start - 8, bottom, x.end + 8, bottom), "axis"), *marks]), bottom

    def _claimed(self, values: Sequence[float]) -> dict[int, str]:
        """Which dot is that of a marked territory: the first free one of the same value."""
        colours: dict[int, str] = {}
        for one in self._named():
            free = (i for i, value in enumerate(values) if value == one.value and i not in colours)
            i = next(free, None)
            if i is not None:
                colours[i] = _COLOURS[one.role]
        return colours

    def _tip(self, value: float) -> str:
        names = [one.label for one in self._named() if one.value == value]
        text = self.frame.write(value, unit=True)
        return f"{', '.join(names)}{NBSP}: {text}" if names else text

    def _count_axis(self, bins: Sequence[Bin]) -> tuple[tuple[float, ...], float]:
        steps = tuple(s for s in ticks(0.0, float(max(one.count for one in bins)), 2) if s == int(s))
        return steps, widest(axis_texts(steps), SMALL) + 10

    def _histogram(self, pen: Pen, bins: Sequence[Bin], x: Scale, top: float, left: float) -> tuple[Markup, float]:
        steps, _ = self._count_axis(bins)
        bottom = top + _PLOT
        y = Scale(0.0, steps[-1], bottom, top + 4)
        marks = []
        for value, text in zip(steps, axis_texts(steps), strict=True):
            line = (left, y(value), self.frame.width - 6, y(value))
            marks.append(pen.line(line, "axis" if value == 0 else "grid"))
            marks.append(pen.text(left - 6, y(value) + 4, text, "muted", anchor="end", size=SMALL))
        subjects = [one.value for one in self._named() if one.role is Role.MAIN]
        for one in bins:
            start, end = x(one.low), x(one.high)
            role = "accent" if any(one.holds(value) for value in subjects) else "bar"
            tip = f"{one.label}{NBSP}: {axis_texts((float(one.count),))[0]} {self.counted}"
            corner, size = (start + 0.5, y(one.count)), (max(end - start - 1, 0.5), bottom - y(one.count))
            marks.append(pen.outline(corner, size, role, tip=tip) if one.open else pen.box(corner, size, role, tip=tip))
        return join(marks), bottom

    def _band(self, pen: Pen, x: Scale, bottom: float) -> tuple[Markup, float]:
        """The classes of the map, in its colours."""
        if len(self.bounds) < 2:
            return Markup(), 0.0
        count = len(self.bounds) - 1
        shades = pen.frame.palette, count
        marks = []
        for i in range(count):
            start, end = (min(max(x(bound), x.start), x.end) for bound in self.bounds[i : i + 2])
            if end > start:
                marks.append(pen.swatch((start, bottom + 3), (end - start, 7), shades, i))
        return join(marks), 10.0

    def _axis(self, pen: Pen, values: Sequence[float], x: Scale, bottom: float) -> tuple[Markup, float]:
        bins = () if len(values) <= STRIP else self._bins(values)
        low = bins[1].low if bins and bins[0].open else x.low
        high = bins[-2].high if bins and bins[-1].open else x.high
        steps = [s for s in ticks(low, high, 3 if self.frame.compact else 6) if low <= s <= high] or [low]
        texts = axis_texts(steps)
        wide = [widest((text,), SMALL) for text in texts]
        places = [min(max(x(s), w / 2), self.frame.width - w / 2) for s, w in zip(steps, wide, strict=True)]
        marks = []
        kept = sparse(places, wide)
        room = [(places[i], wide[i]) for i in kept]
        for i in kept:
            marks.append(pen.line((x(steps[i]), bottom, x(steps[i]), bottom + 4), "axis"))
            marks.append(pen.text(places[i], bottom + 18, texts[i], "muted", anchor="middle", size=SMALL))
        for one, words in ((bins[0], "moins"), (bins[-1], "et plus")) if bins else ():
            spot, needed = (x(one.low) + x(one.high)) / 2, widest((words,), SMALL)
            spot = min(spot, self.frame.width - needed / 2)
            if one.open and all(abs(spot - at) >= (needed + other) / 2 + 4 for at, other in room):
                marks.append(pen.text(spot, bottom + 18, words, "muted", anchor="middle", size=SMALL))
        return join(marks), 24.0


def _median(values: Sequence[float]) -> float:
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def _inside(value: float, bins: Sequence[Bin]) -> float:
    """Where to point: the value, or the middle of the open bin that holds it."""
    for one in (bins[0], bins[-1]):
        if one.open and one.holds(value):
            return (one.low + one.high) / 2
    return value
