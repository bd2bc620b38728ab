"""How many questions an asker has put in this minute, counted for every process together."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from terril.apps.tokens.models import Count

#: Refused tokens a minute, from one address.
REFUSALS = 10
_KEPT_MINUTES = 5


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left to ask.

    Parameters
    ----------
    limit : questions a minute.
    asked : put in this minute, this one included.
    reset : seconds before the next minute.
    """

    limit: int
    asked: int
    reset: int

    @property
    def left(self) -> int:
        """Questions that may still be put in this minute."""
        return max(0, self.limit - self.asked)

    @property
    def exceeded(self) -> bool:
        """Whether this question is one too many."""
        return self.asked > self.limit


def count(asker: str, limit: int) -> Quota:
    """Count one question, and say what is left.

    A database too busy to count lets the question through: a counter must not shut the door.
    """
    minute, reset = _now()
    try:
        asked = _counted(asker, minute)
    except OperationalError:
        asked = 0
    return Quota(limit, asked, reset)


def standing(asker: str, limit: int) -> Quota:
    """What is left, nothing being counted."""
    minute, reset = _now()
    asked = Count.objects.filter(asker=asker, minute=minute).values_list("number", flat=True).first() or 0
    return Quota(limit, asked, reset)


def _now() -> tuple[int, int]:
    seconds = int(timezone.now().timestamp())
    return seconds // 60, 60 - seconds % 60


def _counted(asker: str, minute: int) -> int:
    rows = Count.objects.filter(asker=asker, minute=minute)
    if not rows.update(number=F("number") + 1):
        Count.objects.filter(minute__lt=minute - _KEPT_MINUTES).delete()
        try:
            with transaction.atomic():
                Count.objects.create(asker=asker, minute=minute)
        except IntegrityError:
            # Another process counted the first question of this minute meanwhile.
            rows.update(number=F("number") + 1)
    return rows.values_list("number", flat=True).first() or 1


def visitor(address: str) -> str:
    """Name under which a visitor is counted: it changes every day, and the address cannot be found from it."""
    day = timezone.localdate().isoformat()
    return f"a:{salted_hmac('terril.quota', f'{day} {address}', algorithm='sha256').hexdigest()[:32]}"
