"""The database that goes with a working folder, on whichever engine the suite runs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.support.run import once

#: Folder of the run, where a prepared state is made once; none outside pytest.
RUN: list[Path] = []


def environment(home: Path, *, prepared: bool = False) -> Mapping[str, str]:
    """What a process that works in this folder is told: the folder, and a database of its own.

    SQLite keeps its file in the folder. A PostgreSQL server (``DATABASE_URL``) gets one database a folder.

    Parameters
    ----------
    prepared : whether a database that is not there yet may be a copy of one that « terril state migrate » made: what
        it does to an empty one takes seconds, and has tests of its own.
    """
    # The suite asks more in a minute than any visitor would.
    told = {
        "TERRIL_HOME": str(home),
        "TERRIL_QUOTA_ANONYMOUS": "1000000",
        "TERRIL_QUOTA_TOKEN": "1000000",
        "TERRIL_QUOTA_MAPS": "1000000",
    }
    server = _server()
    template = None
    if prepared and RUN and not (home / "state.sqlite3").exists():
        template = once(RUN[0], "state" if server is None else "state-on-a-server", _migrate)
    if server is None:
        if template is not None:
            home.mkdir(parents=True, exist_ok=True)
            shutil.copy2(template / "state.sqlite3", home)
        return told
    return told | {"DATABASE_URL": _database(home, template)}


def _server() -> str | None:
    given = os.environ.get("DATABASE_URL", "")
    return given if given.startswith("postgres") else None


def _migrate(folder: Path) -> None:
    folder.mkdir()
    told = {**os.environ, **environment(folder), "TERRIL_PACKS": ""}
    subprocess.run([sys.executable, "-m", "terril", "state", "migrate"], env=told, check=True, capture_output=True)
    if _server() is None:
        with closing(sqlite3.connect(folder / "state.sqlite3")) as made:
            # All in the one file that is copied.
            made.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _database(home: Path, template: Path | None) -> str:
    """Address of the database of a folder, made where it is not."""
    server = _server() or ""
    with psycopg.connect(server, autocommit=True) as connection:
        # One at a time: two that copy a database at once refuse each other.
        connection.execute("SELECT pg_advisory_lock(1)")
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_name(home)]).fetchone() is None:
            copied = sql.Identifier("template1" if template is None else _name(template))
            made = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(_name(home)), copied)
            connection.execute(made)
    return urlunsplit(urlsplit(server)._replace(path=f"/{_name(home)}"))


def _name(home: Path) -> str:
    return f"terril_{sha256(str(home.resolve()).encode()).hexdigest()[:16]}"
