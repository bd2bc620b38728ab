"""The check of a file: one pass over Arrow batches, each distinct value judged once a batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from terril.core.errors import IngestError, Location
from terril.core.sources import Reading
from terril.ingestion.contract import DEFAULT_LIMITS, ROW, Limits, Progress, Table, silent
from terril.ingestion.recognition.opening import open_whole
from terril.ingestion.tableschema.columns import column_groups, match_columns
from terril.ingestion.tableschema.model import FieldRule, TableSchema
from terril.ingestion.tableschema.report import GROUPS, SHOWN, ColumnsReport, Fault, FaultGroup, Report
from terril.ingestion.tableschema.rules import Rule, rules_of
from terril.ingestion.tableschema.shifts import ragged_group, shifted

#: Values whose uniqueness is watched at most.
_UNIQUE_ROWS = 5_000_000
_REQUIRED = Rule("required", "valeur obligatoire absente", "la renseigner", lambda texts: texts)


@dataclass(slots=True)
class _Tally:
    rule: Rule
    column: str
    count: int = 0
    shown: list[Fault] = field(default_factory=list)


class _Checker:
    """Holds the batches of one table against a schema."""

    def __init__(self, schema: TableSchema, columns: ColumnsReport, shown: int = SHOWN) -> None:
        self.schema = schema
        self._shown = shown
        self.columns = columns
        self.rows = 0
        self.sample: pa.RecordBatch | None = None
        self._missing = pa.array(schema.missing, pa.string())
        self._fields = [(f, rules_of(f)) for f in schema.fields if f.name in columns.matched]
        self._tallies: dict[tuple[str, str, str], _Tally] = {}
        self._watched: dict[tuple[str, ...], list[pa.Table]] = {
            names: [] for names in self._unique() if all(n in columns.matched for n in names)
        }

    def _unique(self) -> Iterator[tuple[str, ...]]:
        if self.schema.key:
            yield self.schema.key
        yield from ((f.name,) for f in self.schema.fields if f.unique and (f.name,) != self.schema.key)

    def look(self, batch: pa.RecordBatch) -> None:
        """Check one batch."""
        if self.sample is None:
            self.sample = batch.slice(0, 500)
        self.rows += batch.num_rows
        for rule_field, rules in self._fields:
            self._check(batch, rule_field, rules)
        for names, kept in self._watched.items():
            if self.rows <= _UNIQUE_ROWS:
                columns = [self.columns.matched[n] for n in names]
                kept.append(pa.Table.from_batches([batch.select([ROW, *columns])]))

    def _check(self, batch: pa.RecordBatch, of: FieldRule, rules: tuple[Rule, ...]) -> None:
        header = self.columns.matched[of.name]
        encoded = pc.dictionary_encode(pc.fill_null(batch.column(header), ""))
        distinct = pc.utf8_trim_whitespace(encoded.dictionary)
        absent = pc.fill_null(pc.is_in(distinct, value_set=self._missing), True)
        indices = encoded.indices.to_numpy(zero_copy_only=False)
        if of.required:
            self._count(_REQUIRED, header, absent, indices, batch)
        silenced = absent
        for rule in rules:
            faults = pc.and_(rule.mask(distinct), pc.invert(silenced))
            if pc.any(faults, min_count=0).as_py():
                self._count(rule, header, faults, indices, batch)
                if rule.stops:
                    silenced = pc.or_(silenced, faults)

    def _count(self, rule: Rule, header: str, faults: pa.Array, indices: np.ndarray, batch: pa.RecordBatch) -> None:
        wrong = np.flatnonzero(faults.to_numpy(zero_copy_only=False)[indices]) if len(faults) else np.array([], int)
        if not len(wrong):
            return
        tally = self._tallies.setdefault((header, rule.code, rule.message), _Tally(rule, header))
        tally.count += len(wrong)
        rows, values = batch.column(ROW), batch.column(header)
        for at in wrong[: self._shown - len(tally.shown)].tolist():
            value = values[at].as_py() or ""
            tally.shown.append(Fault(rows[at].as_py(), header, value[:160], rule.own(value.strip()) or rule.remedy))

    def groups(self) -> list[FaultGroup]:
        """Every fault found, grouped."""
        found = [
            FaultGroup(t.rule.code, t.column, t.rule.message, t.rule.remedy, t.count, tuple(t.shown))
            for t in self._tallies.values()
        ]
        return found + list(self._repeated())

    def _repeated(self) -> Iterator[FaultGroup]:
        for names, kept in self._watched.items():
            if not kept:
                continue
            headers = [self.columns.matched[n] for n in names]
            group = repeated(pa.concat_tables(kept), headers, self._missing, self._shown)
            if group is not None:
                yield group


def repeated(table: pa.Table, headers: list[str], missing: pa.Array, most: int = SHOWN) -> FaultGroup | None:
    """Rows whose key was met before; None where each is unique. Keys wholly absent are left to ``required``."""
    keys = [pc.fill_null(pc.utf8_trim_whitespace(table[h]), "") for h in headers]
    joined = pc.binary_join_element_wise(*keys, "\x1f") if len(keys) > 1 else keys[0]
    encoded = pc.dictionary_encode(joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined)
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    index = encoded.indices.to_numpy(zero_copy_only=False)
    _, first = np.unique(index, return_index=True)
    again = np.ones(len(index), dtype=bool)
    again[first] = False
    again &= ~pc.is_in(keys[0], value_set=missing).to_numpy()
    places = np.flatnonzero(again)
    if not len(places):
        return None
    rows = table[ROW].to_numpy()
    where = dict(zip(index[first].tolist(), first.tolist(), strict=True))
    shown = tuple(
        Fault(
            int(rows[p]), headers[0], " | ".join(str(k[p].as_py()) for k in keys)[:160],
            f"déjà à la ligne {int(rows[where[int(index[p])]])}",
        )
        for p in places[:most].tolist()
    )  # fmt: skip
    names = ", ".join(f"« {h} »" for h in headers)
    return FaultGroup(
        "unique",
        headers[0],
        f"{names} doit être unique",
        "corriger l'identifiant, ou retirer le doublon",
        len(places),
        shown,
    )


def check_table(table: Table, schema: TableSchema, progress: Progress = silent, shown: int = SHOWN) -> Report:
    """Hold an open table against a schema.

    Parameters
    ----------
    shown : faults of a group given in full.

    Raises
    ------
    IngestError
        If its text cannot be read.
    """
    columns = match_columns(table.headers, schema)
    checker = _Checker(schema, columns, shown)
    try:
        for batch in table.batches:
            checker.look(batch)
            progress(checker.rows, table.position() if table.position else None, table.size)
    except UnicodeError as error:
        raise IngestError("texte illisible", location=Location(file=table.name, value=str(error))) from error
    groups = column_groups(columns, schema)
    ragged = ragged_group(table.ragged, len(table.headers), table.headers[-1] if table.headers else "")
    if ragged is not None:
        groups.append(ragged)
    if checker.sample is not None:
        groups += shifted(checker.sample, schema, columns)
    groups += checker.groups()
    groups.sort(key=lambda g: (g.severity != "error", -g.count))
    told = tuple(f"« {f.field} » : {f.message}" for f in schema.faults)
    return Report(schema.label, checker.rows, columns, tuple(groups[:GROUPS]), told)


def check_file(
    path: Path,
    schema: TableSchema,
    read: Reading,
    *,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = silent,
    shown: int = SHOWN,
) -> Report:
    """Hold a file against a schema.

    Parameters
    ----------
    read : as its diagnosis gives it.
    shown : faults of a group given in full.

    Raises
    ------
    IngestError
        If the file cannot be read.
    """
    with open_whole(path, read, limits, lenient=True, shapes=False) as table:
        return check_table(table, schema, progress, shown)
