"""What the rules are made of: conditions on records, for a subject, an action and a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from terril.apps.agreements.models import Agreement, Clause, Grant, Undertaking
from terril.apps.catalogue.models import State
from terril.core.access import Action, Subject
from terril.core.access.permissions import READING

#: Columns of an opening that give an action.
_GIVES = {
    Action.DISCOVER: ("figures", "data", "download", "edit", "publish"),
    Action.FIGURES: ("figures", "data", "download"),
    Action.DATA: ("data", "download"),
    Action.DOWNLOAD: ("download",),
    Action.EDIT: ("edit",),
    Action.PUBLISH: ("publish",),
    Action.ADMINISTER: (),
}
NOTHING = Q(pk__in=())


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, for what, when.

    Parameters
    ----------
    now : the moment, aware; embargoes end at it.
    """

    subject: Subject
    action: Action
    now: datetime

    @classmethod
    def at_once(cls, subject: Subject, action: Action) -> Asked:
        """Asked now."""
        return cls(subject, action, timezone.now())

    @property
    def day(self) -> date:
        """The day, here."""
        return timezone.localdate(self.now)


def published(asked: Asked) -> Q:
    """Published, or whose embargo has ended."""
    return Q(state=State.PUBLISHED) | Q(state=State.EMBARGO, embargo__lte=asked.now)


def undertaken(asked: Asked) -> Q:
    """Not restricted, or the subject signed an undertaking that still holds."""
    free = Q(restricted=False)
    if asked.subject.user is None:
        return free
    signed = Undertaking.objects.filter(
        user_id=asked.subject.user, signed_on__lte=asked.day, destroyed_on=None, destroy_by__gte=asked.day
    )
    return free | Q(pk__in=signed.values("record_id"))


def _any(names: tuple[str, ...]) -> Q:
    found = Q(pk__in=())
    for name in names:
        found |= Q(**{name: True})
    return found


def clauses(asked: Asked) -> Q:
    """Clauses of agreements in force that give the action to one of the subject's organisations."""
    subject = asked.subject
    return (
        _any(_GIVES[asked.action])
        & Q(agreement__standing=Agreement.Standing.SIGNED, agreement__begins__lte=asked.day)
        & (Q(agreement__ends=None) | Q(agreement__ends__gte=asked.day))
        & (Q(agreement__terms=None) | Q(agreement__terms__in=subject.terms))
        & Q(
            agreement__in=Agreement.objects.filter(
                parties__organisation__in=subject.organisations, parties__signed_on__lte=asked.day
            ).values("pk")
        )
    )


def given_to(asked: Asked) -> Q:
    """Grants and refusals that are for the subject and hold today."""
    subject = asked.subject
    whom = Q(organisation__in=subject.organisations) | Q(team__in=subject.teams)
    if subject.user is not None:
        whom |= Q(user_id=subject.user)
    return whom & Q(since__lte=asked.day) & (Q(until=None) | Q(until__gte=asked.day))


def grants(asked: Asked) -> Q:
    """Grants that give the action to the subject."""
    return _any(_GIVES[asked.action]) & Q(denies=False) & given_to(asked)


def by_clause(asked: Asked) -> Q:
    """Records that an agreement opens."""
    if not asked.subject.is_member:
        return NOTHING
    return Q(pk__in=Clause.objects.filter(clauses(asked)).values("record_id")) & published(asked) & undertaken(asked)


def by_grant(asked: Asked) -> Q:
    """Records that a decision of their steward opens."""
    if asked.subject.user is None:
        return NOTHING
    return Q(pk__in=Grant.objects.filter(grants(asked)).values("record_id")) & published(asked) & undertaken(asked)


def denied(asked: Asked) -> Q:
    """Records whose steward refuses the action; refusing the figures refuses the data made of them."""
    if asked.subject.user is None or asked.action is Action.DISCOVER:
        return NOTHING
    before = READING[1 : READING.index(asked.action) + 1] if asked.action in READING else (asked.action,)
    refusals = Grant.objects.filter(_any(tuple(a.value for a in before)), given_to(asked), denies=True)
    return Q(pk__in=refusals.values("record_id"))
