"""Who asks, and the state of rights that their answers stand on."""

from __future__ import annotations

import secrets
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from terril.apps.agreements.models import Agreement, Revision
from terril.apps.catalogue.models import Record, State
from terril.apps.organisations.models import Membership, Organisation
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


def subject_as(organisation: str) -> Subject:
    """A plain reader of an organisation who accepted every term: what the organisation itself may see.

    An organisation that is suspended or unknown is anyone.
    """
    if not Organisation.objects.filter(pk=organisation, is_active=True).exists():
        return ANYONE
    bound = Agreement.objects.filter(parties__organisation=organisation).exclude(terms=None)
    return Subject(roles=((organisation, Role.READER),), terms=frozenset(bound.values_list("terms_id", flat=True)))


def rights_changed() -> None:
    """Say that rights changed: what was prepared under the old ones is not used again."""
    drawn = secrets.randbits(62)
    if not Revision.objects.filter(pk=1).update(number=drawn):
        Revision.objects.create(pk=1, number=drawn)


def state_of_rights() -> tuple[int, int]:
    """The revision of rights, and how many embargoes have ended: while both hold, so do answers given today."""
    number = Revision.objects.filter(pk=1).values_list("number", flat=True).first() or 0
    ended = Record.objects.filter(state=State.EMBARGO, embargo__lte=timezone.now()).aggregate(n=Count("pk"))["n"]
    return number, ended
