"""Series as curves: runs that hold together, gaps that are said, in line charts, small multiples and sparklines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from terril.core.drawing.metrics import LINE, width, wrap
from terril.core.drawing.model import HIDDEN, SHORT, Frame, Point, Role, Series, shown
from terril.core.drawing.scales import Scale
from terril.core.drawing.sheet import SMALL, Pen
from terril.core.drawing.svg import Markup, join, path
from terril.core.status import Status
from terril.core.text import NBSP

ESTIMATED_DASH = "2 3.5"
_CATEGORIES = 6


@dataclass(frozen=True, slots=True)
class Style:
    """How a series is drawn: ``stroke`` and ``text`` are colours, by class name."""

    stroke: str
    text: str
    width: float
    dash: str | None = None
    bold: bool = False


def styles(series: Sequence[Series]) -> tuple[Style, ...]:
    """A style for each: the accent for a single subject, categories for several, grey for the others."""
    subjects = sum(one.role is Role.MAIN for one in series)
    result, rank = [], 0
    for one in series:
        if one.role is Role.OTHER:
            result.append(Style("other", "muted", 1.25))
        elif one.role is Role.REFERENCE:
            result.append(Style("reference", "reference", 1.5, "5 3"))
        elif subjects == 1:
            result.append(Style("accent", "accent", 2.5, bold=True))
        else:
            dash = None if rank < _CATEGORIES else "9 2.5"
            result.append(Style(f"s{rank % _CATEGORIES + 1}", "ink", 2.25, dash, bold=True))
            rank += 1
    return tuple(result)


def ordered(points: Iterable[Point]) -> tuple[Point, ...]:
    """Points by date."""
    return tuple(sorted(points, key=lambda point: point.at))


def value_of(point: Point) -> float | None:
    """What there is to draw of a point, if anything."""
    return point.value if shown(point.value, point.status) else None


def drawn(points: Iterable[Point]) -> tuple[tuple[Point, float], ...]:
    """The points that have a value to draw, with it."""
    return tuple((point, value) for point in points if (value := value_of(point)) is not None)


def values(series: Iterable[Series]) -> tuple[float, ...]:
    """Every value to draw."""
    return tuple(value for one in series for _, value in drawn(one.points))


def curve(pen: Pen, points: Sequence[Point], x: Scale, y: Scale, style: Style) -> Markup:
    """The line of one series: cut at gaps, dotted towards an estimated point."""
    parts = []
    for run in _runs(points):
        for estimated, pieces in groupby(pairwise(run), key=lambda pair: _estimated(pair[0][0], pair[1][0])):
            kept = list(pieces)
            ends = [kept[0][0], *(second for _, second in kept)]
            data = path((x(point.at), y(value)) for point, value in ends)
            parts.append(
                pen.path(data, style.stroke, width=style.width, dash=ESTIMATED_DASH if estimated else style.dash)
            )
    return join(parts)


def _estimated(one: Point, other: Point) -> bool:
    return Status.ESTIMATED in (one.status, other.status)


def _runs(points: Sequence[Point]) -> Iterator[list[tuple[Point, float]]]:
    """Points that follow each other without a gap."""
    for visible, run in groupby(points, key=lambda point: value_of(point) is not None):
        if visible:
            yield list(drawn(run))


def markers(pen: Pen, points: Sequence[Point], x: Scale, y: Scale, style: Style, *, every: bool) -> Markup:
    """Dots: all of them or only what a line alone would not show (the last, the lonely, the provisional)."""
    runs = list(_runs(points))
    result = []
    for i, run in enumerate(runs):
        for point, value in run:
            last = i == len(runs) - 1 and point is run[-1][0]
            provisional = point.status is Status.PROVISIONAL
            if every or last or provisional or len(run) == 1:
                radius = 4 if last else 2.75
                result.append(pen.dot((x(point.at), y(value)), radius, style.stroke, hollow=provisional))
    return join(result)


@dataclass(frozen=True, slots=True)
class Gap:
    """Consecutive points without a value."""

    first: float
    last: float
    status: Status


def gaps(points: Sequence[Point]) -> tuple[Gap, ...]:
    """Where a series has nothing to show, and why; a run is cut where the reason changes."""
    result = []
    for status, run in groupby(points, key=_reason):
        if status is not None:
            kept = list(run)
            result.append(Gap(kept[0].at, kept[-1].at, status))
    return tuple(result)


def _reason(point: Point) -> Status | None:
    if value_of(point) is not None:
        return None
    return Status(point.status) if point.status in HIDDEN else Status.MISSING


def draw_gaps(
    pen: Pen, found: Sequence[Gap], x: Scale, top: float, bottom: float, *, ends: tuple[float, float], half: float
) -> Markup:
    """Hatched bands for what is secret, « n.d. » for what is missing; a word is left out where it would touch another.

    Parameters
    ----------
    found : gaps of the subject, by date.
    top, bottom : height of the band.
    ends : first and last abscissa of the plot, that neither bands nor words leave.
    half : half of the room of one period.
    """
    bands, words, free = [], [], float("-inf")
    for gap in found:
        left, right = max(x(gap.first) - half, ends[0]), min(x(gap.last) + half, ends[1])
        if gap.status is Status.SECRET:
            bands.append(pen.hatch((left, top), (right - left, bottom - top), tip=gap.status.label))
        text = SHORT[gap.status]
        room = width(text, SMALL)
        centre = min(max((left + right) / 2, ends[0] + 3 + room / 2), ends[1] - 1 - room / 2)
        if centre - room / 2 < free:
            continue
        free = centre + room / 2 + 6
        words.append(pen.text(centre, bottom - 6, text, "muted", anchor="middle", size=SMALL, halo=True))
    return join([*bands, *words])


def why_nothing(statuses: Iterable[Status]) -> str:
    """The sentence shown in place of a drawing without any value."""
    found = set(statuses)
    if Status.SECRET in found:
        return "Rien à dessiner\u00a0: ces valeurs sont couvertes par le secret statistique."
    if found and found <= {Status.NOT_APPLICABLE}:
        return "Rien à dessiner\u00a0: l’indicateur est sans objet ici."
    return "Aucune valeur disponible à dessiner."


def absent(pen: Pen, top: float, names: Sequence[tuple[str, Status]]) -> tuple[Markup, float]:
    """Lines under a drawing that name what it leaves out, with the reason, and the room they take."""
    lines: list[str] = []
    for status in sorted({status for _, status in names}):
        kept = ", ".join(name for name, reason in names if reason is status)
        text = f"{status.label.capitalize()}{NBSP}: {kept}"
        lines += wrap(text, pen.frame.width, 3, SMALL)
    room = len(lines) * SMALL * LINE + 8 if lines else 0.0
    return pen.texts(0, top + 22, lines, "muted", size=SMALL), room


def tip(frame: Frame, label: str, point: Point) -> str:
    """What a mark says under the pointer: « Béthune, 2021 : 25 000 habitants »."""
    return f"{label}, {point.label}{NBSP}: {frame.state(point.value, point.status, unit=True)}"


def periods_table(frame: Frame, series: Sequence[Series]) -> tuple[tuple[str, ...], ...]:
    """One row a period, one column a series; a period a series does not have is left empty."""
    labels = {point.at: point.label for one in reversed(series) for point in one.points}
    found = [{point.at: frame.state(point.value, point.status) for point in one.points} for one in series]
    return tuple((labels[at], *(one.get(at, "") for one in found)) for at in sorted(labels))
