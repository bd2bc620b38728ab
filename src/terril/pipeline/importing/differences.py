"""What changed between two versions of a table: columns, and rows by their key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from terril.core.errors import StoreError
from terril.pipeline.datasets import Version

#: Rows and cells shown; the others are counted.
SHOWN = 50
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that changed: key of its row, column, values as text (empty for none)."""

    key: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TableDifference:
    """What changed.

    Parameters
    ----------
    columns_added, columns_removed : names; ``columns_retyped``, name → types before and after.
    added, removed, changed : rows, counted; the keys of the first are in ``added_keys`` and ``removed_keys``.
    cells : the first cells that changed.
    keyed : whether rows were told apart by a key; without one, a changed row counts as one removed and one added.
    """

    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    columns_retyped: tuple[tuple[str, str, str], ...]
    added: int
    removed: int
    changed: int
    unchanged: int
    added_keys: tuple[str, ...] = ()
    removed_keys: tuple[str, ...] = ()
    cells: tuple[CellChange, ...] = ()
    keyed: bool = True

    @property
    def is_nil(self) -> bool:
        """Whether nothing changed."""
        columns = self.columns_added or self.columns_removed or self.columns_retyped
        return not (columns or self.added or self.removed or self.changed)


def table_difference(before: Version, after: Version, key: Sequence[str] = ()) -> TableDifference:
    """Compare two versions of a table.

    Parameters
    ----------
    key : columns that tell rows apart; those of the later version's meta where none are given.

    Raises
    ------
    StoreError
        If a version was purged, or cannot be read.
    """
    old, new = _read(before), _read(after)
    common = [n for n in new.column_names if n in old.column_names]
    retyped = tuple(
        (n, str(old.schema.field(n).type), str(new.schema.field(n).type))
        for n in common
        if old.schema.field(n).type != new.schema.field(n).type
    )
    columns = {
        "columns_added": tuple(n for n in new.column_names if n not in old.column_names),
        "columns_removed": tuple(n for n in old.column_names if n not in new.column_names),
        "columns_retyped": retyped,
    }
    names = [k for k in (key or after.meta.get("key") or ()) if k in common]
    keyed = bool(names)
    old_keys, new_keys = _keys(old, names or common), _keys(new, names or common)
    if len(np.unique(old_keys)) < len(old_keys) or len(np.unique(new_keys)) < len(new_keys):
        old_keys, new_keys = _ranked(old_keys), _ranked(new_keys)
    _, at_old, at_new = np.intersect1d(old_keys, new_keys, assume_unique=True, return_indices=True)
    gone = np.setdiff1d(np.arange(len(old_keys)), at_old)
    fresh = np.setdiff1d(np.arange(len(new_keys)), at_new)
    changed, cells = _cells(old, new, at_old, at_new, [n for n in common if n not in names], old_keys)
    return TableDifference(
        **columns,
        added=len(fresh),
        removed=len(gone),
        changed=changed,
        unchanged=len(at_old) - changed,
        added_keys=_shown(new_keys[fresh]) if keyed else (),
        removed_keys=_shown(old_keys[gone]) if keyed else (),
        cells=cells,
        keyed=keyed,
    )


def _read(version: Version) -> pa.Table:
    if version.purged:
        raise StoreError(f"la version « {version.id} » de « {version.source} » a été supprimée")
    try:
        table = pq.read_table(version.path)
    except (OSError, pa.ArrowException) as error:
        raise StoreError(f"version « {version.id} » de « {version.source} » illisible") from error
    return table.drop_columns(["row"]) if "row" in table.column_names else table


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_binary(column.type):
        encoded = [None if v is None else v.hex() for v in column.to_pylist()]
        return pa.chunked_array([pa.array(encoded, pa.string())])
    return pc.cast(column, pa.string())


def _keys(table: pa.Table, names: Sequence[str]) -> Any:
    """Shape (rows,): the values of some columns as one text."""
    if not names:
        return np.array([""] * table.num_rows, dtype=object).astype(str)
    texts = [pc.fill_null(_text(table[n]), "\x00") for n in names]
    joined = pc.binary_join_element_wise(*texts, _SEPARATOR) if len(texts) > 1 else texts[0]
    return np.array(joined.to_pylist(), dtype=object).astype(str) if table.num_rows else np.array([], dtype=str)


def _ranked(keys: Any) -> Any:
    """Keys met several times told apart by their rank, so that as many as the other side has are paired."""
    seen: dict[str, int] = {}
    out = []
    for key in keys.tolist():
        seen[key] = seen.get(key, 0) + 1
        out.append(f"{key}{_SEPARATOR}{seen[key]}" if seen[key] > 1 else key)
    return np.array(out, dtype=object).astype(str)


def _cells(
    old: pa.Table, new: pa.Table, at_old: Any, at_new: Any, names: Sequence[str], keys: Any
) -> tuple[int, tuple[CellChange, ...]]:
    """Rows that changed, counted, and the first of their cells."""
    touched = np.zeros(len(at_old), dtype=bool)
    cells: list[CellChange] = []
    for name in names:
        before, after = _text(old[name].take(at_old)), _text(new[name].take(at_new))
        same = pc.equal(pc.fill_null(before, "\x00"), pc.fill_null(after, "\x00"))
        places = np.flatnonzero(~same.to_numpy()) if len(at_old) else np.array([], dtype=int)
        touched[places] = True
        for place in places[: SHOWN - len(cells)].tolist():
            values = (
                ("géométrie", "autre géométrie")
                if name == "geometry"
                else (before[place].as_py(), after[place].as_py())
            )
            cells.append(CellChange(_readable(keys[at_old[place]]), name, values[0] or "", values[1] or ""))
    return int(touched.sum()), tuple(cells)


def _readable(key: str) -> str:
    return str(key).replace(_SEPARATOR, " | ").replace("\x00", "")


def _shown(keys: Any) -> tuple[str, ...]:
    return tuple(_readable(k) for k in keys[:SHOWN])
