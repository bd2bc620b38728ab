"""Accounts of the demonstration: made by ``terril demo`` alone, never where the portal is for real."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from terril.apps.accounts import actions
from terril.apps.accounts.models import User
from terril.apps.accounts.queries import DEMO, find
from terril.apps.audit.actions import COMMAND_LINE, note
from terril.apps.organisations.models import Membership, Organisation
from terril.core.access import Role


@dataclass(frozen=True, slots=True)
class Made:
    """An account, and the only time its password is known."""

    email: str
    part: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Part:
    address: str
    name: str
    says: str
    kind: str = ""
    role: Role = Role.READER


_PARTS = (
    _Part("administrateur", "Administrateur d’essai", "administre la plateforme"),
    _Part("referent", "Référent d’essai", "référent de données de l’agence", "agency", Role.STEWARD),
    _Part("membre", "Membre d’essai", "contributeur d’une intercommunalité", "epci", Role.CONTRIBUTOR),
    _Part("voisin", "Voisin d’essai", "contributeur d’une autre intercommunalité", "epci", Role.CONTRIBUTOR),
)


def refused(environment: Mapping[str, str]) -> str:
    """Why no such account may be made here; empty where they may."""
    if environment.get("DATABASE_URL"):
        return "DATABASE_URL désigne une base partagée"
    if environment.get("TERRIL_HTTPS") == "1":
        return "TERRIL_HTTPS dit que le portail est en production"
    return ""


@transaction.atomic
def make() -> list[Made]:
    """The four accounts; none where they were made already."""
    if User.objects.filter(email__endswith=DEMO).exists():
        return []
    taken: list[str] = []
    return [_made(part, taken) for part in _PARTS]


def _made(part: _Part, taken: list[str]) -> Made:
    email, password = f"{part.address}{DEMO}", secrets.token_urlsafe(12)
    user = find(email) or actions.create(email, part.name, COMMAND_LINE, password=password)
    if not part.kind:
        actions.name_administrator(user, COMMAND_LINE)
    organisation = _organisation(part.kind, taken)
    if organisation is not None:
        held = Membership.objects.create(user=user, organisation=organisation, role=part.role)
        note("membership.begun", held, COMMAND_LINE, organisation=organisation.pk, role=part.role.value)
    return Made(email, f"{part.says}{f', {organisation}' if organisation else ''}", password)


def _organisation(kind: str, taken: list[str]) -> Organisation | None:
    """An organisation of this kind that no other account is of."""
    found = Organisation.objects.filter(kind=kind, is_active=True).exclude(pk__in=taken).order_by("pk").first()
    if found is not None:
        taken.append(found.pk)
    return found
