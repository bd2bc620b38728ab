"""Rows and figures on the terminal and in files: table, CSV, JSON, Parquet."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from terril.core.errors import QueryError, StoreError
from terril.core.text import format_number

#: Columns of sentences, which may wrap; the others are codes and figures, which may not.
_PROSE = frozenset({"name", "message", "reason", "source", "because", "matched", "vintage", "files", "action"})
#: Width where there is no terminal to ask.
_PIPED = 160

console = Console(highlight=False, width=None if sys.stdout.isatty() else _PIPED)
errors = Console(stderr=True, highlight=False)

Row = Mapping[str, Any]


class Format(StrEnum):
    """Output formats."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def plain(value: Any) -> Any:
    """A number without a useless ``.0``; lists as text are left to each format."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def emit(
    rows: Sequence[Row],
    columns: Sequence[str],
    form: Format,
    *,
    key: str,
    output: Path | None = None,
    extra: Mapping[str, Any] | None = None,
    shown: Sequence[Row] | None = None,
) -> None:
    """Write rows.

    Parameters
    ----------
    rows : dictionaries that have every column.
    key : name of the list in JSON.
    extra : what JSON says beside the list.
    shown : rows as people read them, for the table.
    """
    if form == Format.TABLE:
        _table(shown or rows, columns, output)
    elif form == Format.CSV:
        write(_csv(rows, columns), output)
    elif form == Format.JSON:
        cleaned = [{c: plain(r.get(c)) for c in columns} for r in rows]
        write(json.dumps({**(extra or {}), key: cleaned}, ensure_ascii=False, indent=1) + "\n", output)
    else:
        _parquet(rows, columns, output)


def _csv(rows: Sequence[Row], columns: Sequence[str]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if row.get(c) is None else _cell(row[c]) for c in columns])
    return buffer.getvalue()


def _cell(value: Any) -> Any:
    return " ".join(map(str, value)) if isinstance(value, list | tuple) else plain(value)


def _table(rows: Sequence[Row], columns: Sequence[str], output: Path | None) -> None:
    kept = [c for c in columns if any(r.get(c) not in (None, "", [], ()) for r in rows)] or list(columns)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in kept:
        numeric = any(isinstance(r.get(column), int | float) for r in rows) or column == "value"
        prose = column in _PROSE
        table.add_column(column, justify="right" if numeric else "left", overflow="fold", no_wrap=not prose)
    for row in rows:
        table.add_row(*(_text(row.get(c)) for c in kept))
    if output is None:
        console.print(table)
        return
    buffer = io.StringIO()
    Console(file=buffer, width=_PIPED, highlight=False).print(table)
    write(buffer.getvalue(), output)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float):
        whole = plain(value)
        return format_number(float(whole), 0 if isinstance(whole, int) else 2)
    return str(_cell(value)).replace("[", r"\[")


def _parquet(rows: Sequence[Row], columns: Sequence[str], output: Path | None) -> None:
    table = pa.table({c: [r.get(c) for r in rows] for c in columns})
    if output is None and sys.stdout.isatty():
        raise QueryError("Parquet est un format binaire", hint="donner un fichier avec --output")
    try:
        pq.write_table(table, sys.stdout.buffer if output is None else output)
    except OSError as error:
        raise StoreError(f"écriture impossible : {output} ({error.strerror})") from error


def write(text: str, output: Path | None) -> None:
    """Write a text on the standard output, or in a file."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"écriture impossible : {output} ({error.strerror})") from error


@contextmanager
def progress_bar(title: str) -> Iterator[Any]:
    """A progress bar on the error stream; yields ``(done, total, label) -> None``."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
               TextColumn("{task.fields[label]}"))  # fmt: skip
    with Progress(*columns, console=errors, transient=True) as bar:
        task = bar.add_task(title, total=None, label="")

        def told(done: int, total: int, label: str) -> None:
            bar.update(task, completed=done, total=total, label=label)

        yield told
