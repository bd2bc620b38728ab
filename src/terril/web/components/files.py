"""What may be taken away from a page: files, images, citation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse

from terril.core.drawing import Chart
from terril.core.errors import Location, QueryError
from terril.protocols.exports import Extract, cite, to_csv, to_csvw, to_json, to_xlsx, to_zip
from terril.publishing.images import png
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


def citation(reading: Reading, root: str) -> str:
    """How to cite the figures in question."""
    return cite(
        title=reading.title,
        producers=reading.origin.text,
        release=reading.portal.built,
        address=f"{root}{reading.selection.address()}",
    )


def file_of(extract: Extract, form: str, name: str) -> HttpResponse:
    """An extract as a file to download.

    Raises
    ------
    QueryError
        If the format is none of ours.
    """
    writers: Mapping[str, Callable[[], bytes]] = {
        "csv": lambda: to_csv(extract),
        "json": lambda: to_json(extract),
        "xlsx": lambda: to_xlsx(extract),
        "zip": lambda: to_zip(extract, name),
    }
    if form not in writers:
        raise QueryError("format inconnu", location=Location(value=form), hint=f"formats : {', '.join(writers)}")
    response = _attached(writers[form](), form, name)
    if form == "csv":
        # CSV on the Web: the description stands beside the file.
        response["Link"] = '<donnees.csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
    return response


def metadata_of(extract: Extract) -> HttpResponse:
    """The description of a CSV file, as CSV on the Web writes it."""
    return HttpResponse(to_csvw(extract, "donnees.csv"), content_type="application/csvm+json")


def image_of(chart: Chart, form: str, name: str) -> HttpResponse:
    """A chart as a file: the same drawing, with its title, unit and source written in it."""
    drawn = chart.svg(standalone=True)
    return _attached(drawn.encode() if form == "svg" else png(drawn, width=_PNG_WIDTH), form, name, inline=True)


def _attached(body: bytes, form: str, name: str, *, inline: bool = False) -> HttpResponse:
    response = HttpResponse(body, content_type=_TYPES[form])
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}.{form}"'
    return response
