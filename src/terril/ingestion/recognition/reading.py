"""How a file is written: encoding, separator, sheet and header row, told format by format."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from terril.core.errors import IngestError, Location
from terril.core.sources import Format, Reading
from terril.ingestion.archive import choose, first_bytes, open_archive
from terril.ingestion.connectors.melodi import DATA
from terril.ingestion.connectors.spreadsheet import first_rows, open_book
from terril.ingestion.contract import Limits
from terril.ingestion.encoding import Scan, Utf8Stream, scan
from terril.ingestion.recognition.dialect import guess_dialect, header_place, refuse_wide, told_header
from terril.ingestion.recognition.model import Confidence, Remark, Told
from terril.ingestion.recognition.nature import Nature

_SAMPLE = 1 << 20
_ENCODINGS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8 (avec marque d'ordre)", "cp1252": "Windows-1252 (Latin-1)",
    "cp850": "CP850 (DOS)", "mac_roman": "Mac Roman", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Writing:
    """How a file is written, as statements and as a :class:`Reading` that reads it so."""

    read: Reading
    encoding: Told | None = None
    separator: Told | None = None
    header: Told | None = None
    layer: Told | None = None
    layers: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


def writing_of(path: Path, nature: Nature, read: Reading, limits: Limits) -> Writing:
    """Tell how a file is written.

    Parameters
    ----------
    read : what was chosen; it is not guessed.

    Raises
    ------
    IngestError
        If it cannot be read.
    """
    if nature.format is Format.CSV:
        return _delimited(path, read, limits)
    if nature.format is Format.XLSX:
        return _workbook(path, read, limits)
    if nature.format is Format.MELODI and path.suffix.lower() == ".zip":
        return _melodi(path, read, limits)
    return Writing(read)


def _melodi(path: Path, read: Reading, limits: Limits) -> Writing:
    with open_archive(path, limits) as archive:
        member = choose(archive, DATA, path.name)
        sample = first_bytes(archive, member, _SAMPLE, path.name).decode("utf-8", errors="replace")
    dialect = guess_dialect(_whole_lines(sample), path.name)
    encoding = Told("UTF-8", Confidence.CERTAIN, "règle des paquets Melodi")
    return Writing(read, encoding, dialect.separator, dialect.header)


def _delimited(path: Path, read: Reading, limits: Limits) -> Writing:
    found = scan(path, read.encoding, limits)
    with io.BufferedReader(Utf8Stream(path, found.encoding, lone_cr=found.lone_cr)) as stream:
        sample = stream.read(_SAMPLE).decode("utf-8", errors="replace").removeprefix("\ufeff")
    if found.size > _SAMPLE:
        sample = _whole_lines(sample)
    dialect = guess_dialect(sample, path.name)
    if read.delimiter:
        told = Told(read.delimiter, Confidence.CERTAIN, "choisi")
        return Writing(read, _told_encoding(found, read), told, None)
    kept = read.model_copy(
        update={
            "encoding": found.encoding,
            "delimiter": dialect.delimiter,
            "header_row": read.header_row or dialect.line,
        }
    )
    return Writing(kept, _told_encoding(found, read), dialect.separator, dialect.header)


def _whole_lines(sample: str) -> str:
    end = max(sample.rfind("\n"), sample.rfind("\r"))
    return sample[: end + 1] if end >= 0 else sample


def _told_encoding(found: Scan, read: Reading) -> Told:
    name = _ENCODINGS.get(found.encoding, found.encoding)
    if read.encoding:
        return Told(name, Confidence.CERTAIN, "choisi")
    if found.encoding.startswith("utf"):
        return Told(name, Confidence.CERTAIN, "tout le fichier se lit ainsi")
    return Told(name, Confidence.LIKELY, "des octets n'ont pas de sens en UTF-8 ; les accents se lisent ainsi")


def _workbook(path: Path, read: Reading, limits: Limits) -> Writing:
    with open_book(path, limits) as book:
        names = tuple(str(s.title) for s in book.worksheets)
        sheets = {}
        for sheet in book.worksheets:
            if read.sheet is None or sheet.title.strip() == read.sheet:
                sheets[sheet.title.strip()] = [cells for _, cells in first_rows(sheet, path.name)]
    if not any(any(row) for rows in sheets.values() for row in rows):
        raise IngestError("classeur vide", location=Location(file=path.name))
    title = max(sheets, key=lambda t: _mass(sheets[t]))
    rows = sheets[title]
    width = max((len(r) for r in rows), default=0)
    refuse_wide(width, path.name)
    place, header = _header(rows)
    kept = read.model_copy(update={"sheet": title, "header_row": read.header_row or place + 1})
    reason = "seule feuille" if len(names) == 1 else f"la plus remplie de {len(names)} feuilles"
    remarks: tuple[Remark, ...] = ()
    if len(names) > 1:
        others = ", ".join(f"« {n} »" for n in names if n.strip() != title)
        remarks = (Remark(f"une seule feuille est lue, « {title} »", f"autres feuilles : {others}"),)
    sure = Confidence.CERTAIN if len(names) == 1 else Confidence.LIKELY
    return Writing(kept, header=header, layer=Told(title, sure, reason), layers=names, remarks=remarks)


def _mass(rows: Sequence[Sequence[str]]) -> int:
    return sum(bool(c) for row in rows for c in row)


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, Told]:
    """Header of a sheet: rows end at their last filled cell, so widths are compared by what is filled."""
    filled = [sum(bool(c.strip()) for c in row) for row in rows]
    widest = max(filled)
    trimmed = [[c for c in row if c.strip()] for row in rows]
    place = next((i for i, n in enumerate(filled) if n >= 0.7 * widest), header_place(rows, widest))
    told = told_header(place, place + 1, trimmed[place])
    return place, replace(told, value=str(place + 1))
