"""Notices by e-mail."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone

from terril.apps.notices.models import Muted, Notice

logger = logging.getLogger(__name__)
#: A message that could not be sent is tried again for so long.
_TRIED_FOR = timedelta(days=3)


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
