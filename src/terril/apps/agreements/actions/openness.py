"""To whom a record is open, which columns are masked, whether its file is restricted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from terril.apps.agreements.errors import RightsError
from terril.apps.audit.actions import actor_of, note
from terril.apps.catalogue.actions import require
from terril.apps.catalogue.errors import OvertakenError
from terril.apps.catalogue.models import Origin, Record
from terril.core.access import Action, Subject
from terril.core.errors import Location
from terril.core.records import Openness

_WIDE = (Openness.OPEN, Openness.MEMBERS)


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
