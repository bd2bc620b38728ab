"""Telling people, and what they do of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from terril.apps.notices.kinds import KINDS
from terril.apps.notices.models import Muted, Notice
from terril.apps.notices.tasks import post_later


def notify(users: Iterable[Any], kind: str, text: str, address: str = "") -> list[Notice]:
    """Tell people something: in the page at once, by e-mail once the transaction is done and a worker is free.

    Parameters
    ----------
    users : accounts; each is told once, inactive ones are not.
    kind : one of :data:`terril.apps.notices.kinds.KINDS`.
    text : one French sentence, without what only some may know.
    address : of the page to go to, from the root: ``/droits/…``.

    Raises
    ------
    KeyError
        If the kind is not declared.
    """
    KINDS[kind]
    told = {user.pk: user for user in users if user.is_active}
    made = [Notice.objects.create(user=u, kind=kind, text=text[:500], address=address) for u in told.values()]
    transaction.on_commit(lambda: post_later(made))
    return made


def mark_read(user: Any, notices: Collection[int] | None = None) -> int:
    """Note that a person read some of their notices, or all; how many were not read before."""
    unread = Notice.objects.filter(user=user, read=None)
    if notices is not None:
        unread = unread.filter(pk__in=notices)
    return int(unread.update(read=timezone.now()))


@transaction.atomic
def choose(user: Any, mailed: Collection[str]) -> None:
    """Keep the kinds that a person wants by e-mail; the others are read in the page alone."""
    Muted.objects.filter(user=user).delete()
    Muted.objects.bulk_create(Muted(user=user, kind=kind) for kind in KINDS if kind not in mailed)
