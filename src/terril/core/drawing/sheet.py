"""The sheet a chart is drawn on: its pen, its title, unit and source, its two sizes."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from terril.core.drawing.metrics import LINE, SIZE, wrap
from terril.core.drawing.model import Frame, Table
from terril.core.drawing.palettes import PAPER, colour, palette
from terril.core.drawing.svg import Attribute, Markup, element, group, join, number
from terril.core.text import NBSP

FONT = "'Source Sans 3', sans-serif"
SMALL = 12.0
_TITLE, _MARGIN = 18.0, 20
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9_-]+")
_LINKS = re.compile(r"</?a\b[^>]*>")


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws marks in the colours of a frame: a class for the page's style sheet, an attribute for everything else."""

    frame: Frame

    def colour(self, role: str) -> str:
        """Light colour of a role, ``#rrggbb``."""
        return colour(role, self.frame.palette)

    def text(
        self,
        x: float,
        y: float,
        content: str,
        role: str = "label",
        *,
        anchor: str = "start",
        size: float = SIZE,
        bold: bool = False,
        halo: bool = False,
    ) -> Markup:
        """One line; ``y`` is its baseline. ``halo`` clears the paper around it."""
        outline: dict[str, Attribute] = {}
        if halo:
            outline = {"stroke": PAPER, "stroke_width": 4, "stroke_linejoin": "round", "paint_order": "stroke"}
        return element(
            "text",
            content,
            x=x,
            y=y,
            class_=f"{role} fill haloed" if halo else f"{role} fill",
            fill=self.colour(role),
            font_size=None if size == SIZE else size,
            font_weight=600 if bold else None,
            text_anchor=None if anchor == "start" else anchor,
            **outline,
        )

    def texts(
        self,
        x: float,
        y: float,
        lines: Sequence[str],
        role: str = "label",
        *,
        anchor: str = "start",
        size: float = SIZE,
        bold: bool = False,
        halo: bool = False,
    ) -> Markup:
        """Lines one under the other; ``y`` is the baseline of the first."""
        return join(
            self.text(x, y + i * size * LINE, line, role, anchor=anchor, size=size, bold=bold, halo=halo)
            for i, line in enumerate(lines)
        )

    def line(
        self, ends: tuple[float, float, float, float], role: str, *, width: float = 1, dash: str | None = None
    ) -> Markup:
        """A straight line from (x1, y1) to (x2, y2)."""
        x1, y1, x2, y2 = ends
        return element(
            "line",
            x1=x1,
            y1=y1,
            x2=x2,
            y2=y2,
            stroke_dasharray=dash,
            **self._stroke(role, None if width == 1 else width),
        )

    def path(self, data: str, role: str, *, width: float = 1, dash: str | None = None) -> Markup:
        """A line without filling; nothing for empty data."""
        if not data:
            return Markup()
        joined: dict[str, Attribute] = {"stroke_linejoin": "round", "stroke_linecap": None if dash else "round"}
        return element("path", d=data, fill="none", stroke_dasharray=dash, **joined, **self._stroke(role, width))

    def box(self, corner: tuple[float, float], size: tuple[float, float], role: str, *, tip: str = "") -> Markup:
        """A filled rectangle; never of a negative size."""
        return element(
            "rect",
            x=corner[0],
            y=corner[1],
            width=max(size[0], 0),
            height=max(size[1], 0),
            class_=f"{role} fill",
            fill=self.colour(role),
            data_tip=tip or None,
        )

    def swatch(self, corner: tuple[float, float], size: tuple[float, float], ramp: tuple[str, int], i: int) -> Markup:
        """A rectangle in the ``i``-th colour of a ramp (palette, count): that of the map beside it, in any theme."""
        shade = palette(ramp[0]).ramp(ramp[1])[i]
        return element("rect", x=corner[0], y=corner[1], width=size[0], height=size[1], fill=shade)

    def outline(
        self,
        corner: tuple[float, float],
        size: tuple[float, float],
        role: str,
        *,
        dash: str | None = None,
        tip: str = "",
    ) -> Markup:
        """A hollow rectangle, its line inside the place of the full one: provisional, or estimated when dashed."""
        return element(
            "rect",
            x=corner[0] + 0.75,
            y=corner[1] + 0.75,
            width=max(size[0] - 1.5, 0),
            height=max(size[1] - 1.5, 0),
            class_=f"{role} stroke hollow",
            fill=PAPER,
            stroke=self.colour(role),
            stroke_width=1.5,
            stroke_dasharray=dash,
            data_tip=tip or None,
        )

    def hatch(self, corner: tuple[float, float], size: tuple[float, float], *, tip: str = "") -> Markup:
        """A hatched rectangle: something is there, and hidden. Asks the sheet for its pattern."""
        return element(
            "rect",
            x=corner[0],
            y=corner[1],
            width=max(size[0], 0),
            height=max(size[1], 0),
            fill=f"url(#{key(self.frame)}-secret)",
            data_tip=tip or None,
        )

    def dot(
        self, centre: tuple[float, float], radius: float, role: str, *, hollow: bool = False, tip: str = ""
    ) -> Markup:
        """A round marker, hollow when the value is provisional; ringed with paper so that it stands off its line."""
        x, y = centre
        if hollow:
            return element(
                "circle",
                cx=x,
                cy=y,
                r=radius,
                class_=f"{role} stroke hollow",
                fill=PAPER,
                stroke=self.colour(role),
                stroke_width=2,
                data_tip=tip or None,
            )
        return element(
            "circle", cx=x, cy=y, r=radius, class_=f"{role} fill", fill=self.colour(role), data_tip=tip or None
        )

    def hit(self, corner: tuple[float, float], size: tuple[float, float], tip: str) -> Markup:
        """An unseen area that answers the pointer with ``tip``."""
        return element(
            "rect",
            x=corner[0],
            y=corner[1],
            width=max(size[0], 0),
            height=max(size[1], 0),
            fill="none",
            pointer_events="all",
            data_tip=tip,
        )

    def _stroke(self, role: str, width: float | None) -> dict[str, Attribute]:
        return {"class_": f"{role} stroke", "stroke": self.colour(role), "stroke_width": width}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a chart hands to :func:`document`.

    Parameters
    ----------
    marks : in painting order, in units of the viewBox, from (0, 0) to (frame.width, height).
    height : room they take.
    heading : what is measured, where the unit of the frame does not say it (None: « en » and the unit).
    """

    marks: Markup
    height: float
    heading: str | None = None


def key(frame: Frame) -> str:
    """Prefix of the ids inside the SVG, safe in ``url(#…)``."""
    return _NOT_IN_ID.sub("-", frame.id) or "graphique"


def document(frame: Frame, kind: str, sheet: Sheet, *, standalone: bool = False) -> str:
    """The SVG of a chart.

    Parameters
    ----------
    frame, kind : its words; its class (``chart-kind``).
    sheet : its marks.
    standalone : a file of its own, with title, unit and source as text on white; otherwise to be inlined.
    """
    pen, name = Pen(frame), key(frame)
    head, top = _head(pen, sheet.heading, standalone=standalone)
    height = top + sheet.height
    foot, bottom = _foot(pen, height) if standalone else (Markup(), 0.0)
    # A link of the portal leads nowhere from a file.
    inside = Markup(_LINKS.sub("", sheet.marks)) if standalone else sheet.marks
    marks = group([inside], transform=f"translate(0 {number(top)})" if top else None)
    # Below, a drawing with links is a group of things to reach; without, one image.
    words = (
        element("title", frame.title, id=f"{name}-t"),
        element("desc", frame.description, id=f"{name}-d"),
    )
    pattern = _pattern(pen) if f"url(#{name}-secret)" in sheet.marks else Markup()
    places = _places(frame.width, height + bottom, standalone=standalone)
    return element(
        "svg",
        *words,
        pattern,
        *([_paper(frame.width, height + bottom)] if standalone else []),
        head,
        marks,
        foot,
        class_=f"chart chart-{kind}{' compact' if frame.compact else ''}",
        data_palette=frame.palette,
        role="group" if "<a " in inside else "img",
        aria_labelledby=f"{name}-t {name}-d",
        font_family=FONT,
        font_size=SIZE,
        **places,
    )


def _places(width: float, height: float, *, standalone: bool) -> dict[str, Attribute]:
    if not standalone:
        return {"viewBox": f"0 0 {number(width)} {number(height)}"}
    w, h = width + 2 * _MARGIN, height + 2 * _MARGIN
    box = f"-{_MARGIN} -{_MARGIN} {number(w)} {number(h)}"
    return {"xmlns": "http://www.w3.org/2000/svg", "viewBox": box, "width": w, "height": h}


def _paper(width: float, height: float) -> Markup:
    return element(
        "rect", x=-_MARGIN, y=-_MARGIN, width=width + 2 * _MARGIN, height=height + 2 * _MARGIN, fill="#ffffff"
    )


def _head(pen: Pen, heading: str | None, *, standalone: bool) -> tuple[Markup, float]:
    """Title (in a file only) and unit, with the room they take."""
    frame, marks, y = pen.frame, [], 0.0
    if standalone:
        lines = wrap(frame.title, frame.width, 3, _TITLE, bold=True)
        marks.append(pen.texts(0, 14, lines, size=_TITLE, bold=True))
        y += len(lines) * _TITLE * LINE + 4
    measured = heading if heading is not None else f"en{NBSP}{frame.unit}" if frame.unit else ""
    if measured:
        lines = wrap(measured, frame.width, 2, SMALL)
        marks.append(pen.texts(0, y + 11, lines, "muted", size=SMALL))
        y += 8 + len(lines) * SMALL * LINE
    return join(marks), y


def _foot(pen: Pen, top: float) -> tuple[Markup, float]:
    """Source, under the drawing of a file."""
    if not pen.frame.source:
        return Markup(), 0.0
    lines = wrap(f"Source{NBSP}: {pen.frame.source}", pen.frame.width, 3, SMALL)
    return pen.texts(0, top + 22, lines, "muted", size=SMALL), 14 + len(lines) * SMALL * LINE


def _pattern(pen: Pen) -> Markup:
    """Hatching of what is secret: seen in black and white as in colour."""
    stripe = element("path", d="M0 3H6", stroke_width=1.6, class_="secret stroke", stroke=pen.colour("secret"))
    return element(
        "defs",
        element(
            "pattern",
            stripe,
            id=f"{key(pen.frame)}-secret",
            width=6,
            height=6,
            patternUnits="userSpaceOnUse",
            patternTransform="rotate(-45)",
        ),
    )


def notice(frame: Frame, message: str) -> Sheet:
    """What is shown in place of a drawing when there is nothing to draw."""
    pen, lines = Pen(frame), wrap(message, frame.width - 60, 4)
    height = 56 + len(lines) * SIZE * LINE
    edge = pen.outline((0, 0), (frame.width, height), "grid")
    words = pen.texts(frame.width / 2, 40, lines, "muted", anchor="middle")
    return Sheet(join([edge, words]), height, heading="")


@dataclass(frozen=True, slots=True)
class Drawing(ABC):
    """Base of the charts: they say their marks and their table, this makes the document."""

    kind: ClassVar[str]

    frame: Frame

    @abstractmethod
    def sheet(self) -> Sheet:
        """The marks."""

    @abstractmethod
    def table(self) -> Table:
        """The same figures as texts."""

    def svg(self, *, standalone: bool = False) -> str:
        """The drawing: to inline in a page, or (``standalone``) a file with its title, unit and source."""
        return document(self.frame, self.kind, self.sheet(), standalone=standalone)

    def compact(self) -> Self:
        """The same chart for a narrow column, with ids of its own."""
        return replace(self, frame=replace(self.frame, compact=True, id=f"{self.frame.id}-c"))

    def pair(self) -> str:
        """Both sizes in one ``div``: the style sheet shows the one that fits the room there is."""
        return element("div", Markup(self.svg()), Markup(self.compact().svg()), class_="chart-pair")
