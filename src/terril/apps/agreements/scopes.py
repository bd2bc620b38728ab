"""The scope of a request: what its subject may read of the release, prepared once a state of rights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache

from django.db.models import Q
from django.utils import timezone

from terril.apps.agreements.models import Clause, Grant, Party
from terril.apps.agreements.policies import which
from terril.apps.agreements.queries import forget as forget_subjects
from terril.apps.agreements.queries import state_of_rights
from terril.apps.agreements.reach import reaches
from terril.apps.catalogue.models import Record
from terril.core.access import Action, Reading, ReadScope, Role, Subject
from terril.core.access.derived import NEUTRAL, NOTHING, SourceReach, readings
from terril.core.access.scope import WHOLE
from terril.core.records import Kind, Openness
from terril.core.territories.index import Territories
from terril.core.territories.model import Level, TerritoryKey
from terril.pipeline.workspace import Workspace

_KEPT = 256
#: Any member: who reads what is opened to members, and nothing more.
MEMBER = Subject(roles=(("", Role.READER),))


def scope_of(subject: Subject, workspace: Workspace) -> ReadScope:
    """What the subject may read of the release of this workspace, as rights are now."""
    return _prepared(subject, workspace, timezone.localdate().toordinal(), state_of_rights())


@lru_cache(maxsize=_KEPT)
def _prepared(subject: Subject, workspace: Workspace, day: int, state: tuple[int, int]) -> ReadScope:
    if particular(subject, _wanted(workspace)):
        return _scope(subject, workspace)
    # Two hundred organisations to which nothing here is opened in particular read alike: prepared once for all.
    return replace(_of_any_member(workspace, day, state), audience=_named(subject))


@lru_cache(maxsize=2)
def _of_any_member(workspace: Workspace, day: int, state: tuple[int, int]) -> ReadScope:
    return _scope(MEMBER, workspace)


def particular(subject: Subject, wanted: Q) -> bool:
    """Whether some of these records may be read by the subject otherwise than by any member.

    Whatever is theirs to answer for, or is named beside them in an agreement, a grant or a refusal, in force or not:
    where there is none, no rule tells them from another member.
    """
    if subject.administrator or not subject.is_member:
        return True
    bound = Party.objects.filter(organisation__in=subject.organisations).values("agreement")
    given = Q(organisation__in=subject.organisations) | Q(team__in=subject.teams)
    if subject.user is not None:
        given |= Q(user_id=subject.user)
    theirs = Q(steward__in=subject.organisations)
    theirs |= Q(pk__in=Clause.objects.filter(agreement__in=bound).values("record"))
    theirs |= Q(pk__in=Grant.objects.filter(given).values("record"))
    return Record.objects.filter(wanted & theirs).exists()


def forget() -> None:
    """Forget the scopes prepared (tests start anew)."""
    _prepared.cache_clear()
    _of_any_member.cache_clear()
    forget_subjects()


def _wanted(workspace: Workspace) -> Q:
    """Records of the datasets and indicators of a workspace."""
    datasets = Q(kind=Kind.DATASET, identifier__in=workspace.sources)
    return datasets | Q(kind=Kind.INDICATOR, identifier__in=workspace.packs.indicators)


def _named(subject: Subject) -> str:
    return ", ".join(sorted(subject.organisations)) or "public"


def _scope(subject: Subject, workspace: Workspace) -> ReadScope:
    records = list(Record.objects.filter(_wanted(workspace)).only("kind", "identifier", "masked"))
    figures = _Reached(subject, Action.FIGURES, workspace, records)
    # Rows, and the names of datasets, are those of datasets alone.
    datasets = [r for r in records if r.kind == Kind.DATASET]
    rows = _Reached(subject, Action.DATA, workspace, datasets)
    sources = {s: figures.source(s) for s in workspace.sources}
    data = {s: rows.source(s) for s in workspace.sources}
    seen = {s: reach.through() for s, reach in data.items()}
    own = {i: figures.indicator(i) for i in workspace.packs.indicators}
    found = readings(workspace.packs.indicators, sources, own)
    return ReadScope(
        "public",
        _named(subject),
        masked=frozenset(i for i, reading in found.items() if reading is None),
        readings={i: r for i, r in found.items() if r is not None and r != WHOLE},
        closed=frozenset(s for s, reading in seen.items() if reading is None),
        hidden=_Reached(subject, Action.DISCOVER, workspace, datasets).absent(),
        rows={s: r for s, r in seen.items() if r is not None and not r.whole},
        columns={s: reach.hidden for s, reach in data.items() if reach.hidden},
    )


class _Reached:
    """Rights to act so on records of a workspace's datasets and indicators."""

    def __init__(self, subject: Subject, action: Action, workspace: Workspace, records: Collection[Record]) -> None:
        self._sources = workspace.sources
        self._records = {(r.kind, r.identifier): r for r in records}
        asked = which(subject, action).filter(pk__in=[r.pk for r in records]).order_by()
        self._allowed = frozenset(asked.values_list("pk", flat=True))
        some = [r for r in records if r.pk in self._allowed]

        self._reaches: Mapping[int, SourceReach] = {}
        if action is not Action.DISCOVER:
            self._reaches = reaches_in(subject, action, some, workspace.territories)

    def source(self, identifier: str) -> SourceReach:
        """Reach into a dataset; one with no record yet is what its pack says."""
        record = self._records.get((Kind.DATASET, identifier))
        if record is None:
            return SourceReach() if self._sources[identifier].access is Openness.OPEN else NOTHING
        return self._reaches.get(record.pk, NOTHING)

    def indicator(self, identifier: str) -> Reading | None:
        """Right on an indicator itself; it follows from its datasets where there is no record of it."""
        record = self._records.get((Kind.INDICATOR, identifier))
        if record is None:
            return NEUTRAL
        reading = self._reaches.get(record.pk, NOTHING).through()
        # Whether figures are raw follows from the datasets alone.
        return None if reading is None else Reading(reading.windows, raw=True)

    def absent(self) -> frozenset[str]:
        """Datasets on which the subject may not act so."""
        return frozenset(s for s in self._sources if not self._may(s))

    def _may(self, source: str) -> bool:
        record = self._records.get((Kind.DATASET, source))
        return self._sources[source].access is Openness.OPEN if record is None else record.pk in self._allowed


def reaches_in(
    subject: Subject, action: Action, records: Collection[Record], territories: Territories
) -> Mapping[int, SourceReach]:
    """Reach into each of the records, which the subject may read, where an EPCI holds its communes."""
    return reaches(subject, action, records, lambda keys: within(keys, territories))


def reach_into(record: Record, subject: Subject, action: Action, territories: Territories) -> SourceReach | None:
    """Reach into a record; None where the subject may not act so on it."""
    if not which(subject, action).filter(pk=record.pk).exists():
        return None
    return reaches_in(subject, action, [record], territories)[record.pk]


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
