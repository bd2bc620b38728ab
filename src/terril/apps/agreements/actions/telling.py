"""Telling people of their rights, in the page and by e-mail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from terril.apps.notices.actions import notify
from terril.core.text import typeset


def tell(users: Iterable[Any], kind: str, text: str, address: str = "") -> None:
    """Tell people something, in French as it is printed."""
    notify(users, kind, typeset(text), address)
