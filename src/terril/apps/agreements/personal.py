"""What agreements and rights hold of a person: given to them; what proves something stays when they leave."""

from __future__ import annotations

from typing import Any

from terril.apps.accounts import events
from terril.apps.accounts.errors import AccountError
from terril.apps.agreements.models import Acceptance, Grant, Request, Undertaking


def connect() -> None:
    """Take part in the gathering and the erasing of what is held of a person."""
    events.gathering.connect(_gathered, dispatch_uid="agreements-gathering")
    events.leaving.connect(_files_destroyed_first, dispatch_uid="agreements-leaving")
    events.erasing.connect(_erased, dispatch_uid="agreements-erasing")


def _gathered(user: Any, **_: Any) -> dict[str, list[dict[str, Any]]]:
    signed = Undertaking.objects.filter(user=user).select_related("record", "organisation").order_by("pk")
    asked = Request.objects.filter(user=user).select_related("record", "organisation").order_by("pk")
    given = Grant.objects.filter(user=user).select_related("record").order_by("pk")
    accepted = Acceptance.objects.filter(user=user).select_related("terms").order_by("pk")
    return {
        "Conditions acceptées": [{"le": a.at, "conditions": str(a.terms)} for a in accepted],
        "Engagements": [_signed(u) for u in signed],
        "Demandes d’accès": [_asked(r) for r in asked],
        "Autorisations": [_given(g) for g in given],
    }


def _signed(one: Undertaking) -> dict[str, Any]:
    return {
        "fiche": str(one.record),
        "organisation": str(one.organisation),
        "finalité": one.purpose,
        "texte": one.text,
        "signé le": one.signed_on,
        "à détruire avant le": one.destroy_by,
        "détruit le": one.destroyed_on,
    }


def _asked(one: Request) -> dict[str, Any]:
    return {
        "le": one.asked,
        "fiche": str(one.record),
        "organisation": str(one.organisation),
        "finalité": one.purpose,
        "état": one.get_standing_display(),
        "réponse": one.answer,
    }


def _given(one: Grant) -> dict[str, Any]:
    return {
        "fiche": str(one.record),
        "refus": one.denies,
        "depuis": one.since,
        "jusqu’au": one.until,
        "motif": one.reason,
    }


def _files_destroyed_first(user: Any, **_: Any) -> None:
    held = Undertaking.objects.filter(user=user, destroyed_on=None).exclude(signed_on=None).select_related("record")
    first = held.order_by("destroy_by").first()
    if first is not None:
        raise AccountError(
            f"vous détenez encore un fichier restreint : {first.record}",
            hint="déclarer d’abord sa destruction, sous « Mes accès »",
        )


def _erased(user: Any, **_: Any) -> None:
    # Undertakings, acceptances and decisions prove what was agreed: they stay, under an account that names nobody.
    Request.objects.filter(user=user, standing=Request.Standing.WAITING).update(standing=Request.Standing.WITHDRAWN)
    for grant in Grant.objects.filter(user=user):
        grant.delete()
    Undertaking.objects.filter(user=user, signed_on=None).delete()
