"""Writing in the audit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model

from terril.apps.audit.acts import ACTS
from terril.apps.audit.models import Entry

#: Who acts when nobody is signed in.
SYSTEM = "system"
COMMAND_LINE = "cli"


def actor_of(user: Any) -> str:
    """Pseudonym of who acts: ``user:12``; ``system`` where nobody is signed in."""
    return f"user:{user.pk}" if user is not None and user.pk is not None else SYSTEM


def note(act: str, target: Model, by: str, *, organisation: str = "", **detail: Any) -> Entry:
    """Write that something was done, in the transaction that does it.

    Parameters
    ----------
    act : one of :data:`terril.apps.audit.acts.ACTS`.
    target : what it was done to; people in its name are written as their pseudonym.
    by : pseudonym (:func:`actor_of`).
    organisation : on whose behalf.
    detail : what changed; never a password, a token or personal data.

    Raises
    ------
    KeyError
        If the act is not declared.
    """
    ACTS[act]
    entry = _entry(act, target, by, organisation, detail)
    entry.save(force_insert=True)
    return entry


def note_each(act: str, targets: Iterable[Model], by: str, *, organisation: str = "", **detail: Any) -> int:
    """Write the same act of each of several things, in the transaction that does it; how many.

    Raises
    ------
    KeyError
        If the act is not declared.
    """
    ACTS[act]
    entries = [_entry(act, target, by, organisation, detail) for target in targets]
    Entry.objects.bulk_create(entries, batch_size=500)
    return len(entries)


def _entry(act: str, target: Model, by: str, organisation: str, detail: dict[str, Any]) -> Entry:
    return Entry(
        act=act,
        actor=by,
        organisation=organisation,
        kind=target._meta.model_name,
        target="" if target.pk is None else str(target.pk),
        label=_label(target)[:300],
        detail=detail,
    )


def _label(target: Model) -> str:
    """Name of a thing. The audit is never rewritten: it names nobody, so that an account can be erased."""
    if isinstance(target, AbstractBaseUser):
        return actor_of(target) if target.pk is not None else ""
    person = getattr(target, "user", None)
    return str(target) if person is None else str(target).replace(str(person), actor_of(person))
