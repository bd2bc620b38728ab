"""The picture that stands for a page where it is shared: one title, one sentence, one figure."""

from __future__ import annotations

from dataclasses import dataclass

from terril.core.drawing.metrics import shorten, width, wrap
from terril.core.drawing.model import Chart, Frame
from terril.core.drawing.palettes import PAPER, palette
from terril.core.drawing.sheet import FONT, Pen
from terril.core.drawing.svg import Markup, element, group, join
from terril.core.text import NBSP

#: What social networks and messengers expect (Open Graph).
WIDTH, HEIGHT = 1200, 630
_LEFT, _TOP, _GAP = 72.0, 64.0, 48.0
#: Right column: the figure, and the chart under it.
_COLUMN = 400.0
_TITLE, _LONG_TITLE, _SENTENCE, _SMALL = 58.0, 44.0, 31.0, 23.0
_FIGURE = (112.0, 48.0)
_MARK = "Terril"


@dataclass(frozen=True, slots=True)
class Card:
    """A card.

    Parameters
    ----------
    title : what the page is about.
    sentence : its first sentence; cut after four lines.
    source : producer, product and vintage.
    figure, label : one number, ready to read, and what it is; both may be empty.
    chart : drawn small under the figure; the whole column when there is no figure.
    palette : name in :data:`terril.core.drawing.palettes.PALETTES`.
    """

    title: str
    sentence: str
    source: str
    figure: str = ""
    label: str = ""
    chart: Chart | None = None
    palette: str = "ardoise"

    def svg(self) -> str:
        """The card as a file, 1200 × 630."""
        frame = Frame(title=self.title, description=self.sentence, unit="", source=self.source, palette=self.palette)
        pen, beside = Pen(frame), bool(self.figure or self.chart)
        room = WIDTH - 2 * _LEFT - (_COLUMN + _GAP if beside else 0)
        return element(
            "svg",
            element("rect", width=WIDTH, height=HEIGHT, fill=PAPER),
            _heaps(palette(self.palette).ramp(5)),
            _mark(pen),
            self._words(pen, room),
            self._beside(pen),
            pen.text(_LEFT, HEIGHT - 32, self._source(), "label", size=_SMALL),
            xmlns="http://www.w3.org/2000/svg",
            width=WIDTH,
            height=HEIGHT,
            viewBox=f"0 0 {WIDTH} {HEIGHT}",
            font_family=FONT,
        )

    def _source(self) -> str:
        return shorten(f"Source{NBSP}: {self.source}", WIDTH - 2 * _LEFT, _SMALL) if self.source else ""

    def _words(self, pen: Pen, room: float) -> Markup:
        size = _TITLE if len(wrap(self.title, room, 3, _TITLE, bold=True)) < 3 else _LONG_TITLE
        title = wrap(self.title, room, 3, size, bold=True)
        below = 192 + len(title) * size * 1.2
        lines = wrap(self.sentence, room, 4, _SENTENCE) if self.sentence else ()
        return join(
            [
                pen.texts(_LEFT, 186, title, size=size, bold=True),
                *(pen.text(_LEFT, below + i * _SENTENCE * 1.32, line, size=_SENTENCE) for i, line in enumerate(lines)),
            ]
        )

    def _beside(self, pen: Pen) -> Markup:
        left, top, parts = WIDTH - _LEFT - _COLUMN, 140.0, []
        if self.figure:
            size = _fitting(self.figure, _COLUMN)
            label = wrap(self.label, _COLUMN, 3, _SENTENCE - 3) if self.label else ()
            parts = [
                pen.text(left, top + 60, self.figure, "accent", size=size, bold=True),
                *(pen.text(left, top + 108 + i * 34, line, size=_SENTENCE - 3) for i, line in enumerate(label)),
            ]
            top += 108 + 34 * len(label)
        if self.chart is not None:
            parts.append(_placed(self.chart, left, top, _COLUMN, HEIGHT - 110 - top))
        return group(parts)


def _fitting(text: str, room: float) -> float:
    """The largest size at which a figure takes one line."""
    largest, smallest = _FIGURE
    return max(min(largest, room / width(text, 1.0, bold=True)), smallest)


def _placed(chart: Chart, x: float, y: float, wide: float, high: float) -> Markup:
    """A chart inside the card, as large as the place allows."""
    drawn = chart.svg()
    place = f'<svg x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" '
    return Markup(drawn.replace("<svg ", place, 1))


def _heaps(ramp: tuple[str, ...]) -> Markup:
    """Two heaps on the horizon, behind the words."""
    return join(
        [
            element("path", d="M700 630 905 470q15-10 30 0L1200 640z", fill=ramp[1], opacity=0.35),
            element("path", d="M380 630 560 520q14-8 28 0L780 630z", fill=ramp[0], opacity=0.6),
            element("rect", y=HEIGHT - 12, width=WIDTH, height=12, fill=ramp[4]),
        ]
    )


def _mark(pen: Pen) -> Markup:
    """The drawing of ``terril.svg``, and the name."""
    heap = element("path", d="M2 27 13 8l5 8 3-4 9 15z", fill=pen.colour("accent"))
    lit = element("path", d="m13 8 3 5-3 3-3-3z", fill=palette("ocre").ramp(5)[2])
    drawn = element("g", heap, lit, transform=f"translate({_LEFT - 4:g} {_TOP - 24:g}) scale(2)")
    return join([drawn, pen.text(_LEFT + 72, _TOP + 28, _MARK, size=34, bold=True)])
