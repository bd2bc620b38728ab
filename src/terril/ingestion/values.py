"""Measures: exact decimals, and the status of each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from terril.core.errors import IngestError, Location
from terril.core.sources import Column, ColumnType, Melt, Source
from terril.core.status import Status
from terril.ingestion.contract import ROW
from terril.ingestion.headers import Resolved
from terril.ingestion.numbers import PRECISION, clean_number, parse_numbers

_NO_TEXT = pa.scalar(None, pa.string())


class ValueReader:
    """Reads the measures of a batch as the source says."""

    def __init__(self, source: Source, resolved: Resolved, file: str) -> None:
        self._source = source
        self._resolved = resolved
        self._file = file
        self._flags = (
            (Status.MISSING, pa.array([m.strip() for m in source.missing], pa.string())),
            (Status.NOT_APPLICABLE, pa.array(source.not_applicable, pa.string())),
            (Status.SECRET, pa.array(source.secrecy.flags, pa.string())),
        )

    def columns(self, batch: pa.RecordBatch) -> dict[str, pa.Array]:
        """Each measure ``m`` and its ``m__status``, the melted one aside."""
        out: dict[str, pa.Array] = {}
        for column in self._source.columns:
            if not column.is_measure or column.personal:
                continue
            header = self._resolved.columns[column.name]
            if header is None:
                values, statuses = _nothing(column, batch.num_rows)
            elif column.count_of:
                values, statuses = self._counted(column, batch.column(header))
            else:
                values, statuses = self._read(column, header, batch)
            told = self._resolved.statuses.get(column.name)
            if told is not None:
                values, statuses = self._told(values, statuses, told, batch)
            out[column.name], out[f"{column.name}__status"] = values, statuses
        self._suppress(out)
        return out

    def melted(self, melt: Melt, header: str, batch: pa.RecordBatch) -> tuple[pa.Array, pa.Array]:
        """Values and statuses of one melted column."""
        return self._read(melt, header, batch)

    def floats(self, batch: pa.RecordBatch, header: str | None) -> Any:
        """A column of coordinates as float64, NaN where there is none."""
        assert header is not None  # noqa: S101 — resolved as a required column
        text = clean_number(batch.column(header), self._source.read.decimal, percent=False)
        text = pc.if_else(pc.is_in(text, value_set=self._flags[0][1]), _NO_TEXT, text)
        number = pc.match_substring_regex(text, pattern=r"^[+-]?\d+(\.\d*)?([eE][+-]?\d{1,2})?$")
        self._refuse(pc.fill_null(pc.invert(number), False), batch, header, "une coordonnée est attendue")
        return np.asarray(pc.fill_null(pc.cast(text, pa.float64()), np.nan).to_numpy(zero_copy_only=False))

    def _read(self, spec: Column | Melt, header: str, batch: pa.RecordBatch) -> tuple[pa.Array, pa.Array]:
        text = pc.utf8_trim_whitespace(batch.column(header))
        statuses = pc.if_else(pc.is_null(text), _scalar(Status.MISSING), _scalar(Status.OK))
        if spec.empty == "zero":
            empty = pc.or_kleene(pc.is_null(text), pc.equal(text, ""))
            text = pc.if_else(empty, "0", text)
            statuses = _repeated(Status.OK, len(text))
        for status, words in self._flags:
            if len(words):
                found = pc.fill_null(pc.is_in(text, value_set=words), False)
                statuses = pc.if_else(found, _scalar(status), statuses)
                text = pc.if_else(found, _NO_TEXT, text)
        text = clean_number(text, self._source.read.decimal, percent=spec.unit == "%")
        integer = spec.type is ColumnType.INTEGER
        values, faults = parse_numbers(text, scale=0 if integer else spec.scale, integer=integer)
        rule = "un nombre entier est attendu" if integer else "un nombre est attendu"
        self._refuse(faults, batch, header, rule)
        return values, statuses

    def _counted(self, column: Column, text: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Number of distinct codes in a list; an empty list is no code."""
        encoded = pc.dictionary_encode(pc.fill_null(text, ""))
        separator = column.count_of or ","
        counts = [
            len({part.strip() for part in (entry or "").split(separator)} - {""})
            for entry in encoded.dictionary.to_pylist()
        ]
        values = pc.cast(pa.array(counts, pa.int64()).take(encoded.indices), pa.decimal128(19, 0))
        scale = 0 if column.type is ColumnType.INTEGER else column.scale
        return pc.cast(values, pa.decimal128(PRECISION, scale)), _repeated(Status.OK, len(text))

    def _told(
        self, values: pa.Array, statuses: pa.Array, header: str, batch: pa.RecordBatch
    ) -> tuple[pa.Array, pa.Array]:
        """The status the producer tells, where it is worse than what the value says."""
        encoded = pc.dictionary_encode(pc.fill_null(pc.utf8_trim_whitespace(batch.column(header)), ""))
        words = encoded.dictionary.to_pylist()
        known = {"": Status.OK, **self._source.statuses}
        strange = [i for i, word in enumerate(words) if word not in known]
        if strange:
            self._refuse(
                pc.equal(encoded.indices, strange[0]), batch, header, "statut que la source ne traduit pas",
                "l'ajouter à « statuses » dans la définition de la source",
            )  # fmt: skip
        codes = pa.array([int(known[w]) for w in words], pa.uint8()).take(encoded.indices)
        statuses = pc.max_element_wise(statuses, codes)
        hidden = pc.is_in(statuses, value_set=pa.array([Status.MISSING, Status.NOT_APPLICABLE], pa.uint8()))
        return pc.if_else(hidden, pa.scalar(None, values.type), values), statuses

    def _suppress(self, out: dict[str, pa.Array]) -> None:
        """Primary suppression: the values stay beside their SECRET, for the restricted root."""
        rule = self._source.secrecy.minimum_count
        if rule is None or rule.count not in out:
            return
        few = pc.less(out[rule.count], pa.scalar(Decimal(rule.below), out[rule.count].type))
        untold = pc.equal(out[f"{rule.count}__status"], _scalar(Status.SECRET))
        hide = pc.or_(pc.fill_null(few, False), untold)
        for measure in rule.measures:
            name = f"{measure}__status"
            if name in out:
                secret = pc.max_element_wise(out[name], _scalar(Status.SECRET))
                out[name] = pc.if_else(hide, secret, out[name])

    def _refuse(self, faults: pa.Array, batch: pa.RecordBatch, header: str, rule: str, hint: str | None = None) -> None:
        if not pc.any(faults, min_count=0).as_py():
            return
        at = pc.index(faults, True).as_py()
        count = int(pc.sum(faults).as_py())
        more = f" ; {count} valeurs dans ce cas" if count > 1 else ""
        raise IngestError(
            f"{rule}{more}",
            location=Location(
                file=self._file,
                row=batch.column(ROW)[at].as_py(),
                field=header,
                value=batch.column(header)[at].as_py(),
            ),
            hint=hint or self._remedy(batch.column(header)),
        )

    def _remedy(self, text: pa.Array) -> str:
        words = pc.match_substring_regex(text, pattern=r"\p{L}")
        if pc.mean(pc.fill_null(words, False).cast(pa.float64())).as_py() > 0.5:
            return "la colonne contient surtout du texte : les colonnes sont sans doute interverties"
        return (
            "si c'est un mot du producteur, le déclarer dans « missing », « not_applicable » ou "
            "« secrecy.flags » ; sinon vérifier « read.decimal » et le séparateur"
        )


def _scalar(status: Status) -> pa.Scalar:
    return pa.scalar(int(status), pa.uint8())


def _repeated(status: Status, size: int) -> pa.Array:
    return pa.repeat(_scalar(status), size)


def _nothing(column: Column, size: int) -> tuple[pa.Array, pa.Array]:
    scale = 0 if column.type is ColumnType.INTEGER else column.scale
    return pa.nulls(size, pa.decimal128(PRECISION, scale)), _repeated(Status.MISSING, size)
