"""Rows of a dataset within the rights of who asks: masked columns and other territories' rows are never read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from terril.apps.agreements.policies import which
from terril.apps.agreements.scopes import reach_into, reaches_in
from terril.apps.catalogue.models import Record
from terril.core.access import Action, Reading, ReadScope, Subject
from terril.core.access.derived import SourceReach
from terril.core.collections import statistics, table
from terril.core.errors import AccessError, Location, QueryError, StoreError
from terril.core.features import Collection, Property
from terril.core.records import Kind
from terril.engine.features import Features, FeatureStore
from terril.pipeline.datasets import DatasetStore, Version
from terril.pipeline.territories.load import data_folder
from terril.pipeline.workspace import Workspace
from terril.web.portal import current_release, workspace


class RowsError(AccessError):
    """Rows that may be known of and not read; the catalogue says how to ask."""

    code = "lignes"


@dataclass(frozen=True, slots=True)
class Opened:
    """Rows that may be read.

    Parameters
    ----------
    features : what reads them, the one collection and nothing else.
    collection : their columns, masked ones left out.
    version : where they are.
    """

    features: Features
    collection: Collection
    version: Version

    @property
    def columns(self) -> tuple[Property, ...]:
        """Columns that are read."""
        return self.features.describe(self.collection.id).properties


def opened(record: Record, subject: Subject, action: Action, version: str = "", address: str = "") -> Opened:
    """The rows of a version of a dataset, as far as the subject may act so on them.

    Parameters
    ----------
    action : ``data`` to look, ``download`` to take away.
    version : its identifier; that in use when empty.
    address : absolute address of the page of the record.

    Raises
    ------
    RowsError
        If the subject may not.
    QueryError
        If there is no such version, or its data was destroyed.
    """
    place = workspace()
    reach = reach_into(record, subject, action, place.territories)
    if reach is None:
        raise _closed()
    kept = _version(place, record.identifier, version)
    collection, reading = _read(place, record, kept, reach, address)
    scope = ReadScope("public", "rows", rows={record.identifier: reading}, columns={record.identifier: reach.hidden})
    return Opened(Features(store(), scope, [collection]), collection, kept)


def every(
    subject: Subject, action: Action, scope: ReadScope, address: Callable[[Record], str]
) -> tuple[tuple[Collection, ...], ReadScope]:
    """Rows in use of every dataset on which the subject may act so, and the scope in which they are read.

    Parameters
    ----------
    scope : what else the subject reads.
    address : absolute address of the page of a record.
    """
    place = workspace()
    loaded = DatasetStore(place.home).sources()
    records = list(which(subject, action).filter(kind=Kind.DATASET, identifier__in=loaded).order_by("identifier"))
    reached = reaches_in(subject, action, records, place.territories)
    found = tuple(_each(place, records, reached, address))
    return tuple(collection for _, collection, _ in found), replace(
        scope,
        closed=frozenset(),
        hidden=frozenset(),
        rows={r.identifier: reading for r, _, reading in found},
        columns={r.identifier: reached[r.pk].hidden for r, _, _ in found if reached[r.pk].hidden},
    )


def _each(
    place: Workspace, records: list[Record], reached: Mapping[int, SourceReach], address: Callable[[Record], str]
) -> Iterator[tuple[Record, Collection, Reading]]:
    for record in records:
        try:
            version = _version(place, record.identifier, "")
            yield record, *_read(place, record, version, reached[record.pk], address(record))
        except (RowsError, QueryError, StoreError):
            # Raw rows that only their owners read, a version destroyed or damaged: nothing is said of it here.
            continue


def _read(
    place: Workspace, record: Record, version: Version, reach: SourceReach, address: str
) -> tuple[Collection, Reading]:
    reading = reach.through()
    if reading is None:
        raise _closed()
    return _collection(place, record, version, reading, address).without(reach.hidden), reading


def _closed() -> RowsError:
    return RowsError("vous ne pouvez pas lire ces lignes", hint="demander l’accès sur la page de la fiche")


def _version(place: Workspace, source: str, identifier: str) -> Version:
    datasets = DatasetStore(place.home)
    known = {v.id: v for v in datasets.versions(source)}
    current = datasets.current(source)
    found = known.get(identifier) if identifier else current
    if found is None or found.purged:
        raise QueryError(
            "ce jeu n’a pas cette version, ou elle a été supprimée"
            if identifier
            else "ce jeu n’a pas encore de données",
            location=Location(value=identifier or source),
        )
    return found


def _collection(place: Workspace, record: Record, version: Version, reading: Reading, address: str) -> Collection:
    source = place.sources.get(record.identifier)
    raw = all(window.raw for window in reading.windows)
    if source is None or version.meta.get("kind") == "table":
        return table(record.identifier, version.id, version.meta, address=address)
    if source.secrecy.has_rules and not raw:
        # Only the cells that the producer hides are hidden in rows: others would let them be worked out.
        raise RowsError(
            "les lignes de ce jeu se lisent avant secret statistique, ce qui ne vous est pas ouvert",
            hint="ses indicateurs, protégés, se lisent",
        )
    return statistics(source, version.id, raw=raw, address=address)


def store(release: str | None = None) -> FeatureStore:
    """Files of features, opened once a release (that in force, where none is said) and a process."""
    return _store(str(workspace().home), release or current_release(), os.getpid())


@lru_cache(maxsize=1)
def _store(home: str, release: str | None, process: int) -> FeatureStore:
    # A connection does not survive a fork, hence the process in the key.
    place = workspace()
    folder, manifest = (place.releases.path(release), place.releases.manifest(release)) if release else (None, None)
    return FeatureStore(data_folder(), place.home / "datasets", folder, manifest)
