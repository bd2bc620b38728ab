"""Excel workbooks: titles above the table, several sheets, dates and percentages as people see them."""

from __future__ import annotations

import datetime
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import pyarrow as pa
from defusedxml import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from terril.core.errors import IngestError, Location
from terril.core.sources import Source
from terril.ingestion.archive import open_archive
from terril.ingestion.contract import ROW, Limits, Table, Whole
from terril.ingestion.headers import score, unique_headers, used_headers

_SEARCHED_ROWS = 60
_MARKUP = (".xml", ".rels", ".vml")
#: Bytes in which the root of a part must begin.
_PROLOG = 16_384
_BEFORE_ROOT = re.compile(r"\ufeff?(?:\s+|<\?[^>]*\?>|<!--(?:[^-]|-[^-])*-->)*")
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    ParseError,
    DefusedXmlException,
)


@contextmanager
def open_spreadsheet(path: Path, source: Source | Whole, limits: Limits) -> Iterator[Table]:
    """Open a workbook; see :class:`terril.ingestion.contract.Connector`."""
    with open_book(path, limits) as book:
        sheet, row, cells = _header(book, source, path.name)
        headers = unique_headers(cells)
        yield Table(path.name, headers, _batches(sheet, row, headers, source, path.name, limits))


@contextmanager
def open_book(path: Path, limits: Limits) -> Iterator[Any]:
    """A workbook, its archive checked before anything is unpacked of it.

    Raises
    ------
    IngestError
        If it is damaged, or no workbook.
    """
    with open_archive(path, limits) as archive:
        if any(_declares_entities(archive, m) for m in archive.infolist() if m.filename.lower().endswith(_MARKUP)):
            raise _damaged(path.name)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except _FAULTS as error:
        raise _damaged(path.name) from error
    try:
        yield book
    finally:
        book.close()


def _declares_entities(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether a part of a workbook begins with a document type: no spreadsheet writes one, only attackers do."""
    try:
        with archive.open(member) as stream:
            head = stream.read(_PROLOG)
    except _FAULTS:
        # A damaged part is told so when it is read, if it is.
        return False
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", errors="replace")
    start = _BEFORE_ROOT.match(text)
    rest = text[start.end() if start else 0 :]
    return rest.startswith("<!") or (not rest and len(head) == _PROLOG)


def _damaged(name: str) -> IngestError:
    return IngestError(
        "classeur illisible",
        location=Location(file=name),
        hint="l'ouvrir dans un tableur et l'enregistrer à nouveau en .xlsx",
    )


def _header(book: Any, source: Source | Whole, name: str) -> tuple[Any, int, list[str]]:
    """The sheet and the row whose cells hold most of the declared headers."""
    sheets = book.worksheets
    if source.read.sheet is not None:
        sheets = [s for s in sheets if s.title.strip() == source.read.sheet]
        if not sheets:
            raise IngestError(
                "feuille absente",
                location=Location(file=name, field="read.sheet", value=source.read.sheet),
                hint=f"feuilles trouvées : {', '.join(book.sheetnames)}",
            )
    best: tuple[int, Any, int, list[str]] | None = None
    for sheet in sheets:
        for number, cells in first_rows(sheet, name, source.read.header_row):
            hits = score(cells, source)
            if any(cells) and (best is None or hits > best[0]):
                best = (hits, sheet, number, cells)
    if best is None:
        raise IngestError("classeur vide", location=Location(file=name))
    return best[1], best[2], best[3]


def first_rows(sheet: Any, name: str, wanted: int | None = None) -> Iterator[tuple[int, list[str]]]:
    """First rows of a sheet with their 1-based number; only row ``wanted`` where it is given."""
    # The size a workbook declares is often wrong: openpyxl would stop there.
    sheet.reset_dimensions()
    try:
        rows = sheet.iter_rows(min_row=wanted or 1, max_row=wanted or _SEARCHED_ROWS)
        for number, row in enumerate(rows, wanted or 1):
            yield number, [_text(cell) or "" for cell in row]
    except _FAULTS as error:
        raise _damaged(name) from error


def _batches(
    sheet: Any, header_row: int, headers: tuple[str, ...], source: Source | Whole, name: str, limits: Limits
) -> Iterator[pa.RecordBatch]:
    used = used_headers(headers, source, name)
    places = [headers.index(h) for h in used]
    names = [ROW, *used]
    columns: list[list[Any]] = [[] for _ in names]
    number = 0
    try:
        for row in sheet.iter_rows(min_row=header_row + 1):
            if all(cell.value is None for cell in row):
                continue
            number += 1
            columns[0].append(number)
            for column, place in zip(columns[1:], places, strict=True):
                column.append(_text(row[place]) if place < len(row) else None)
            if number % limits.batch_rows == 0:
                yield _batch(columns, names)
                columns = [[] for _ in names]
    except _FAULTS as error:
        raise _damaged(name) from error
    if columns[0]:
        yield _batch(columns, names)


def _batch(columns: list[list[Any]], names: list[str]) -> pa.RecordBatch:
    arrays = [pa.array(columns[0], type=pa.int64()), *(pa.array(c, type=pa.string()) for c in columns[1:])]
    return pa.RecordBatch.from_arrays(arrays, names=names)


def _text(cell: Any) -> str | None:
    """A cell as a reader sees it: ``12.5%`` where the format is a percentage, ISO dates."""
    value = cell.value
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        if "%" in (cell.number_format or ""):
            return f"{number * 100:f}%"
        return f"{int(number)}" if number == number.to_integral_value() else f"{number:f}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
