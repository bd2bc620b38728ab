"""What is done in organisations: each is one transaction and one entry of the audit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from terril.apps.accounts.models import User
from terril.apps.audit.actions import SYSTEM, actor_of, note
from terril.apps.notices.actions import notify
from terril.apps.organisations.errors import OrganisationError
from terril.apps.organisations.models import Membership, Organisation, Proposal, Team
from terril.apps.organisations.policies import require_administrator, require_manager
from terril.apps.organisations.queries import managers
from terril.core.access import Role, Subject

_LAST = "c’est le dernier gestionnaire de l’organisation"
_NAME_ANOTHER = "nommer d’abord un autre gestionnaire"


@transaction.atomic
def change_role(membership: Membership, role: Role, by: Any, subject: Subject) -> None:
    """Give another role to a member.

    Raises
    ------
    PermissionDenied
        If the subject does not manage the organisation.
    OrganisationError
        If nobody would manage it any more.
    """
    require_manager(subject, membership.organisation)
    held = _held(membership)
    if held.role == role:
        return
    if role is not Role.MANAGER:
        _keep_a_manager(held)
    before, held.role = held.role, role
    held.save()
    note("membership.changed", held, actor_of(by), organisation=held.organisation_id, before=before, after=role.value)
    notify([held.user], "membership", f"Votre rôle dans {held.organisation} est désormais : {role.label}.", "/compte/")


@transaction.atomic
def end_membership(membership: Membership, by: Any, subject: Subject) -> None:
    """Take a member out, or leave: one may always leave by oneself.

    Raises
    ------
    PermissionDenied
        If the subject is neither the member nor a manager.
    OrganisationError
        If nobody would manage the organisation any more.
    """
    if membership.user_id != subject.user:
        require_manager(subject, membership.organisation)
    held = _held(membership)
    _keep_a_manager(held)
    note("membership.ended", held, actor_of(by), organisation=held.organisation_id, role=held.role)
    if held.user_id != subject.user:
        notify([held.user], "membership", f"Votre appartenance à {held.organisation} a pris fin.", "/compte/")
    held.delete()


def _held(membership: Membership) -> Membership:
    """The membership as it is now, the organisation locked: two managers who leave at once wait in line."""
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    found = Membership.objects.select_related("user", "organisation").filter(pk=membership.pk).first()
    if found is None:
        raise OrganisationError("cette personne n’est plus membre", hint="recharger la page")
    return found


def _keep_a_manager(membership: Membership) -> None:
    if membership.role != Role.MANAGER:
        return
    if not managers(membership.organisation).exclude(pk=membership.user_id).exists():
        raise OrganisationError(_LAST, hint=_NAME_ANOTHER)


@transaction.atomic
def found(identifier: str, told: dict[str, str], by: Any, subject: Subject) -> Organisation:
    """Create an organisation.

    Parameters
    ----------
    told : ``label``, ``kind``, ``siren``, ``territory``.

    Raises
    ------
    PermissionDenied
        If no administrator's session is open.
    OrganisationError
        If the identifier is taken.
    """
    require_administrator(subject)
    try:
        with transaction.atomic():
            made = Organisation.objects.create(pk=identifier, **told)
    except IntegrityError as error:
        raise OrganisationError("cet identifiant est déjà pris", hint="en choisir un autre") from error
    note("organisation.created", made, actor_of(by), organisation=made.pk)
    return made


@transaction.atomic
def open_or_suspend(organisation: Organisation, active: bool, by: Any, subject: Subject) -> None:
    """Suspend an organisation (its members keep their accounts, without its rights), or restore it.

    Raises
    ------
    PermissionDenied
        If no administrator's session is open.
    """
    require_administrator(subject)
    organisation.is_active = active
    organisation.save()
    note("organisation.changed", organisation, actor_of(by), organisation=organisation.pk, active=active)


@transaction.atomic
def make_team(organisation: Organisation, label: str, by: Any, subject: Subject) -> Team:
    """Make a team.

    Raises
    ------
    PermissionDenied
        If the subject does not manage the organisation.
    OrganisationError
        If there is one of that name.
    """
    require_manager(subject, organisation)
    made, new = Team.objects.get_or_create(organisation=organisation, label=label)
    if not new:
        raise OrganisationError("une équipe porte déjà ce nom", hint="en choisir un autre")
    note("team.created", made, actor_of(by), organisation=organisation.pk)
    return made


@transaction.atomic
def compose_team(team: Team, members: Iterable[Membership], by: Any, subject: Subject) -> None:
    """Say who is in a team: members of its organisation, no other.

    Raises
    ------
    PermissionDenied
        If the subject does not manage the organisation, or a membership is of another one.
    """
    require_manager(subject, team.organisation)
    chosen = list(members)
    if any(m.organisation_id != team.organisation_id for m in chosen):
        raise PermissionDenied
    team.memberships.set(chosen)
    note("team.changed", team, actor_of(by), organisation=team.organisation_id, members=[m.pk for m in chosen])


@transaction.atomic
def remove_team(team: Team, by: Any, subject: Subject) -> None:
    """Remove a team, and the rights it was given.

    Raises
    ------
    PermissionDenied
        If the subject does not manage the organisation.
    """
    require_manager(subject, team.organisation)
    note("team.removed", team, actor_of(by), organisation=team.organisation_id)
    team.delete()


@transaction.atomic
def propose(user: User, siret: str) -> Proposal | None:
    """Propose the organisation of a SIRET to who signed in with it: its managers decide, nothing is given.

    Returns
    -------
    The proposal, if it is a new one.
    """
    organisation = Organisation.objects.filter(siren=siret[:9], is_active=True).first() if len(siret) == 14 else None
    if organisation is None or Membership.objects.filter(user=user, organisation=organisation).exists():
        return None
    made, new = Proposal.objects.get_or_create(user=user, organisation=organisation)
    if not new:
        return None
    note("membership.proposed", made, SYSTEM, organisation=organisation.pk)
    deciding = managers(organisation) or User.objects.filter(is_administrator=True, is_active=True).order_by("pk")
    notify(
        deciding,
        "membership",
        f"Une personne s’est connectée au nom de {organisation} : l’accueillir ou non.",
        f"/organisations/{organisation.pk}/",
    )
    return made


@transaction.atomic
def decide(proposal: Proposal, role: Role | None, by: Any, subject: Subject) -> None:
    """Welcome the person of a proposal with a role, or refuse (None).

    Raises
    ------
    PermissionDenied
        If the subject does not manage the organisation.
    OrganisationError
        If it was decided.
    """
    require_manager(subject, proposal.organisation)
    held = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if held.decided is not None:
        raise OrganisationError("cette proposition est déjà décidée", hint="recharger la page")
    held.decided, held.accepted = timezone.now(), role is not None
    held.save()
    if role is None:
        note("membership.refused", held, actor_of(by), organisation=held.organisation_id)
        return
    Membership.objects.get_or_create(user=held.user, organisation=held.organisation, defaults={"role": role})
    note("membership.begun", held, actor_of(by), organisation=held.organisation_id, role=role.value)
    notify([held.user], "membership", f"{held.organisation} vous accueille.", f"/organisations/{held.organisation_id}/")
