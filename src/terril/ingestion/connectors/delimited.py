"""Delimited text in every French dialect, streamed in bounded memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from terril.core.errors import IngestError, Location
from terril.core.sources import Source
from terril.ingestion.contract import ROW, Limits, Ragged, Table, Whole
from terril.ingestion.encoding import Scan, Utf8Stream, scan
from terril.ingestion.headers import score, unique_headers, used_headers

_SAMPLE = 256 * 1024
_DELIMITERS = (";", ",", "\t", "|")
_SEARCHED_ROWS = 60
#: Rows set aside whose text is kept; the others are counted.
_SHOWN_ROWS = 200


@dataclass(frozen=True, slots=True)
class _Dialect:
    delimiter: str
    headers: tuple[str, ...]
    skipped: int


@contextmanager
def open_delimited(path: Path, source: Source | Whole, limits: Limits) -> Iterator[Table]:
    """Open a delimited file; see :class:`terril.ingestion.contract.Connector`."""
    found = scan(path, source.read.encoding, limits)
    with _text(path, found) as stream:
        dialect = _dialect(stream.read(_SAMPLE), source, path.name)
    text = Utf8Stream(path, found.encoding, lone_cr=found.lone_cr)
    with io.BufferedReader(text, 1 << 20) as stream:
        aside: list[Ragged] = []
        batches = _batches(stream, dialect, source, found, path.name, limits, aside)
        yield Table(path.name, dialect.headers, batches, ragged=aside, size=found.size, position=text.position)


def _text(path: Path, found: Scan) -> IO[bytes]:
    return io.BufferedReader(Utf8Stream(path, found.encoding, lone_cr=found.lone_cr), 1 << 20)


def _dialect(head: bytes, source: Source | Whole, name: str) -> _Dialect:
    sample = head.decode("utf-8", errors="ignore").removeprefix("\ufeff")
    if len(head) == _SAMPLE:
        # The last line may be cut: it is not a header.
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1]
    if not sample.strip():
        raise IngestError(
            "aucune ligne d'en-têtes au début du fichier",
            location=Location(file=name),
            hint="le fichier est vide, ou n'est pas un tableau",
        )
    candidates = [source.read.delimiter] if source.read.delimiter else list(_DELIMITERS)
    best: tuple[int, int, _Dialect] | None = None
    for delimiter in candidates:
        hits, dialect = _header_with(sample, delimiter, source)
        if dialect is not None and (best is None or (hits, len(dialect.headers)) > best[:2]):
            best = (hits, len(dialect.headers), dialect)
    if best is None:
        raise IngestError(
            "aucune ligne d'en-têtes trouvée",
            location=Location(file=name),
            hint="déclarer « read.delimiter » et « read.header_row »",
        )
    return best[2]


def _header_with(sample: str, delimiter: str, source: Source | Whole) -> tuple[int, _Dialect | None]:
    """The best header row when the text is cut at ``delimiter``, with the declared columns it has."""
    best: tuple[int, _Dialect | None] = (-1, None)
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, 1):
            if number > _SEARCHED_ROWS and source.read.header_row is None:
                break
            if source.read.header_row is not None and reader.line_num < source.read.header_row:
                continue
            hits = score(cells, source)
            if any(c.strip() for c in cells) and hits > best[0]:
                best = (hits, _Dialect(delimiter, unique_headers(cells), reader.line_num))
            if source.read.header_row is not None:
                break
    except csv.Error:
        # A cell longer than the csv module reads: no header. Rows already seen still count.
        return best
    return best


def _batches(
    stream: IO[bytes],
    dialect: _Dialect,
    source: Source | Whole,
    found: Scan,
    name: str,
    limits: Limits,
    aside: list[Ragged],
) -> Iterator[pa.RecordBatch]:
    ragged: list[arrow_csv.InvalidRow] = []
    kept = aside if isinstance(source, Whole) and source.lenient else None
    used = used_headers(dialect.headers, source, name)
    rows = 0
    last: pa.RecordBatch | None = None
    try:
        for batch in _reader(stream, dialect, used, ragged, limits, kept):
            for start in range(0, batch.num_rows, limits.batch_rows):
                last = batch.slice(start, limits.batch_rows)
                yield _numbered(last, rows)
                rows += last.num_rows
    except pa.ArrowInvalid as error:
        if "Empty CSV file" not in str(error):
            raise _explained(error, ragged, dialect, name, limits) from error
    if last is not None and found.odd_quotes:
        _refuse_open_quote(last, rows, name)


def _reader(
    stream: IO[bytes],
    dialect: _Dialect,
    used: tuple[str, ...],
    ragged: list[arrow_csv.InvalidRow],
    limits: Limits,
    aside: list[Ragged] | None,
) -> arrow_csv.CSVStreamingReader:
    """Arrow's reader: text columns only, the rows it refuses added to ``ragged``, or to ``aside`` and passed over."""

    def refuse(row: arrow_csv.InvalidRow) -> str:
        if aside is not None:
            number = None if row.number is None else row.number - dialect.skipped
            aside.append(Ragged(number, row.actual_columns, row.text if len(aside) < _SHOWN_ROWS else ""))
            return "skip"
        ragged.append(row)
        return "error"

    return arrow_csv.open_csv(
        pa.PythonFile(stream, mode="r"),
        read_options=arrow_csv.ReadOptions(
            use_threads=False,
            block_size=max(limits.row_bytes, 4096),
            skip_rows=dialect.skipped,
            column_names=list(dialect.headers),
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=dialect.delimiter, newlines_in_values=True, invalid_row_handler=refuse
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(dialect.headers, pa.string()),
            include_columns=list(used),
            strings_can_be_null=False,
            quoted_strings_can_be_null=False,
        ),
    )


def _numbered(batch: pa.RecordBatch, before: int) -> pa.RecordBatch:
    numbers = pa.array(np.arange(before + 1, before + batch.num_rows + 1, dtype=np.int64))
    return pa.RecordBatch.from_arrays([numbers, *batch.columns], names=[ROW, *batch.schema.names])


def _explained(
    error: pa.ArrowInvalid, ragged: list[arrow_csv.InvalidRow], dialect: _Dialect, name: str, limits: Limits
) -> IngestError:
    if ragged:
        row = ragged[0]
        number = None if row.number is None else row.number - dialect.skipped
        more = row.actual_columns > row.expected_columns
        return IngestError(
            f"{row.actual_columns} champs au lieu de {row.expected_columns}",
            location=Location(file=name, row=number, value=row.text),
            hint="un champ contient le séparateur sans guillemets"
            if more
            else "ligne coupée, note de bas de tableau, ou mauvais séparateur : déclarer « read.delimiter »",
        )
    if "straddling" in str(error):
        return IngestError(
            f"une ligne dépasse {limits.row_bytes} octets",
            location=Location(file=name),
            hint="un guillemet n'est sans doute pas fermé",
        )
    return IngestError(
        "fichier délimité illisible",
        location=Location(file=name, value=str(error)),
        hint="vérifier l'encodage",
    )


def _refuse_open_quote(batch: pa.RecordBatch, rows: int, name: str) -> None:
    """A quote left open swallows the end of the file into one cell of its last row."""
    for column in batch.schema.names:
        value = batch.column(column)[batch.num_rows - 1].as_py()
        if isinstance(value, str) and "\n" in value:
            raise IngestError(
                "un guillemet ouvert n'est jamais fermé : la fin du fichier tient dans une seule cellule",
                location=Location(file=name, row=rows, field=column, value=value),
                hint="fermer le guillemet",
            )
