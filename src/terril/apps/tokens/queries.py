"""Whose token a secret is, and what it may read."""

from __future__ import annotations

from dataclasses import replace
from hmac import compare_digest

from django.db.models import QuerySet
from django.utils import timezone

from terril.apps.accounts.models import User
from terril.apps.agreements.queries import subject_of
from terril.apps.organisations.models import Team
from terril.apps.tokens.actions import PREFIX, TokenError, digest_of
from terril.apps.tokens.models import Token
from terril.core.access import Subject

_LONGEST = 200


def tokens_of(user: User) -> QuerySet[Token]:
    """Tokens of a person, the latest first."""
    return Token.objects.filter(user=user).select_related("organisation")


def token_of(secret: str) -> Token:
    """The token of a secret, which holds; the day of its use is written.

    Raises
    ------
    TokenError
        If it is none of ours, revoked, expired, or its owner's account is closed: the same words for all, save that
        the owner of a true secret is told that it ended.
    """
    if not secret.startswith(PREFIX) or len(secret) > _LONGEST:
        raise _refused()
    digest = digest_of(secret)
    found = Token.objects.select_related("user").filter(digest=digest).first()
    # The index compares fingerprints, of which nothing about the secret can be learnt by measuring time.
    if found is None or not compare_digest(found.digest, digest) or not found.user.is_active:
        raise _refused()
    if not found.holds:
        raise TokenError("jeton expiré ou révoqué", hint="en créer un autre sur la page /compte/jetons/")
    _used(found)
    return found


def _refused() -> TokenError:
    return TokenError("jeton inconnu", hint="vérifier qu’il est copié en entier, « terril_ » compris")


def _used(token: Token) -> None:
    today = timezone.localdate()
    if token.last_used != today:
        # One write a day, and the day alone: how often a person works is nobody's business.
        Token.objects.filter(pk=token.pk).update(last_used=today)


def subject_through(token: Token) -> Subject:
    """The subject that a token reads as: its owner, within the organisation that it is narrowed to.

    Raises
    ------
    TokenError
        If its owner no longer belongs to that organisation, or to any.
    """
    subject = subject_of(token.user)
    if token.organisation_id is not None:
        kept = tuple((o, role) for o, role in subject.roles if o == token.organisation_id)
        teams = Team.objects.filter(pk__in=subject.teams, organisation=token.organisation_id)
        subject = replace(subject, roles=kept, teams=frozenset(teams.values_list("pk", flat=True)))
    if not subject.is_member:
        raise TokenError("l’appartenance qui donnait ses droits à ce jeton a pris fin")
    return subject
