"""A working folder shared by the tests of contribution: the packs are read once, what each leaves is removed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from terril.apps.contributions import desks


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder, never the same in two processes."""
    return tmp_path_factory.mktemp("workshop")


@pytest.fixture
def home(workshop: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder as TERRIL_HOME, empty of data, imports and schemas."""
    monkeypatch.setenv("TERRIL_HOME", str(workshop))
    yield workshop
    for name in ("datasets", "imports", "schemas"):
        shutil.rmtree(workshop / name, ignore_errors=True)
    # Schemas are read once a desk.
    desks.desk().schemas.__dict__.pop("schemas", None)
