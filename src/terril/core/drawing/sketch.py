"""A plain drawing of shapes: what a few rows look like on the ground, with no class and no background."""

from __future__ import annotations

from dataclasses import dataclass

from terril.core.drawing.svg import Markup, element


@dataclass(frozen=True, slots=True)
class Sketch:
    """Shapes drawn as they are.

    Parameters
    ----------
    title : what is drawn, in French.
    size : width and height, pixels.
    areas, lines : path data, pixels, y downwards.
    points : centres, pixels.
    """

    title: str
    size: tuple[float, float]
    areas: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    points: tuple[tuple[float, float], ...] = ()

    def svg(self) -> str:
        """The drawing."""
        width, height = self.size
        areas = [element("path", d=d, class_="sketch-area", fill_rule="evenodd") for d in self.areas]
        lines = [element("path", d=d, class_="sketch-line", fill="none") for d in self.lines]
        points = [element("circle", cx=x, cy=y, r=4.5, class_="sketch-point") for x, y in self.points]
        body: list[Markup] = [*areas, *lines, *points]
        return element(
            "svg", element("title", self.title), *body,
            class_="chart sketch", viewBox=f"0 0 {width:g} {height:g}", role="img", aria_label=self.title,
        )  # fmt: skip
