"""Bar chart: horizontal bars from zero, each with its name and its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from terril.core.drawing.curves import why_nothing
from terril.core.drawing.metrics import LINE, SIZE, widest, width, wrap
from terril.core.drawing.model import HIDDEN, SHORT, Bar, Frame, Reference, Role, Table, shown
from terril.core.drawing.scales import Scale
from terril.core.drawing.sheet import SMALL, Drawing, Pen, Sheet, notice
from terril.core.drawing.svg import Markup, join, link
from terril.core.status import Status
from terril.core.text import NBSP

THICK, _AIR, _AIR_ABOVE, _HATCHED = 16.0, 9.0, 12.0, 44.0
ESTIMATED_DASH = "3 2.5"
_COLOURS = {Role.MAIN: "accent", Role.OTHER: "bar", Role.REFERENCE: "other"}
_WORDS = {Role.MAIN: "accent", Role.OTHER: "label", Role.REFERENCE: "reference"}


@dataclass(frozen=True, slots=True)
class _Row:
    bar: Bar
    lines: tuple[str, ...]
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class BarChart(Drawing):
    """Values side by side.

    Parameters
    ----------
    frame : words of the chart.
    bars : drawn in the order given; the :attr:`Role.MAIN` ones take the accent.
    reference : a value to compare with, as a vertical line.
    """

    kind: ClassVar[str] = "bar"

    bars: tuple[Bar, ...]
    reference: Reference | None = None

    def sheet(self) -> Sheet:
        """Names, bars, values; the reference line between bars and words."""
        found = [bar.value for bar in self.bars if bar.value is not None and shown(bar.value, bar.status)]
        if not found:
            return notice(self.frame, why_nothing(bar.status for bar in self.bars))
        pen, above = Pen(self.frame), self.frame.compact
        column = 0.0 if above else min(self._names(), 0.36 * self.frame.width)
        top = 20.0 if self.reference else 2.0
        rows = self._rows(column, top)
        bottom = rows[-1].top + rows[-1].height
        x = self._scale(found, column + (12 if column else 0))
        marks = []
        for row in rows:
            marks += [self._bar(pen, row, x, above), self._name(pen, row, column, above)]
        zero = x(0.0)
        marks.append(pen.line((zero, top, zero, bottom - _AIR / 2), "axis"))
        marks.append(self._reference(pen, rows, x, above))
        marks += [self._value(pen, row, x, above) for row in rows]
        return Sheet(join(marks), bottom)

    def table(self) -> Table:
        """One row a bar, then the reference."""
        rows = [(bar.label, self.frame.state(bar.value, bar.status)) for bar in self.bars]
        if self.reference is not None:
            rows.append((self.reference.label, self.frame.write(self.reference.value)))
        return Table(("Nom", _heading(self.frame)), tuple(rows))

    def _names(self) -> float:
        return max(width(bar.label, bold=bar.role is Role.MAIN) for bar in self.bars)

    def _rows(self, column: float, top: float) -> tuple[_Row, ...]:
        rows = []
        for bar in self.bars:
            room = column or self.frame.width
            lines = wrap(bar.label, room, 2, bold=bar.role is Role.MAIN)
            text = len(lines) * SIZE * LINE
            height = max(text, THICK) + _AIR if column else text + THICK + 3 + _AIR_ABOVE
            rows.append(_Row(bar, lines, top, height))
            top += height
        return tuple(rows)

    def _text(self, bar: Bar) -> str:
        """What is written at the end of a bar: short, its status said."""
        if bar.value is None or not shown(bar.value, bar.status):
            return SHORT[bar.status] if bar.status in HIDDEN else SHORT[Status.MISSING]
        return self.frame.state(bar.value, bar.status)

    def _scale(self, found: list[float], left: float) -> Scale:
        """From zero, with room for the values beyond the ends of the longest bars."""
        low, high = min(*found, 0.0), max(*found, 0.0)
        if self.reference is not None:
            low, high = min(low, self.reference.value), max(high, self.reference.value)
        if low == high:
            high = 1.0
        room = {True: 0.0, False: 0.0}
        for bar in self.bars:
            side = bar.value is not None and shown(bar.value, bar.status) and bar.value < 0
            room[side] = max(room[side], width(self._text(bar), bold=bar.role is Role.MAIN) + 8)
        if any(bar.status is Status.SECRET for bar in self.bars):
            room[False] = max(room[False], min(_HATCHED + 60, 120))
        return Scale(low, high, left + room[True], self.frame.width - room[False])

    def _middle(self, row: _Row, above: bool) -> float:
        """Height of the middle of the bar of a row."""
        if above:
            return row.top + len(row.lines) * SIZE * LINE + 3 + THICK / 2
        return row.top + (row.height - _AIR) / 2

    def _bar(self, pen: Pen, row: _Row, x: Scale, above: bool) -> Markup:
        bar, y = row.bar, self._middle(row, above) - THICK / 2
        tip = f"{bar.label}{NBSP}: {self.frame.state(bar.value, bar.status, unit=True)}"
        if bar.value is None or not shown(bar.value, bar.status):
            return pen.hatch((x(0.0), y), (_HATCHED, THICK), tip=tip) if bar.status is Status.SECRET else Markup()
        ends = sorted((x(0.0), x(bar.value)))
        corner, size, role = (ends[0], y), (ends[1] - ends[0], THICK), _COLOURS[bar.role]
        if bar.status is Status.ESTIMATED:
            return pen.outline(corner, size, role, dash=ESTIMATED_DASH, tip=tip)
        if bar.status is Status.PROVISIONAL:
            return pen.outline(corner, size, role, tip=tip)
        return pen.box(corner, size, role, tip=tip)

    def _name(self, pen: Pen, row: _Row, column: float, above: bool) -> Markup:
        bar, bold, role = row.bar, row.bar.role is Role.MAIN, _WORDS[row.bar.role]
        if above:
            words = pen.texts(0, row.top + SIZE * 0.9, row.lines, role, bold=bold)
        else:
            first = self._middle(row, above) - (len(row.lines) - 1) * SIZE * LINE / 2 + SIZE * 0.34
            words = pen.texts(column, first, row.lines, role, anchor="end", bold=bold)
        return link(words, bar.href) if bar.href else words

    def _value(self, pen: Pen, row: _Row, x: Scale, above: bool) -> Markup:
        bar, text = row.bar, self._text(row.bar)
        y = self._middle(row, above) + SIZE * 0.34
        if bar.value is None or not shown(bar.value, bar.status):
            start = x(0.0) + (_HATCHED if bar.status is Status.SECRET else 0) + 6
            return pen.text(start, y, text, "muted", halo=True)
        place, side = x(bar.value), -1 if bar.value < 0 else 1
        anchor = "end" if side < 0 else "start"
        bold, role = bar.role is Role.MAIN, _WORDS[bar.role]
        return pen.text(place + side * 6, y, text, role, anchor=anchor, bold=bold, halo=True)

    def _reference(self, pen: Pen, rows: tuple[_Row, ...], x: Scale, above: bool) -> Markup:
        """A vertical line, broken where a value or a name is written."""
        if self.reference is None:
            return Markup()
        value = self.frame.write(self.reference.value)
        text = wrap(f"{self.reference.label}{NBSP}: {value}", self.frame.width, 1, SMALL)[0]
        place, room = x(self.reference.value), widest((text,), SMALL)
        start = min(max(place - room / 2, 0), self.frame.width - room)
        marks = [pen.text(start, rows[0].top - 9, text, "reference", size=SMALL)]
        for first, last in self._clear(rows, x, place, above):
            marks.append(pen.line((place, first, place, last), "reference", width=1.25, dash="4 3"))
        return join(marks)

    def _clear(self, rows: tuple[_Row, ...], x: Scale, place: float, above: bool) -> list[tuple[float, float]]:
        """Heights where a vertical line at ``place`` crosses no word."""
        spans = [(rows[0].top - 5, rows[0].top)]
        for row in rows:
            middle, height = self._middle(row, above), THICK / 2 + _AIR / 2
            value, room = row.bar.value, width(self._text(row.bar), bold=row.bar.role is Role.MAIN) + 10
            end = x(value) if value is not None and shown(value, row.bar.status) else x(0.0) + _HATCHED
            covered = end - room < place < end if value is not None and value < 0 else end < place < end + room
            if not covered:
                spans.append((middle - height, middle + height))
        return _joined(spans)


def _joined(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Touching spans as one, so that the dashes of a line follow each other."""
    result: list[tuple[float, float]] = []
    for first, last in spans:
        if result and first <= result[-1][1] + 2:
            result[-1] = (result[-1][0], last)
        else:
            result.append((first, last))
    return result


def _heading(frame: Frame) -> str:
    """Heading of a column of values: the unit, or a plain word."""
    return f"Valeur ({frame.unit})" if frame.unit else "Valeur"
