"""Slope chart: from one date to another, who rises and who falls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from terril.core.drawing import curves
from terril.core.drawing.labels import Column, Label
from terril.core.drawing.metrics import width
from terril.core.drawing.model import Point, Role, Series, Table
from terril.core.drawing.scales import Scale
from terril.core.drawing.sheet import SMALL, Drawing, Pen, Sheet, notice
from terril.core.drawing.svg import Markup, join, path
from terril.core.status import Status

_HEIGHT, _TOP = 260.0, 26.0


@dataclass(frozen=True, slots=True)
class SlopeChart(Drawing):
    """The first and the last date of several series.

    Parameters
    ----------
    frame : words of the chart.
    lines : series; what they were between their two ends is not drawn. A series without a value at either end is not
        drawn either: it is named under the drawing.
    """

    kind: ClassVar[str] = "slope"

    lines: tuple[Series, ...]

    def sheet(self) -> Sheet:
        """Two vertical rules, the lines, names on the right, values on both sides."""
        pairs = [(line, ends) for line in self.lines if (ends := self._valued(line)) is not None]
        if not pairs:
            return notice(self.frame, self._why_nothing())
        pen = Pen(self.frame)
        values = [value for _, ends in pairs for _, value in ends]
        styles = dict(zip(self.lines, curves.styles(self.lines), strict=True))
        left, right = self._columns(pairs, styles, None)
        edges = (left.width + 6, self.frame.width - right.width - 6)
        bottom = _TOP + max(_HEIGHT * (0.85 if self.frame.compact else 1), left.height, right.height)
        y = Scale(min(values), max(values), bottom - 14, _TOP + 14)
        left, right = self._columns(pairs, styles, (edges, y))
        marks = [self._rules(pen, edges, bottom)]
        for line, ends in sorted(pairs, key=lambda pair: pair[0].role is Role.MAIN):
            marks.append(self._line(pen, line, ends, styles[line], (edges, y)))
        marks += [left.draw(pen, edges[0], _TOP, bottom), right.draw(pen, edges[1], _TOP, bottom)]
        words, room = self._absent(pen, bottom, [line for line, _ in pairs])
        return Sheet(join([*marks, words]), bottom + 6 + room)

    def table(self) -> Table:
        """One row a series: both values and the change."""
        first, last = self._dates()
        rows = []
        for line in self.lines:
            ends, drawn = self._ends(line), self._valued(line)
            texts = tuple(self.frame.state(p.value, p.status) if p else "" for p in ends)
            change = drawn[1][1] - drawn[0][1] if drawn else None
            sign = "+" if change is not None and self.frame.write(change)[0] not in "−0" else ""
            rows.append((line.label, *texts, "" if change is None else sign + self.frame.write(change)))
        return Table(("Nom", first, last, "Évolution"), tuple(rows))

    def _why_nothing(self) -> str:
        dates = {point.at for line in self.lines for point in line.points}
        if len(dates) == 1:
            return "Une seule date est connue\u00a0: il en faut deux pour dessiner une évolution."
        return curves.why_nothing(p.status for line in self.lines for p in line.points)

    def _dates(self) -> tuple[str, str]:
        """Words over the two rules: the earliest and the latest period of all."""
        points = curves.ordered(point for line in self.lines for point in line.points)
        return (points[0].label, points[-1].label) if points else ("Début", "Fin")

    def _ends(self, line: Series) -> tuple[Point | None, Point | None]:
        """The points of a series at the earliest and the latest date of all."""
        dates = [point.at for each in self.lines for point in each.points]
        at = {point.at: point for point in line.points}
        return at.get(min(dates, default=0.0)), at.get(max(dates, default=0.0))

    def _valued(self, line: Series) -> tuple[tuple[Point, float], tuple[Point, float]] | None:
        first, last = self._ends(line)
        if first is None or last is None or first.at == last.at:
            return None
        start, end = curves.value_of(first), curves.value_of(last)
        return None if start is None or end is None else ((first, start), (last, end))

    def _columns(
        self,
        pairs: list[tuple[Series, tuple[tuple[Point, float], tuple[Point, float]]]],
        styles: dict[Series, curves.Style],
        places: tuple[tuple[float, float], Scale] | None,
    ) -> tuple[Column, Column]:
        left, right = [], []
        for line, ((_, start), (_, end)) in pairs:
            style = styles[line]
            spots = (places[1](start), places[1](end)) if places else (0.0, 0.0)
            edges = places[0] if places else (0.0, 0.0)
            role, leader = style.text, style.stroke
            left.append(Label(spots[0], self.frame.write(start), "", role, leader, edges[0], style.bold))
            right.append(Label(spots[1], line.label, self.frame.write(end), role, leader, edges[1], style.bold))
        room = 120.0 if self.frame.compact else 220.0
        return Column(tuple(left), 110.0, 1, left=True), Column(tuple(right), room, 2 if len(pairs) <= 8 else 1)

    def _rules(self, pen: Pen, edges: tuple[float, float], bottom: float) -> Markup:
        marks = []
        for edge, text, anchor in zip(edges, self._dates(), ("end", "start"), strict=True):
            shift = min(width(text, SMALL) / 2, 20) * (1 if anchor == "end" else -1)
            marks.append(pen.line((edge, _TOP - 4, edge, bottom), "grid"))
            marks.append(pen.text(edge + shift, 12, text, "muted", anchor=anchor, size=SMALL))
        return join(marks)

    def _line(
        self,
        pen: Pen,
        line: Series,
        ends: tuple[tuple[Point, float], tuple[Point, float]],
        style: curves.Style,
        places: tuple[tuple[float, float], Scale],
    ) -> Markup:
        edges, y = places
        spots = [(edge, y(value)) for edge, (_, value) in zip(edges, ends, strict=True)]
        estimated = any(point.status is Status.ESTIMATED for point, _ in ends)
        dash = curves.ESTIMATED_DASH if estimated else style.dash
        marks = [pen.path(path(spots), style.stroke, width=style.width, dash=dash)]
        for spot, (point, _) in zip(spots, ends, strict=True):
            hollow, tip = point.status is Status.PROVISIONAL, curves.tip(self.frame, line.label, point)
            marks.append(pen.dot(spot, 3.75, style.stroke, hollow=hollow, tip=tip))
        return join(marks)

    def _absent(self, pen: Pen, top: float, present: list[Series]) -> tuple[Markup, float]:
        """Names of the series that could not be drawn, and why."""
        return curves.absent(pen, top, [self._reason(line) for line in self.lines if line not in present])

    def _reason(self, line: Series) -> tuple[str, Status]:
        hidden = [p.status for p in self._ends(line) if p is not None and curves.value_of(p) is None]
        return line.label, max(hidden, default=Status.MISSING)
