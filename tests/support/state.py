"""The database that goes with a working folder, on whichever engine the suite runs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


def environment(home: Path) -> Mapping[str, str]:
    """What a process that works in this folder is told: the folder, and a database of its own.

    SQLite keeps its file in the folder. A PostgreSQL server (``DATABASE_URL``) gets one database a folder.
    """
    given = os.environ.get("DATABASE_URL", "")
    # The suite asks more in a minute than any visitor would.
    told = {
        "TERRIL_HOME": str(home),
        "TERRIL_QUOTA_ANONYMOUS": "1000000",
        "TERRIL_QUOTA_TOKEN": "1000000",
        "TERRIL_QUOTA_MAPS": "1000000",
    }
    if not given.startswith("postgres"):
        return told
    parts = urlsplit(given)
    name = f"terril_{sha256(str(home.resolve()).encode()).hexdigest()[:16]}"
    with psycopg.connect(given, autocommit=True) as connection:
        # One at a time: two that copy the template at once refuse each other.
        connection.execute("SELECT pg_advisory_lock(1)")
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return told | {"DATABASE_URL": urlunsplit(parts._replace(path=f"/{name}"))}
