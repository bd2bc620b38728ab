"""One-time tickets: who started the server may open the page of anomalies, once a ticket."""

from __future__ import annotations

import json
import os
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from terril.pipeline.releases import disk_errors

#: How long a ticket waits to be used.
VALID = timedelta(hours=12)


def issue(home: Path, by: str) -> str:
    """A ticket for the operator named ``by``; the disk only keeps its digest.

    Raises
    ------
    StoreError
        If the disk refuses.
    """
    ticket = secrets.token_urlsafe(32)
    until = datetime.now(UTC) + VALID
    with disk_errors():
        folder = _folder(home)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(folder / _name(ticket), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"by": by, "until": until.isoformat()}, file)
    return ticket


def redeem(home: Path, ticket: str) -> str | None:
    """Who holds a ticket, which is used up; None for one that does not exist, was used, or is too old."""
    path = _folder(home) / _name(ticket)
    claimed = path.with_suffix(f".{secrets.token_hex(4)}")
    try:
        path.rename(claimed)  # one process alone can
    except FileNotFoundError:
        return None
    with disk_errors():
        held = json.loads(claimed.read_text(encoding="utf-8"))
        claimed.unlink()
    by, until = str(held["by"]), datetime.fromisoformat(held["until"])
    return by if datetime.now(UTC) <= until else None


def discard(home: Path) -> None:
    """Forget every ticket that nobody used: those of a server that stopped."""
    with disk_errors():
        for path in _folder(home).glob("*"):
            path.unlink(missing_ok=True)


def _folder(home: Path) -> Path:
    return home / "quality" / "tickets"


def _name(ticket: str) -> str:
    return sha256(ticket.encode()).hexdigest()
