"""The SQLite file of the state, which each process keeps open, replaced under a portal that is served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.signals import request_started
from django.db import connection
from django.db.backends.signals import connection_created


def follow_file() -> None:
    """Open the file anew, at the next request, where another took its place: a backup was put back."""
    if connection.vendor == "sqlite":
        connection_created.connect(_noted, dispatch_uid="state-file-noted")
        request_started.connect(_compared, dispatch_uid="state-file-compared")


def _noted(connection: Any, **_: Any) -> None:
    connection.opened_file = _file(connection)


def _compared(**_: Any) -> None:
    if connection.connection is not None and connection.opened_file != _file(connection):
        connection.close()


def _file(connection: Any) -> tuple[int, int] | None:
    try:
        found = Path(connection.settings_dict["NAME"]).stat()
    except OSError:
        # Moved away, and its successor not there yet.
        return None
    return found.st_dev, found.st_ino
