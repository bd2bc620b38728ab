"""What may be taken away from a page: files, images, citation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from terril.protocols.exports import cite
from terril.web import addresses

if TYPE_CHECKING:
    from terril.web.pages.indicators.reading import Reading
    from terril.web.pages.indicators.selection import Selection

_TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "svg": "image/svg+xml",
    "png": "image/png",
}
_PNG_WIDTH = 1600


@dataclass(frozen=True, slots=True)
class Tool:
    """Something to do with a chart or a table."""

    href: str
    label: str
    download: bool = False


def tools_of(selection: Selection, chart: str) -> tuple[Tool, ...]:
    """PNG, SVG and embed of a chart."""
    identifier, query = selection.indicator.id, selection.query()
    return (
        Tool(addresses.part(identifier, f"{chart}.png", **query), "PNG", True),
        Tool(addresses.part(identifier, f"{chart}.svg", **query), "SVG", True),
        Tool(addresses.embed(identifier, chart, **query), "Intégrer"),
    )


def citation(reading: Reading) -> str:
    """How to cite the figures in question."""
    return cite(
        title=reading.title,
        producers=reading.origin.text,
        release=reading.portal.built,
        address=reading.selection.address(),
    )
