"""Rows of a version corrected: each correction held against the rows as they are now, then all made one new version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from terril.core.errors import IngestError, Location
from terril.core.status import Status
from terril.ingestion.numbers import clean_number
from terril.pipeline.datasets import DatasetStore, Version, VersionWriter
from terril.pipeline.importing.rows import SECRET, read_version, shown_columns, texts

_TRUE, _FALSE = ("oui", "vrai", "true", "1"), ("non", "faux", "false", "0")
_UNSAID = ("id", "sha256", "bytes", "overlay")


class Op(StrEnum):
    """What a correction does."""

    CELL = "cell"
    ADD = "add"
    REMOVE = "remove"


class Standing(StrEnum):
    """How a correction stands on the rows as they are now."""

    FITS = "fits"
    #: The cell, or the row to remove, is no longer what it was.
    CHANGED = "changed"
    #: The row is no longer there, or there is already one of this key.
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Edit:
    """One correction.

    Parameters
    ----------
    row : number of the row in the version corrected; None for a row added.
    cells : texts of the row as it was when it was corrected, or of the row added.
    column, after : the cell and its new text, for a cell.
    """

    op: Op
    cells: Mapping[str, str] = field(default_factory=dict)
    row: int | None = None
    column: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A correction held against a version: how it stands, and what the cell holds now."""

    edit: Edit
    standing: Standing
    now: str = ""


class Corrector:
    """Holds corrections against a version, and applies them.

    Parameters
    ----------
    version : the one in use.
    """

    def __init__(self, version: Version) -> None:
        self.version = version
        self.table = read_version(version)
        self.columns = shown_columns(self.table.schema)
        self.key = tuple(k for k in version.meta.get("key", ()) if k in self.columns)
        if {"level", "code", "period"} <= set(self.columns):
            self.key = ("level", "code", "period", *self.key)

    def judge(self, edit: Edit) -> Judged:
        """How a correction stands now."""
        at = self._place(edit)
        if edit.op is Op.ADD:
            taken = bool(self.key) and len(self._keyed(edit.cells)) > 0
            return Judged(edit, Standing.GONE if taken else Standing.FITS)
        if at is None:
            return Judged(edit, Standing.GONE)
        if edit.op is Op.REMOVE:
            same = all(self._text(at, name) == text for name, text in edit.cells.items() if name in self.columns)
            return Judged(edit, Standing.FITS if same else Standing.CHANGED)
        now = self._text(at, edit.column)
        same = now == edit.cells.get(edit.column, "")
        return Judged(edit, Standing.FITS if same else Standing.CHANGED, now)

    def check(self, edit: Edit) -> None:
        """Refuse a correction that no version could hold.

        Raises
        ------
        IngestError
            If a value is not of its column, if a figure is secret, or if the column is none of the version.
        """
        if edit.op is Op.ADD:
            for name, text in edit.cells.items():
                self._value(name, text)
            absent = [k for k in self.key if not edit.cells.get(k, "").strip()]
            if absent:
                raise IngestError(
                    "valeur obligatoire absente", location=Location(field=absent[0]), hint="la renseigner"
                )
        elif edit.op is Op.CELL:
            if edit.cells.get(edit.column) == SECRET and self._status(edit.column):
                raise IngestError(
                    "une valeur sous secret ne se corrige pas ici",
                    location=Location(field=edit.column),
                    hint="s'adresser au producteur",
                )
            self._value(edit.column, edit.after)

    def apply(self, datasets: DatasetStore, edits: Sequence[Edit], told: Mapping[str, Any]) -> Version:
        """Make the version in use out of this one, corrected.

        Parameters
        ----------
        told : what ``version.json`` says besides: who corrected, why.

        Raises
        ------
        IngestError
            If a correction cannot be made, or would leave two rows of one key; nothing is changed.
        StoreError
            If the disk refuses; nothing is changed.
        """
        table = self._corrected(edits)
        source = self.version.source
        meta = {k: v for k, v in self.version.meta.items() if k not in _UNSAID}
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        meta |= {"retrieved_at": moment, "rows": table.num_rows, **told}
        with datasets.writing(source) as work:
            with VersionWriter(work, table.schema) as writer:
                for batch in table.to_batches():
                    writer.write(batch)
            return datasets.commit(source, work, meta)[0]

    # -- rows ----------------------------------------------------------------------------------------

    def _place(self, edit: Edit) -> int | None:
        """Index of the row that a correction is about, wherever it is now."""
        if edit.op is Op.ADD:
            return None
        if self.key and all(k in edit.cells for k in self.key):
            found = self._keyed(edit.cells)
            return int(found[0]) if len(found) == 1 else None
        found = np.flatnonzero(pc.equal(self.table["row"], edit.row).to_numpy())
        if len(found) == 1 and self._alike(int(found[0]), edit) >= len(edit.cells) - 1:
            return int(found[0])
        return None

    def _keyed(self, cells: Mapping[str, str]) -> Any:
        mask = np.ones(self.table.num_rows, dtype=bool)
        for name in self.key:
            mask &= pc.equal(texts(self.table, name), cells.get(name, "").strip()).to_numpy()
        return np.flatnonzero(mask)

    def _alike(self, at: int, edit: Edit) -> int:
        return sum(name in self.columns and self._text(at, name) == text for name, text in edit.cells.items())

    def _text(self, at: int, name: str) -> str:
        return str(texts(self.table.slice(at, 1), name)[0].as_py())

    # -- values --------------------------------------------------------------------------------------

    def _status(self, name: str) -> bool:
        return f"{name}__status" in self.table.column_names

    def _value(self, name: str, text: str) -> Any:
        if name not in self.columns:
            raise IngestError("colonne inconnue", location=Location(field=name), hint=", ".join(self.columns[:15]))
        return parsed(text, self.table.schema.field(name).type, name)

    def _corrected(self, edits: Sequence[Edit]) -> pa.Table:
        for edit in edits:
            self.check(edit)
        cells: dict[str, dict[int, str]] = {}
        removed: set[int] = set()
        for edit in edits:
            at = self._place(edit)
            if edit.op is not Op.ADD and at is None:
                raise IngestError("ligne disparue", location=Location(row=edit.row, field=edit.column or None))
            if edit.op is Op.CELL and at is not None:
                cells.setdefault(edit.column, {})[at] = edit.after
            elif at is not None:
                removed.add(at)
        table = self.table
        for name, changes in cells.items():
            table = self._with_cells(table, name, changes)
        if removed:
            kept = np.setdiff1d(np.arange(table.num_rows), sorted(removed))
            table = table.take(pa.array(kept))
        added = [e.cells for e in edits if e.op is Op.ADD]
        if added:
            table = pa.concat_tables([table, self._added(added, table)])
        self._refuse_twins(table)
        return table

    def _with_cells(self, table: pa.Table, name: str, changes: Mapping[int, str]) -> pa.Table:
        kind = table.schema.field(name).type
        values = table[name].to_pylist()
        for at, text in changes.items():
            values[at] = parsed(text, kind, name)
        table = table.set_column(table.column_names.index(name), table.schema.field(name), pa.array(values, kind))
        if self._status(name):
            status = f"{name}__status"
            told = table[status].to_pylist()
            for at in changes:
                told[at] = int(Status.MISSING if values[at] is None else Status.OK)
            field_ = table.schema.field(status)
            table = table.set_column(table.column_names.index(status), field_, pa.array(told, field_.type))
        return table

    def _added(self, rows: Sequence[Mapping[str, str]], table: pa.Table) -> pa.Table:
        last = max(table["row"].to_pylist(), default=0)
        columns: list[pa.Array] = []
        for item in table.schema:
            if item.name == "row":
                columns.append(pa.array([last + 1 + i for i in range(len(rows))], item.type))
                continue
            measure = item.name.removesuffix("__status")
            if measure != item.name:
                values: list[Any] = [int(Status.OK if r.get(measure, "").strip() else Status.MISSING) for r in rows]
            elif item.name in self.columns:
                values = [parsed(r.get(item.name, ""), item.type, item.name) for r in rows]
            else:
                values = [None] * len(rows)
            columns.append(pa.array(values, item.type))
        return pa.Table.from_arrays(columns, schema=table.schema)

    def _refuse_twins(self, table: pa.Table) -> None:
        if not self.key:
            return
        counted = (
            table.select(list(self.key)).group_by(list(self.key), use_threads=False).aggregate([([], "count_all")])
        )
        twice = counted.filter(pc.greater(counted["count_all"], 1))
        if twice.num_rows:
            first = twice.to_pylist()[0]
            raise IngestError(
                "deux lignes auraient la même clé",
                location=Location(field=", ".join(self.key), value=" | ".join(str(first[k]) for k in self.key)),
                hint="corriger l'identifiant, ou la ligne qui le porte déjà",
            )


