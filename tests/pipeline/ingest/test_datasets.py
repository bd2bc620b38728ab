"""The store of versions."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from terril.core.errors import StoreError
from terril.ingestion.contract import Limits
from terril.pipeline import datasets
from terril.pipeline.datasets import DatasetStore, VersionWriter
from terril.pipeline.ingest import ingest_file
from tests.ingestion.builders import ingestion, rows, source, write_csv

_MONDAY = datetime(2026, 1, 5, 8, tzinfo=UTC)
_TUESDAY = datetime(2026, 1, 6, 8, tzinfo=UTC)


def test_nothing_loaded(tmp_path: Path) -> None:
    store = DatasetStore(tmp_path)
    assert store.current("essai/revenus") is None
    assert store.versions("essai/revenus") == [] and store.sources() == ()
    with pytest.raises(StoreError, match="absente"):
        store.version("essai/revenus", "0" * 16)


def test_version_is_named_by_its_content_and_says_where_it_is_from(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "revenus_2021.csv", rows())
    context = ingestion(tmp_path / "h", now=_MONDAY)
    outcome = ingest_file(path, source(), context)
    version = context.store.current("essai/revenus")
    assert version is not None and version == outcome.version and outcome.new
    content = version.path.read_bytes()
    assert version.id == hashlib.sha256(content).hexdigest()[:16] == version.path.parent.name
    assert version.path == tmp_path / "h/datasets/essai/revenus" / version.id / "data.parquet"
    meta = json.loads((version.path.parent / "version.json").read_text())
    assert meta["files"] == [
        {
            "name": "revenus_2021.csv",
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
    ]
    assert meta["retrieved_at"] == "2026-01-05T08:00:00+00:00" and meta["rows"] == 30
    assert (meta["producer"], meta["licence"], meta["vintage"], meta["cog"]) == (
        "Essai", "Licence Ouverte 2.0", "2021", 2024,
    )  # fmt: skip
    assert context.store.sources() == ("essai/revenus",)


def test_same_content_is_the_same_version(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "revenus_2021.csv", rows())
    first = ingest_file(path, source(), ingestion(tmp_path / "h", now=_MONDAY))
    again = ingest_file(path, source(), ingestion(tmp_path / "h", now=_TUESDAY))
    assert again.version == first.version and not again.new and again.label == "inchangé"


def test_new_content_is_used_and_the_old_stays(tmp_path: Path) -> None:
    path = tmp_path / "revenus_2021.csv"
    first = ingest_file(write_csv(path, rows()), source(), ingestion(tmp_path / "h", now=_MONDAY)).version
    context = ingestion(tmp_path / "h", now=_TUESDAY)
    second = ingest_file(write_csv(path, rows(20)), source(), context).version
    assert first is not None and second is not None
    assert context.store.versions("essai/revenus") == [first, second]
    assert context.store.current("essai/revenus") == second and first.path.is_file()


def test_purge_leaves_a_tombstone(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "revenus_2021.csv", rows())
    context = ingestion(tmp_path / "h", now=_MONDAY)
    version = ingest_file(path, source(), context).version
    assert version is not None
    with pytest.raises(StoreError, match="motif"):
        context.store.purge(version, " ")
    tomb = context.store.purge(version, "donnée personnelle", _TUESDAY)
    assert tomb.purged and not tomb.path.exists()
    assert tomb.meta["purged"] == {"at": "2026-01-06T08:00:00+00:00", "reason": "donnée personnelle"}
    assert context.store.current("essai/revenus") is None
    assert [v.purged for v in context.store.versions("essai/revenus")] == [True]
    with pytest.raises(StoreError, match="donnée personnelle"):
        ingest_file(path, source(), context)


def test_leftovers_of_a_crash_are_swept(tmp_path: Path) -> None:
    store = DatasetStore(tmp_path)
    stale = tmp_path / "datasets/essai/revenus/.tmp-old"
    stale.mkdir(parents=True)
    (stale / "data.parquet").write_bytes(b"half")
    with store.writing("essai/revenus") as work:
        assert work.is_dir() and not stale.exists()
    assert not work.exists()


def test_row_groups_do_not_depend_on_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "ROW_GROUP", 10)
    schema = pa.schema([("row", pa.int64())])
    writer = VersionWriter(tmp_path, schema)
    for size in (3, 25, 1, 4):
        writer.write(pa.record_batch([pa.array(range(size))], schema=schema))
    writer.close()
    file = pq.ParquetFile(tmp_path / "data.parquet")
    assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [10, 10, 10, 3]
    assert writer.rows == 33


def test_busy_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "_LOCK_SECONDS", 0.05)
    store = DatasetStore(tmp_path)
    with (
        store.writing("essai/revenus"),
        pytest.raises(StoreError, match="autre processus"),
        store.writing("essai/revenus"),
    ):
        pytest.fail("two writers at once")
    assert Limits().row_bytes > 0
