"""Files carried from a nomenclature of communes to another: read, weighed, carried, written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import shapely

from terril.core.errors import IngestError, Location, QueryError, StoreError
from terril.core.sources import Column as SourceColumn
from terril.core.sources import Format, Geography, PeriodSource, Source
from terril.core.status import Status
from terril.core.territories.cog import (
    EQUAL,
    Carried,
    Kind,
    Numbers,
    PassageError,
    Ratio,
    Things,
    Timeline,
    Typology,
    Weights,
    carry,
    read_movements,
    replay,
)
from terril.core.territories.cog.codes import clean_codes
from terril.core.territories.cog.columns import Measure
from terril.core.territories.cog.route import Absent
from terril.ingestion.connectors import open_table
from terril.ingestion.contract import DEFAULT_LIMITS, ROW, Table
from terril.ingestion.numbers import clean_number, parse_numbers
from terril.pipeline.territories.load import data_folder

#: Words for a value that is not told, and for one that is secret, in files whose source is not declared.
MISSING = ("", "nd", "n.d.", "na", "n/a", "null", "none", "nan", "-")
SECRET = ("s", "nc", "n.c.", "secret")
#: Suffix of the columns of statuses, read back where a file has them.
STATUS = "__status"
_FORMATS = {
    ".csv": Format.CSV, ".txt": Format.CSV, ".tsv": Format.CSV, ".zip": Format.CSV, ".xlsx": Format.XLSX,
    ".parquet": Format.PARQUET, ".geojson": Format.VECTOR, ".gpkg": Format.VECTOR, ".shp": Format.VECTOR,
}  # fmt: skip
#: A header that no file bears: the first line that looks like a header is then taken.
_NO_HEADER = "\0"
#: Distinct texts of a column looked at to tell whether they are codes.
_SAMPLE = 2000


@dataclass(frozen=True)
class TextTable:
    """A file as text: its columns, by header, in the order of the file; and the number of each of its rows."""

    name: str
    columns: Mapping[str, pa.Array]
    rows: Sequence[int]

    def column(self, header: str) -> pa.Array:
        """One column.

        Raises
        ------
        IngestError
            When the file has none of that name.
        """
        if header not in self.columns:
            raise IngestError(
                f"colonne absente : {header}",
                location=Location(file=self.name, field=header),
                hint=f"colonnes trouvées : {', '.join(self.columns)}",
            )
        return self.columns[header]


def read_table(path: Path, columns: Sequence[str] = (), *, hints: Sequence[str] = ()) -> TextTable:
    """Read a file of any format that Terril loads, as text; every column, or those named.

    Parameters
    ----------
    hints : headers that the file should have: its line of headers is found by them, below titles if there are some.

    Raises
    ------
    IngestError
        When the file cannot be read, or lacks a column.
    """
    with _opened(path, [*columns, *hints]) as table:
        headers = table.headers
    for name in columns:
        TextTable(path.name, dict.fromkeys(headers), ()).column(name)
    wanted = list(dict.fromkeys(columns)) or list(headers)
    with _opened(path, wanted) as table:
        batches = list(table.batches)
    if not batches:
        raise IngestError("aucune ligne", location=Location(file=path.name))
    whole = pa.Table.from_batches(batches)
    return TextTable(
        path.name,
        {name: whole.column(name).combine_chunks() for name in wanted},
        whole.column(ROW).to_pylist(),
    )


@contextmanager
def _opened(path: Path, headers: Sequence[str]) -> Iterator[Table]:
    form = _FORMATS.get(path.suffix.lower())
    if form is None:
        raise IngestError(
            "format de fichier inconnu",
            location=Location(file=path.name, value=path.suffix),
            hint=f"formats lus : {', '.join(_FORMATS)}",
        )
    # Connectors read what a source declares: this one declares every column as text.
    source = Source(
        id="passage/fichier",
        label=path.name,
        producer="",
        licence="",
        vintage="0",
        format=form,
        geography=Geography(level="commune", column=headers[0] if headers else _NO_HEADER, cog=0),
        period=PeriodSource(value="0"),
        columns=tuple(
            SourceColumn(name=f"c{n}", source=header, type="text", optional=True) for n, header in enumerate(headers)
        ),
    )
    with open_table(path, source, DEFAULT_LIMITS) as table:
        yield table


def find_codes(table: TextTable, timeline: Timeline) -> str:
    """Header of the column that holds most communes codes, of communes, IRIS or departments.

    Raises
    ------
    IngestError
        When no column does.
    """
    known = timeline.place.keys() | timeline.district_of.keys()

    def likeness(header: str) -> float:
        texts = [t for t in pc.unique(table.columns[header]).to_pylist()[:_SAMPLE] if t]
        codes = clean_codes(texts)
        return sum(c in known or (c[:5] in known and len(c) == 9) for c in codes) / len(codes) if codes else 0.0

    best = max(table.columns, key=likeness)
    if likeness(best) < 0.5:
        raise IngestError(
            "aucune colonne de codes de communes reconnue",
            location=Location(file=table.name),
            hint=f"la nommer avec --column ; colonnes trouvées : {', '.join(table.columns)}",
        )
    return best


def numbers(table: TextTable, header: str, secret: Sequence[str] = SECRET) -> Numbers:
    """A column of numbers as French files write them, exact, with the status of each.

    Raises
    ------
    IngestError
        At the first cell that is neither a number nor a word for none: row, field, value.
    """
    text = pc.utf8_trim_whitespace(pc.fill_null(table.column(header), ""))
    folded = pc.utf8_lower(text)
    hidden = pc.is_in(folded, value_set=pa.array([w.lower() for w in secret], pa.string()))
    missing = pc.and_(pc.is_in(folded, value_set=pa.array(MISSING, pa.string())), pc.invert(hidden))
    text = pc.if_else(pc.or_(hidden, missing), pa.scalar(None, pa.string()), text)
    text = clean_number(text, None, percent=False)
    decimals = pc.utf8_length(pc.replace_substring_regex(text, pattern=r"^[^.]*\.?", replacement=""))
    scale = min(pc.max(decimals).as_py() or 0, 9)
    values, faults = parse_numbers(text, scale=scale, integer=False)
    if pc.any(faults, min_count=0).as_py():
        row = pc.index(faults, True).as_py()
        raise IngestError(
            "nombre illisible",
            location=Location(
                file=table.name, row=table.rows[row], field=header, value=table.column(header)[row].as_py()
            ),
            hint="si c’est un mot du producteur pour le secret, le donner avec --secret",
        )
    return Numbers(_integers(values), _statuses(table, header, hidden, missing), scale)


def _integers(values: pa.Array) -> Any:
    """The unscaled integers of an array of decimal128 of 18 digits: the low halves, which hold them all."""
    filled = pc.fill_null(values, pa.scalar(0, values.type))
    raw = np.frombuffer(filled.buffers()[1], dtype=np.int64)
    return raw[2 * filled.offset : 2 * (filled.offset + len(filled)) : 2].copy()


def _statuses(table: TextTable, header: str, hidden: pa.Array, missing: pa.Array) -> Any:
    found = np.select(
        [hidden.to_numpy(zero_copy_only=False), missing.to_numpy(zero_copy_only=False)],
        [Status.SECRET, Status.MISSING],
        Status.OK,
    )
    told = table.columns.get(header + STATUS)
    if told is not None:
        words = {s.word: s for s in Status}
        found = np.maximum(found, [words.get(word or "", Status.OK) for word in told.to_pylist()])
    return found.astype(np.int8)


def weights(name: str, timeline: Timeline, year: int) -> Weights:
    """Weights by which to divide communes that split, for the nomenclature of ``year``.

    Parameters
    ----------
    name : ``population`` (municipal, latest census known of the same ground), ``area`` (hectares, generalised
        contours), ``equal``, or a file whose columns are a code and a weight, or an old code, a new one and a weight.

    Raises
    ------
    IngestError
        When the file cannot be read.
    QueryError
        When the name is neither a known weight nor a file.
    """
    if name == "equal":
        return EQUAL
    tables = {"population": ("population_reference.parquet", "population"), "area": ("area.parquet", "area_ha")}
    if name in tables:
        file, column = tables[name]
        labels = {"population": "la population", "area": "la surface"}
        return Weights(labels[name], _reference(data_folder() / file, column, timeline, year))
    path = Path(name)
    if not path.is_file():
        raise QueryError(
            f"poids inconnu : {name}", hint="--weight « population », « area » ou « equal », ou un fichier de poids"
        )
    return Weights(f"les poids de {path.name}", _weights_of(read_table(path)))


def _reference(path: Path, column: str, timeline: Timeline, year: int) -> dict[str, float]:
    """Latest figure of each commune of a year that a reference table knows with the same ground."""
    rows = pq.read_table(path).to_pylist()
    found: dict[str, float] = {}
    same = {
        cog: frozenset(timeline.links(year, cog).of_kind(Kind.SAME))
        for cog in sorted({r["cog"] for r in rows})
        if timeline.first <= year <= timeline.last
    }
    for row in sorted(rows, key=lambda r: (r["cog"], r.get("year", 0))):
        if row["code"] in same[row["cog"]]:
            found[row["code"]] = row[column]
    return found


def _weights_of(table: TextTable) -> dict[Any, Any]:
    headers = list(table.columns)
    if len(headers) not in (2, 3):
        raise IngestError(
            f"un fichier de poids a deux colonnes (code, poids) ou trois (ancien, nouveau, poids), non {len(headers)}",
            location=Location(file=table.name),
        )
    values = numbers(table, headers[-1])
    codes = [clean_codes(table.columns[h].to_pylist()) for h in headers[:-1]]
    keys: Sequence[Any] = codes[0] if len(codes) == 1 else list(zip(*codes, strict=True))
    return {key: values.fraction(n) for n, key in enumerate(keys) if values.readable[n]}


def load_movements(path: Path, last: int | None = None) -> Timeline:
    """The timeline of the communes that INSEE's file of movements names; the others never changed.

    Parameters
    ----------
    last : last year wanted; by default, the first nomenclature that sees every movement.

    Raises
    ------
    IngestError
        When the file cannot be read.
    PassageError
        When a row is at fault, or movements contradict each other.
    """
    table = read_table(path)
    columns = {header: column.to_pylist() for header, column in table.columns.items()}
    rows = (dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True))
    return replay(read_movements(rows, file=path.name), last=last, file=path.name)


def united(shapes: Sequence[Any]) -> Any:
    """Union of shapes (shapely geometries): what :class:`terril.core.territories.cog.Geometric` asks for."""
    return shapely.union_all(list(shapes))


def as_table(carried: Carried, code: str = "code") -> pa.Table:
    """What was carried as a table: code, name, passage, then each column and its status."""
    arrays: dict[str, Any] = {
        code: pa.array(carried.codes, pa.string()),
        "name": pa.array(carried.names, pa.string()),
        "passage": pa.array([kind.value for kind in carried.kinds], pa.string()),
    }
    words = pa.array([s.word for s in sorted(Status)])
    for name, column in carried.columns.items():
        arrays[name] = _decimals(column) if isinstance(column, Numbers) else _texts(column)
        arrays[name + STATUS] = words.take(pa.array(column.status))
    return pa.table(arrays)


def _decimals(column: Numbers) -> pa.Array:
    kind = pa.decimal128(38, column.scale)
    if column.values.dtype == object:
        return pa.array([column.at(n) for n in range(len(column))], kind)
    # A decimal128 is 16 bytes, the low half first: the high half of ours is only their sign.
    halves = np.stack([column.values, column.values >> 63], axis=1)
    whole = pa.Array.from_buffers(kind, len(column), [None, pa.py_buffer(np.ascontiguousarray(halves))])
    return pc.if_else(pa.array(column.readable), whole, pa.scalar(None, kind))


def _texts(column: Things) -> pa.Array:
    found = (column.at(n) for n in range(len(column)))
    return pa.array([None if value is None else str(value) for value in found], pa.string())


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table as CSV or Parquet, by the suffix of the file.

    Raises
    ------
    QueryError
        When the suffix is neither.
    StoreError
        When the disk refuses.
    """
    writers = {".csv": lambda: arrow_csv.write_csv(table, path), ".parquet": lambda: pq.write_table(table, path)}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise QueryError(f"format de sortie inconnu : {path.suffix}", hint="écrire un .csv ou un .parquet")
    try:
        writer()
    except OSError as error:
        raise StoreError(f"écriture impossible : {path} ({error.strerror})") from error