def parsed(text: str, kind: pa.DataType, name: str) -> Any:
    """The value that a text is, for a column of a type; None where it is empty.

    Raises
    ------
    IngestError
        If it is none.
    """
    text = text.strip()
    if not text:
        return None
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return text
    if pa.types.is_boolean(kind):
        if text.lower() not in (*_TRUE, *_FALSE):
            raise _unfit(name, text, "oui ou non est attendu")
        return text.lower() in _TRUE
    if pa.types.is_date(kind):
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise _unfit(name, text, "une date est attendue (AAAA-MM-JJ)") from error
    return _number(text, kind, name)


def _number(text: str, kind: pa.DataType, name: str) -> Any:
    plain = clean_number(pa.array([text]), None, percent=False)[0].as_py()
    try:
        value = Decimal(plain)
        if not value.is_finite():
            raise InvalidOperation
        if pa.types.is_integer(kind):
            return pa.scalar(int(value), kind).as_py() if value == int(value) else _whole(name, text)
        if pa.types.is_decimal(kind):
            return pa.scalar(value.quantize(Decimal(1).scaleb(-kind.scale)), kind).as_py()
    except (InvalidOperation, ValueError, OverflowError, pa.ArrowException) as error:
        raise _unfit(name, text, "un nombre est attendu") from error
    return float(value)


def _whole(name: str, text: str) -> Any:
    raise _unfit(name, text, "un nombre entier est attendu")


def _unfit(name: str, text: str, message: str) -> IngestError:
    return IngestError(message, location=Location(field=name, value=text), hint="corriger la valeur")
