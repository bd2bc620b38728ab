"""What changed lately, read from the manifests of the releases kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from terril.core.errors import StoreError
from terril.core.releases import Manifest
from terril.pipeline.releases import ReleaseStore


class ChangeKind(StrEnum):
    """What may change from a release to the next, in the order it is told."""

    SOURCE_LOADED = "source_loaded"
    SOURCE_UPDATED = "source_updated"
    INDICATOR_NEW = "indicator_new"
    INDICATOR_RECALCULATED = "indicator_recalculated"


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Parameters
    ----------
    kind : what happened.
    id : source or indicator identifier.
    release, date : release that brought it, and its moment (ISO 8601, UTC).
    because : sources whose new version had the indicator calculated again.
    vintage : of a source.
    """

    kind: ChangeKind
    id: str
    release: str
    date: str
    because: tuple[str, ...] = ()
    vintage: str = ""


def changes(store: ReleaseStore) -> tuple[Change, ...]:
    """Changes from each release kept to the next, up to the one in force, newest first.

    Everything is new in the first release ever built; nothing is said of the oldest kept when others
    came before it.
    """
    manifests = _in_order(store)
    found: list[Change] = []
    for before, after in pairwise((None, *manifests)):
        if after is not None and (before is not None or after.previous is None):
            found[:0] = _between(before, after)
    return tuple(found)


def _in_order(store: ReleaseStore) -> Sequence[Manifest]:
    """The release in force and those it was built upon, oldest first: one that was set aside is not among them."""
    current, found = store.current_id(), list[Manifest]()
    kept = {m.id: m for m in _readable(store)}
    for release, manifest in reversed(kept.items()):
        upon = found[-1].previous if found else current
        # Where the one it was built upon is gone or damaged, the one kept before it stands for it.
        if current is not None and release <= current and (release == upon or upon not in kept):
            found.append(manifest)
    return found[::-1]


def _readable(store: ReleaseStore) -> Iterator[Manifest]:
    for release in store.ids():
        try:
            yield store.manifest(release)
        except StoreError:
            # Damaged, or replaced since the folder was listed: the others still have something to say.
            continue


def _between(before: Manifest | None, after: Manifest) -> list[Change]:
    found = [*_sources(before, after), *_indicators(before, after)]
    order = list(ChangeKind)
    return sorted(found, key=lambda c: (order.index(c.kind), c.id))


def _sources(before: Manifest | None, after: Manifest) -> Iterator[Change]:
    old = before.sources if before is not None else {}
    for identifier, source in after.sources.items():
        known = old.get(identifier)
        if known is None or known.version != source.version:
            kind = ChangeKind.SOURCE_LOADED if known is None else ChangeKind.SOURCE_UPDATED
            yield Change(kind, identifier, after.id, after.created_at, vintage=source.vintage)


def _indicators(before: Manifest | None, after: Manifest) -> Iterator[Change]:
    old = before.indicators if before is not None else {}
    updated = {c.id for c in _sources(before, after)}
    for identifier, indicator in after.indicators.items():
        known = old.get(identifier)
        if known is None:
            yield Change(ChangeKind.INDICATOR_NEW, identifier, after.id, after.created_at)
        elif known.data != indicator.data and (because := sorted(sources_read(after, identifier) & updated)):
            yield Change(
                ChangeKind.INDICATOR_RECALCULATED, identifier, after.id, after.created_at, because=tuple(because)
            )


def sources_read(manifest: Manifest, indicator: str) -> set[str]:
    """Sources an indicator reads, through its parents."""
    released = manifest.indicators.get(indicator)
    uses = [u for period in released.periods.values() for u in period] if released is not None else []
    found = {u.source for u in uses if u.source is not None}
    for parent in {u.indicator for u in uses if u.indicator is not None}:
        found |= sources_read(manifest, parent)
    return found
