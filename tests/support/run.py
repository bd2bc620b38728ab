"""What the processes of one run of pytest share: a folder, where the first that needs something makes it for all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def shared(factory: pytest.TempPathFactory) -> Path:
    """Folder of the run, the same for all its processes."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def once(root: Path, name: str, build: Callable[[Path], None]) -> Path:
    """A folder built by the first process that asks, read by all."""
    folder = root / f"home-{name}"
    with FileLock(root / f"home-{name}.lock"):
        if not (folder / "built").exists():
            shutil.rmtree(folder, ignore_errors=True)
            build(folder)
            (folder / "built").touch()
    return folder
