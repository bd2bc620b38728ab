"""What is known of organisations."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from terril.apps.accounts.models import User
from terril.apps.organisations.models import Invitation, Membership, Organisation, Proposal
from terril.core.access import Role


def in_force(today: date | None = None) -> Q:
    """Memberships that are not over."""
    return Q(until=None) | Q(until__gte=today or timezone.localdate())


def members(organisation: Organisation) -> QuerySet[Membership]:
    """Memberships in force, by name."""
    held = Membership.objects.filter(in_force(), organisation=organisation, user__erased=None)
    return held.select_related("user").prefetch_related("teams").order_by("user__name", "user__email", "pk")


def managers(organisation: Organisation) -> QuerySet[User]:
    """People who manage an organisation and can sign in."""
    held = Membership.objects.filter(in_force(), organisation=organisation, role=Role.MANAGER)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("pk")


def directory(*, suspended: bool = False) -> QuerySet[Organisation]:
    """Organisations by name with ``people``, how many members each has."""
    today = timezone.localdate()
    alive = Q(memberships__until=None) | Q(memberships__until__gte=today)
    found = Organisation.objects.annotate(people=Count("memberships", filter=alive & Q(memberships__user__erased=None)))
    return (found if suspended else found.filter(is_active=True)).order_by("label", "pk")


def waiting(organisation: Organisation) -> QuerySet[Invitation]:
    """Invitations neither accepted nor withdrawn, out of date ones too: they can be sent again."""
    return Invitation.objects.filter(organisation=organisation, accepted=None, withdrawn=None).exclude(email="")


def undecided(organisation: Organisation) -> QuerySet[Proposal]:
    """Proposals to decide."""
    return Proposal.objects.filter(organisation=organisation, decided=None).select_related("user")


def memberships(user: Any) -> QuerySet[Membership]:
    """Memberships of a person, in force."""
    held = Membership.objects.filter(in_force(), user=user).select_related("organisation")
    return held.order_by("organisation__label", "pk")
