"""Small multiples: the same little chart many times, on one scale, so that shapes compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from terril.core.drawing import curves
from terril.core.drawing.metrics import LINE, SIZE, widest, width, wrap
from terril.core.drawing.model import Role, Series, Table
from terril.core.drawing.scales import Scale, axis_texts, span, ticks
from terril.core.drawing.sheet import SMALL, Drawing, Pen, Sheet, notice
from terril.core.drawing.svg import Markup, join

_PLOT, _GAP = 92.0, 22.0


@dataclass(frozen=True, slots=True)
class Panel:
    """One of the little charts: usually a subject, and a reference in grey."""

    title: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Places shared by all panels."""

    columns: int
    left: float
    width: float
    titles: int
    ticks: tuple[float, ...]
    dates: tuple[float, ...]

    @property
    def height(self) -> float:
        return self.titles * SIZE * LINE + 8 + _PLOT + 20

    def corner(self, i: int) -> tuple[float, float]:
        """Top left of the plot of a panel."""
        x = self.left + (i % self.columns) * (self.width + _GAP)
        return x, (i // self.columns) * (self.height + 14) + self.titles * SIZE * LINE + 8


@dataclass(frozen=True, slots=True)
class MultiplesChart(Drawing):
    """Little line charts on the same scales.

    Parameters
    ----------
    frame : words of the chart.
    panels : in reading order.
    """

    kind: ClassVar[str] = "multiples"

    panels: tuple[Panel, ...]

    def sheet(self) -> Sheet:
        """Panels, three in a row (two where narrow)."""
        every = [one for panel in self.panels for one in panel.series]
        if not curves.values(every):
            return notice(self.frame, curves.why_nothing(p.status for one in every for p in one.points))
        pen, grid = Pen(self.frame), self._grid(every)
        rows = -(-len(self.panels) // grid.columns)
        marks = [self._panel(pen, grid, i, panel) for i, panel in enumerate(self.panels)]
        return Sheet(join(marks), rows * (grid.height + 14) - 14)

    def table(self) -> Table:
        """One row a panel, series and period."""
        rows = [
            (panel.title, one.label, point.label, self.frame.state(point.value, point.status))
            for panel in self.panels
            for one in panel.series
            for point in curves.ordered(one.points)
        ]
        value = f"Valeur ({self.frame.unit})" if self.frame.unit else "Valeur"
        return Table(("Graphique", "Série", "Période", value), tuple(rows))

    def _grid(self, every: list[Series]) -> _Grid:
        columns = min(2 if self.frame.compact else 3, len(self.panels))
        steps = ticks(*span(curves.values(every)), 2)
        left = widest(axis_texts(steps), SMALL) + 8
        dates = sorted({point.at for one in every for point in one.points})
        room = (self.frame.width - left - (columns - 1) * _GAP) / columns
        room = min(room, 300.0)
        titles = max(len(wrap(panel.title, room, 2, bold=True)) for panel in self.panels)
        return _Grid(columns, left, room, titles, steps, tuple(dates))

    def _panel(self, pen: Pen, grid: _Grid, i: int, panel: Panel) -> Markup:
        left, top = grid.corner(i)
        inner = max(width(self.frame.write(v), SMALL) for v in curves.values(panel.series) or (0.0,)) + 8
        inner = min(inner, grid.width / 2.2)
        x = Scale(grid.dates[0], grid.dates[-1], left + 4, left + grid.width - inner)
        y = Scale(grid.ticks[0], grid.ticks[-1], top + _PLOT, top)
        lines = wrap(panel.title, grid.width, grid.titles, bold=True)
        first = top - 8 - (len(lines) - 1) * SIZE * LINE
        marks = [pen.texts(left, first, lines, bold=True), self._axes(pen, grid, i, x, y)]
        styles = curves.styles(panel.series)
        for one, style in sorted(zip(panel.series, styles, strict=True), key=lambda p: p[0].role is Role.MAIN):
            points = curves.ordered(one.points)
            marks.append(curves.curve(pen, points, x, y, style))
            if one.role is Role.MAIN:
                marks.append(curves.markers(pen, points, x, y, style, every=False))
        marks.append(self._end(pen, panel, x, y, (left, top)))
        return join([*marks, self._tips(pen, panel, x, y)])

    def _axes(self, pen: Pen, grid: _Grid, i: int, x: Scale, y: Scale) -> Markup:
        """Grid in each panel; the values of ticks once a row, the first and last date under each."""
        left, _ = grid.corner(i)
        marks = []
        for value, text in zip(grid.ticks, axis_texts(grid.ticks), strict=True):
            place = y(value)
            marks.append(pen.line((left, place, left + grid.width, place), "axis" if value == 0 else "grid"))
            if i % grid.columns == 0:
                marks.append(pen.text(left - 6, place + 4, text, "muted", anchor="end", size=SMALL))
        labels = {p.at: p.label for panel in self.panels for one in panel.series for p in one.points}
        first, last = labels[grid.dates[0]], labels[grid.dates[-1]]
        bottom = y.start + 16
        end = x(grid.dates[-1])
        marks.append(pen.text(end, bottom, last, "muted", anchor="middle", size=SMALL))
        start = left + width(first, SMALL)
        if len(grid.dates) > 1 and start + 8 < end - width(last, SMALL) / 2:
            marks.append(pen.text(left, bottom, first, "muted", size=SMALL))
        return join(marks)

    def _end(self, pen: Pen, panel: Panel, x: Scale, y: Scale, corner: tuple[float, float]) -> Markup:
        """Last value of the subject, or why there is none; gaps of the subject."""
        subject = next((one for one in panel.series if one.role is Role.MAIN), None)
        if subject is None and panel.series:
            return Markup()
        points = curves.ordered(subject.points) if subject else ()
        found = curves.drawn(points)
        if not found:
            words = curves.why_nothing(p.status for p in points).removeprefix("Rien à dessiner\u00a0: ")
            lines = wrap(words[:1].upper() + words[1:], x.end - x.start + 18, 3, SMALL)
            return pen.texts(corner[0] + 6, corner[1] + 22, lines, "muted", size=SMALL, halo=True)
        point, value = found[-1]
        marks = [curves.draw_gaps(pen, curves.gaps(points), x, corner[1], y.start, ends=(corner[0], x.end + 4), half=5)]
        place = min(max(y(value) + 4, corner[1] + 8), y.start - 3)
        marks.append(
            pen.text(x(point.at) + 7, place, self.frame.write(value), "accent", size=SMALL, bold=True, halo=True)
        )
        return join(marks)

    def _tips(self, pen: Pen, panel: Panel, x: Scale, y: Scale) -> Markup:
        return join(
            pen.hit((x(point.at) - 6, y(value) - 6), (12, 12), curves.tip(self.frame, one.label, point))
            for one in panel.series
            if one.role is Role.MAIN
            for point, value in curves.drawn(one.points)
        )
