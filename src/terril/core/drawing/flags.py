"""Names over a horizontal axis, each at the top of a thin mast that comes down to its value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from terril.core.drawing.metrics import shorten, width
from terril.core.drawing.sheet import SMALL, Pen
from terril.core.drawing.svg import Markup, join

_ROW, _FIRST = 18.0, 12.0


@dataclass(frozen=True, slots=True)
class Flag:
    """A text to place over ``x``."""

    x: float
    text: str
    colour: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A flag with its place: ``row`` counts up from the plot, ``top`` is the number of rows."""

    flag: Flag
    text: str
    left: float
    row: int
    rows: int

    @property
    def right(self) -> float:
        """Right end of the text."""
        return self.left + width(self.text, SMALL, bold=self.flag.bold)

    @property
    def y(self) -> float:
        """Baseline of the text."""
        return _FIRST + (self.rows - 1 - self.row) * _ROW

    def mast(self, pen: Pen, bottom: float) -> Markup:
        """The line down to the value."""
        x, colour = self.flag.x, self.flag.colour
        dash = "3 3" if colour == "reference" else None
        return pen.line((x, self.y - 9, x, bottom), colour, width=1.25, dash=dash)

    def name(self, pen: Pen) -> Markup:
        """The text, over the masts that pass behind it."""
        return pen.text(self.left, self.y, self.text, self.flag.colour, size=SMALL, bold=self.flag.bold, halo=True)


def draw(pen: Pen, placed: Sequence[Placed], bottom: float) -> Markup:
    """Masts first, then names with a halo."""
    return join([*(flag.mast(pen, bottom) for flag in placed), *(flag.name(pen) for flag in placed)])


def place(flags: Sequence[Flag], room: float) -> tuple[Placed, ...]:
    """Rows for the flags so that no two names touch, and masts pass beside names where they can.

    Parameters
    ----------
    flags : in any order.
    room : width of the drawing.
    """
    found: list[tuple[Flag, str, float, int]] = []
    # From the right: a name flies to the right of its mast, over nothing that is placed after it.
    for flag in sorted(flags, key=lambda each: -each.x):
        text = shorten(flag.text, room - 8, SMALL, bold=flag.bold)
        needed = width(text, SMALL, bold=flag.bold)
        right, left = flag.x + 5, flag.x - 5 - needed
        sides = [side for side in (right, left) if side >= 0 and side + needed <= room]
        sides = sides or [max(0.0, min(flag.x - needed / 2, room - needed))]
        found.append((flag, text, *_free(flag, sides, needed, found)))
    rows = 1 + max((row for *_, row in found), default=-1)
    return tuple(Placed(flag, text, left, row, rows) for flag, text, left, row in reversed(found))


def _free(
    flag: Flag, sides: Sequence[float], needed: float, found: Sequence[tuple[Flag, str, float, int]]
) -> tuple[float, int]:
    """The best spot where the name touches no other: no mast across a name, then low, then to the right of its mast."""
    spots = [(row, left) for row in range(len(found) + 1) for left in sides]
    clear = [spot for spot in spots if not _touches(spot, needed, found)]
    row, left = min(clear, key=lambda s: (_crosses(flag, s, needed, found), s[0] + 2 * (s[1] < flag.x), s[0]))
    return left, row


def _touches(spot: tuple[int, float], needed: float, found: Sequence[tuple[Flag, str, float, int]]) -> bool:
    row, left = spot
    return any(
        row == other_row and left < start + width(text, SMALL, bold=other.bold) + 8 and start < left + needed + 8
        for other, text, start, other_row in found
    )


def _crosses(flag: Flag, spot: tuple[int, float], needed: float, found: Sequence[tuple[Flag, str, float, int]]) -> bool:
    row, left = spot
    for other, text, start, other_row in found:
        end = start + width(text, SMALL, bold=other.bold)
        if other_row < row and start - 3 < flag.x < end + 3:
            return True
        if other_row > row and left - 3 < other.x < left + needed + 3:
            return True
    return False


def height_of(placed: Sequence[Placed]) -> float:
    """Room the names take over the plot."""
    return placed[0].rows * _ROW + 6 if placed else 6.0
