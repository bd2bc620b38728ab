"""Reading the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from terril.apps.audit.models import Entry


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for in the audit; empty fields are not.

    Parameters
    ----------
    act : an act, or its family (``account``).
    actor : pseudonym.
    since, until : days, both included.
    """

    act: str = ""
    actor: str = ""
    organisation: str = ""
    since: date | None = None
    until: date | None = None


def entries(asked: Asked) -> QuerySet[Entry]:
    """Entries that answer, the latest first."""
    found = Entry.objects.order_by("-id")
    if asked.act:
        found = found.filter(act=asked.act) if "." in asked.act else found.filter(act__startswith=f"{asked.act}.")
    if asked.actor:
        found = found.filter(actor=asked.actor)
    if asked.organisation:
        found = found.filter(organisation=asked.organisation)
    if asked.since:
        found = found.filter(at__date__gte=asked.since)
    if asked.until:
        found = found.filter(at__date__lte=asked.until)
    return found
