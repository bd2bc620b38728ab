"""Where mail goes: the server that the environment names, else files in the working folder."""

from __future__ import annotations

import os

from terril.pipeline.home import home_folder
from terril.pipeline.mail import PREFIX


def _given(name: str, default: str = "") -> str:
    return os.environ.get(PREFIX + name, default).strip()


HOST = _given("HOST")
PORT = int(_given("PORT") or 25)
USER = _given("USER")
PASSWORD = _given("PASSWORD")
SENDER = _given("FROM") or "terril@localhost"
SSL = bool(HOST) and PORT == 465
STARTTLS = bool(HOST) and not SSL and _given("STARTTLS").lower() in ("1", "true", "yes", "oui")


def outbox() -> str:
    """Folder of the messages kept as files; they bear links that open accounts, so their owner alone reads them."""
    folder = home_folder() / "outbox"
    folder.mkdir(mode=0o700, exist_ok=True)
    return str(folder)
