"""The rows of a version as texts, within what may be read of it: what a person corrects."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from terril.core.access import Reading
from terril.core.access.scope import WHOLE
from terril.core.errors import StoreError
from terril.core.status import Status
from terril.core.territories.model import Level, TerritoryKey
from terril.pipeline.datasets import Version

SECRET = "secret"  # noqa: S105 - the word of statistical secrecy
_OWN = ("row", "geometry")
_SUFFIXES = ("__status", "__old")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number in the version, and the text of each cell, empty for none."""

    number: int
    cells: dict[str, str]


class VersionRows:
    """Rows of a version that may be read.

    Parameters
    ----------
    hidden : columns that may not be read.
    reading : territories that may be read; of a version that tells none, nothing is read unless it is whole.
    """

    def __init__(self, version: Version, hidden: Collection[str] = (), reading: Reading = WHOLE) -> None:
        self.version = version
        table = read_version(version)
        self.columns = tuple(n for n in shown_columns(table.schema) if n not in hidden)
        self._table = _allowed(table, reading, version.meta.get("territory") or {})

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def found(self, text: str, offset: int, limit: int) -> tuple[int, list[Row]]:
        """Rows that hold a text in a cell: how many, and some of them."""
        table = self._table
        if text:
            mask = pa.chunked_array([pa.array(np.zeros(table.num_rows, dtype=bool))])
            for name in self.columns:
                held = pc.match_substring(texts(table, name), text, ignore_case=True)
                mask = pc.or_(mask, pc.fill_null(held, False))
            table = table.filter(mask)
        part = table.slice(offset, limit)
        return table.num_rows, self._rows(part)

    def row(self, number: int) -> Row | None:
        """The row of this number."""
        return next(iter(self._rows(self._table.filter(pc.equal(self._table["row"], number)))), None)

    def _rows(self, table: pa.Table) -> list[Row]:
        cells = {name: texts(table, name).to_pylist() for name in self.columns}
        numbers = table["row"].to_pylist()
        return [Row(n, {name: cells[name][i] or "" for name in self.columns}) for i, n in enumerate(numbers)]


def read_version(version: Version) -> pa.Table:
    """The data of a version, its rows numbered.

    Raises
    ------
    StoreError
        If it was purged, or cannot be read.
    """
    if version.purged:
        raise StoreError(f"la version « {version.id} » de « {version.source} » a été supprimée")
    try:
        table = pq.read_table(version.path)
    except (OSError, pa.ArrowException) as error:
        raise StoreError(f"version « {version.id} » de « {version.source} » illisible") from error
    if "row" in table.column_names:
        return table
    return table.add_column(0, "row", pa.array(np.arange(1, table.num_rows + 1)))


def shown_columns(schema: pa.Schema) -> tuple[str, ...]:
    """Columns that people read and correct."""
    return tuple(n for n in schema.names if n not in _OWN and not n.endswith(_SUFFIXES))


def texts(table: pa.Table, name: str) -> pa.ChunkedArray:
    """A column as texts, empty for none; a secret figure is only said to be one."""
    column = table[name]
    boolean = pa.types.is_boolean(column.type)
    text = pc.if_else(column, "oui", "non") if boolean else pc.cast(column, pa.string())
    if pa.types.is_decimal(column.type):
        text = pc.replace_substring_regex(text, pattern=r"(\.\d*?)0+$", replacement=r"\1")
        text = pc.replace_substring_regex(text, pattern=r"\.$", replacement="")
    if f"{name}__status" in table.column_names:
        secret = pc.equal(table[f"{name}__status"], int(Status.SECRET))
        text = pc.if_else(pc.fill_null(secret, False), SECRET, text)
    return pc.fill_null(text, "")


def _allowed(table: pa.Table, reading: Reading, place: Mapping[str, str]) -> pa.Table:
    """Rows of the territories that may be read; what says no territory is nobody's own.

    Parameters
    ----------
    place : level and column that say the territory of each row of a table.
    """
    if reading.whole:
        return table
    if place.get("column") in table.column_names:
        level = pa.scalar(place["level"])
        keys = pc.binary_join_element_wise(level, pc.cast(table[place["column"]], pa.string()), ":")
    elif {"level", "code"} <= set(table.column_names):
        keys = pc.binary_join_element_wise(table["level"], table["code"], ":")
    else:
        return table.slice(0, 0)
    told = [(key, *key.partition(":")[::2]) for key in keys.unique().drop_null().to_pylist()]
    kept = [key for key, level, code in told if reading.allows(TerritoryKey(Level(level), code))]
    return table.filter(pc.is_in(keys, value_set=pa.array(kept, pa.string())))
