"""What a drawing is made of: the frame every chart shares, and the marks it draws.

Nothing here knows a database or a page: figures come in, SVG and a table of texts come out. The same chart is inlined
in a page, put in a PDF and downloaded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from terril.core.status import Status
from terril.core.text import NBSP, format_number

HIDDEN = (Status.MISSING, Status.SECRET, Status.NOT_APPLICABLE)
SHORT = {Status.MISSING: "n.d.", Status.SECRET: "secret", Status.NOT_APPLICABLE: "sans objet"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every chart says of itself.

    Parameters
    ----------
    title : what is shown, where (« Population de Béthune »).
    description : one or two sentences for those who do not see the drawing.
    unit : French label (« habitants », « % », « € »); may be empty.
    source : producer, product and vintage.
    decimals : digits after the comma in what is written.
    id : prefix of the ids inside the SVG: several charts share a page.
    palette : name in :data:`terril.core.drawing.palettes.PALETTES`.
    compact : drawn for a narrow column (340 units wide instead of 640, same size of text).
    """

    title: str
    description: str
    unit: str
    source: str
    decimals: int = 0
    id: str = "graphique"
    palette: str = "ardoise"
    compact: bool = False

    @property
    def width(self) -> int:
        """Width of the drawing, in units of its viewBox."""
        return 340 if self.compact else 640

    def write(self, value: float, *, unit: bool = False) -> str:
        """The value as the page writes it, with its unit on request."""
        text = format_number(value, self.decimals)
        return f"{text}{NBSP}{self.unit}" if unit and self.unit else text

    def state(self, value: float | None, status: Status, *, unit: bool = False) -> str:
        """The value, or what stands in its place; « estimé » and « provisoire » are said.

        >>> frame.state(None, Status.SECRET)
        'secret statistique'
        """
        if not shown(value, status) or value is None:
            return Status(status if status in HIDDEN else Status.MISSING).label
        text = self.write(value, unit=unit)
        return text if status is Status.OK else f"{text} ({status.label})"


class Role(StrEnum):
    """Part a mark plays: the subject, those beside it, what it is measured against."""

    MAIN = "main"
    OTHER = "other"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Point:
    """One observation of a series: ``at`` is a decimal year, ``label`` the period as written."""

    at: float
    label: str
    value: float | None
    status: Status = Status.OK


@dataclass(frozen=True, slots=True)
class Series:
    """Observations of one territory or group, in any order."""

    label: str
    points: tuple[Point, ...]
    role: Role = Role.MAIN


@dataclass(frozen=True, slots=True)
class Bar:
    """One value and its name; ``href`` leads to its page."""

    label: str
    value: float | None
    status: Status = Status.OK
    role: Role = Role.OTHER
    href: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A level to reach."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Break:
    """A moment from which the series is measured otherwise."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A value to compare with: an average, a median."""

    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Table:
    """The table behind a chart: texts ready to show, one row a mark or a period."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Chart(Protocol):
    """What pages, PDF and downloads know of a chart."""

    @property
    def frame(self) -> Frame:
        """What the chart says of itself."""

    def svg(self, *, standalone: bool = False) -> str:
        """The drawing: to inline in a page, or (``standalone``) a file with its title, unit and source."""

    def table(self) -> Table:
        """The same figures as texts."""


def shown(value: float | None, status: Status) -> bool:
    """Whether there is a value to draw: a finite number whose status lets it be shown."""
    return value is not None and math.isfinite(value) and status not in HIDDEN
