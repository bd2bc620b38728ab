"""Letters that leave aside from the answer that asked for them."""

from __future__ import annotations

import logging
import smtplib
from concurrent.futures import Future, ThreadPoolExecutor

from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)
#: One at a time: a letter waits for the one before, nobody waits for a letter.
_OFFICE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="post")


def post(message: EmailMessage) -> Future[bool]:
    """Send a letter soon; whether it left is known of the future alone."""
    return _OFFICE.submit(_send, message)


def settle() -> None:
    """Wait until every letter given so far has left, or was refused."""
    _OFFICE.submit(int).result(60)


def _send(message: EmailMessage) -> bool:
    try:
        message.send()
    except (smtplib.SMTPException, OSError) as error:
        # Neither the address nor the letter, which bears a secret: only that one was lost, and why.
        logger.warning("a letter was not sent: %s", type(error).__name__)
        return False
    return True
