"""To whom a record is open, which columns are masked, whether its file is restricted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from terril.apps.agreements.errors import RightsError
from terril.apps.agreements.policies import which
from terril.apps.agreements.queries import rights_changed
from terril.apps.audit.actions import actor_of, note, note_each
from terril.apps.catalogue.actions import require
from terril.apps.catalogue.errors import OvertakenError
from terril.apps.catalogue.models import Origin, Record
from terril.core.access import Action, Subject
from terril.core.errors import Location
from terril.core.records import Openness

_WIDE = (Openness.OPEN, Openness.MEMBERS)
#: Rows written by one query.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Facts:
    """To whom, and what of it.

    Parameters
    ----------
    masked : names of the columns that only an opening which unmasks them shows.
    restricted : whether a signed undertaking is needed beside any opening.
    """

    openness: Openness
    masked: tuple[str, ...] = ()
    restricted: bool = False

    def check(self, record: Record) -> None:
        """Raise RightsError if it cannot stand."""
        known = {c.get("name") for c in record.columns}
        for column in self.masked:
            if column not in known:
                raise RightsError(
                    "colonne inconnue",
                    location=Location(field="masked", value=column),
                    hint=f"colonnes : {', '.join(sorted(known)) or 'aucune décrite'}",
                )
        if self.restricted and self.openness in _WIDE:
            raise RightsError(
                "un fichier à accès encadré n'est ouvert ni à tous, ni à tous les membres",
                location=Location(field="openness"),
                hint="choisir les organisations nommées, ou confidentiel",
            )


@transaction.atomic
def change(record: Record, facts: Facts, revision: int, by: Any, subject: Subject) -> Record:
    """Change to whom a record is open: rights follow with the next request.

    Parameters
    ----------
    revision : that which the editor saw.

    Raises
    ------
    PermissionDenied
        If the subject does not answer for the record.
    RightsError
        If it cannot stand.
    OvertakenError
        If someone changed the record since.
    """
    require(subject, Action.ADMINISTER, record)
    held = Record.objects.select_for_update().get(pk=record.pk)
    facts.check(held)
    if held.revision != revision:
        raise OvertakenError(held)
    told = {"openness": facts.openness.value, "masked": list(facts.masked), "restricted": facts.restricted}
    before = {name: getattr(held, name) for name in told}
    if before == told:
        return held
    for name, value in told.items():
        setattr(held, name, value)
    if held.origin != Origin.CONTRIBUTED:
        # A pack or a harvest no longer changes what was decided here.
        held.decided = sorted({*held.decided, "openness"})
    held.revision += 1
    held.save()
    note("record.openness", held, actor_of(by), organisation=held.steward_id or "", before=before, after=told)
    return held


@transaction.atomic
def change_many(records: Collection[int], openness: Openness, by: Any, subject: Subject) -> int:
    """Change to whom several records are open, all or none; how many changed.

    Parameters
    ----------
    records : primary keys.

    Raises
    ------
    PermissionDenied
        If the subject does not answer for each of them.
    RightsError
        If one of them holds a restricted file and would be open to all members.
    """
    wanted = set(records)
    mine = which(subject, Action.ADMINISTER).values("pk")
    held = [r for r in Record.objects.select_for_update().filter(pk__in=mine) if r.pk in wanted]
    if len(held) < len(wanted):
        raise PermissionDenied("vous ne répondez pas de toutes ces fiches")
    changed = [r for r in held if r.openness != openness]
    for record in changed:
        Facts(openness, tuple(record.masked), record.restricted).check(record)
    _write(changed, openness, by)
    rights_changed()
    note_each("record.openness", changed, actor_of(by), after=openness.value)
    return len(changed)


def _write(records: list[Record], openness: Openness, by: Any) -> None:
    """Write the same openness in records that are locked, and what they were in their history, in few queries."""
    told: dict[tuple[str, ...], list[Record]] = {}
    for record in records:
        record.openness, record.revision, record.modified = openness.value, record.revision + 1, timezone.now()
        if record.origin != Origin.CONTRIBUTED:
            record.decided = sorted({*record.decided, "openness"})
        told.setdefault(tuple(record.decided), []).append(record)
    for decided, some in told.items():
        for first in range(0, len(some), _BATCH):
            keys = [r.pk for r in some[first : first + _BATCH]]
            Record.objects.filter(pk__in=keys).update(
                openness=openness.value, revision=F("revision") + 1, modified=timezone.now(), decided=list(decided)
            )
    Record.history.bulk_history_create(records, batch_size=_BATCH, update=True, default_user=by)
