"""INSEE's Melodi: packages (a zip with a data file and, often, a metadata file) and answers of its API (JSON)."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from terril.core.errors import IngestError, Location
from terril.core.sources import Source
from terril.ingestion.archive import choose, extract, open_archive
from terril.ingestion.connectors.delimited import open_delimited
from terril.ingestion.contract import ROW, Limits, Table, Whole
from terril.ingestion.headers import used_headers

#: Name of the file that holds the figures.
DATA = "*_data.csv"
#: An answer is one page: bigger ones are fetched as packages.
_ANSWER_BYTES = 64 * 1024**2
#: ``2025-COM-33318``, as the API writes a territory.
_GEO = re.compile(r"^(?:(\d{4})-)?([A-Z][A-Z0-9_]*)-(\w+)$")


@contextmanager
def open_melodi(path: Path, source: Source | Whole, limits: Limits) -> Iterator[Table]:
    """Open a Melodi package; see :class:`terril.ingestion.contract.Connector`."""
    if path.suffix.lower() == ".json":
        yield _answer(path, source)
        return
    with unpacked(path, DATA, limits) as file, open_delimited(file, source, limits) as table:
        yield table


@contextmanager
def unpacked(path: Path, pattern: str, limits: Limits) -> Iterator[Path]:
    """The one file of a zip that matches ``pattern``, unpacked for as long as it is read."""
    with tempfile.TemporaryDirectory(prefix="terril-") as folder, open_archive(path, limits) as archive:
        yield extract(archive, choose(archive, pattern, path.name), Path(folder), limits, path.name)


def _answer(path: Path, source: Source | Whole) -> Table:
    """An answer of the API: one row an observation, the columns of a package."""
    if path.stat().st_size > _ANSWER_BYTES:
        raise IngestError(
            f"réponse de plus de {_ANSWER_BYTES // 10**6} Mo",
            location=Location(file=path.name),
            hint="télécharger le paquet complet (zip) du jeu de données",
        )
    try:
        observations = json.loads(path.read_text(encoding="utf-8"))["observations"]
        rows = [_row(o) for o in observations]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IngestError(
            "réponse de Melodi illisible",
            location=Location(file=path.name, value=str(error)),
            hint="télécharger le paquet complet (zip) du jeu de données",
        ) from error
    headers = tuple(dict.fromkeys(key for row in rows for key in row))
    used = used_headers(headers, source, path.name)
    numbers = pa.array(range(1, len(rows) + 1), pa.int64())
    columns = [pa.array([row.get(h) for row in rows], pa.string()) for h in used]
    batch = pa.RecordBatch.from_arrays([numbers, *columns], names=[ROW, *used])
    return Table(path.name, headers, iter([batch]))


def _row(observation: dict[str, Any]) -> dict[str, str | None]:
    row: dict[str, str | None] = {}
    for key, value in observation["dimensions"].items():
        found = _GEO.match(str(value)) if key == "GEO" else None
        if found:
            row["GEO"], row["GEO_OBJECT"], row["GEO_VINTAGE"] = found[3], found[2], found[1]
        else:
            row[key] = None if value is None else str(value)
    row |= {key: None if v is None else str(v) for key, v in observation.get("attributes", {}).items()}
    for key, measure in observation["measures"].items():
        value = measure.get("value")
        row[key.replace("OBS_VALUE_NIVEAU", "OBS_VALUE")] = None if value is None else str(value)
    return row
