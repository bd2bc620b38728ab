"""Names written beside the marks they name: at the ends of lines, nudged apart, tied by a thin leader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from terril.core.drawing.metrics import LINE, SIZE, widest, width, wrap
from terril.core.drawing.scales import spread
from terril.core.drawing.sheet import Pen
from terril.core.drawing.svg import Markup, join

_GAP = 3.0
_LEADER = 18.0


@dataclass(frozen=True, slots=True)
class Label:
    """A name and a value beside a mark.

    Parameters
    ----------
    y : height of the mark.
    name, value : what to write; the value may be empty.
    role : colour of the text.
    leader : colour of the leader.
    x : abscissa of the mark.
    """

    y: float
    name: str
    value: str
    role: str
    leader: str
    x: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """Labels one above the other on one side of a drawing.

    Parameters
    ----------
    labels : in any order.
    room : widest a text may be.
    lines : lines a name may take.
    left : the column is on the left of the marks (texts end at their marks) rather than on the right.
    """

    labels: tuple[Label, ...]
    room: float
    lines: int = 2
    left: bool = False

    def texts(self, label: Label) -> tuple[str, ...]:
        """The lines of one label: the value follows the name where it fits, else takes a line."""
        name = wrap(label.name, self.room, self.lines, bold=label.bold)
        if not label.value:
            return name
        last = f"{name[-1]} {label.value}"
        if width(last, bold=label.bold) <= self.room:
            return (*name[:-1], last)
        return (*name, label.value)

    @property
    def width(self) -> float:
        """Room the column takes, its leaders included."""
        if not self.labels:
            return 0.0
        return max(widest(self.texts(label), bold=label.bold) for label in self.labels) + _LEADER

    @property
    def height(self) -> float:
        """Least height in which all the labels fit."""
        return sum(self._height(label) for label in self.labels)

    def draw(self, pen: Pen, edge: float, low: float, high: float) -> Markup:
        """The labels, from ``edge`` outwards, between the heights ``low`` and ``high``."""
        sizes = [self._height(label) for label in self.labels]
        centres = spread([label.y for label in self.labels], sizes, low, high)
        return join(self._draw(pen, edge, label, centre) for label, centre in zip(self.labels, centres, strict=True))

    def _height(self, label: Label) -> float:
        return len(self.texts(label)) * SIZE * LINE + _GAP

    def _draw(self, pen: Pen, edge: float, label: Label, centre: float) -> Markup:
        lines, side = self.texts(label), -1 if self.left else 1
        first = centre - (len(lines) - 1) * SIZE * LINE / 2 + SIZE * 0.34
        words = pen.texts(
            edge + side * _LEADER,
            first,
            lines,
            label.role,
            bold=label.bold,
            anchor="end" if self.left else "start",
        )
        away = abs(label.x - edge) > 4 or abs(centre - label.y) > 3
        if not away:
            return words
        bend = edge + side * (_LEADER - 4)
        start = (label.x + side * 5, label.y)
        points = [start, (max(start[0], edge + 4) if side > 0 else min(start[0], edge - 4), label.y), (bend, centre)]
        return join([pen.path(_polyline(points), label.leader, width=0.8), words])


def _polyline(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
