"""What tokens do when an account leaves or asks for its data."""

from __future__ import annotations

from typing import Any

from terril.apps.accounts import events
from terril.apps.tokens.models import Token


def _erased(user: Any, **_: Any) -> None:
    Token.objects.filter(user=user).delete()


def _gathered(user: Any, **_: Any) -> dict[str, list[dict[str, Any]]]:
    found = Token.objects.filter(user=user).order_by("pk")
    return {"Jetons": [{"nom": t.label, "créé le": t.created, "expire le": t.expires} for t in found]}


def connect() -> None:
    """Listen."""
    events.erasing.connect(_erased, dispatch_uid="tokens-erasing")
    events.gathering.connect(_gathered, dispatch_uid="tokens-gathering")
