"""Who asks, and the state of rights that their answers stand on."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from terril.apps.agreements.models import Revision
from terril.apps.catalogue.models import Record, State
from terril.apps.organisations.models import Membership
from terril.core.access import ANYONE, Role, Subject


def subject_of(user: Any, *, administrator: bool = False) -> Subject:
    """The subject that an account is, with its active memberships and the terms it accepted.

    Parameters
    ----------
    administrator : whether an administrator's session is open.
    """
    if user is None or not user.is_authenticated or not user.is_active:
        return ANYONE
    held = Membership.objects.filter(Q(until=None) | Q(until__gte=timezone.localdate()), organisation__is_active=True)
    memberships = held.filter(user=user).prefetch_related("teams")
    return Subject(
        user=user.pk,
        roles=tuple(sorted((m.organisation_id, Role(m.role)) for m in memberships)),
        teams=frozenset(t.pk for m in memberships for t in m.teams.all()),
        terms=frozenset(user.acceptances.values_list("terms_id", flat=True)),
        administrator=administrator and user.is_administrator,
    )


def rights_changed() -> None:
    """Say that rights changed: what was prepared under the old ones is not used again."""
    if not Revision.objects.filter(pk=1).update(number=F("number") + 1):
        Revision.objects.create(pk=1)


def state_of_rights() -> tuple[int, int]:
    """The revision of rights, and how many embargoes have ended: while both hold, so do answers given today."""
    number = Revision.objects.filter(pk=1).values_list("number", flat=True).first() or 0
    ended = Record.objects.filter(state=State.EMBARGO, embargo__lte=timezone.now()).aggregate(n=Count("pk"))["n"]
    return number, ended
