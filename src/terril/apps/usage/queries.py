"""What the counters say."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum

from terril.apps.usage.kinds import KINDS
from terril.apps.usage.models import Count


def counted(since: date, until: date, kind: str = "") -> QuerySet[Count]:
    """Counters of a span of days, both included; of one kind of page, or of all."""
    found = Count.objects.filter(day__gte=since, day__lte=until)
    return found.filter(kind=kind) if kind else found


def by_day(since: date, until: date, kind: str = "") -> dict[date, int]:
    """Readings of each day that has some, in order."""
    rows = counted(since, until, kind).values("day").order_by("day").annotate(n=Sum("number"))
    return {row["day"]: row["n"] for row in rows}


def by_subject(since: date, until: date, kind: str = "", most: int = 50) -> list[dict[str, Any]]:
    """The most read: ``kind``, ``label`` of the kind, ``subject``, ``n``."""
    rows = counted(since, until, kind).values("kind", "subject").annotate(n=Sum("number"))
    return [
        {**row, "label": KINDS.get(row["kind"], row["kind"])} for row in rows.order_by("-n", "kind", "subject")[:most]
    ]
