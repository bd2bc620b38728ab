"""Versions of tables: any rows, each column typed, a geometry in WGS 84 (docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from shapely.errors import ShapelyError

from terril.core.errors import IngestError, Location
from terril.ingestion.contract import GEOMETRY, ROW, Progress, Table, silent
from terril.ingestion.geometry import points, to_wgs84
from terril.ingestion.numbers import clean_number
from terril.ingestion.tableschema.check import repeated
from terril.ingestion.tableschema.report import SHOWN, Fault, FaultGroup
from terril.pipeline.importing.mapping import ColumnPlan, Mapping

#: Arrow types of a version, by type of a plan.
ARROW = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
_TRUE = ("true", "vrai", "oui", "1", "t", "o", "yes")
_FALSE = ("false", "faux", "non", "0", "f", "n", "no")
_EXPECTED = {
    "integer": ("un nombre entier est attendu", "corriger la valeur, ou garder la colonne comme texte"),
    "number": (
        "un nombre est attendu",
        "corriger la valeur, vérifier le signe décimal, ou garder la colonne comme texte",
    ),
    "boolean": ("oui ou non est attendu", "écrire oui ou non, ou garder la colonne comme texte"),
    "date": ("une date est attendue (AAAA-MM-JJ ou JJ/MM/AAAA)", "corriger la date, ou garder la colonne comme texte"),
}


def table_schema(mapping: Mapping, *, geometry: bool) -> pa.Schema:
    """Columns of a version: ``row``, those kept in the order of the plan, ``geometry`` where there is one."""
    fields = [pa.field("row", pa.int64()), *(pa.field(c.name, ARROW[c.type]) for c in mapping.kept)]
    return pa.schema([*fields, pa.field("geometry", pa.binary())] if geometry else fields)


@dataclass(slots=True)
class _Faults:
    plan: ColumnPlan
    count: int = 0
    shown: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class Extent:
    """What the shapes of a version are, gathered as it is written: west, south, east, north in degrees."""

    rows: int = 0
    kinds: set[str] = field(default_factory=set)
    box: tuple[float, float, float, float] | None = None

    def add(self, wkb: pa.Array) -> None:
        """Add the shapes of a batch."""
        shapes = shapely.from_wkb(np.array(wkb.drop_null().to_pylist(), dtype=object))
        if not len(shapes):
            return
        self.rows += len(shapes)
        self.kinds |= {str(kind) for kind in np.unique([s.geom_type for s in shapes])}
        west, south, east, north = shapely.total_bounds(shapes).tolist()
        if self.box is not None:
            west, south = min(west, self.box[0]), min(south, self.box[1])
            east, north = max(east, self.box[2]), max(north, self.box[3])
        self.box = (west, south, east, north)

    def as_dict(self) -> dict[str, Any]:
        """The extent as ``version.json`` holds it."""
        return {"rows": self.rows, "types": sorted(self.kinds), "bbox": list(self.box) if self.box else None}


class TableReader:
    """Turns the batches of an open table into those of a version; faulty cells are gathered, not raised one by one."""

    def __init__(self, table: Table, mapping: Mapping, shown: int = SHOWN) -> None:
        absent = [c.source for c in mapping.kept if c.source not in table.headers]
        if absent:
            raise IngestError(
                f"colonne absente : « {absent[0]} »",
                location=Location(file=table.name, field=absent[0]),
                hint=f"colonnes trouvées : {', '.join(table.headers[:15])}",
            )
        self._table = table
        self._mapping = mapping
        self._shown = shown
        self._located = bool(mapping.read.longitude and mapping.read.latitude)
        self._absent = pa.array([*mapping.missing, *mapping.not_applicable, *mapping.secret], pa.string())
        self._keys: list[pa.Table] = []
        self._faults: dict[str, _Faults] = {}
        self.rows = 0
        self.extent = Extent()
        self.schema = table_schema(mapping, geometry=self.has_geometry)

    @property
    def has_geometry(self) -> bool:
        """Whether rows bear a shape."""
        return self._table.geometry or self._located or self._mapping.shape is not None

    def batches(self, progress: Progress = silent) -> Iterator[pa.RecordBatch]:
        """Batches of the version; :meth:`groups` is complete once they are all read.

        Raises
        ------
        IngestError
            If the text or the shapes cannot be read.
        """
        place = self._table.position
        try:
            for batch in self._table.batches:
                yield self._batch(batch)
                self.rows += batch.num_rows
                progress(self.rows, place() if place else None, self._table.size)
        except UnicodeError as error:
            raise IngestError("texte illisible", location=Location(file=self._table.name, value=str(error))) from error

    def groups(self) -> tuple[FaultGroup, ...]:
        """Faulty cells and repeated keys, grouped."""
        found = [
            FaultGroup("type", f.plan.source, *_EXPECTED[f.plan.type], f.count, tuple(f.shown))
            for f in self._faults.values()
        ]
        if self._keys:
            headers = [c.source for c in self._mapping.kept if c.name in self._mapping.key]
            again = repeated(pa.concat_tables(self._keys), headers, self._absent, self._shown)
            found += [again] if again is not None else []
        return tuple(sorted(found, key=lambda g: -g.count))

    def _batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        arrays = [batch.column(ROW), *(self._column(c, batch) for c in self._mapping.kept)]
        if self.has_geometry:
            shapes = self._geometry(batch)
            self.extent.add(shapes)
            arrays.append(shapes)
        if self._mapping.key:
            headers = [c.source for c in self._mapping.kept if c.name in self._mapping.key]
            self._keys.append(pa.Table.from_batches([batch.select([ROW, *headers])]))
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _column(self, plan: ColumnPlan, batch: pa.RecordBatch) -> pa.Array:
        text = pc.utf8_trim_whitespace(batch.column(plan.source))
        absent = pc.is_in(text, value_set=self._absent)
        text = pc.if_else(pc.fill_null(absent, True), pa.scalar(None, pa.string()), text)
        values = _READERS[plan.type](text, self._mapping)
        self._note(plan, pc.and_(pc.is_valid(text), pc.is_null(values)), batch)
        return values

    def _note(self, plan: ColumnPlan, wrong: pa.Array, batch: pa.RecordBatch) -> None:
        places = np.flatnonzero(wrong.to_numpy(zero_copy_only=False))
        if not len(places):
            return
        faults = self._faults.setdefault(plan.source, _Faults(plan))
        faults.count += len(places)
        rows, values = batch.column(ROW), batch.column(plan.source)
        for at in places[: self._shown - len(faults.shown)].tolist():
            faults.shown.append(Fault(rows[at].as_py(), plan.source, (values[at].as_py() or "")[:160]))

    def _geometry(self, batch: pa.RecordBatch) -> pa.Array:
        if self._table.geometry:
            return batch.column(GEOMETRY)
        read = self._mapping.read
        if self._mapping.shape is not None:
            wkb = _from_text(batch.column(self._mapping.shape), self._table.name, batch.column(ROW))
            return to_wgs84(wkb, read.crs or "OGC:CRS84", self._table.name, self.rows)
        x, y = (
            np.asarray(pc.fill_null(_number(batch.column(h), self._mapping), np.nan).to_numpy(zero_copy_only=False))
            for h in (read.longitude, read.latitude)
        )
        return points(x, y, read.crs, self._table.name, batch.column(ROW).to_numpy())


def _integer(text: pa.Array, mapping: Mapping) -> pa.Array:
    plain = clean_number(text, mapping.read.decimal, percent=False)
    good = pc.match_substring_regex(plain, pattern=r"^[+-]?0*\d{1,18}(?:\.0*)?$")
    digits = pc.replace_substring_regex(plain, pattern=r"\.0*$|^\+", replacement="")
    return pc.cast(pc.if_else(pc.fill_null(good, False), digits, pa.scalar(None, pa.string())), pa.int64())


def _number(text: pa.Array, mapping: Mapping) -> pa.Array:
    plain = clean_number(text, mapping.read.decimal, percent=True)
    good = pc.match_substring_regex(plain, pattern=r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?$")
    return pc.cast(pc.if_else(pc.fill_null(good, False), plain, pa.scalar(None, pa.string())), pa.float64())


def _boolean(text: pa.Array, mapping: Mapping) -> pa.Array:
    low = pc.utf8_lower(text)
    true, false = pc.is_in(low, value_set=pa.array(_TRUE)), pc.is_in(low, value_set=pa.array(_FALSE))
    return pc.if_else(true, pa.scalar(True), pc.if_else(false, pa.scalar(False), pa.scalar(None, pa.bool_())))


def _date(text: pa.Array, mapping: Mapping) -> pa.Array:
    encoded = pc.dictionary_encode(text)
    days = pa.array([_day(t) for t in encoded.dictionary.to_pylist()], pa.date32())
    return days.take(encoded.indices)


def _day(text: str) -> Any:
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d"):
        try:
            # A time of day after the day is left.
            return datetime.strptime(text[:10], pattern).date()
        except ValueError:
            continue
    return None


_READERS = {
    "text": lambda text, mapping: text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
}


def _from_text(text: pa.Array, name: str, rows: pa.Array) -> pa.Array:
    """Shapes written in cells, WKT or GeoJSON, as WKB; empty cells are no shape."""
    out: list[bytes | None] = []
    for at, value in enumerate(text.to_pylist()):
        value = (value or "").strip()
        try:
            out.append(shapely.to_wkb(_shape(value)) if value else None)
        except (ShapelyError, ValueError, TypeError) as error:
            raise IngestError(
                "géométrie illisible",
                location=Location(file=name, row=rows[at].as_py(), value=value),
                hint="écrire du WKT ou du GeoJSON, ou ne pas prendre cette colonne pour géométrie",
            ) from error
    return pa.array(out, pa.binary())


def _shape(text: str) -> Any:
    if text.startswith("{"):
        return shapely.from_geojson(text)
    if text[0].isalpha():
        return shapely.from_wkt(text.rpartition(";")[2])
    x, _, y = text.strip("[] ").partition(",")
    return shapely.Point(float(x), float(y))
