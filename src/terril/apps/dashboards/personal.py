"""What the portal of applications holds of a person: the tiles that they keep first."""

from __future__ import annotations

from typing import Any

from terril.apps.accounts import events
from terril.apps.dashboards.models import Favourite


def connect() -> None:
    """Take part in the gathering and the erasing of what is held of a person."""
    events.gathering.connect(_gathered, dispatch_uid="dashboards-gathering")
    events.erasing.connect(_erased, dispatch_uid="dashboards-erasing")


def _gathered(user: Any, **_: Any) -> dict[str, list[dict[str, Any]]]:
    return {"Favoris": [{"depuis": f.since, "tuile": f.tile} for f in Favourite.objects.filter(user=user)]}


def _erased(user: Any, **_: Any) -> None:
    Favourite.objects.filter(user=user).delete()
