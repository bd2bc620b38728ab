"""Line chart: one or several series through time, named at their ends."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from terril.core.drawing import curves
from terril.core.drawing.labels import Column, Label
from terril.core.drawing.metrics import LINE, widest, width, wrap
from terril.core.drawing.model import HIDDEN, SHORT, Break, Role, Series, Table, Target
from terril.core.drawing.scales import Scale, axis_texts, span, sparse, ticks
from terril.core.drawing.sheet import SMALL, Drawing, Pen, Sheet, notice
from terril.core.drawing.svg import Markup, join
from terril.core.status import Status

_HEIGHT, _HEIGHT_COMPACT = 250.0, 210.0
_EVERY_DOT = 14
_TIPS = 90
_ONE_LINE = 8


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where things are."""

    pen: Pen
    x: Scale
    y: Scale
    ticks: tuple[float, ...]
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class LineChart(Drawing):
    """Series through time.

    Parameters
    ----------
    frame : words of the chart.
    series : one :attr:`Role.MAIN` takes the accent, several take a colour each; the others are grey.
    target : a level to reach, named with the series.
    breaks : moments from which the figures are measured otherwise.
    """

    kind: ClassVar[str] = "line"

    series: tuple[Series, ...]
    target: Target | None = None
    breaks: tuple[Break, ...] = ()

    def sheet(self) -> Sheet:
        """Grid, gaps, breaks, curves, then labels over them."""
        found = curves.values(self.series)
        if not found:
            return notice(self.frame, curves.why_nothing(p.status for s in self.series for p in s.points))
        pen = Pen(self.frame)
        goal = (self.target.value,) if self.target else ()
        steps = ticks(*span((*found, *goal)), 4 if self.frame.compact else 5)
        column = Column(self._labels(None), 96 if self.frame.compact else 176, self._lines())
        left = widest(axis_texts(steps), SMALL) + 10
        right = self.frame.width - column.width - 6
        top = self._band() + 8
        bottom = top + max(_HEIGHT_COMPACT if self.frame.compact else _HEIGHT, column.height - 12)
        x, y = self._time(left, right), Scale(steps[0], steps[-1], bottom, top)
        plot = _Plot(pen, x, y, steps, left, right, top, bottom)
        marks = [self._grid(plot), self._gaps(plot), self._breaks(plot), self._curves(plot), self._first(plot)]
        labels = Column(self._labels(plot), column.room, column.lines)
        marks += [labels.draw(pen, right, top - 6, bottom + 6), self._tips(plot)]
        return Sheet(join(marks), bottom + 24)

    def table(self) -> Table:
        """One row a period, one column a series, and the target."""
        columns = ("Période", *(one.label for one in self.series))
        rows = curves.periods_table(self.frame, self.series)
        if self.target is None:
            return Table(columns, rows)
        goal = self.frame.write(self.target.value)
        return Table((*columns, self.target.label), tuple((*row, goal) for row in rows))

    def _time(self, left: float, right: float) -> Scale:
        dates = [point.at for one in self.series for point in one.points] + [each.at for each in self.breaks]
        return Scale(min(dates), max(dates), left + 8, right - 6)

    def _lines(self) -> int:
        return 2 if len(self.series) <= _ONE_LINE else 1

    def _band(self) -> float:
        """Room above the plot for the words of breaks: two lines a break, breaks close together one above the other."""
        return len(self.breaks) * SMALL * LINE + 4 if self.breaks else 0.0

    def _grid(self, plot: _Plot) -> Markup:
        pen, parts = plot.pen, []
        for value, text in zip(plot.ticks, axis_texts(plot.ticks), strict=True):
            y = plot.y(value)
            base = value == 0 or (value == plot.ticks[0] and plot.ticks[0] > 0)
            parts.append(pen.line((plot.left, y, plot.right, y), "axis" if base and value == 0 else "grid"))
            parts.append(pen.text(plot.left - 6, y + 4, text, "muted", anchor="end", size=SMALL))
        labels = {point.at: point.label for one in self.series for point in one.points}
        dates = sorted(labels)
        places = [plot.x(at) for at in dates]
        rooms = [width(labels[at], SMALL) for at in dates]
        for i in sparse(places, rooms):
            parts.append(pen.line((places[i], plot.bottom, places[i], plot.bottom + 4), "axis"))
            parts.append(pen.text(places[i], plot.bottom + 18, labels[dates[i]], "muted", anchor="middle", size=SMALL))
        return join(parts)

    def _subjects(self) -> tuple[Series, ...]:
        return tuple(one for one in self.series if one.role is Role.MAIN) or self.series[:1]

    def _gaps(self, plot: _Plot) -> Markup:
        """Gaps of the subject; those of several would not be told apart, and are in the table."""
        subjects = self._subjects()
        if len(subjects) != 1:
            return Markup()
        points = curves.ordered(subjects[0].points)
        if not points:
            return Markup()
        near = min((b.at - a.at for a, b in pairwise(points) if b.at > a.at), default=0.0)
        half = min(max(abs(plot.x(points[0].at + near) - plot.x(points[0].at)) * 0.45, 5.0), 24.0)
        return curves.draw_gaps(
            plot.pen, curves.gaps(points), plot.x, plot.top, plot.bottom, ends=(plot.left, plot.right), half=half
        )

    def _breaks(self, plot: _Plot) -> Markup:
        parts = []
        for row, one in enumerate(sorted(self.breaks, key=lambda each: each.at)):
            x, y = plot.x(one.at), 6 + (row + 0.6) * SMALL * LINE
            text = wrap(one.label, plot.right - plot.left, 1, SMALL)[0]
            room = width(text, SMALL)
            start = min(max(x - room / 2, plot.left), self.frame.width - room)
            parts.append(plot.pen.line((x, y + 4, x, plot.bottom), "muted", dash="1.5 3"))
            parts.append(plot.pen.text(start, y, text, "muted", size=SMALL, halo=True))
        return join(parts)

    def _curves(self, plot: _Plot) -> Markup:
        """Others first, subject on top."""
        pen, parts = plot.pen, []
        if self.target is not None:
            y = plot.y(self.target.value)
            parts.append(pen.line((plot.left, y, plot.right, y), "target", width=1.5, dash="7 4"))
        styled = sorted(zip(self.series, curves.styles(self.series), strict=True), key=lambda pair: _depth(pair[0]))
        for one, style in styled:
            points = curves.ordered(one.points)
            every = one.role is Role.MAIN and len(self._subjects()) <= 2 and len(points) <= _EVERY_DOT
            parts.append(curves.curve(pen, points, plot.x, plot.y, style))
            if one.role is not Role.OTHER:
                parts.append(curves.markers(pen, points, plot.x, plot.y, style, every=every))
            elif len(curves.drawn(points)) == 1:
                parts.append(curves.markers(pen, points, plot.x, plot.y, style, every=True))
        return join(parts)

    def _labels(self, plot: _Plot | None) -> tuple[Label, ...]:
        """Names at the ends of lines; without a plot, only their room is known."""
        result = []
        for one, style in zip(self.series, curves.styles(self.series), strict=True):
            last = curves.drawn(curves.ordered(one.points))[-1:]
            if last:
                point, value = last[0]
                text = self.frame.write(value)
                spot = (plot.x(point.at), plot.y(value)) if plot else (0.0, 0.0)
            else:
                text = SHORT[_reason(one)]
                spot = (plot.right, plot.bottom) if plot else (0.0, 0.0)
            leader = "axis" if style.text == "accent" else style.stroke
            result.append(Label(spot[1], one.label, text, style.text, leader, spot[0], style.bold))
        if self.target is not None:
            text, y = self.frame.write(self.target.value), plot.y(self.target.value) if plot else 0.0
            result.append(Label(y, self.target.label, text, "target", "target", plot.right if plot else 0.0))
        return tuple(result)

    def _first(self, plot: _Plot) -> Markup:
        """The value a lone subject starts from, on the side its line leaves free."""
        subjects = self._subjects()
        points = curves.drawn(curves.ordered(subjects[0].points))
        if len(self.series) > 1 or len(points) < 3 or self.target is not None:
            return Markup()
        (first, start), (_, then) = points[:2]
        y = plot.y(start) + (-10 if start >= then else 19)
        if not plot.top + 4 < y < plot.bottom - 20:
            return Markup()
        text = self.frame.write(start)
        x = max(plot.x(first.at) - 4, plot.left + 2)
        return plot.pen.text(x, y, text, "accent", size=SMALL, halo=True)

    def _tips(self, plot: _Plot) -> Markup:
        """What the pointer finds: every point, or those of the subjects when there are many."""
        every = sum(len(one.points) for one in self.series) <= _TIPS
        parts = []
        for one in self.series if every else self._subjects():
            for point, value in curves.drawn(one.points):
                corner = (plot.x(point.at) - 7, plot.y(value) - 7)
                parts.append(plot.pen.hit(corner, (14, 14), curves.tip(self.frame, one.label, point)))
        return join(parts)


def _reason(one: Series) -> Status:
    """Why a series has nothing to draw."""
    return max((Status(p.status) for p in one.points if p.status in HIDDEN), default=Status.MISSING)


def _depth(one: Series) -> int:
    return (Role.OTHER, Role.REFERENCE, Role.MAIN).index(one.role)
