"""What the page of tokens shows."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime

from terril.apps.accounts.models import User
from terril.apps.tokens.models import Token
from terril.apps.tokens.queries import tokens_of


@dataclass(frozen=True, slots=True)
class Line:
    """A token in the list.

    Parameters
    ----------
    start : first characters of its secret.
    state : ``valable``, ``expiré``, ``révoqué``.
    """

    id: int
    label: str
    start: str
    whose: str
    created: str
    used: str
    expires: str
    state: str
    holds: bool


def lines(user: User) -> tuple[Line, ...]:
    """Tokens of a person, those that hold first."""
    found = [_line(token) for token in tokens_of(user)]
    return tuple(sorted(found, key=lambda line: not line.holds))


def _line(token: Token) -> Line:
    return Line(
        id=token.pk,
        label=token.label,
        start=token.start,
        whose=str(token.organisation) if token.organisation is not None else "toutes mes organisations",
        created=date_format(localtime(token.created), "j F Y"),
        used=date_format(token.last_used, "j F Y") if token.last_used else "jamais",
        expires=date_format(token.expires, "j F Y"),
        state="valable" if token.holds else "révoqué" if token.revoked else "expiré",
        holds=token.holds,
    )
