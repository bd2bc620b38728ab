"""Charts and maps drawn as SVG: the same in a page, a PDF and a download."""

from terril.core.drawing.bar import BarChart
from terril.core.drawing.distribution import DistributionChart, Marked
from terril.core.drawing.line import LineChart
from terril.core.drawing.model import (
    Bar,
    Break,
    Chart,
    Frame,
    Point,
    Reference,
    Role,
    Series,
    Table,
    Target,
)
from terril.core.drawing.multiples import MultiplesChart, Panel
from terril.core.drawing.pyramid import PyramidChart, Side
from terril.core.drawing.slope import SlopeChart
from terril.core.drawing.sparkline import Sparkline
from terril.core.drawing.stacked import StackedChart, StackedRow

__all__ = [
    "Bar",
    "BarChart",
    "Break",
    "Chart",
    "DistributionChart",
    "Frame",
    "LineChart",
    "Marked",
    "MultiplesChart",
    "Panel",
    "Point",
    "PyramidChart",
    "Reference",
    "Role",
    "Series",
    "Side",
    "SlopeChart",
    "Sparkline",
    "StackedChart",
    "StackedRow",
    "Table",
    "Target",
]
