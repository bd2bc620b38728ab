"""Codes of a file carried to another nomenclature: rows that merge keep apart, rows that split are shared out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from terril.core.errors import IngestError, Location, PackError
from terril.core.nomenclatures.crosswalk import Crosswalk, Crosswalks, Kind, Piece, share
from terril.core.nomenclatures.spec import Nomenclature
from terril.core.sources import OLD_CODE, Source
from terril.core.status import Status
from terril.core.territories.model import Level
from terril.ingestion.contract import ROW
from terril.ingestion.headers import Resolved
from terril.ingestion.places import clean_code
from terril.ingestion.quality import Quality

#: Columns a carried batch has beside those of the file: the interval of the row of the file that each row stands
#: for, in billionths, and whether its code merged or split.
START, END, CHANGED = "__start", "__end", "__changed"
_UNIT = 10**9


@dataclass(frozen=True, slots=True)
class _Carried:
    name: str
    header: str
    nomenclature: Nomenclature
    crosswalk: Crosswalk


class Carrier:
    """Carries the codes of one file.

    Parameters
    ----------
    source : says which columns, and from which nomenclature to which.
    resolved : headers of the file.
    crosswalks : declared passages.
    file : its name, for messages.
    quality : report, added to.

    Raises
    ------
    IngestError
        If no passage leads there, or rows that are objects would have to be cut.
    """

    def __init__(self, source: Source, resolved: Resolved, crosswalks: Crosswalks, file: str, quality: Quality) -> None:
        self._source = source
        self._file = file
        self._quality = quality
        self._columns = []
        for name, nomenclature in source.nomenclatures.items():
            header = resolved.territory if name == "code" else resolved.columns[name]
            if header is not None:
                found = self._between(name, nomenclature, crosswalks)
                self._columns.append(_Carried(name, header, nomenclature, found))

    def _between(self, name: str, nomenclature: Nomenclature, crosswalks: Crosswalks) -> Crosswalk:
        try:
            found = crosswalks.between(nomenclature.of, nomenclature.to)
        except PackError as error:
            raise IngestError(error.message, location=Location(file=self._file, field=name), hint=error.hint) from error
        if found.splits and self._source.rows == "micro":
            raise IngestError(
                "un objet ne se partage pas entre plusieurs codes",
                location=Location(file=self._file, field=name),
                hint="choisir un passage sans scission, ou une source « rows: aggregate »",
            )
        return found

    def carry(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch under the new codes, a row that splits repeated; unchanged where nothing is to be carried.

        Raises
        ------
        IngestError
            On a code that the passage does not know, unless the source names a category for it.
        """
        if not self._columns:
            return batch
        start, end = np.zeros(batch.num_rows, dtype=np.int64), np.full(batch.num_rows, _UNIT, dtype=np.int64)
        changed = np.zeros(batch.num_rows, dtype=bool)
        for column in self._columns:
            batch, taken, found = self._one(column, batch)
            width = end[taken] - start[taken]
            start, end = start[taken] + width * found[0] // _UNIT, start[taken] + width * found[1] // _UNIT
            changed = changed[taken] | found[2]
        for name, values in ((START, start), (END, end), (CHANGED, changed)):
            batch = batch.append_column(name, pa.array(values))
        return batch

    def _one(self, column: _Carried, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, Any, Any]:
        text = pc.fill_null(pc.utf8_trim_whitespace(batch.column(column.header)), "")
        encoded = pc.dictionary_encode(text)
        index = encoded.indices.to_numpy(zero_copy_only=False)
        olds = [self._cleaned(column, t) for t in encoded.dictionary.to_pylist()]
        pieces, kinds = [], []
        for number, old in enumerate(olds):
            found, kind = self._pieces(column, old, batch, index, number)
            pieces.append(found)
            kinds.append(kind)
        self._count(column, kinds, index)
        repeats = np.array([len(p) for p in pieces])[index]
        taken = np.repeat(np.arange(batch.num_rows), repeats)
        flat = [(p, old, kind in (Kind.MERGE, Kind.SPLIT)) for ps, old, kind in zip(pieces, olds, kinds, strict=True)
                for p in ps]  # fmt: skip
        first = np.concatenate([[0], np.cumsum([len(p) for p in pieces])])
        rank = np.arange(len(taken)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        which = first[index[taken]] + rank
        new = batch.take(pa.array(taken))
        place = new.schema.get_field_index(column.header)
        new = new.set_column(place, column.header, pa.array([p.code for p, _, _ in flat]).take(pa.array(which)))
        new = new.append_column(f"{column.name}{OLD_CODE}", pa.array([o for _, o, _ in flat]).take(pa.array(which)))
        starts = np.array([int(p.start * _UNIT) for p, _, _ in flat], dtype=np.int64)
        ends = np.array([int(p.end * _UNIT) for p, _, _ in flat], dtype=np.int64)
        return new, taken, (starts[which], ends[which], np.array([c for _, _, c in flat], dtype=bool)[which])

    def _cleaned(self, column: _Carried, text: str) -> str:
        geography = self._source.geography
        return clean_code(text, Level.IRIS, geography.pad) if column.name == "code" else text

    def _pieces(
        self, column: _Carried, old: str, batch: pa.RecordBatch, index: Any, number: int
    ) -> tuple[tuple[Piece, ...], Kind | str]:
        """Where a code of the file leads, and what is said of it in the report."""
        whole = (Decimal(0), Decimal(1))
        if old == "" or old in self._source.missing:
            return (Piece(old, *whole),), "absent"
        found = column.crosswalk.carry(old)
        if found:
            return found, column.crosswalk.kind(old)
        if column.nomenclature.unknown is not None:
            return (Piece(column.nomenclature.unknown, *whole),), "unknown"
        at = int(np.flatnonzero(index == number)[0])
        raise IngestError(
            f"code absent du passage de « {column.nomenclature.of} » à « {column.nomenclature.to} »",
            location=Location(file=self._file, row=batch.column(ROW)[at].as_py(), field=column.header, value=old),
            hint="compléter le passage, corriger le code, ou déclarer une catégorie « unknown » dans « nomenclature »",
        )

    def _count(self, column: _Carried, kinds: list[Kind | str], index: Any) -> None:
        told = self._quality.passages.setdefault(
            column.name,
            {"of": column.crosswalk.of, "to": column.crosswalk.to, "passages": list(column.crosswalk.passages),
             "rows": Counter()},
        )  # fmt: skip
        for kind, count in zip(kinds, np.bincount(index, minlength=len(kinds)).tolist(), strict=True):
            told["rows"][str(kind)] += count

    def share(self, name: str, values: pa.Array, statuses: pa.Array, batch: pa.RecordBatch) -> tuple[Any, Any]:
        """A measure on the rows of a carried batch: its share where the code split, nothing where it cannot follow."""
        if not self._columns:
            return values, statuses
        if any(name not in column.nomenclature.sums for column in self._columns):
            changed = batch.column(CHANGED)
            absent = pc.max_element_wise(statuses, pa.scalar(int(Status.MISSING), pa.uint8()))
            none = pa.scalar(None, values.type)
            return pc.if_else(changed, none, values), pc.if_else(changed, absent, statuses)
        start, end = (batch.column(c).to_numpy() for c in (START, END))
        cut = np.flatnonzero(end - start < _UNIT)
        if not len(cut):
            return values, statuses
        known, told = values.to_pylist(), np.array(statuses.to_numpy(), copy=True)
        for row in cut.tolist():
            if known[row] is not None:
                first, last = Decimal(int(start[row])) / _UNIT, Decimal(int(end[row])) / _UNIT
                known[row] = share(known[row], first, last, values.type.scale)
            told[row] = max(told[row], int(Status.ESTIMATED))
        return pa.array(known, values.type), pa.array(told, pa.uint8())
