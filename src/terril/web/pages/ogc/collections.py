"""Collections that a subject may read, prepared once for a set of rights, a release and the versions in use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.utils import timezone

from terril.apps.agreements.queries import state_of_rights
from terril.apps.catalogue.actions import address_of
from terril.core.access import Action, Subject
from terril.core.collections import LEVELS, figures, places
from terril.core.features import Collection
from terril.core.text import typeset
from terril.engine.features import Features
from terril.web import addresses
from terril.web.components.figures import said
from terril.web.portal import Portal, open_portal
from terril.web.rows import every, store

#: Sets of rights kept by each process.
_KEPT = 32
#: Producer of the contours, as credited everywhere.
_CONTOURS = "Licence Ouverte 2.0"


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a subject reads.

    Parameters
    ----------
    features : what reads the collections, and nothing else.
    fingerprint : same fingerprint, same collections.
    """

    features: Features
    portal: Portal
    fingerprint: str


def shelf_of(subject: Subject, root: str) -> Shelf:
    """The collections of a subject, as rights, release and versions are now.

    Parameters
    ----------
    root : the site, absolute; it is written in what the collections say.

    Raises
    ------
    UnpublishedError
        Before the first build.
    """
    portal = open_portal()
    state = (portal.release, state_of_rights(), timezone.localdate().toordinal())
    versions = _versions(portal.workspace.home)
    return _prepared(_Key(subject, root, portal.scope.fingerprint, state, versions, os.getpid(), portal))


@dataclass(frozen=True)
class _Key:
    """All that a shelf stands on: where one thing differs, so does the shelf."""

    subject: Subject
    root: str
    scope: str
    state: tuple[str, tuple[int, int], int]
    versions: tuple[tuple[str, int], ...]
    process: int
    portal: Portal = field(compare=False)

    @property
    def fingerprint(self) -> str:
        return sha256(repr((self.subject, self.scope, self.state, self.versions)).encode()).hexdigest()[:24]


@lru_cache(maxsize=_KEPT)
def _prepared(key: _Key) -> Shelf:
    portal = key.portal
    rows, scope = every(key.subject, Action.DATA, portal.scope, lambda record: key.root + address_of(record))
    collections = (*_places(portal, key.root), *_figures(portal, key.root), *rows)
    return Shelf(Features(store(portal.release), scope, collections), portal, key.fingerprint)


def forget() -> None:
    """Forget what was prepared (tests start anew)."""
    _prepared.cache_clear()


def _places(portal: Portal, root: str) -> Iterator[Collection]:
    vintage = f"code officiel géographique {portal.manifest.vintage}"
    for level in LEVELS:
        yield places(level, licence=_CONTOURS, vintage=vintage, address=f"{root}/territoires/")


def _figures(portal: Portal, root: str) -> Iterator[Collection]:
    for identifier, indicator in portal.indicators.items():
        # What is observed of no level that has contours would be a layer without a feature.
        periods = {c.period for c in portal.coverage(identifier) if c.level in LEVELS}
        if periods:
            shown = indicator.model_copy(update={"label": said(indicator.label)})
            yield figures(
                shown,
                sorted(periods),
                licence=", ".join(_licences(portal, identifier)),
                address=root + addresses.indicator(identifier),
            )


def _licences(portal: Portal, identifier: str) -> tuple[str, ...]:
    uses = (use for used in portal.manifest.indicators[identifier].periods.values() for use in used)
    sources = {use.source for use in uses if use.source}
    told = (portal.manifest.sources[s].licence for s in sorted(sources) if s in portal.manifest.sources)
    return tuple(dict.fromkeys(typeset(licence) for licence in told))


def _versions(home: Path) -> tuple[tuple[str, int], ...]:
    """Datasets that have a version in use, and when it became so: a version loaded elsewhere is seen at once."""
    found = []
    for producer in _folders(home / "datasets"):
        for dataset in _folders(Path(producer.path)):
            try:
                told = Path(dataset.path, "current").stat()
            except FileNotFoundError:
                continue
            found.append((f"{producer.name}/{dataset.name}", told.st_mtime_ns))
    return tuple(sorted(found))


def _folders(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if entry.is_dir()]
    except FileNotFoundError:
        return []
