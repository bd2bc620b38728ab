"""Making and revoking tokens."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from terril.apps.accounts.models import User
from terril.apps.audit.actions import actor_of, note
from terril.apps.tokens.models import Token
from terril.core.access import Subject
from terril.core.errors import Location, TerrilError

#: Before every secret: one that is found in a file or a log is recognised.
PREFIX = "terril_"
#: Days that a token lasts at most.
LONGEST = 365
#: Tokens that a person may hold at once.
MOST = 20
_BYTES = 32
_SHOWN = len(PREFIX) + 5


class TokenError(TerrilError):
    """A token that cannot be made, or that no longer opens anything."""

    code = "jeton"


def digest_of(secret: str) -> str:
    """Fingerprint kept of a secret. It has 256 bits of chance: a slow hash would protect nothing more."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def create(user: User, subject: Subject, label: str, expires: date, organisation: str = "") -> tuple[Token, str]:
    """Make a token; the secret is known to who asks, and to nobody afterwards.

    Parameters
    ----------
    subject : the person, as the policy sees them.
    expires : last day, a year away at most.
    organisation : identifier of the only organisation in whose name it reads; every one of theirs when empty.

    Raises
    ------
    TokenError
        If they belong to no organisation, or not to that one; if the label or the day will not do.
    """
    _check(user, subject, label.strip(), expires, organisation)
    secret = f"{PREFIX}{secrets.token_urlsafe(_BYTES)}"
    token = Token.objects.create(
        user=user,
        label=label.strip(),
        start=secret[:_SHOWN],
        digest=digest_of(secret),
        organisation_id=organisation or None,
        expires=expires,
    )
    note("token.created", token, actor_of(user), organisation=organisation, expires=expires.isoformat())
    return token, secret


def _check(user: User, subject: Subject, label: str, expires: date, organisation: str) -> None:
    today = timezone.localdate()
    if not subject.is_member:
        raise TokenError(
            "un jeton lit au nom d’une organisation, et ce compte n’appartient à aucune",
            hint="demander une invitation à son organisation",
        )
    if organisation and organisation not in subject.organisations:
        raise TokenError("ce compte n’appartient pas à cette organisation", location=Location(value=organisation))
    if not label or len(label) > Token._meta.get_field("label").max_length:
        raise TokenError("un jeton a un nom, de 80 caractères au plus", location=Location(field="nom"))
    if not today <= expires <= today + timedelta(days=LONGEST):
        raise TokenError(
            "un jeton dure un an au plus",
            location=Location(field="expire le", value=expires.isoformat()),
            hint="choisir un jour entre aujourd’hui et dans un an, puis renouveler le jeton",
        )
    held = Token.objects.filter(user=user, revoked=None, expires__gte=today).count()
    if held >= MOST:
        raise TokenError(f"{MOST} jetons sont déjà valables", hint="révoquer ceux qui ne servent plus")


@transaction.atomic
def revoke(token: Token, by: User) -> None:
    """Revoke a token at once; one already revoked stays as it is."""
    changed = Token.objects.filter(pk=token.pk, revoked=None).update(revoked=timezone.now())
    if changed:
        note("token.revoked", token, actor_of(by), organisation=token.organisation_id or "")
