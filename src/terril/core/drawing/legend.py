"""What is written under a map: classes and their counts, what has no colour, scale, north, method, credits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from terril.core.drawing.metrics import LINE, shorten, wrap
from terril.core.drawing.sheet import SMALL, Pen
from terril.core.drawing.svg import Attribute, Markup, element, group, join
from terril.core.text import NBSP, format_number

_ROW = 20.0
_SWATCH = (22.0, 13.0)
_GUTTER = 30.0
#: Widest a line is: counts stay near what they count.
_LINE = 250.0
#: Two columns where there is room for them.
_TWO = 500.0
_BAR = 130.0


@dataclass(frozen=True, slots=True)
class Key:
    """One line of a legend.

    Parameters
    ----------
    swatch : attributes of the little rectangle: its fill, its outline.
    label : French.
    count : of territories; None says none.
    """

    swatch: dict[str, Attribute]
    label: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Legend:
    """The lines of a legend, laid out by :meth:`draw`.

    Parameters
    ----------
    unit : heads the classes; may be empty.
    classes, others : lines of the classes, and of what is said beside them.
    notes : sentences under both.
    metres_per_unit : scale of the drawing; 0 draws none.
    bar_note : said beside the scale bar, where it is not that of everything drawn.
    """

    unit: str
    classes: Sequence[Key]
    others: Sequence[Key]
    notes: Sequence[str]
    metres_per_unit: float
    bar_note: str = ""

    def draw(self, pen: Pen, top: float, width: float) -> tuple[Markup, float]:
        """The legend under ``top``, and where it ends.

        Two columns where there is room: classes, then the rest.
        """
        two = width >= _TWO and bool(self.classes)
        left, left_end = self._classes(pen, top, min(width, _LINE))
        column = (width / 2, top) if two else (0.0, left_end)
        right, right_end = self._beside(pen, *column, width)
        notes, end = self._notes(pen, max(left_end, right_end), width)
        return join([*left, *right, *notes]), end

    def _classes(self, pen: Pen, top: float, width: float) -> tuple[list[Markup], float]:
        if not self.classes:
            return [], top
        place = top + _ROW * 0.75
        counted = pen.text(width, place, "territoires", "muted", anchor="end", size=SMALL)
        parts = [pen.text(0, place, shorten(self.unit or "valeur", width * 0.68, bold=True), bold=True), counted]
        for key in self.classes:
            place += _ROW
            parts.append(_line(pen, key, 0, place, width))
        return parts, place + _ROW * 0.6

    def _beside(self, pen: Pen, left: float, top: float, right: float) -> tuple[list[Markup], float]:
        parts: list[Markup] = []
        place = top + _ROW * 0.75
        for key in self.others:
            # A name may be long, and has no count to line up with the others.
            width = right - left if key.count is None else min(right - left, _LINE)
            parts.append(_line(pen, key, left, place, width))
            place += _ROW
        if self.metres_per_unit:
            parts.append(_scale(pen, self.metres_per_unit, left, place, self.bar_note))
            place += _ROW * 1.4
        return parts, max(place - _ROW * 0.4, top)

    def _notes(self, pen: Pen, top: float, width: float) -> tuple[list[Markup], float]:
        parts = []
        place = top
        for note in self.notes:
            lines = wrap(note, width, 4, SMALL)
            parts.append(pen.texts(0, place + SMALL * LINE, lines, "muted", size=SMALL))
            place += len(lines) * SMALL * LINE + 3
        return parts, place + 4


def _line(pen: Pen, key: Key, left: float, place: float, width: float) -> Markup:
    """A line whose text stands on ``place``."""
    wide, high = _SWATCH
    counted = "" if key.count is None else format_number(key.count)
    room = width - _GUTTER - (len(counted) * 8 + 8 if counted else 0)
    swatch = element("rect", x=left + 0.5, y=place - high + 1.5, width=wide, height=high, **key.swatch)
    words = pen.text(left + _GUTTER, place, shorten(key.label, room))
    number = pen.text(left + width, place, counted, "muted", anchor="end", size=SMALL) if counted else Markup()
    return join([swatch, words, number])


def _scale(pen: Pen, metres: float, left: float, top: float, note: str) -> Markup:
    """An arrow to the north, then a bar of a round length with its name."""
    length, label = bar_length(metres, _BAR)
    start, base = left + _GUTTER, top + 6
    x = left + _SWATCH[0] / 2
    arrow = element("path", d=f"M{_n(x)} {_n(top - 10)}l4 11-4-3-4 3z", class_="ink fill", fill=pen.colour("ink"))
    north = pen.text(x, top + 12, "N", size=SMALL, bold=True, anchor="middle")
    end = start + length / metres
    bar = pen.path(f"M{_n(start)} {_n(base - 5)}V{_n(base)}H{_n(end)}V{_n(base - 5)}", "ink", width=1.5)
    name = pen.text(end + 8, base + 1, f"{label}{f' ({note})' if note else ''}", size=SMALL)
    return group([arrow, north, bar, name])


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def bar_length(metres: float, room: float) -> tuple[float, str]:
    """The longest round length (1, 2 or 5 times a power of ten, metres) that fits in ``room`` units, and its name."""
    most = metres * room
    power = 10.0 ** math.floor(math.log10(most))
    length = next(step * power for step in (5, 2, 1) if step * power <= most * (1 + 1e-9))
    if length >= 1000:
        return length, f"{format_number(length / 1000)}{NBSP}km"
    return length, f"{format_number(length, max(0, -math.floor(math.log10(length))))}{NBSP}m"
