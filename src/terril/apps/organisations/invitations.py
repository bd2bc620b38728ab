"""Invitations: sent, sent again, withdrawn, accepted once by the person they were sent to."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from terril.apps.accounts import actions as accounts
from terril.apps.accounts.models import User
from terril.apps.accounts.post import post
from terril.apps.audit.actions import COMMAND_LINE, SYSTEM, actor_of, note
from terril.apps.organisations.errors import OrganisationError
from terril.apps.organisations.letters import invitation_letter
from terril.apps.organisations.models import Invitation, Membership, Organisation
from terril.apps.organisations.policies import require_manager
from terril.core.access import Role, Subject

LASTS = timedelta(days=14)
_GONE = "cette invitation n’est plus valable"
_ASK = "demander à l’organisation de la renvoyer"


def fingerprint_of(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


def invite(organisation: Organisation, email: str, role: Role, by: Any, subject: Subject) -> tuple[Invitation, str]:
    """Invite a person, by a letter.

    Parameters
    ----------
    by : account of who invites; None from the command line.

    Returns
    -------
    The invitation, and its token: who runs the command line may hand it over otherwise.

    Raises
    ------
    PermissionDenied
        If the subject does not manage the organisation.
    OrganisationError
        If the person belongs to it, is invited already, or the organisation is suspended.
    """
    require_manager(subject, organisation)
    email, token = email.strip().lower(), secrets.token_urlsafe(32)
    with transaction.atomic():
        _refuse_double(organisation, email)
        made = Invitation.objects.create(
            organisation=organisation,
            email=email,
            role=role,
            fingerprint=fingerprint_of(token),
            by=by,
            expires=timezone.now() + LASTS,
        )
        note(
            "invitation.sent",
            made,
            COMMAND_LINE if by is None else actor_of(by),
            organisation=organisation.pk,
            role=role.value,
        )
        transaction.on_commit(lambda: post(invitation_letter(made, token)))
    return made, token


def _refuse_double(organisation: Organisation, email: str) -> None:
    # One invitation at a time to an organisation: two that cross are seen.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not organisation.is_active:
        raise OrganisationError("cette organisation est suspendue", hint="la rétablir d’abord")
    if Membership.objects.filter(organisation=organisation, user__email__iexact=email).exists():
        raise OrganisationError("cette personne est déjà membre", hint="changer son rôle dans la liste des membres")
    waiting = Invitation.objects.filter(organisation=organisation, email=email, accepted=None, withdrawn=None)
    if waiting.filter(expires__gt=timezone.now()).exists():
        raise OrganisationError("une invitation attend déjà cette personne", hint="la renvoyer, ou la retirer")


@transaction.atomic
def resend(invitation: Invitation, by: Any, subject: Subject) -> str:
    """Send an invitation again, with another token: the former opens nothing any more.

    Raises
    ------
    PermissionDenied
        If the subject does not manage the organisation.
    OrganisationError
        If it was accepted or withdrawn.
    """
    require_manager(subject, invitation.organisation)
    held = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if held.accepted or held.withdrawn:
        raise OrganisationError(_GONE, hint="en envoyer une nouvelle")
    token = secrets.token_urlsafe(32)
    held.fingerprint, held.sent, held.expires = fingerprint_of(token), timezone.now(), timezone.now() + LASTS
    held.save()
    note("invitation.resent", held, actor_of(by), organisation=held.organisation_id)
    transaction.on_commit(lambda: post(invitation_letter(held, token)))
    return token


@transaction.atomic
def withdraw(invitation: Invitation, by: Any, subject: Subject) -> None:
    """Withdraw an invitation that was not accepted.

    Raises
    ------
    PermissionDenied
        If the subject does not manage the organisation.
    OrganisationError
        If it was accepted or withdrawn.
    """
    require_manager(subject, invitation.organisation)
    held = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if held.accepted or held.withdrawn:
        raise OrganisationError(_GONE, hint="recharger la page")
    held.withdrawn = timezone.now()
    held.save(update_fields=["withdrawn"])
    note("invitation.withdrawn", held, actor_of(by), organisation=held.organisation_id)


def waiting(token: str) -> Invitation | None:
    """The invitation of a token, if it may still be accepted."""
    found = Invitation.objects.select_related("organisation").filter(fingerprint=fingerprint_of(token)).first()
    return found if found is not None and found.is_waiting and found.organisation.is_active else None


def is_for(invitation: Invitation, user: Any) -> bool:
    """Whether an account is of the person who was invited: it owns the address, and proved it."""
    return bool(EmailAddress.objects.filter(user=user, email__iexact=invitation.email, verified=True).exists())


@transaction.atomic
def accept(token: str, user: Any) -> Membership:
    """Join, once.

    Raises
    ------
    OrganisationError
        If the invitation was used, withdrawn or is out of date.
    PermissionDenied
        If it was sent to somebody else.
    """
    held = Invitation.objects.select_for_update().filter(fingerprint=fingerprint_of(token)).first()
    if held is None or not held.is_waiting or not held.organisation.is_active:
        raise OrganisationError(_GONE, hint=_ASK)
    if not is_for(held, user):
        raise PermissionDenied
    held.accepted = timezone.now()
    held.save(update_fields=["accepted"])
    joined, _ = Membership.objects.get_or_create(
        user=user, organisation=held.organisation, defaults={"role": held.role}
    )
    note("invitation.accepted", held, actor_of(user), organisation=held.organisation_id, role=joined.role)
    return joined


@transaction.atomic
def open_account(token: str, name: str, password: str) -> User:
    """Open the account of the person invited, who joins: the letter proved the address.

    Raises
    ------
    OrganisationError
        If the invitation was used, withdrawn or is out of date.
    AccountError
        If the address has an account.
    """
    found = waiting(token)
    if found is None:
        raise OrganisationError(_GONE, hint=_ASK)
    user = accounts.create(found.email, name, SYSTEM, password=password)
    accept(token, user)
    return user
