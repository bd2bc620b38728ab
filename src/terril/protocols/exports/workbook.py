"""A workbook one can read, sort and print: the figures on one sheet, what is said of them on another."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from terril.core.errors import Location, QueryError
from terril.core.status import Status
from terril.core.text import format_number
from terril.protocols.exports.extract import Column, Extract, Value, clean, number

DATA, ABOUT = "Données", "À propos"
#: Limits of the format.
_ROWS, _CHARACTERS = 1_048_576, 32_767
_NARROW, _WIDE, _SAMPLE = 8, 60, 200
_HEADER = Font(bold=True)
_BAND = PatternFill("solid", fgColor="FFE9EDEE")
_WRAP = Alignment(wrap_text=True, vertical="top")


def to_xlsx(extract: Extract) -> bytes:
    """The extract as an XLSX workbook.

    Numbers are numbers, written as French spreadsheets show them; no value is an empty cell, its
    reason a word in the column of statuses. A text never becomes a formula.

    Raises
    ------
    QueryError
        When there are more rows than a sheet can hold.
    """
    if len(extract.rows) >= _ROWS:
        raise QueryError(
            "trop de lignes pour un classeur",
            location=Location(value=format_number(len(extract.rows))),
            hint="télécharger le CSV, ou choisir moins de territoires ou de périodes",
        )
    book = Workbook(write_only=True)
    book.properties.title = clean(extract.title)[:255]
    book.properties.creator = clean(extract.about.publisher)
    _data(book, extract)
    _about(book, extract)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _data(book: Any, extract: Extract) -> None:
    sheet = book.create_sheet(DATA)
    sheet.freeze_panes = "A2"
    for i, column in enumerate(extract.columns, 1):
        sheet.column_dimensions[get_column_letter(i)].width = _width(
            column, [row[i - 1] for row in extract.rows[:_SAMPLE]]
        )
    if extract.columns:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(extract.columns))}{len(extract.rows) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.append([_head(sheet, c) for c in extract.columns])
    formats = [_format(c) for c in extract.columns]
    for row in extract.rows:
        sheet.append([_cell(sheet, c, f, v) for c, f, v in zip(extract.columns, formats, row, strict=True)])


def _head(sheet: Any, column: Column) -> Any:
    cell = _text(sheet, f"{column.label} ({column.unit})" if column.unit else column.label)
    cell.font, cell.fill, cell.alignment = _HEADER, _BAND, _WRAP
    return cell


def _format(column: Column) -> str:
    # Codes of formats are English in the file; the spreadsheet shows the separators of its reader.
    if column.type == "integer":
        return "0"
    return "#,##0" + (f".{'0' * column.decimals}" if column.decimals else "")


def _cell(sheet: Any, column: Column, form: str, value: Value) -> Any:
    if isinstance(value, Status):
        return value.label
    if column.type in ("number", "integer"):
        found = number(value)
        if found is None:
            return None
        cell = WriteOnlyCell(sheet, found)
        cell.number_format = form
        return cell
    return None if value is None else _text(sheet, str(value))


def _text(sheet: Any, text: str) -> Any:
    shown = clean(text)[:_CHARACTERS]
    cell = WriteOnlyCell(sheet, shown)
    # Said to be a text: « =1+1 » and « #N/A » stay what was written, even once the cell is edited.
    cell.data_type = "s"
    cell.quotePrefix = shown.startswith(("=", "+", "-", "@"))
    return cell


def _width(column: Column, sample: Sequence[Value]) -> int:
    shown = [v.label if isinstance(v, Status) else "" if v is None else str(v) for v in sample]
    if column.type == "number":
        shown = [format_number(v, column.decimals) for v in sample if isinstance(v, int | float)]
    longest = max([len(column.label) // 2 + 4, *(len(text) + 2 for text in shown)])
    return min(_WIDE, max(_NARROW, longest))


def _about(book: Any, extract: Extract) -> None:
    sheet = book.create_sheet(ABOUT)
    sheet.column_dimensions["A"].width = 18
    sheet.column_dimensions["B"].width = 100
    lines = [("Titre", extract.title), ("Description", extract.description), *extract.about.said]
    lines += [("Citation", extract.citation)] if extract.citation else []
    lines += [(c.label, _meaning(c)) for c in extract.columns if c.description or c.unit]
    lines += [(f"Statut « {s.label} »", MEANINGS[s]) for s in extract.statuses]
    for label, text in lines:
        if text:
            name, said = _text(sheet, label), _text(sheet, text)
            name.font, name.alignment, said.alignment = _HEADER, _WRAP, _WRAP
            sheet.append([name, said])


def _meaning(column: Column) -> str:
    unit = f"Unité : {column.unit}" if column.unit else ""
    return ". ".join(part.rstrip(".") for part in (column.description, unit) if part) + "."


#: What each status means, for who reads the file far from the portal.
MEANINGS = {
    Status.OK: "Valeur publiée.",
    Status.PROVISIONAL: "Valeur provisoire, que son producteur peut encore revoir.",
    Status.ESTIMATED: "Valeur estimée : une part du calcul l’est.",
    Status.MISSING: "La valeur n’est pas connue : la case est vide, ce n’est pas un zéro.",
    Status.SECRET: "La valeur existe, mais le secret statistique la cache : la case est vide, ce n’est pas un zéro.",
    Status.NOT_APPLICABLE: "L’indicateur n’a pas de sens pour ce territoire : la case est vide.",
}