def carry_table(
    table: TextTable,
    header: str,
    measures: Sequence[Measure],
    timeline: Timeline,
    start: int,
    end: int,
    *,
    weight: str | None = None,
    absent: Absent = "missing",
    secret: Sequence[str] = SECRET,
) -> Carried:
    """Carry a file from the communes of 1 January ``start`` to those of 1 January ``end``.

    Parameters
    ----------
    header : column of the codes.
    measures : how each column is to be carried.
    weight, absent, secret : see :func:`weights`, :func:`terril.core.territories.cog.carry` and :func:`numbers`.

    Raises
    ------
    IngestError
        When a column is absent or a cell is no number.
    PassageError
        When the columns cannot be carried as asked, a commune is there twice, or a year is not known.
    """
    columns: dict[str, Any] = {}
    for measure in measures:
        if isinstance(measure, Typology):
            texts = table.column(measure.name).to_pylist()
            columns[measure.name] = [t.strip() or None if t is not None else None for t in texts]
        elif not isinstance(measure, Ratio) or measure.name in table.columns:
            columns[measure.name] = numbers(table, measure.name, secret)
    codes = table.column(header).to_pylist()
    by = weights(weight, timeline.knowing(clean_codes(codes)), end) if weight is not None else None
    try:
        return carry(codes, columns, measures, timeline, start, end, weights=by, absent=absent)
    except PassageError as error:
        place = error.location or Location()
        row = table.rows[place.row - 1] if place.row is not None else None
        where = replace(place, file=table.name, row=row, field=place.field or header)
        raise PassageError(error.message, location=where, hint=error.hint) from error
