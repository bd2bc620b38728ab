"""Who may see and manage an organisation."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from terril.apps.organisations.models import Organisation
from terril.core.access import Role, Subject

MANAGING = frozenset({Role.MANAGER})


def knows(subject: Subject, organisation: Organisation) -> bool:
    """Whether the subject may know who belongs to it: its own members, and an administrator's session."""
    return subject.administrator or organisation.pk in subject.organisations


def manages(subject: Subject, organisation: Organisation) -> bool:
    """Whether the subject may decide who belongs to it."""
    return subject.administrator or organisation.pk in subject.organisations_as(MANAGING)


def require_manager(subject: Subject, organisation: Organisation) -> None:
    """Refuse who does not manage the organisation.

    Raises
    ------
    PermissionDenied
        Whoever asks.
    """
    if not manages(subject, organisation):
        raise PermissionDenied


def require_administrator(subject: Subject) -> None:
    """Refuse who has no administrator's session open.

    Raises
    ------
    PermissionDenied
        Whoever asks.
    """
    if not subject.administrator:
        raise PermissionDenied
