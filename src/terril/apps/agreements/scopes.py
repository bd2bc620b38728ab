"""The scope of a request: what its subject may read of the release, prepared once a state of rights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from django.utils import timezone

from terril.apps.agreements.policies import which
from terril.apps.agreements.queries import state_of_rights
from terril.apps.agreements.reach import Reach, reaches
from terril.apps.catalogue.models import Record
from terril.core.access import Action, Reading, ReadScope, Subject
from terril.core.access.derived import NEUTRAL, SourceReach, readings
from terril.core.access.scope import WHOLE
from terril.core.records import Kind, Openness
from terril.core.territories.index import Territories
from terril.core.territories.model import Level, TerritoryKey
from terril.pipeline.workspace import Workspace

_KEPT = 256


def scope_of(subject: Subject, workspace: Workspace) -> ReadScope:
    """What the subject may read of the release of this workspace, as rights are now."""
    return _prepared(subject, workspace, timezone.localdate().toordinal(), state_of_rights())


@lru_cache(maxsize=_KEPT)
def _prepared(subject: Subject, workspace: Workspace, day: int, state: tuple[int, int]) -> ReadScope:
    return _scope(subject, workspace)


def forget() -> None:
    """Forget the scopes prepared (tests start anew)."""
    _prepared.cache_clear()


def _scope(subject: Subject, workspace: Workspace) -> ReadScope:
    reached = _Reached(subject, workspace)
    sources = {s: reached.source(s, declared.access) for s, declared in workspace.sources.items()}
    own = {i: reached.indicator(i) for i in workspace.packs.indicators}
    found = readings(workspace.packs.indicators, sources, own)
    return ReadScope(
        "public",
        ", ".join(sorted(subject.organisations)) or "public",
        masked=frozenset(i for i, reading in found.items() if reading is None),
        readings={i: r for i, r in found.items() if r is not None and r != WHOLE},
        closed=reached.without(Action.DATA),
        hidden=reached.without(Action.DISCOVER),
    )


class _Reached:
    """Rights on the records of a workspace's datasets and indicators."""

    def __init__(self, subject: Subject, workspace: Workspace) -> None:
        self._subject = subject
        self._sources = workspace.sources
        kinds = (Kind.DATASET, Kind.INDICATOR)
        every = Record.objects.filter(kind__in=kinds).only("kind", "identifier", "masked")
        self._records = {(r.kind, r.identifier): r for r in every}
        self._figures = self._allowed(Action.FIGURES)
        some = [r for r in self._records.values() if r.pk in self._figures]

        def inside(keys: frozenset[TerritoryKey]) -> frozenset[TerritoryKey]:
            return within(keys, workspace.territories)

        self._reaches: Mapping[int, Reach] = reaches(subject, Action.FIGURES, some, inside)

    def _allowed(self, action: Action) -> frozenset[int]:
        return frozenset(which(self._subject, action).values_list("pk", flat=True))

    def source(self, identifier: str, declared: Openness) -> SourceReach:
        """Reach into a dataset; one with no record yet is what its pack says."""
        record = self._records.get((Kind.DATASET, identifier))
        if record is None:
            return SourceReach(WHOLE if declared is Openness.OPEN else None)
        if record.pk not in self._figures:
            return SourceReach(None, frozenset(record.masked))
        reach = self._reaches[record.pk]
        return SourceReach(reach.reading, reach.masked)

    def indicator(self, identifier: str) -> Reading | None:
        """Right on an indicator itself; it follows from its datasets where there is no record of it."""
        record = self._records.get((Kind.INDICATOR, identifier))
        if record is None:
            return NEUTRAL
        reach = self._reaches.get(record.pk)
        # Whether figures are raw follows from the datasets alone.
        return None if reach is None else Reading(reach.reading.windows, raw=True)

    def without(self, action: Action) -> frozenset[str]:
        """Datasets on which the subject may not act so."""
        allowed = self._allowed(action)
        return frozenset(s for s, declared in self._sources.items() if not self._may(s, declared.access, allowed))

    def _may(self, source: str, declared: Openness, allowed: Collection[int]) -> bool:
        record = self._records.get((Kind.DATASET, source))
        return declared is Openness.OPEN if record is None else record.pk in allowed


def within(keys: frozenset[TerritoryKey], territories: Territories) -> frozenset[TerritoryKey]:
    """Territories and all that they hold: an EPCI, its communes."""
    held = {
        member
        for key in keys
        if key in territories and key.level is not Level.COMMUNE
        for level in (Level.EPCI, Level.COMMUNE)
        for member in territories.members(key, level)
    }
    return keys | held
