"""Terms of use: versions, which each member accepts for themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from terril.apps.accounts.models import User
from terril.apps.agreements.actions.agreements import held_agreement, require_keeper, touch
from terril.apps.agreements.actions.telling import tell
from terril.apps.agreements.errors import RightsError
from terril.apps.agreements.models import Acceptance, Agreement, Terms
from terril.apps.audit.actions import actor_of, note
from terril.apps.organisations.models import Membership
from terril.apps.organisations.queries import in_force
from terril.core.access import Subject
from terril.core.errors import Location


@transaction.atomic
def publish(agreement: Agreement, text: str, by: Any, subject: Subject) -> Terms:
    """Publish a version of the terms of an agreement: until they accept it, it opens nothing to its members.

    Raises
    ------
    PermissionDenied
        If the subject may not.
    RightsError
        If nothing is said, or nothing new.
    """
    require_keeper(subject, agreement.keeper_id)
    held, said = held_agreement(agreement), text.strip()
    if not said:
        raise RightsError("des conditions vides n'engagent à rien", location=Location(field="text"))
    if held.terms is not None and held.terms.text == said:
        raise RightsError("ces conditions sont déjà celles de la convention", location=Location(field="text"))
    last = Terms.objects.filter(label=held.label).aggregate(n=Max("version"))["n"] or 0
    made = Terms.objects.create(label=held.label, version=last + 1, text=said)
    held.terms = made
    touch(held)
    note("terms.published", made, actor_of(by), organisation=held.keeper_id, agreement=held.pk)
    told = f"Les conditions de la convention « {held.label} » ont changé : elle attend votre accord."
    tell(_members(held), "agreement", told, "/mes-acces/#conditions")
    return made


def _members(agreement: Agreement) -> Iterable[User]:
    bound = Membership.objects.filter(in_force(), organisation__in=agreement.parties.values("organisation"))
    found: Iterable[User] = User.objects.filter(pk__in=bound.values("user"), is_active=True).order_by("pk")
    return found


@transaction.atomic
def accept(terms: Terms, by: Any, subject: Subject) -> Acceptance:
    """Accept a version of terms, for oneself.

    Raises
    ------
    PermissionDenied
        If no agreement of the subject's organisations asks for them.
    """
    asked = Agreement.objects.filter(terms=terms, parties__organisation__in=subject.organisations)
    if subject.user is None or not asked.exists():
        raise PermissionDenied("aucune convention ne vous demande ces conditions")
    made, new = Acceptance.objects.get_or_create(terms=terms, user=by)
    if new:
        note("terms.accepted", terms, actor_of(by), version=terms.version)
    return made
