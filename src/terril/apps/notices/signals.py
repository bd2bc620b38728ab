"""What notices do when an account leaves or asks for its data."""

from __future__ import annotations

from typing import Any

from terril.apps.accounts import events
from terril.apps.notices.models import Muted, Notice


def _erased(user: Any, **_: Any) -> None:
    Notice.objects.filter(user=user).delete()
    Muted.objects.filter(user=user).delete()


def _gathered(user: Any, **_: Any) -> dict[str, list[dict[str, Any]]]:
    found = Notice.objects.filter(user=user).order_by("pk")
    return {"Notifications": [{"le": n.at, "texte": n.text, "lue le": n.read} for n in found]}


def connect() -> None:
    """Listen."""
    events.erasing.connect(_erased, dispatch_uid="notices-erasing")
    events.gathering.connect(_gathered, dispatch_uid="notices-gathering")
