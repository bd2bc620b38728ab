"""The import desk of the working folder, opened once a release and a process."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from terril.ingestion.contract import Limits
from terril.pipeline.home import home_folder
from terril.pipeline.importing import ImportDesk
from terril.pipeline.workspace import Workspace

#: A file, or what its archive holds, past which it is not read.
LIMITS = Limits(file_bytes=2 * 1024**3)


def desk() -> ImportDesk:
    """The desk, with the definitions of the release in force."""
    workspace = Workspace()
    return _opened(home_folder(), workspace.releases.current_id() or "", os.getpid())


@lru_cache(maxsize=2)
def _opened(home: Path, release: str, process: int) -> ImportDesk:
    return ImportDesk(Workspace(home), LIMITS)


def forget() -> None:
    """Forget the desks opened (tests start anew)."""
    _opened.cache_clear()
