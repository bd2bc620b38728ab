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
        "Engagements": [
            {
                "fiche": str(u.record),
                "organisation": str(u.organisation),
                "finalité": u.purpose,
                "texte": u.text,
                "signé le": u.signed_on,
                "à détruire avant le": u.destroy_by,
                "détruit le": u.destroyed_on,
            }
            for u in signed
        ],
        "Demandes d’accès": [
            {
                "le": r.asked,
                "fiche": str(r.record),
                "organisation": str(r.organisation),
                "finalité": r.purpose,
                "état": r.get_standing_display(),
                "réponse": r.answer,
            }
            for r in asked
        ],
        "Autorisations": [
            {
                "fiche": str(g.record),
                "refus": g.denies,
                "depuis": g.since,
                "jusqu’au": g.until,
                "motif": g.reason,
            }
            for g in given
        ],
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
