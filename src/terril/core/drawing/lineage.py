"""Lineage: from sources to indicators to pages, left to right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from terril.core.drawing.layers import Layout, Link, Place, Step, fold, layout
from terril.core.drawing.metrics import LINE, wrap
from terril.core.drawing.model import Role, Table
from terril.core.drawing.sheet import SMALL, Drawing, Pen, Sheet, notice
from terril.core.drawing.svg import Markup, join, link, number

#: Steps drawn at most, wide and narrow; the others are counted.
LIMIT, LIMIT_COMPACT = 40, 24
#: Columns that fit side by side; beyond, as in a narrow column, one step a line.
_COLUMNS = 5
_BETWEEN, _GAP, _PAD, _HEAD = 30.0, 9.0, 7.0, 22.0
_INDENT, _TEXT, _ROW_AIR, _DOT = 16.0, 12.0, 9.0, 3.5
_LINES = 4


@dataclass(frozen=True, slots=True)
class LineageChart(Drawing):
    """What a figure is made from, and what is made from it.

    Parameters
    ----------
    frame : words of the drawing.
    steps : in order of importance within their column: the last of a long column are folded into a count.
    links : pairs of identifiers, each from a column to a later one.
    """

    kind: ClassVar[str] = "lineage"

    steps: tuple[Step, ...]
    links: tuple[Link, ...]

    def sheet(self) -> Sheet:
        """Columns of boxes; or, in a narrow column, one step a line, further right at each level."""
        if not self.steps:
            return notice(self.frame, "Rien ne dépend encore de cette source.")
        steps, links = fold(self.steps, self.links, LIMIT_COMPACT if self.frame.compact else LIMIT)
        levels = sorted({step.level for step in steps})
        columns = {step.id: levels.index(step.level) for step in steps}
        if self.frame.compact or len(levels) > _COLUMNS:
            return self._outline(steps, links, columns)
        return self._layers(steps, links, columns)

    def table(self) -> Table:
        """Every step, folded ones included, and what it comes from."""
        labels = {step.id: step.label for step in self.steps}
        above: dict[str, list[str]] = {}
        for start, end in self.links:
            above.setdefault(end, []).append(labels[start])
        ordered = sorted(self.steps, key=lambda s: s.level)
        rows = ((s.label, s.what.capitalize(), ", ".join(above.get(s.id, ())) or "–") for s in ordered)
        return Table(("Étape", "Nature", "Vient de"), tuple(rows))

    # -- columns ----------------------------------------------------------------------------------

    def _layers(self, steps: Sequence[Step], links: Sequence[Link], columns: dict[str, int]) -> Sheet:
        count = max(columns.values()) + 1
        room = (self.frame.width - _BETWEEN * (count - 1)) / count
        lines = {s.id: wrap(s.label, room - 2 * _PAD, _LINES, SMALL, bold=s.role is Role.MAIN) for s in steps}
        heights = {i: len(text) * SMALL * LINE + 2 * _PAD for i, text in lines.items()}
        placed, pen = layout(columns, links, heights, _GAP), Pen(self.frame)
        marks = [self._heading(pen, i, room, steps, columns) for i in range(count)]
        marks += [self._links(pen, placed, room)]
        marks += [self._box(pen, s, lines[s.id], placed.places[s.id], room) for s in steps]
        return Sheet(join(marks), _HEAD + placed.height + 2, heading="")

    def _heading(self, pen: Pen, column: int, room: float, steps: Sequence[Step], columns: dict[str, int]) -> Markup:
        text = _heading(tuple(s for s in steps if columns[s.id] == column))
        left = column * (room + _BETWEEN)
        return pen.texts(left, 11, wrap(text, room, 1, SMALL), "muted", size=SMALL)

    def _links(self, pen: Pen, placed: Layout, room: float) -> Markup:
        marks = []
        for start, end in placed.links:
            a, b = placed.places[start], placed.places[end]
            left, right = a.column * (room + _BETWEEN) + room, b.column * (room + _BETWEEN)
            middle, y1, y2 = (left + right) / 2, _HEAD + a.middle, _HEAD + b.middle
            curve = " ".join(number(v) for v in (middle, y1, middle, y2, right, y2))
            marks.append(pen.path(f"M{number(left)} {number(y1)}C{curve}", "axis"))
        for channel in placed.channels:
            left, y = channel.column * (room + _BETWEEN), _HEAD + channel.middle
            marks.append(pen.line((left, y, left + room, y), "axis"))
        return join(marks)

    def _box(self, pen: Pen, step: Step, lines: Sequence[str], place: Place, room: float) -> Markup:
        left, top, main = place.column * (room + _BETWEEN), _HEAD + place.top, step.role is Role.MAIN
        edge = pen.outline((left, top), (room, place.height), "accent" if main else "axis", tip=_tip(step, lines))
        words = pen.texts(
            left + _PAD, top + _PAD + SMALL * 0.9, lines, _ink(step), size=SMALL, bold=step.role is Role.MAIN
        )
        return join([edge, link(words, step.href) if step.href and not main else words])

    # -- one step a line --------------------------------------------------------------------------

    def _outline(self, steps: Sequence[Step], links: Sequence[Link], columns: dict[str, int]) -> Sheet:
        """Each level hangs from a rail: the steps of a level stand on its rail, what stands on them leaves it."""
        pen, top, rows, marks = Pen(self.frame), 0.0, {}, []
        for column in range(max(columns.values()) + 1):
            own = [s for s in steps if columns[s.id] == column]
            left = column * _INDENT + _TEXT
            words = wrap(_heading(tuple(own)), self.frame.width - left, 1, SMALL)
            marks.append(pen.texts(left, top + 11, words, "muted", size=SMALL))
            top += _HEAD - 2
            for step in own:
                lines = wrap(step.label, self.frame.width - left, 2, SMALL, bold=step.role is Role.MAIN)
                text = pen.texts(left, top + SMALL * 0.9, lines, _ink(step), size=SMALL, bold=step.role is Role.MAIN)
                marks.append(link(text, step.href) if step.href and step.role is not Role.MAIN else text)
                rows[step.id] = top + SMALL * 0.55
                top += len(lines) * SMALL * LINE + _ROW_AIR
        return Sheet(join([self._rails(pen, links, columns, rows), *marks]), top, heading="")

    def _rails(self, pen: Pen, links: Sequence[Link], columns: dict[str, int], rows: dict[str, float]) -> Markup:
        marks = []
        for start, end in links:
            x1, x2 = (columns[name] * _INDENT + _DOT for name in (start, end))
            y1, y2 = rows[start], rows[end]
            marks.append(pen.path(f"M{number(x1)} {number(y1)}V{number(y2)}H{number(x2)}", "axis"))
        for name, y in rows.items():
            marks.append(pen.dot((columns[name] * _INDENT + _DOT, y), _DOT, "accent" if self._main(name) else "other"))
        return join(dict.fromkeys(marks))

    def _main(self, name: str) -> bool:
        return any(step.id == name and step.role is Role.MAIN for step in self.steps)


def _heading(steps: Sequence[Step]) -> str:
    kinds = list(dict.fromkeys(step.what for step in steps if step.what))
    several = len(steps) > 1
    return ", ".join(f"{kind}s" if several else kind for kind in kinds).capitalize()


def _ink(step: Step) -> str:
    if step.role is Role.MAIN:
        return "accent"
    return "label" if step.what else "muted"


def _tip(step: Step, lines: Sequence[str]) -> str:
    """The whole name, where it was cut."""
    return step.label if lines[-1].endswith("…") else ""
