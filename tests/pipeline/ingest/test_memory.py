"""A file larger than the memory given is loaded and built; a limit that cannot do is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from terril.core.errors import BuildError
from terril.core.sources import Source
from terril.engine.session import memory_limit, session
from terril.ingestion.connectors.parquet import open_parquet
from terril.ingestion.contract import Limits
from terril.pipeline.ingest import ingest_file
from tests.benchmarks.apart import apart
from tests.ingestion.builders import COMMUNES, ingestion

#: Bytes of text in a row: few rows then make a large file, and the test stays short.
WIDTH = 800
LIMIT = "256MB"


def _write(path: Path, rows: int) -> None:
    header = "code;annee;note;m\n"
    with path.open("w", encoding="ascii") as file:
        file.write(header)
        for start in range(0, rows, 1000):
            file.writelines(
                f"{COMMUNES[i % 60]};2021;{f'{i * 2654435761 % 2**32:010d}' * (WIDTH // 10)};{i % 97}\n"
                for i in range(start, min(start + 1000, rows))
            )


def _source() -> Source:
    return Source.model_validate(
        {
            "id": "essai/grand", "label": "essai", "producer": "essai", "licence": "essai", "vintage": "2024",
            "format": "csv", "geography": {"level": "commune", "column": "code", "cog": 2024},
            "period": {"column": "annee"}, "key": ["note"],
            "columns": [{"name": "note", "source": "note", "type": "text"},
                        {"name": "m", "source": "m", "unit": "hab", "scale": 0}],
        }
    )  # fmt: skip


def _load(home: Path, path: Path) -> int:
    return ingest_file(path, _source(), ingestion(home, limits=Limits(batch_rows=4096))).rows_kept


def test_a_file_larger_than_the_limit_is_never_held(tmp_path, monkeypatch):
    """Its keys alone are larger than the limit: duplicates are looked for on disk."""
    monkeypatch.setenv("TERRIL_MEMORY", LIMIT)
    small, large = tmp_path / "small.csv", tmp_path / "large.csv"
    _write(small, 1000)
    _write(large, 340_000)
    assert large.stat().st_size > 1.05 * memory_limit()
    peaks = {}
    for path in (small, large):
        found = apart(_load, tmp_path / path.stem, path)
        peaks[path.stem] = found["mib"] * 2**20
        assert found["result"] == (1000 if path is small else 340_000)
    # What DuckDB may hold, and row groups on their way to disk: not the file beside them.
    assert peaks["large"] - peaks["small"] < memory_limit() + 100e6, peaks


def test_groups_of_a_parquet_file_are_let_go(tmp_path):
    """Arrow reads ahead by default, and keeps what it read until the end."""
    path, rows = tmp_path / "grand.parquet", 8_000
    numbers = np.random.default_rng(1).integers(0, 2**60, rows)
    table = pa.table({"code": pa.array([COMMUNES[i % 60] for i in range(rows)]), "annee": pa.array(["2021"] * rows),
                      "note": pa.array([f"{n:020d}" * 5 for n in numbers]), "m": pa.array(numbers)})  # fmt: skip
    with pq.ParquetWriter(path, table.schema, compression="none", use_dictionary=False) as writer:
        for _ in range(60):
            writer.write_table(table)
    before = pa.total_allocated_bytes()
    with open_parquet(path, _source(), Limits(batch_rows=4096)) as opened:
        held = [pa.total_allocated_bytes() - before for _ in opened.batches]
    assert len(held) > 100 and max(held) < 10 * table.nbytes


@pytest.mark.parametrize("given", ["beaucoup", "512", "-1GB", "10MB"])
def test_a_limit_that_cannot_do_is_refused(monkeypatch, given):
    monkeypatch.setenv("TERRIL_MEMORY", given)
    with pytest.raises(BuildError, match=r"TERRIL_MEMORY.*MB"):
        memory_limit()


@pytest.mark.parametrize(("given", "expected"), [("512MB", 512e6), ("1,5 Go", 1.5e9), ("1GiB", 2**30), ("", 3e9)])
def test_a_limit_is_read_as_people_write_it(monkeypatch, given, expected):
    monkeypatch.setenv("TERRIL_MEMORY", given)
    assert memory_limit() == expected


def test_what_does_not_fit_says_what_to_do(monkeypatch):
    monkeypatch.setenv("TERRIL_MEMORY", LIMIT)
    held = "SELECT list(i) FROM range(100_000_000) t(i)"
    with pytest.raises(BuildError, match=r"limite : 0,26 Go.*TERRIL_MEMORY=2GB"), session() as connection:
        connection.execute(held).fetchone()


def test_a_smaller_limit_wins_over_that_of_a_task(monkeypatch):
    monkeypatch.setenv("TERRIL_MEMORY", LIMIT)
    for asked in ("1GB", None):
        with session(memory=asked) as connection:
            found = connection.execute("SELECT current_setting('memory_limit')").fetchone()
        assert found == ("244.1 MiB",)
