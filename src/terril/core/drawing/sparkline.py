"""Sparkline: the shape of a series in the height of a line of text, beside a figure that says it."""

from __future__ import annotations

from dataclasses import dataclass

from terril.core.drawing import curves
from terril.core.drawing.model import Frame, Series
from terril.core.drawing.palettes import DEFAULT
from terril.core.drawing.scales import Scale
from terril.core.drawing.sheet import Pen
from terril.core.drawing.svg import Markup, element

_WIDTH, _HEIGHT, _EDGE = 96, 28, 4.5


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A tiny trend, hidden from assistive technologies: the text beside it carries the figure.

    Parameters
    ----------
    series : its points; the vertical scale is that of the series alone.
    palette : colours.
    """

    series: Series
    palette: str = DEFAULT

    def svg(self) -> str:
        """The drawing; empty text when there is nothing to draw."""
        points = curves.ordered(self.series.points)
        found = [value for _, value in curves.drawn(points)]
        if not found:
            return ""
        pen = Pen(Frame(title="", description="", unit="", source="", palette=self.palette))
        x = Scale(points[0].at, points[-1].at, _EDGE, _WIDTH - _EDGE)
        y = Scale(min(found), max(found), _HEIGHT - _EDGE, _EDGE)
        style = curves.Style("accent", "accent", 1.75)
        return element(
            "svg",
            curves.curve(pen, points, x, y, style),
            Markup(curves.markers(pen, points, x, y, style, every=False)),
            class_="chart chart-sparkline",
            data_palette=self.palette,
            viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
            width=_WIDTH,
            height=_HEIGHT,
            aria_hidden="true",
            focusable="false",
        )
