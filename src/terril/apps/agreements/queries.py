"""Who asks, and the state of rights that their answers stand on."""

from __future__ import annotations

import secrets
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from terril.apps.agreements.conditions import in_force
from terril.apps.agreements.models import Acceptance, Agreement, Party, Revision
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
    return _subject(user.pk, timezone.localdate(), administrator=administrator and user.is_administrator)


def subject_kept(user: Any, *, administrator: bool = False) -> Subject:
    """The same for who asks again and again: told once a day and a state of rights, which memberships change too."""
    if user is None or not user.is_authenticated or not user.is_active:
        return ANYONE
    return _kept(user.pk, timezone.localdate(), administrator and user.is_administrator, state_of_rights())


@lru_cache(maxsize=4096)
def _kept(user: int, day: date, administrator: bool, state: tuple[int, int]) -> Subject:
    return _subject(user, day, administrator=administrator)


def forget() -> None:
    """Forget the subjects kept (tests start anew)."""
    _kept.cache_clear()


def _subject(user: int, day: date, *, administrator: bool) -> Subject:
    held = Membership.objects.filter(Q(until=None) | Q(until__gte=day), organisation__is_active=True, user=user)
    memberships = held.prefetch_related("teams")
    return Subject(
        user=user,
        roles=tuple(sorted((m.organisation_id, Role(m.role)) for m in memberships)),
        teams=frozenset(t.pk for m in memberships for t in m.teams.all()),
        terms=frozenset(Acceptance.objects.filter(user=user).values_list("terms_id", flat=True)),
        administrator=administrator,
    )


def subject_as(organisation: str) -> Subject:
    """A plain reader of an organisation who accepted every term: what the organisation itself may see.

    An organisation that is suspended or unknown is anyone.
    """
    if not Organisation.objects.filter(pk=organisation, is_active=True).exists():
        return ANYONE
    bound = Agreement.objects.filter(parties__organisation=organisation).exclude(terms=None)
    return Subject(roles=((organisation, Role.READER),), terms=frozenset(bound.values_list("terms_id", flat=True)))


#: Asked several times a request: one question, written by hand, costs a tenth of two made by the ORM.
_STATE = f"""
SELECT (SELECT number FROM {Revision._meta.db_table} WHERE id = 1),
       (SELECT COUNT(*) FROM {Record._meta.db_table} WHERE state = %s AND embargo <= %s)
"""


def rights_changed() -> None:
    """Say that rights changed: what was prepared under the old ones is not used again."""
    drawn = secrets.randbits(62)
    if not Revision.objects.filter(pk=1).update(number=drawn):
        Revision.objects.create(pk=1, number=drawn)


def state_of_rights() -> tuple[int, int]:
    """The revision of rights, and how many embargoes have ended: while both hold, so do answers given today."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [State.EMBARGO.value, now])
        number, ended = cursor.fetchone()
    return number or 0, ended


def agreements_of(subject: Subject) -> QuerySet[Agreement]:
    """Agreements that the subject may know: those of their organisations; every one in an administrator's session."""
    if subject.administrator:
        return Agreement.objects.all()
    mine = Party.objects.filter(organisation__in=subject.organisations).values("agreement")
    return Agreement.objects.filter(Q(pk__in=mine) | Q(keeper__in=subject.organisations))


def terms_to_accept(subject: Subject) -> QuerySet[Agreement]:
    """Agreements in force that wait for the subject to accept their terms."""
    today = timezone.localdate()
    bound = Party.objects.filter(organisation__in=subject.organisations, signed_on__lte=today).values("agreement")
    waiting = Agreement.objects.filter(in_force(today), pk__in=bound).exclude(terms=None)
    return waiting.exclude(terms__in=subject.terms).select_related("terms").order_by("label", "pk")
