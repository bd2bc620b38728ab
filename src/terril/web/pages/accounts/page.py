"""What the pages of an account show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime

from terril.apps.accounts.models import User
from terril.apps.accounts.queries import has_second_factor, personal_data, provider_name, sessions
from terril.apps.organisations.queries import memberships


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation one belongs to."""

    label: str
    href: str
    role: str
    since: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Account:
    """The page of an account."""

    name: str
    email: str
    bodies: tuple[Body, ...]
    second_factor: bool
    has_password: bool
    provider: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An open session."""

    id: str
    device: str
    opened: str
    ends: str
    here: bool


def account_page(user: User) -> Account:
    """What a person sees of their account."""
    bodies = tuple(
        Body(
            m.organisation.label,
            f"/organisations/{m.organisation_id}/",
            m.get_role_display(),
            written(localtime(m.since).date()),
            m.organisation_id,
        )
        for m in memberships(user)
    )
    return Account(user.name, user.email, bodies, has_second_factor(user), user.has_usable_password(), provider_name())


def opened_sessions(user: User, here: str | None) -> tuple[Opened, ...]:
    """Sessions of a person; the one that asks first."""
    rows = [
        Opened(
            s.public_id,
            s.device or "navigateur inconnu",
            written(s.opened) if s.opened else "",
            written(s.expire_date),
            s.session_key == here,
        )
        for s in sessions(user)
    ]
    return tuple(sorted(rows, key=lambda row: not row.here))


@dataclass(frozen=True, slots=True)
class Held:
    """What the platform holds of a person, on one subject."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def held_data(user: User) -> tuple[Held, ...]:
    """The same as the file, to read."""
    return tuple(_held(title, rows) for title, rows in personal_data(user).items())


def _held(title: str, rows: list[dict[str, Any]]) -> Held:
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    return Held(title, columns, tuple(tuple(_text(row.get(name)) for name in columns) for row in rows))


def _text(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list | tuple):
        return ", ".join(_text(v) for v in value) or "–"
    return written(value) if isinstance(value, date) else str(value)


def written(moment: date) -> str:
    """« 3 mars 2026, 14:05 »."""
    if isinstance(moment, datetime):
        return str(date_format(localtime(moment), "j F Y, H:i"))
    return str(date_format(moment, "j F Y"))
