"""Separator, header row and decimal sign of a text that no source describes."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from terril.core.errors import IngestError, Location
from terril.ingestion.recognition.model import Confidence, Told

DELIMITERS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}
_ROWS = 200
#: Words a line past which a text of one column is prose.
_WORDS = 4
#: Past this, a file is no table of data: more columns than any producer publishes.
MOST_COLUMNS = 4096


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text is cut: the separator, the 1-based line of the headers, the headers, and how sure that is."""

    delimiter: str
    line: int
    headers: tuple[str, ...]
    separator: Told
    header: Told


def guess_dialect(sample: str, name: str) -> Dialect:
    """Tell how a text is cut.

    Parameters
    ----------
    sample : beginning of the text, its last line whole.

    Raises
    ------
    IngestError
        If there is no table to be seen, or if it has too many columns.
    """
    best: tuple[float, str, list[tuple[int, list[str]]]] | None = None
    for delimiter in DELIMITERS:
        rows = _cut(sample, delimiter)
        if not rows:
            continue
        width, share = _modal(rows)
        score = share * min(width, 50) if width > 1 else 0.0
        if best is None or score > best[0]:
            best = (score, delimiter, rows)
    if best is None:
        raise IngestError(
            "aucune ligne d'en-têtes au début du fichier",
            location=Location(file=name),
            hint="le fichier est vide, ou n'est pas un tableau",
        )
    return _dialect(best[1], best[2], name)


def _dialect(delimiter: str, rows: list[tuple[int, list[str]]], name: str) -> Dialect:
    width, share = _modal(rows)
    refuse_wide(width, name)
    place = header_place([cells for _, cells in rows], width)
    line, cells = rows[place]
    word = DELIMITERS[delimiter]
    if width == 1:
        _refuse_prose([cells[0] for _, cells in rows if cells], name)
        separator = Told(delimiter, Confidence.DOUBTFUL, "une seule colonne : aucun séparateur ne revient")
    else:
        sure = Confidence.CERTAIN if share > 0.98 else Confidence.LIKELY if share > 0.8 else Confidence.DOUBTFUL
        separator = Told(delimiter, sure, f"{word} : {width} cellules sur {100 * share:.0f} % des lignes")
    return Dialect(delimiter, line, tuple(cells), separator, told_header(place, line, cells))


def _refuse_prose(lines: Sequence[str], name: str) -> None:
    """Refuse a text to be read: lines of several words, and nothing that cuts them."""
    words = sum(len(line.split()) for line in lines) / max(1, len(lines))
    if words > _WORDS:
        raise IngestError(
            "ce texte n'est pas un tableau : aucun séparateur n'y revient",
            location=Location(file=name, line=1, value=lines[0]),
            hint="déposer le fichier de données lui-même",
        )


def refuse_wide(width: int, name: str) -> None:
    """Refuse a table of more columns than a table of data has.

    Raises
    ------
    IngestError
        Past :data:`MOST_COLUMNS`.
    """
    if width > MOST_COLUMNS:
        raise IngestError(
            f"{width} colonnes : {MOST_COLUMNS} au plus sont lues",
            location=Location(file=name),
            hint="le tableau est sans doute couché : une ligne par objet, une colonne par variable",
        )


def told_header(place: int, line: int, cells: Sequence[str]) -> Told:
    """Where the headers are, and how sure that is."""
    if _looks_like_data(cells):
        reason = "la première ligne ressemble à des données : le fichier n'a peut-être pas d'en-têtes"
        return Told(str(line), Confidence.DOUBTFUL, reason)
    if place == 0:
        return Told(str(line), Confidence.CERTAIN, "première ligne du tableau")
    return Told(str(line), Confidence.LIKELY, f"{place} lignes de titre au-dessus du tableau sont passées")


def _cut(sample: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """First rows that hold something, with the line each begins at."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    before = 0
    try:
        for cells in reader:
            if any(c.strip() for c in cells):
                rows.append((before + 1, cells))
            before = reader.line_num
            if len(rows) >= _ROWS:
                break
    except csv.Error:
        # A cell longer than the csv module reads: the rows before it still tell the separator.
        return rows
    return rows


def _modal(rows: list[tuple[int, list[str]]]) -> tuple[int, float]:
    """The most common number of cells, and the part of the rows that have it."""
    width, count = Counter(len(cells) for _, cells in rows).most_common(1)[0]
    return width, count / len(rows)


def header_place(rows: Sequence[Sequence[str]], width: int) -> int:
    """Place of the header among the first rows: the first that is full width and mostly filled."""
    for place, cells in enumerate(rows[:60]):
        filled = sum(bool(c.strip()) for c in cells)
        if len(cells) == width and filled >= max(1, 0.5 * width):
            return place
    return 0


def _looks_like_data(cells: Sequence[str]) -> bool:
    """Whether most cells are numbers: years as headers aside."""
    filled = [c.strip() for c in cells if c.strip()]
    numbers = [c for c in filled if c.replace(",", ".").replace(".", "", 1).lstrip("-").isdecimal()]
    years = [c for c in numbers if len(c) == 4 and c[:2] in ("19", "20")]
    return len(numbers) - len(years) > 0.5 * len(filled)
