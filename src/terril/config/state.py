"""The database of the state, and the key that signs sessions."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url

from terril.core.errors import Location, StoreError
from terril.pipeline.home import home_folder

#: A writer waits for another this long, in seconds, before it is told.
_WAITS = 20


def database() -> dict[str, Any]:
    """``DATABASE_URL`` where it is given, else a SQLite file in the working folder.

    SQLite writes ahead (readers never wait for a writer), takes the lock at the start of a transaction that may write,
    and waits for the disk at each commit: what was acknowledged survives a power cut.
    """
    given = os.environ.get("DATABASE_URL", "")
    scheme = given.partition(":")[0]
    if not given:
        file = home_folder() / "state.sqlite3"
        # Its journals are born with its mode: people and rights are read by the service alone.
        file.touch(mode=0o600, exist_ok=True)
        return _sqlite(str(file))
    if scheme == "sqlite":
        return _sqlite(dj_database_url.parse(given)["NAME"])
    if scheme not in ("postgres", "postgresql"):
        raise StoreError(
            "moteur de base inconnu",
            location=Location(field="DATABASE_URL", value=scheme),
            hint="postgresql://… ; sans DATABASE_URL, Terril garde un fichier SQLite",
        )
    found = dict(dj_database_url.parse(given, conn_max_age=60, conn_health_checks=True))
    # A server that is away is told at once; the options that the address gives come first.
    found["OPTIONS"] = {"connect_timeout": 10, "application_name": "terril", **found.get("OPTIONS", {})}
    return found


def _sqlite(name: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        # Opening it costs more than most pages: each process keeps it open (:mod:`terril.config.replaced`).
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": _WAITS,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


def secret_key() -> str:
    """``TERRIL_SECRET_KEY``, else a key made once and kept in the working folder, readable by its owner alone."""
    given = os.environ.get("TERRIL_SECRET_KEY")
    if given:
        return given
    file = home_folder() / "secret.key"
    if not file.exists():
        _write_once(file, secrets.token_urlsafe(50))
    return file.read_text(encoding="ascii").strip()


def _write_once(file: Path, text: str) -> None:
    """Write a file that no other process has written meanwhile, whole or not at all."""
    waiting = file.with_name(f".{file.name}.{os.getpid()}")
    waiting.touch(mode=0o600)
    waiting.write_text(text, encoding="ascii")
    try:
        os.link(waiting, file)
    except FileExistsError:
        # Another process was first: its key is the one.
        return
    finally:
        waiting.unlink()
