"""The quality of a record, from what the state, the versions and the last build know of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.utils import timezone

from terril.apps.catalogue.models import Record
from terril.core.catalogue.score import Facts, Score, score
from terril.core.errors import StoreError
from terril.core.records import Kind
from terril.pipeline.anomalies.desk import Desk
from terril.pipeline.datasets import DatasetStore, Version
from terril.pipeline.freshness import State, freshness
from terril.web.pages.sources.freshness import late
from terril.web.portal import Portal


def score_of(portal: Portal, record: Record, version: Version | None) -> Score:
    """How good a record is.

    Parameters
    ----------
    version : in use, of a dataset that is loaded.
    """
    columns = [told for told in record.columns if isinstance(told, dict)]
    boxed = None not in (record.west, record.south, record.east, record.north)
    links = [told for told in record.links if isinstance(told, dict) and told.get("address")]
    return score(
        Facts(
            kind=Kind(record.kind),
            description=record.description,
            licence=record.licence,
            frequency=record.frequency,
            columns=len(columns),
            described=sum(bool(told.get("label") or told.get("description")) for told in columns),
            late=is_late(portal, record, version),
            anomalies=anomalies_of(portal, record) if version is not None else None,
            located=bool(record.territory) or boxed,
            dated=bool(record.begin or record.end),
            contact=record.steward_id is not None,
            standards=len(record.conforms_to),
            provenance=bool(record.provenance or record.sources),
            keywords=bool(record.theme or record.keywords),
            files=len(links) + (version is not None) + (record.kind == Kind.INDICATOR),
        )
    )


def is_late(portal: Portal, record: Record, version: Version | None) -> bool | None:
    """Whether a record should have been renewed; None where nobody can tell."""
    source = portal.workspace.sources.get(record.identifier) if record.kind == Kind.DATASET else None
    if source is not None:
        if version is None:
            return None
        store = DatasetStore(portal.workspace.home)
        local = bool(version.meta.get("bundled")) or not version.meta.get("files")
        return freshness(source, store, datetime.now(UTC), local=local).state is State.LATE
    if record.kind == Kind.INDICATOR:
        return None if record.identifier not in portal.indicators else False
    if not record.frequency:
        return None
    return late(record.frequency, _renewed(record, version), timezone.localdate())


def _renewed(record: Record, version: Version | None) -> date:
    read = str(version.meta.get("retrieved_at", "")) if version is not None else ""
    return datetime.fromisoformat(read).date() if read else timezone.localtime(record.modified).date()


def anomalies_of(portal: Portal, record: Record) -> int | None:
    """Anomalies of a record that wait for a decision; None where no build looked for any."""
    about = "source" if record.kind == Kind.DATASET else "indicator"
    try:
        entries = Desk(portal.workspace.home, portal.workspace.sources).entries()
    except StoreError:
        # The list cannot be read: nothing is said of anomalies rather than that there are none.
        return None
    found = (e for e in entries if e.anomaly.about == about and e.anomaly.subject == record.identifier)
    return sum(not entry.decided for entry in found)
