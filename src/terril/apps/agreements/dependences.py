"""On which datasets indicators stand, as rows that the policy can join."""

from __future__ import annotations

from django.db import transaction

from terril.apps.agreements.models import Dependence
from terril.apps.catalogue.models import Record
from terril.core.records import Kind


@transaction.atomic
def follow(record: Record) -> None:
    """Keep the dependences of a record as its sources say; only an indicator has any."""
    wanted = set(record.sources) if record.kind == Kind.INDICATOR else set()
    known = set(Dependence.objects.filter(record=record).values_list("source", flat=True))
    if known - wanted:
        Dependence.objects.filter(record=record, source__in=known - wanted).delete()
    Dependence.objects.bulk_create(Dependence(record=record, source=source) for source in sorted(wanted - known))


def follow_all() -> int:
    """The same for every indicator: after records were written in bulk; how many there are."""
    indicators = Record.objects.filter(kind=Kind.INDICATOR).only("pk", "kind", "sources")
    for record in indicators:
        follow(record)
    return len(indicators)
