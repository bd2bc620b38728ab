"""What the catalogue holds of a person: their comments, given to them, taken out with them."""

from __future__ import annotations

from typing import Any

from terril.apps.accounts import events
from terril.apps.catalogue.models import Comment


def connect() -> None:
    """Take part in the gathering and the erasing of what is held of a person."""
    events.gathering.connect(_gathered, dispatch_uid="catalogue-gathering")
    events.erasing.connect(_erased, dispatch_uid="catalogue-erasing")


def _gathered(user: Any, **_: Any) -> dict[str, list[dict[str, Any]]]:
    found = Comment.objects.filter(author=user).select_related("record").order_by("written", "pk")
    return {"Commentaires": [{"le": c.written, "fiche": str(c.record), "texte": c.text} for c in found]}


def _erased(user: Any, **_: Any) -> None:
    Comment.objects.filter(author=user).delete()
