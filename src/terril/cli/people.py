"""``people``: accounts and invitations, from the machine itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from terril.cli.output import Format, console, emit
from terril.core.access import Role

if TYPE_CHECKING:
    from terril.apps.accounts.models import User

commands = typer.Typer(name="people", help="Comptes, invitations, administrateurs.", no_args_is_help=True)
EMAIL = typer.Argument(help="Adresse électronique de la personne.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(commands)


@commands.command("list")
def list_(form: Format = typer.Option(Format.TABLE, "--format", help="Présentation.")) -> None:
    """Liste les comptes, leurs organisations et leurs rôles."""
    _ready()
    from terril.apps.accounts.models import User

    rows = []
    for user in User.objects.filter(erased=None).prefetch_related("memberships__organisation").order_by("email"):
        held = sorted(f"{m.organisation_id} ({m.get_role_display()})" for m in user.memberships.all())
        rows.append(
            {
                "address": user.email,
                "name": user.name,
                "organisations": ", ".join(held),
                "administrator": user.is_administrator,
                "active": user.is_active,
            }
        )
    emit(rows, ("address", "name", "organisations", "administrator", "active"), form, key="accounts")


@commands.command("invite")
def invite(
    email: str = EMAIL,
    organisation: str = typer.Option(..., "--organisation", help="Identifiant de l'organisation."),
    role: Role = typer.Option(Role.READER, "--role", help="Rôle donné."),
) -> None:
    """Invite une personne dans une organisation ; le lien est envoyé, et affiché une fois."""
    _ready()
    from django.conf import settings

    from terril.apps.accounts.post import settle
    from terril.apps.organisations.invitations import invite as send
    from terril.apps.organisations.models import Organisation
    from terril.core.access import Subject
    from terril.core.errors import AccessError, Location

    address = _checked(email)
    found = Organisation.objects.filter(pk=organisation).first()
    if found is None:
        known = ", ".join(Organisation.objects.order_by("pk").values_list("pk", flat=True))
        raise AccessError(
            "organisation inconnue", location=Location(value=organisation), hint=f"choisir l'une de : {known}"
        )
    _, token = send(found, address, role, None, Subject(administrator=True))
    settle()
    console.print(f"{settings.SITE}/compte/invitation/{token}/", markup=False, soft_wrap=True)


@commands.command("administrator")
def administrator(email: str = EMAIL) -> None:
    """Nomme un administrateur, compte créé s'il le faut ; affiche le lien où il choisit son mot de passe."""
    _ready()
    from terril.apps.accounts import actions
    from terril.apps.accounts.queries import find
    from terril.apps.audit.actions import COMMAND_LINE

    address = _checked(email)
    user = find(address) or actions.create(address, "", COMMAND_LINE)
    if not user.is_administrator:
        actions.name_administrator(user, COMMAND_LINE)
    if user.has_usable_password():
        console.print(f"{address} administre la plateforme, avec son mot de passe.", markup=False)
    else:
        _link(user)


@commands.command("password-link")
def password_link(email: str = EMAIL) -> None:
    """Affiche un lien, à usage unique, où une personne choisit un mot de passe."""
    _ready()
    from terril.apps.accounts.errors import AccountError
    from terril.apps.accounts.queries import find

    user = find(_checked(email))
    if user is None or not user.is_active:
        raise AccountError("aucun compte actif à cette adresse", hint="« terril people list » les montre")
    _link(user)


def _link(user: User) -> None:
    from terril.apps.accounts.actions import password_link as made

    console.print("Lien à usage unique, valable trois jours :")
    console.print(made(user), markup=False, soft_wrap=True)


def _checked(email: str) -> str:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    from terril.core.errors import AccessError, Location

    try:
        validate_email(email.strip())
    except ValidationError as error:
        raise AccessError("adresse électronique mal écrite", location=Location(value=email)) from error
    return email.strip().lower()


def _ready() -> None:
    """The database as this version expects it."""
    from terril.config.setup import migrate

    migrate()
