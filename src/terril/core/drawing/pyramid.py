"""Population pyramid: ages up, two sides out, on one scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from terril.core.drawing.curves import why_nothing
from terril.core.drawing.metrics import SIZE, shorten, widest
from terril.core.drawing.model import HIDDEN, SHORT, Table, shown
from terril.core.drawing.scales import Scale, axis_texts, ticks
from terril.core.drawing.sheet import SMALL, Drawing, Pen, Sheet, notice
from terril.core.drawing.svg import Markup, join
from terril.core.errors import TerrilError
from terril.core.status import Status
from terril.core.text import NBSP

_TALLEST, _TOP = 440.0, 22.0
_COLOURS = ("r3", "accent")


@dataclass(frozen=True, slots=True)
class Side:
    """One side: its name and a value for each age (``statuses`` empty: all published)."""

    label: str
    values: tuple[float | None, ...]
    statuses: tuple[Status, ...] = ()

    def status(self, i: int) -> Status:
        """Status of an age."""
        return self.statuses[i] if self.statuses else Status.OK

    def shown(self, i: int) -> float | None:
        """The value of an age where there is one to draw (never negative)."""
        value = self.values[i]
        return max(value, 0.0) if value is not None and shown(value, self.status(i)) else None


@dataclass(frozen=True, slots=True)
class PyramidChart(Drawing):
    """Two sides by age.

    Parameters
    ----------
    frame : words of the chart.
    ages : names of the ages, youngest first (drawn at the bottom).
    left, right : usually men, then women.

    Raises
    ------
    TerrilError
        A side that has not one value for each age.
    """

    kind: ClassVar[str] = "pyramid"

    ages: tuple[str, ...]
    left: Side
    right: Side

    def __post_init__(self) -> None:
        for side in (self.left, self.right):
            if len(side.values) != len(self.ages) or len(side.statuses) not in (0, len(self.ages)):
                raise TerrilError(f"« {side.label} » n’a pas une valeur par âge.")

    def sheet(self) -> Sheet:
        """Ages in the middle, bars on both sides, one scale."""
        every = range(len(self.ages))
        found = [v for side in (self.left, self.right) for i in every if (v := side.shown(i)) is not None]
        if not found:
            return notice(self.frame, why_nothing(side.status(i) for side in (self.left, self.right) for i in every))
        pen, row = Pen(self.frame), min(20.0, _TALLEST / len(self.ages))
        steps = ticks(0.0, max(found), 2 if self.frame.compact else 3)
        ages = tuple(shorten(age, 110, SMALL) for age in self.ages)
        gutter = widest(ages, SMALL) / 2 + 6
        middle, edge = self.frame.width / 2, widest(axis_texts(steps), SMALL) / 2 + 2
        bottom = _TOP + row * len(self.ages)
        scales = (
            Scale(0.0, steps[-1], middle - gutter, edge),
            Scale(0.0, steps[-1], middle + gutter, self.frame.width - edge),
        )
        marks = [self._axis(pen, steps, scale, bottom) for scale in scales]
        for side, scale, role in zip((self.left, self.right), scales, _COLOURS, strict=True):
            marks += [self._bar(pen, side, i, scale, role, (bottom - (i + 1) * row, row)) for i in every]
            outer = scale.end < scale.start
            x = scale.start + (-4 if outer else 4)
            marks.append(pen.text(x, 12, side.label, anchor="end" if outer else "start", bold=True))
        marks.append(self._ages(pen, ages, middle, bottom, row))
        return Sheet(join(marks), bottom + 24)

    def table(self) -> Table:
        """One row an age, oldest last."""
        rows = tuple(
            (age, *(self.frame.state(side.values[i], side.status(i)) for side in (self.left, self.right)))
            for i, age in enumerate(self.ages)
        )
        return Table(("Âge", self.left.label, self.right.label), rows)

    def _axis(self, pen: Pen, steps: tuple[float, ...], scale: Scale, bottom: float) -> Markup:
        marks = []
        for value, text in zip(steps, axis_texts(steps), strict=True):
            x = scale(value)
            marks.append(pen.line((x, _TOP, x, bottom), "axis" if value == 0 else "grid"))
            if value:
                marks.append(pen.text(x, bottom + 16, text, "muted", anchor="middle", size=SMALL))
        return join(marks)

    def _bar(self, pen: Pen, side: Side, i: int, scale: Scale, role: str, place: tuple[float, float]) -> Markup:
        y, row = place
        # Thin rows overlap a hair: on a screen, bars that only touch show a moiré of pale lines.
        gap = 1.0 if row > 6 else -0.4
        status, value = side.status(i), side.shown(i)
        tip = f"{side.label}, {self.ages[i]}{NBSP}: {self.frame.state(side.values[i], status, unit=True)}"
        outward = 1 if scale.end > scale.start else -1
        if value is None:
            return self._nothing(pen, status, scale.start, (y, row - gap), outward, tip)
        ends = sorted((scale.start, scale(value)))
        corner, size = (ends[0], y), (ends[1] - ends[0], row - gap)
        if status in (Status.ESTIMATED, Status.PROVISIONAL):
            return pen.outline(corner, size, role, dash="3 2.5" if status is Status.ESTIMATED else None, tip=tip)
        return pen.box(corner, size, role, tip=tip)

    def _nothing(
        self, pen: Pen, status: Status, start: float, place: tuple[float, float], outward: int, tip: str
    ) -> Markup:
        y, height = place
        if status is Status.SECRET:
            return pen.hatch((start if outward > 0 else start - 36, y), (36, height), tip=tip)
        if height < SIZE - 2:
            return Markup()
        text = SHORT[status] if status in HIDDEN else SHORT[Status.MISSING]
        anchor = "start" if outward > 0 else "end"
        return pen.text(start + 5 * outward, y + height / 2 + 4, text, "muted", anchor=anchor, size=11)

    def _ages(self, pen: Pen, ages: tuple[str, ...], middle: float, bottom: float, row: float) -> Markup:
        """Names of ages, as many as fit one above the other, from the youngest."""
        stride = -(-15 // int(max(row, 1))) if row < 15 else 1
        # Round strides (every 5 or 10 ages) read better than every 4.
        stride = next((nice for nice in (1, 2, 5, 10, 20, 25, 50) if nice >= stride), stride)
        return join(
            pen.text(middle, bottom - (i + 0.5) * row + 4, ages[i], "muted", anchor="middle", size=SMALL)
            for i in range(0, len(ages), stride)
        )
