"""What the rules are made of: conditions on records, for a subject, an action and a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from terril.apps.agreements.models import Agreement, Clause, Grant, Party, Undertaking
from terril.apps.catalogue.models import State
from terril.apps.organisations.models import Team
from terril.core.access import Action, Subject
from terril.core.access.permissions import presupposed, supposing
from terril.core.access.subject import CONTRIBUTING, STEWARDING
from terril.core.records import Openness

NOTHING = Q(pk__in=())
#: Roles that an opening does not replace: a reader whose organisation may edit stays a reader.
_ROLES = {Action.EDIT: CONTRIBUTING, Action.PUBLISH: STEWARDING}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, for what, when.

    Parameters
    ----------
    now : the moment, aware; embargoes end at it.
    record : primary key of the one record that is asked of, where there is one: less is read.
    """

    subject: Subject
    action: Action
    now: datetime
    record: int | None = None

    @classmethod
    def at_once(cls, subject: Subject, action: Action) -> Asked:
        """Asked now."""
        return cls(subject, action, timezone.now())

    @property
    def day(self) -> date:
        """The day, here."""
        return timezone.localdate(self.now)

    @property
    def organisations(self) -> frozenset[str]:
        """Organisations through which the subject may act so, where something is opened to these."""
        roles = _ROLES.get(self.action)
        return self.subject.organisations if roles is None else self.subject.organisations_as(roles)

    def about(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Rows on the record that is asked of."""
        return rows if self.record is None else rows.filter(record=self.record)


def published(asked: Asked) -> Q:
    """Published, or whose embargo has ended."""
    return Q(state=State.PUBLISHED) | Q(state=State.EMBARGO, embargo__lte=asked.now)


def undertaken(asked: Asked) -> Q:
    """Not restricted, or the subject signed an undertaking that still holds; to know the record needs none."""
    if asked.action is Action.DISCOVER:
        return Q()
    free = Q(restricted=False)
    if asked.subject.user is None:
        return free
    return free | Q(pk__in=asked.about(Undertaking.objects.filter(undertakings(asked))).values("record_id"))


def undertakings(asked: Asked) -> Q:
    """Undertakings of the subject that hold: signed, not over, for an organisation that they still belong to."""
    return Q(
        user_id=asked.subject.user,
        organisation__in=asked.subject.organisations,
        signed_on__lte=asked.day,
        destroyed_on=None,
        destroy_by__gte=asked.day,
    )


def _any(actions: tuple[Action, ...]) -> Q:
    found = Q(pk__in=())
    for action in actions:
        found |= Q(**{action.value: True})
    return found


def opening(action: Action) -> Q:
    """Openings that give an action, were they for the subject and in force."""
    return _any(supposing(action))


def in_force(day: date) -> Q:
    """Agreements in force on a day."""
    return Q(standing=Agreement.Standing.SIGNED, begins__lte=day) & (Q(ends=None) | Q(ends__gte=day))


def parties(asked: Asked) -> Q:
    """Signatures through which the subject is bound by an agreement."""
    return Q(organisation__in=asked.organisations, signed_on__lte=asked.day)


def clauses(asked: Asked) -> Q:
    """Clauses of agreements in force that give the action to one of the subject's organisations.

    Until they accept the terms, the agreement only lets them know what it is about.
    """
    bound = Agreement.objects.filter(
        in_force(asked.day), pk__in=Party.objects.filter(parties(asked)).values("agreement")
    )
    if asked.action is not Action.DISCOVER:
        bound = bound.filter(Q(terms=None) | Q(terms__in=asked.subject.terms))
    return opening(asked.action) & Q(agreement__in=bound.values("pk"))


def given_to(asked: Asked) -> Q:
    """Grants and refusals that are for the subject and hold today; a person without organisation has none."""
    subject = asked.subject
    # Each condition on a column that is indexed: joined to teams, all grants would be read.
    whom = Q(organisation__in=asked.organisations)
    if subject.teams:
        acting = Team.objects.filter(pk__in=subject.teams, organisation__in=asked.organisations)
        whom |= Q(team__in=acting.values("pk"))
    if subject.user is not None and subject.is_member:
        whom |= Q(user_id=subject.user)
    return whom & Q(since__lte=asked.day) & (Q(until=None) | Q(until__gte=asked.day))


def grants(asked: Asked) -> Q:
    """Grants that give the action to the subject."""
    return opening(asked.action) & Q(denies=False) & given_to(asked)


def by_clause(asked: Asked) -> Q:
    """Records that an agreement opens."""
    if not asked.organisations:
        return NOTHING
    opened = asked.about(Clause.objects.filter(clauses(asked))).values("record_id")
    return Q(pk__in=opened) & published(asked) & undertaken(asked)


def by_grant(asked: Asked) -> Q:
    """Records that a decision of their steward opens."""
    if not asked.subject.is_member:
        return NOTHING
    opened = asked.about(Grant.objects.filter(grants(asked))).values("record_id")
    return Q(pk__in=opened) & published(asked) & undertaken(asked)


def refusals(asked: Asked) -> Q:
    """Refusals of the action, or of what it presupposes, that are for the subject."""
    reading = Asked(asked.subject, Action.FIGURES, asked.now)
    refused = (Action.FIGURES,) if asked.action is Action.DISCOVER else presupposed(asked.action)
    return _any(refused) & Q(denies=True) & given_to(reading)


def denied(asked: Asked) -> Q:
    """Records whose steward refuses the action.

    Who is refused the figures still knows a record that members know, and no longer a confidential one.
    """
    if not asked.subject.is_member or asked.action is Action.ADMINISTER:
        return NOTHING
    found = Q(pk__in=asked.about(Grant.objects.filter(refusals(asked))).values("record_id"))
    return found & Q(openness=Openness.CONFIDENTIAL) if asked.action is Action.DISCOVER else found
