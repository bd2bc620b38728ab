"""What organisations do when an account comes, leaves or asks for its data."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import user_logged_in

from terril.apps.accounts import events, welcome
from terril.apps.accounts.errors import AccountError
from terril.apps.organisations.actions import propose
from terril.apps.organisations.models import Invitation, Membership, Organisation, Proposal
from terril.apps.organisations.queries import managers, memberships
from terril.core.access import Role


def _awaits(email: str, told: dict[str, Any], **_: Any) -> bool:
    siret = str(told.get("siret", ""))
    if len(siret) == 14 and Organisation.objects.filter(siren=siret[:9], is_active=True).exists():
        return True
    return bool(email) and any(i.is_waiting for i in Invitation.objects.filter(email__iexact=email))


def _proposed(user: Any, sociallogin: Any = None, **_: Any) -> None:
    if sociallogin is not None:
        propose(user, str(sociallogin.account.extra_data.get("siret", "")))


def _last_manager_stays(user: Any, **_: Any) -> None:
    for held in memberships(user).filter(role=Role.MANAGER):
        if not managers(held.organisation).exclude(pk=user.pk).exists():
            raise AccountError(
                f"vous êtes le dernier gestionnaire de {held.organisation}",
                hint="nommer d’abord un autre gestionnaire, ou faire suspendre l’organisation",
            )


def _erased(user: Any, **_: Any) -> None:
    Membership.objects.filter(user=user).delete()
    Proposal.objects.filter(user=user).delete()
    Invitation.objects.filter(email__iexact=user.email).update(email="")


def _gathered(user: Any, **_: Any) -> dict[str, list[dict[str, Any]]]:
    return {
        "Appartenances": [
            {
                "organisation": m.organisation.label,
                "rôle": m.get_role_display(),
                "depuis": m.since,
                "jusqu’au": m.until,
                "équipes": [t.label for t in m.teams.order_by("label")],
            }
            for m in Membership.objects.filter(user=user).select_related("organisation").order_by("pk")
        ],
        "Invitations": [
            {"organisation": i.organisation.label, "envoyée le": i.sent, "acceptée le": i.accepted}
            for i in Invitation.objects.filter(email__iexact=user.email).select_related("organisation").order_by("pk")
        ],
    }


def connect() -> None:
    """Listen."""
    user_logged_in.connect(_proposed, dispatch_uid="organisations-proposed")
    welcome.asked.connect(_awaits, dispatch_uid="organisations-awaits")
    events.leaving.connect(_last_manager_stays, dispatch_uid="organisations-leaving")
    events.erasing.connect(_erased, dispatch_uid="organisations-erasing")
    events.gathering.connect(_gathered, dispatch_uid="organisations-gathering")
