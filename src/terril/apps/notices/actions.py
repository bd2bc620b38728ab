"""Telling people, and what they do of it."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from terril.apps.notices.kinds import KINDS
from terril.apps.notices.models import Muted, Notice

logger = logging.getLogger(__name__)
#: A message that could not be sent is tried again for so long.
_TRIED_FOR = timedelta(days=3)


def notify(users: Iterable[Any], kind: str, text: str, address: str = "") -> list[Notice]:
    """Tell people something: in the page at once, by e-mail once the transaction is done.

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
    transaction.on_commit(lambda: post(made))
    return made


def post(notices: Iterable[Notice]) -> int:
    """Send notices by e-mail to those who did not refuse their kind; how many left.

    A server that refuses is written in the log and tried again by :func:`post_waiting`: what the notice tells of is
    done all the same.
    """
    sent = 0
    for notice in notices:
        if Muted.objects.filter(user=notice.user, kind=notice.kind).exists():
            continue
        try:
            send_mail(f"Terril : {_subject(notice)}", _letter(notice), None, [notice.user.email])
        except (smtplib.SMTPException, OSError) as error:
            logger.warning("notice %s was not mailed: %s", notice.pk, type(error).__name__)
            continue
        notice.mailed = timezone.now()
        notice.save(update_fields=["mailed"])
        sent += 1
    return sent


def post_waiting() -> int:
    """Try again what could not be sent lately, and was not read since; how many left."""
    recent = timezone.now() - _TRIED_FOR
    waiting = Notice.objects.filter(mailed=None, read=None, at__gte=recent).select_related("user")
    return post(waiting.order_by("pk"))


def _subject(notice: Notice) -> str:
    return " ".join(notice.text.split())[:120]


def _letter(notice: Notice) -> str:
    where = f"\n\n{settings.SITE}{notice.address}" if notice.address else ""
    return f"{notice.text}{where}\n\nChoisir ce que l’on reçoit : {settings.SITE}/notifications/\n"


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
