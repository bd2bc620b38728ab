"""An item of another catalogue, as a record of ours: made, followed, never over what was decided here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from django.utils.text import slugify

from terril.apps.catalogue.models import HarvestItem, HarvestRun, HarvestSource, Origin, Record, State
from terril.core import records as core
from terril.core.errors import IngestError
from terril.core.records import Openness
from terril.ingestion.harvest import Harvested

#: From the most open to the least.
_ORDER = tuple(Openness)
_FAULTS = 20


def take(found: Harvested, source: HarvestSource, run: HarvestRun) -> HarvestItem:
    """Take up an item, in the transaction of who calls.

    An item that cannot be taken leaves the record that it was before as it is.
    """
    item = HarvestItem.objects.filter(source=source, remote_id=found.remote_id[:500]).select_related("record").first()
    item = item or HarvestItem(source=source, remote_id=found.remote_id[:500])
    item.run, item.faults = run, [_fault(error) for error in found.faults[:_FAULTS]]
    if found.record is None:
        item.standing = HarvestItem.Standing.REFUSED
    else:
        item.title = found.record.title[:300]
        _follow(item, found.record, source)
    item.save()
    return item


def _fault(error: IngestError) -> dict[str, str]:
    return {
        "message": error.message,
        "place": str(error.location) if error.location else "",
        "hint": error.hint or "",
    }


def _follow(item: HarvestItem, told: core.Record, source: HarvestSource) -> None:
    digest = sha256(repr(asdict(told)).encode()).hexdigest()
    facts = _facts(told, source)
    record = item.record
    if record is None:
        state = State.PUBLISHED if source.publishes else State.DRAFT
        identifier = _identifier(item, told, source)
        item.record = Record.objects.create(
            kind=told.kind.value, identifier=identifier, origin=Origin.HARVESTED, state=state, **facts
        )
        item.standing = HarvestItem.Standing.CREATED
    else:
        back = record.state == State.ARCHIVED and "state" not in record.decided
        kept = {name: v for name, v in facts.items() if name not in record.decided and getattr(record, name) != v}
        if back:
            kept["state"] = State.PUBLISHED if source.publishes else State.DRAFT
        item.standing = HarvestItem.Standing.CHANGED if kept else HarvestItem.Standing.SAME
        if kept:
            for name, value in kept.items():
                setattr(record, name, value)
            record.revision += 1
            record.save()
    item.digest = digest


def _identifier(item: HarvestItem, told: core.Record, source: HarvestSource) -> str:
    """``catalogue/title-0a1b2c3d``: readable, and one for each item whatever its title."""
    mark = sha256(f"{source.pk}|{told.kind}|{item.remote_id}".encode()).hexdigest()[:8]
    return f"{source.pk}/{slugify(told.title)[:60].strip('-') or 'fiche'}-{mark}"


def _facts(told: core.Record, source: HarvestSource) -> Mapping[str, Any]:
    box = told.extent.bbox or (None, None, None, None)
    openness = max(told.openness, Openness(source.openness), key=_ORDER.index)
    page = [{"title": "Fiche d’origine", "address": told.address}] if told.address else []
    return {
        "title": told.title[:300],
        "description": told.description,
        "producer": told.producer.name[:200],
        "steward_id": source.organisation_id,
        "licence": told.licence[:200],
        "frequency": told.frequency[:20],
        "vintage": told.vintage[:200],
        "theme": told.theme[:60],
        "keywords": list(told.keywords),
        "territory": told.extent.territory[:60],
        "west": box[0],
        "south": box[1],
        "east": box[2],
        "north": box[3],
        "begin": told.extent.begin[:20],
        "end": told.extent.end[:20],
        "columns": [{k: v for k, v in asdict(column).items() if v} for column in told.columns],
        "links": page + [{k: v for k, v in asdict(d).items() if v} for d in told.distributions],
        "provenance": told.provenance,
        "conforms_to": list(told.conforms_to),
        "harvested_from": source.address,
        "remote_id": told.identifier[:500],
        "openness": openness.value,
    }
