"""Adding what was read to the sums of the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F

from terril.apps.usage.models import Count

Key = tuple[date, str, str]


@transaction.atomic
def add(numbers: Mapping[Key, int]) -> None:
    """Add to the counters; workers that add at once lose nothing.

    Parameters
    ----------
    numbers : readings by day, kind of page and subject.
    """
    # One order for all: two workers never wait for each other in a circle.
    for (day, kind, subject), number in sorted(numbers.items()):
        found = Count.objects.filter(day=day, kind=kind, subject=subject)
        if found.update(number=F("number") + number):
            continue
        try:
            with transaction.atomic():
                Count.objects.create(day=day, kind=kind, subject=subject, number=number)
        except IntegrityError:
            # Another worker made the row meanwhile.
            found.update(number=F("number") + number)
