"""The static map: territories coloured by class, what has no value in sight, scale, north, credits, legend.

The same drawing serves the page without JavaScript, the download, the PDF and the embed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias

import numpy as np

from terril.core.drawing.classes import Classes
from terril.core.drawing.legend import Key, Legend
from terril.core.drawing.metrics import SIZE
from terril.core.drawing.model import Table, shown
from terril.core.drawing.palettes import palette
from terril.core.drawing.sheet import FONT, Drawing, Pen, Sheet, key
from terril.core.drawing.svg import Attribute, Markup, element, group, join, link, number
from terril.core.status import Status
from terril.core.text import NBSP, fold, format_number

#: Beyond, shapes of one colour are drawn as one: a page could not hold their names.
MOST_NAMED = 2_000
#: What a territory without class looks like, by status: three absences, three looks.
_ABSENT = (Status.SECRET, Status.MISSING, Status.NOT_APPLICABLE)
Fill: TypeAlias = tuple[tuple[str, Attribute], ...]
_NAMES = {Status.SECRET: "secret", Status.MISSING: "missing", Status.NOT_APPLICABLE: "none"}


@dataclass(frozen=True, slots=True)
class Shape:
    """A territory to draw: SVG path data in map units, y downwards; ``href`` leads to it."""

    code: str
    name: str
    path: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Inset:
    """A frame of territories drawn beside the others, at their own scale; its name is written under it.

    Parameters
    ----------
    name : French.
    box : x, y, width, height, map units.
    """

    name: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Choropleth(Drawing):
    """A map by classes. Without class, it shows where a territory is.

    Parameters
    ----------
    size : width and height of the map, map units; it is fitted to the width of the frame.
    values : by code; a shape without any is missing.
    borders : path data of larger territories, drawn over.
    metres_per_unit : scale of the main frame; 0 draws no scale.
    selected : code of the shape outlined strongly.
    credits : of the contours.
    links : make each shape a link with its value as name (to :attr:`Shape.href`), in the order of names.
    legend : write the classes, the scale and the credits under the map; without, they are said elsewhere.
    """

    kind: ClassVar[str] = "map"

    shapes: tuple[Shape, ...]
    size: tuple[float, float]
    classes: Classes
    values: Mapping[str, tuple[float | None, Status]]
    borders: tuple[str, ...] = ()
    metres_per_unit: float = 0.0
    selected: str = ""
    credits: str = ""
    insets: tuple[Inset, ...] = ()
    links: bool = False
    legend: bool = True

    def sheet(self) -> Sheet:
        """The map, then its legend, which says the unit."""
        defs = element("defs", *self._patterns("key", 1.0), *self._patterns("map", self._pixel))
        if not self.legend:
            return Sheet(join([defs, self._map()]), self._height, heading="")
        legend, bottom = self._legend().draw(self._pen, self._height + 10, self.frame.width)
        return Sheet(join([defs, self._map(), legend]), bottom, heading="")

    def pair(self) -> str:
        """The map once, then its legend in two sizes: the style sheet shows the one that fits the room there is."""
        drawn = Markup(replace(self, legend=False).svg())
        frames = (replace(self.frame, compact=c, id=f"{self.frame.id}-l{int(c)}") for c in (False, True))
        legends = (replace(self, frame=frame)._legend_alone() for frame in frames)
        return element("div", drawn, element("div", *legends, class_="chart-pair"))

    def _legend_alone(self) -> Markup:
        """The legend by itself: what it says to the eye, the name of the map and its table say to others."""
        marks, bottom = self._legend().draw(self._pen, 6, self.frame.width)
        body = element("defs", *self._patterns("key", 1.0))
        return element(
            "svg", body, marks,
            class_=f"chart chart-legend{' compact' if self.frame.compact else ''}", data_palette=self.frame.palette,
            viewBox=f"0 0 {self.frame.width} {number(bottom)}", aria_hidden="true", font_family=FONT, font_size=SIZE,
        )  # fmt: skip

    def table(self) -> Table:
        """The ranked list: highest first, equal values sharing a rank; then what has no value, by name."""
        value_column = f"Valeur ({self.frame.unit})" if self.frame.unit else "Valeur"
        labels = self.classes.labels(self.frame)
        rows: list[tuple[str, ...]] = []
        told = sorted(
            ((value, shape) for shape in self.shapes if (value := self._value(shape.code)) is not None),
            key=lambda pair: (-pair[0], fold(pair[1].name)),
        )
        places = self.classes.place([value for value, _ in told]).tolist()
        rank, last = 0, None
        for position, ((value, shape), place) in enumerate(zip(told, places, strict=True), 1):
            rank, last = (rank if value == last else position), value
            written = self.frame.state(value, self._status(shape.code))
            rows.append((format_number(rank), shape.name, written, labels[place] if place >= 0 else ""))
        silent = sorted((s for s in self.shapes if self._value(s.code) is None), key=lambda s: fold(s.name))
        rows += [("–", s.name, self._status(s.code).label, "") for s in silent]
        return Table(("Rang", "Territoire", value_column, "Classe"), tuple(rows))

    @property
    def colours(self) -> tuple[str, ...]:
        """Fill of each class, lowest and lightest first."""
        return palette(self.frame.palette).ramp(len(self.classes)) if len(self.classes) else ()

    def _value(self, code: str) -> float | None:
        value, status = self.values.get(code, (None, Status.MISSING))
        return value if shown(value, status) else None

    def _status(self, code: str) -> Status:
        """Status as drawn: what has no value and does not say why is missing."""
        value, status = self.values.get(code, (None, Status.MISSING))
        return status if shown(value, status) or status in _ABSENT else Status.MISSING

    @property
    def _pen(self) -> Pen:
        return Pen(self.frame)

    @property
    def _pixel(self) -> float:
        """Map units a unit of the drawing."""
        return self.size[0] / self.frame.width

    @property
    def _height(self) -> float:
        return self.size[1] / self._pixel

    def _painted(self, role: str, kind: str) -> dict[str, Attribute]:
        """A colour as attribute, and the classes by which the page's style sheet changes it."""
        return {"class_": f"{role} {kind}", kind: self._pen.colour(role)}

    # Map

    def _map(self) -> Markup:
        pixel, fills = self._pixel, self._fills()
        if many := len(self.shapes) > MOST_NAMED:
            drawn = group(self._merged(fills), shape_rendering="crispEdges")
        else:
            thin = (0.5 if len(self.shapes) > 150 else 0.8) * pixel
            drawn = group(
                self._named(fills), **self._painted("halo", "stroke"), stroke_width=thin, stroke_linejoin="round"
            )
        return element(
            "svg",
            drawn,
            self._lines([s.path for s in self._estimates()], 0.9, f"{3 * pixel:g} {2 * pixel:g}"),
            self._lines(self.borders, 0.5 if many else 1.1),
            self._lines([s.path for s in self.shapes if s.code == self.selected], 2.4),
            group(self._insets(pixel)),
            width=self.frame.width, height=self._height, viewBox=f"0 0 {self.size[0]:g} {self.size[1]:g}",
        )  # fmt: skip

    def _lines(self, paths: Sequence[str], wide: float, dash: str | None = None) -> Markup:
        """Ink on a wider line of paper: seen on any colour, and in black and white."""
        pixel = self._pixel
        drawn = [element("path", d=data) for data in paths]
        under = {**self._painted("halo", "stroke"), "stroke_width": 2.2 * wide * pixel}
        over = {**self._painted("ink", "stroke"), "stroke_width": wide * pixel, "stroke_dasharray": dash}
        return join(group(drawn, fill="none", stroke_linejoin="round", **painted) for painted in (under, over))

    def _named(self, fills: Mapping[str, Fill]) -> Iterator[Markup]:
        """Every shape with its name: by colour, or in the order of names when they are links."""
        if self.links:
            for shape in sorted(self.shapes, key=lambda s: fold(s.name)):
                drawn = element("path", d=shape.path, **dict(fills[shape.code]), **self._told(shape))
                yield link(drawn, shape.href, label=self._tip(shape))
            return
        for fill, shapes in self._by_fill(fills):
            yield group((element("path", d=s.path, **self._told(s)) for s in shapes), **dict(fill))

    def _merged(self, fills: Mapping[str, Fill]) -> Iterator[Markup]:
        """One path a colour, without smoothing: a hair of paper between 35,000 shapes would wash the map out."""
        for fill, shapes in self._by_fill(fills):
            yield element("path", d="".join(s.path for s in shapes), **dict(fill))

    def _by_fill(self, fills: Mapping[str, Fill]) -> list[tuple[Fill, list[Shape]]]:
        found: dict[Fill, list[Shape]] = {}
        for shape in self.shapes:
            found.setdefault(fills[shape.code], []).append(shape)
        return sorted(found.items(), key=lambda item: str(item[0]))

    def _told(self, shape: Shape) -> dict[str, Attribute]:
        return {"data_code": shape.code, "data_tip": self._tip(shape)}

    def _tip(self, shape: Shape) -> str:
        if not len(self.classes):
            return shape.name
        value = self.values.get(shape.code, (None, Status.MISSING))[0]
        return f"{shape.name}{NBSP}: {self.frame.state(value, self._status(shape.code), unit=True)}"

    def _fills(self) -> dict[str, Fill]:
        """How each shape is painted."""
        if not len(self.classes):
            accent, plain = (tuple(self._painted(role, "fill").items()) for role in ("accent", "grid"))
            return {s.code: accent if s.code == self.selected else plain for s in self.shapes}
        absences = {status: tuple(self._absence(status, "map").items()) for status in _ABSENT}
        colours: list[Fill] = [(("fill", fill),) for fill in self.colours]
        values = [np.nan if (v := self._value(s.code)) is None else v for s in self.shapes]
        places = self.classes.place(values).tolist()
        return {
            shape.code: colours[place] if place >= 0 else absences[self._status(shape.code)]
            for shape, place in zip(self.shapes, places, strict=True)
        }

    def _absence(self, status: Status, where: str) -> dict[str, Attribute]:
        found: dict[str, Attribute] = {"fill": f"url(#{key(self.frame)}-{where}-{_NAMES[status]})"}
        return found | self._painted("axis", "stroke") if status is Status.NOT_APPLICABLE else found

    def _estimates(self) -> list[Shape]:
        """What is estimated, where it is the exception and can be outlined."""
        found = [s for s in self.shapes if self._status(s.code) is Status.ESTIMATED]
        return found if len(self.classes) and 2 * len(found) <= len(self.shapes) <= MOST_NAMED else []

    def _insets(self, pixel: float) -> Iterator[Markup]:
        for inset in self.insets:
            x, y, width, height = inset.box
            edge = {**self._painted("axis", "stroke"), "stroke_width": 0.6 * pixel}
            yield element("rect", x=x, y=y, width=width, height=height, fill="none", **edge)
            yield self._pen.text(x, y + height + 11 * pixel, inset.name, "muted", size=11 * pixel)

    def _patterns(self, where: str, pixel: float) -> Iterator[Markup]:
        """Hatches for secret, dots for missing, paper for not applicable; once for the map, once for the legend."""
        side = 5.0 * pixel
        paper = element("rect", width=side, height=side, **self._painted("halo", "fill"))
        grey = element("rect", width=side, height=side, **self._painted("grid", "fill"))
        hatch = element("path", d=f"M0 0H{side:g}", **self._painted("secret", "stroke"), stroke_width=3.0 * pixel)
        dot = element("circle", cx=side / 2, cy=side / 2, r=0.7 * pixel, **self._painted("muted", "fill"))
        kinds = {Status.SECRET: [paper, hatch], Status.MISSING: [grey, dot], Status.NOT_APPLICABLE: [paper]}
        for status, drawn in kinds.items():
            yield element(
                "pattern", *drawn, id=f"{key(self.frame)}-{where}-{_NAMES[status]}", width=side, height=side,
                patternUnits="userSpaceOnUse", patternTransform="rotate(45)" if status is Status.SECRET else None,
            )  # fmt: skip

    # What is written

    def _legend(self) -> Legend:
        states = Counter(self._status(s.code) for s in self.shapes)
        edge = {**self._painted("axis", "stroke"), "stroke_width": 0.6}
        known = [v for s in self.shapes if (v := self._value(s.code)) is not None]
        classes = [
            Key({"fill": fill, **edge}, label, count)
            for fill, label, count in zip(
                self.colours, self.classes.labels(self.frame), self.classes.counts(known), strict=True
            )
        ]
        others = [
            Key({**self._absence(status, "key"), **edge}, status.label, states[status])
            for status in _ABSENT
            if states[status] and classes
        ]
        return Legend(
            self.frame.unit, classes, [*self._chosen(), *others, *self._estimate_key()], self._notes(states),
            self.metres_per_unit * self._pixel, "hors encarts" if self.insets else "",
        )  # fmt: skip

    def _chosen(self) -> list[Key]:
        found = next((s for s in self.shapes if s.code == self.selected), None)
        if found is None:
            return []
        if not len(self.classes):
            return [Key(self._painted("accent", "fill"), found.name)]
        swatch = {"fill": "none", **self._painted("ink", "stroke"), "stroke_width": 2.4}
        return [Key(swatch, self._tip(found))]

    def _estimate_key(self) -> list[Key]:
        swatch = {"fill": "none", **self._painted("ink", "stroke"), "stroke_width": 0.9, "stroke_dasharray": "3 2"}
        return [Key(swatch, "valeur estimée", len(found))] if (found := self._estimates()) else []

    def _notes(self, states: Mapping[Status, int]) -> Sequence[str]:
        notes = []
        if len(self.classes):
            notes.append(self.classes.explanation)
            told = {"estimées": 0 if self._estimates() else states.get(Status.ESTIMATED, 0)}
            told["provisoires"] = states.get(Status.PROVISIONAL, 0)
            for word, count in told.items():
                if count:
                    many = f"{format_number(count)} territoires" if count > 1 else "un territoire"
                    notes.append(f"Valeurs {word} pour {many}.")
        if self.credits:
            notes.append(self.credits)
        return notes
