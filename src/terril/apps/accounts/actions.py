"""What is done with accounts: each is one transaction and one entry of the audit."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from terril.apps.accounts.errors import AccountError
from terril.apps.accounts.events import erasing, leaving
from terril.apps.accounts.models import Session, User
from terril.apps.audit.actions import actor_of, note


@transaction.atomic
def create(email: str, name: str, by: str, *, password: str | None = None) -> User:
    """Make an account whose address is known to be its owner's: they received an invitation there.

    Raises
    ------
    AccountError
        If the address has an account.
    """
    if User.objects.filter(email__iexact=email).exists() or EmailAddress.objects.filter(email__iexact=email).exists():
        raise AccountError("cette adresse a déjà un compte", hint="se connecter, ou demander un nouveau mot de passe")
    user = User.objects.create_user(email, password, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    note("account.created", user, by)
    return user


@transaction.atomic
def rename(user: User, name: str) -> None:
    """Change what a person is called."""
    user.name = name
    user.save(update_fields=["name"])


@transaction.atomic
def name_administrator(user: User, by: str) -> None:
    """Let a person open administrator's sessions."""
    user.is_administrator = True
    user.save(update_fields=["is_administrator"])
    note("account.administrator_named", user, by)


@transaction.atomic
def end_administrator(user: User, by: str) -> None:
    """Take it back.

    Raises
    ------
    AccountError
        If nobody else could administer the platform.
    """
    _keep_an_administrator(user)
    user.is_administrator = False
    user.save(update_fields=["is_administrator"])
    note("account.administrator_ended", user, by)


@transaction.atomic
def suspend(user: User, by: str) -> None:
    """Close an account, its sessions at once; its data stays.

    Raises
    ------
    AccountError
        If nobody else could administer the platform.
    """
    _keep_an_administrator(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.sessions.all().delete()
    note("account.suspended", user, by)


@transaction.atomic
def restore(user: User, by: str) -> None:
    """Open a suspended account again.

    Raises
    ------
    AccountError
        If it was erased: nothing is left of it.
    """
    if user.erased is not None:
        raise AccountError("ce compte a été effacé", hint="inviter de nouveau la personne")
    user.is_active = True
    user.save(update_fields=["is_active"])
    note("account.restored", user, by)


def _keep_an_administrator(user: User) -> None:
    """Refuse what would leave the platform without anyone to administer it; two who leave at once wait in line."""
    if not user.is_administrator:
        return
    # Rows are locked before they are counted.
    active = list(User.objects.select_for_update().filter(is_administrator=True, is_active=True).order_by("pk"))
    if not any(other.pk != user.pk for other in active):
        raise AccountError("c’est le dernier administrateur de la plateforme", hint="en nommer d’abord un autre")


@transaction.atomic
def close_session(user: User, public_id: str) -> bool:
    """Close one of a person's sessions, wherever it is open; whether there was one of that name."""
    found = next((s for s in Session.objects.filter(user=user) if s.public_id == public_id), None)
    if found is None:
        return False
    found.delete()
    note("account.session_closed", user, actor_of(user))
    return True


def keep_session(user: User, session_key: str | None) -> int:
    """Close every session of a person but one: after a change of password, whoever held another is out."""
    closed, _ = Session.objects.filter(user=user).exclude(session_key=session_key or "").delete()
    return int(closed)


def password_link(user: User) -> str:
    """Address where the person chooses a password: it serves once, for three days."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return f"{settings.SITE}{path.replace('UID-KEY', key)}"


@transaction.atomic
def erase(user: User, by: str) -> None:
    """Empty an account at the person's request. The row stays, for the audit, and names nobody.

    What they wrote for their organisation stays under its name.

    Raises
    ------
    AccountError
        If an organisation or the platform would be left without anyone to manage it.
    """
    _keep_an_administrator(user)
    leaving.send(sender=User, user=user)
    note("account.erased", user, by)
    erasing.send(sender=User, user=user)
    for held in (EmailAddress, Authenticator, SocialAccount, Session):
        held.objects.filter(user=user).delete()
    user.email, user.name = f"efface-{user.pk}@compte.invalid", ""
    user.is_active = user.is_administrator = False
    user.erased = timezone.now()
    user.last_login = None
    user.set_unusable_password()
    user.save()


def opened_administration(user: User) -> None:
    """Write that an administrator's session was opened."""
    note("account.administrator_opened", user, actor_of(user))


def closed_administration(user: User) -> None:
    """Write that it was closed before its end."""
    note("account.administrator_closed", user, actor_of(user))
