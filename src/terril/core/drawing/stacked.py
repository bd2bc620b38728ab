"""Stacked chart: how a whole is shared, one bar a territory or a date."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from terril.core.drawing.curves import why_nothing
from terril.core.drawing.metrics import LINE, SIZE, width, wrap
from terril.core.drawing.model import HIDDEN, Role, Table, shown
from terril.core.drawing.scales import spread
from terril.core.drawing.sheet import SMALL, Drawing, Pen, Sheet, notice
from terril.core.drawing.svg import Markup, join
from terril.core.errors import TerrilError
from terril.core.status import Status
from terril.core.text import NBSP, format_number

_THICK, _AIR, _FAR = 24.0, 10.0, 48.0
_MOST = 6


@dataclass(frozen=True, slots=True)
class StackedRow:
    """One bar: a value for each part, in the order of the parts (``statuses`` empty: all published)."""

    label: str
    values: tuple[float | None, ...]
    statuses: tuple[Status, ...] = ()
    role: Role = Role.OTHER

    def status(self, i: int) -> Status:
        """Status of a part."""
        return self.statuses[i] if self.statuses else Status.OK

    def shown(self, i: int) -> float | None:
        """The value of a part where there is one to draw (never negative)."""
        value = self.values[i]
        return max(value, 0.0) if value is not None and shown(value, self.status(i)) else None

    @property
    def hidden(self) -> tuple[Status, ...]:
        """Why parts are not drawn, if some are not."""
        states = [self.status(i) for i in range(len(self.values)) if self.shown(i) is None]
        return tuple(state if state in HIDDEN else Status.MISSING for state in states)


@dataclass(frozen=True, slots=True)
class _Segment:
    part: int
    start: float
    room: float
    share: float


@dataclass(frozen=True, slots=True)
class StackedChart(Drawing):
    """Shares of a whole.

    Parameters
    ----------
    frame : words of the chart; its unit is that of the values, shares are written in %.
    rows : bars, in the order given. A bar with a hidden part has no known whole: it is hatched or said, not drawn.
    parts : names of the parts, at most six (five when ordered): group the others before drawing.
    ordered : the parts have an order (ages, sizes): a ramp is used instead of categories.

    Raises
    ------
    TerrilError
        Too many parts, or a row with another number of values.
    """

    kind: ClassVar[str] = "stacked"

    rows: tuple[StackedRow, ...]
    parts: tuple[str, ...]
    ordered: bool = False

    def __post_init__(self) -> None:
        most = _MOST - 1 if self.ordered else _MOST
        if len(self.parts) > most:
            raise TerrilError(
                f"Un graphique empilé montre au plus {most} parts, pas {len(self.parts)}.",
                hint="Regrouper les plus petites sous « Autres ».",
            )
        for row in self.rows:
            if len(row.values) != len(self.parts) or len(row.statuses) not in (0, len(self.parts)):
                raise TerrilError(f"« {row.label} » n’a pas une valeur par part.")

    def sheet(self) -> Sheet:
        """Names of the parts over the first bar, then the bars."""
        if not any(self._whole(row) for row in self.rows):
            return notice(self.frame, why_nothing(status for row in self.rows for status in row.hidden))
        pen, above = Pen(self.frame), self.frame.compact
        names = max(width(row.label, bold=row.role is Role.MAIN) for row in self.rows)
        left = 0.0 if above else min(names, 0.32 * self.frame.width) + 12
        first = next(i for i, row in enumerate(self.rows) if self._whole(row))
        legend, y = self._legend(pen, left, direct=first == 0)
        marks = [legend]
        for row in self.rows:
            drawn, room = self._row(pen, row, left, y)
            marks.append(drawn)
            y += room
        return Sheet(join(marks), y - _AIR + 2, heading=f"Parts du total, en{NBSP}%")

    def table(self) -> Table:
        """One row a bar, one column a part: value, and share where the whole is known."""
        rows = []
        for row in self.rows:
            whole = self._whole(row)
            texts = [
                self.frame.state(row.values[i], row.status(i))
                + (f" ({_percent(value / whole)})" if whole and (value := row.shown(i)) is not None else "")
                for i in range(len(self.parts))
            ]
            rows.append((row.label, *texts))
        return Table(("Nom", *self.parts), tuple(rows))

    def _whole(self, row: StackedRow) -> float:
        """Sum of the parts, 0 when one is hidden."""
        return 0.0 if row.hidden else math.fsum(row.shown(i) or 0.0 for i in range(len(self.parts)))

    def _role(self, part: int) -> str:
        if not self.ordered:
            return f"s{part + 1}"
        shades = {1: (4,), 2: (2, 4), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}[len(self.parts)]
        return f"r{shades[part]}"

    def _segments(self, row: StackedRow, left: float) -> Iterator[_Segment]:
        whole, start, room = self._whole(row), left, self.frame.width - left
        for part in range(len(self.parts)):
            share = (row.shown(part) or 0.0) / whole
            yield _Segment(part, start, share * room, share)
            start += share * room

    def _legend(self, pen: Pen, left: float, *, direct: bool) -> tuple[Markup, float]:
        """Names over the segments of the first bar where they fit on a line, else a key; and where the bars start."""
        rooms = [width(name, SMALL, bold=True) + 12 for name in self.parts]
        if self.frame.compact or not direct or sum(rooms) > self.frame.width - left:
            return self._key(pen)
        segments = list(self._segments(self.rows[0], left))
        wished = [segment.start + segment.room / 2 for segment in segments]
        # Spread keeps the order of what is wished; equal wishes (empty parts) keep the order of the parts.
        places = spread(wished, rooms, left, self.frame.width)
        if max(abs(place - wish) for place, wish in zip(places, wished, strict=True)) > _FAR:
            return self._key(pen)
        marks, bars = [], 26.0
        for part, (place, wish) in enumerate(zip(places, wished, strict=True)):
            role = self._role(part)
            marks.append(pen.text(place, 12, self.parts[part], "label", anchor="middle", size=SMALL, bold=True))
            if segments[part].room > 0:
                marks.append(pen.path(f"M{place:.1f} 17L{wish:.1f} {bars - 1:.1f}", role, width=1.5))
        return join(marks), bars

    def _key(self, pen: Pen) -> tuple[Markup, float]:
        marks, x, y = [], 0.0, 12.0
        for part, name in enumerate(self.parts):
            text = wrap(name, self.frame.width - 18, 1, SMALL)[0]
            room = 18 + width(text, SMALL)
            if x and x + room > self.frame.width:
                x, y = 0.0, y + SMALL * LINE + 4
            marks.append(pen.box((x, y - 10), (12, 12), self._role(part)))
            marks.append(pen.text(x + 17, y, text, size=SMALL))
            x += room + 16
        return join(marks), y + 14

    def _row(self, pen: Pen, row: StackedRow, left: float, top: float) -> tuple[Markup, float]:
        bold = row.role is Role.MAIN
        lines = wrap(row.label, left - 12 if left else self.frame.width, 2, bold=bold)
        text = len(lines) * SIZE * LINE
        if left:
            height = max(text, _THICK)
            y = top + height / 2 - (len(lines) - 1) * SIZE * LINE / 2 + SIZE * 0.34
            words = pen.texts(left - 12, y, lines, anchor="end", bold=bold)
            bar = top + (height - _THICK) / 2
        else:
            height = text + 3 + _THICK
            words, bar = pen.texts(0, top + SIZE * 0.9, lines, bold=bold), top + text + 3
        return join([words, self._bar(pen, row, left, bar)]), height + _AIR

    def _bar(self, pen: Pen, row: StackedRow, left: float, y: float) -> Markup:
        if not self._whole(row):
            return self._unknown(pen, row, left, y)
        marks = []
        for segment in self._segments(row, left):
            status, role = row.status(segment.part), self._role(segment.part)
            value = self.frame.state(row.values[segment.part], status, unit=True)
            percent = _percent(segment.share)
            tip = f"{row.label}, {self.parts[segment.part]}{NBSP}: {percent} ({value})"
            corner, size = (segment.start, y), (max(segment.room - 1, 0.0), _THICK)
            if not segment.room:
                continue
            if status in (Status.ESTIMATED, Status.PROVISIONAL):
                dash = "3 2.5" if status is Status.ESTIMATED else None
                marks.append(pen.outline(corner, size, role, dash=dash, tip=tip))
            else:
                marks.append(pen.box(corner, size, role, tip=tip))
            if width(percent, SMALL) + 6 < segment.room:
                ink = "label" if status in (Status.ESTIMATED, Status.PROVISIONAL) else f"on-{role}"
                middle = segment.start + (segment.room - 1) / 2
                marks.append(pen.text(middle, y + _THICK / 2 + 4.2, percent, ink, anchor="middle", size=SMALL))
        return join(marks)

    def _unknown(self, pen: Pen, row: StackedRow, left: float, y: float) -> Markup:
        """A bar whose whole is not known: hatched when secret, said otherwise."""
        status = max(row.hidden, default=Status.OK)
        text = status.label if row.hidden else f"total{NBSP}: {format_number(0)}"
        marks, start = [], left
        if status is Status.SECRET:
            marks.append(pen.hatch((left, y), (60, _THICK), tip=f"{row.label}{NBSP}: {text}"))
            start += 66
        return join([*marks, pen.text(start, y + _THICK / 2 + 4.2, text, "muted", size=SMALL)])


def _percent(share: float) -> str:
    """A share written as a whole percentage; what is not nothing is not written 0 %."""
    if 0 < share < 0.005:
        return f"<{NBSP}1{NBSP}%"
    return f"{format_number(100 * share)}{NBSP}%"
