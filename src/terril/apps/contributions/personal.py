"""What contributions hold of a person: given to them; files that they brought and did not load leave with them."""

from __future__ import annotations

from typing import Any

from terril.apps.accounts import events
from terril.apps.contributions.imports import UNDER_WAY, drop
from terril.apps.contributions.models import Import, Proposal


def connect() -> None:
    """Take part in the gathering and the erasing of what is held of a person."""
    events.gathering.connect(_gathered, dispatch_uid="contributions-gathering")
    events.erasing.connect(_erased, dispatch_uid="contributions-erasing")


def _gathered(user: Any, **_: Any) -> dict[str, list[dict[str, Any]]]:
    brought = Import.objects.filter(owner=user).select_related("organisation").order_by("opened", "pk")
    proposed = Proposal.objects.filter(author=user).select_related("record").order_by("made", "pk")
    return {
        "Imports": [
            {"le": i.opened, "fichier": i.name, "organisation": str(i.organisation), "état": i.get_state_display()}
            for i in brought
        ],
        "Corrections proposées": [
            {"le": p.made, "fiche": str(p.record), "motif": p.reason, "état": p.get_state_display()} for p in proposed
        ],
    }


def _erased(user: Any, **_: Any) -> None:
    for left in Import.objects.filter(owner=user, state__in=UNDER_WAY):
        drop(left, None)
