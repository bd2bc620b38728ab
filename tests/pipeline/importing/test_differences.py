"""What changed between two versions of a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terril.core.errors import StoreError
from terril.pipeline.datasets import Version
from terril.pipeline.importing import CellChange, table_difference


def version(folder: Path, name: str, columns: dict[str, Any], key: tuple[str, ...] = ("id",), **meta: Any) -> Version:
    path = folder / f"{name}.parquet"
    rows = len(next(iter(columns.values())))
    pq.write_table(pa.table({"row": list(range(1, rows + 1)), **columns}), path)
    return Version("essai/jeu", name, path, {"key": list(key), **meta})


def test_rows_by_their_key(tmp_path: Path) -> None:
    old = version(tmp_path, "a", {"id": ["1", "2", "3"], "nom": ["x", "y", None], "geometry": [b"a", b"b", b"c"]})
    new = version(tmp_path, "b", {"id": ["3", "2", "4"], "nom": ["z", "y", "w"], "geometry": [b"c", b"d", b"e"]})
    found = table_difference(old, new)
    assert (found.added, found.removed, found.changed, found.unchanged) == (1, 1, 2, 0)
    assert (found.added_keys, found.removed_keys, found.keyed) == (("4",), ("1",), True)
    assert set(found.cells) == {
        CellChange("3", "nom", "", "z"),
        CellChange("2", "geometry", "géométrie", "autre géométrie"),
    }
    assert table_difference(old, old).is_nil


def test_columns(tmp_path: Path) -> None:
    old = version(tmp_path, "a", {"id": ["1"], "n": [1], "parti": ["x"]})
    new = version(tmp_path, "b", {"id": ["1"], "n": ["1"], "venu": ["x"]})
    found = table_difference(old, new)
    assert (found.columns_added, found.columns_removed) == (("venu",), ("parti",))
    assert found.columns_retyped == (("n", "int64", "string"),) and found.changed == 0 and not found.is_nil


def test_without_a_key(tmp_path: Path) -> None:
    old = version(tmp_path, "a", {"nom": ["x", "x", "y"]}, key=())
    new = version(tmp_path, "b", {"nom": ["x", "y", "y", "z"]}, key=())
    found = table_difference(old, new)
    assert (found.added, found.removed, found.changed, found.unchanged, found.keyed) == (2, 1, 0, 2, False)


def test_keys_of_two_columns_met_twice(tmp_path: Path) -> None:
    old = version(tmp_path, "a", {"a": ["1", "1"], "b": [1, 1], "c": ["x", "y"]}, key=("a", "b"))
    new = version(tmp_path, "b", {"a": ["1", "1"], "b": [1, 2], "c": ["x", "y"]}, key=("a", "b"))
    found = table_difference(old, new)
    assert (found.added, found.removed, found.changed) == (1, 1, 0)


def test_a_purged_version(tmp_path: Path) -> None:
    old = version(tmp_path, "a", {"id": ["1"]}, purged={"reason": "essai"})
    with pytest.raises(StoreError, match="supprimée"):
        table_difference(old, old)
    with pytest.raises(StoreError, match="illisible"):
        table_difference(Version("a/b", "x", tmp_path / "rien.parquet", {}), old)


rows = st.dictionaries(st.text("abc", min_size=1, max_size=2), st.sampled_from(["x", "y", None]), max_size=6)


@settings(max_examples=40)
@given(rows, rows)
def test_it_counts_what_sets_say(
    tmp_path_factory: pytest.TempPathFactory, old: dict[str, str], new: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("versions")
    made = [
        version(folder, name, {"id": pa.array(list(d), pa.string()), "v": pa.array(list(d.values()), pa.string())})
        for name, d in (("a", old), ("b", new))
    ]
    found = table_difference(*made)
    assert found.added == len(new.keys() - old.keys()) and found.removed == len(old.keys() - new.keys())
    assert found.changed == sum(old[k] != new[k] for k in old.keys() & new.keys())
    assert found.unchanged == sum(old[k] == new[k] for k in old.keys() & new.keys())
