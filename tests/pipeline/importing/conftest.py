"""A desk over an empty working folder: real territories, real packs, nothing loaded."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from terril.pipeline.importing import ImportDesk
from terril.pipeline.workspace import Workspace


@pytest.fixture(scope="module")
def opened(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> ImportDesk:
    return ImportDesk(Workspace(tmp_path_factory.mktemp("home")))


@pytest.fixture
def desk(opened: ImportDesk) -> ImportDesk:
    """The same for each test of a module, its datasets and schemas removed."""
    for folder in ("datasets", "schemas"):
        shutil.rmtree(opened.workspace.home / folder, ignore_errors=True)
    opened.schemas.__dict__.pop("schemas", None)
    return opened
