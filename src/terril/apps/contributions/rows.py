"""The rows of a record's version in use, within what the subject may read of them."""

from __future__ import annotations

from terril.apps.agreements.scopes import reach_into
from terril.apps.catalogue.models import Record
from terril.apps.contributions import desks
from terril.apps.contributions.errors import ContributionError
from terril.core.access import Action, Reading, Subject
from terril.pipeline.datasets import Version
from terril.pipeline.importing.rows import VersionRows


def version_in_use(record: Record) -> Version:
    """The version in use of a record.

    Raises
    ------
    ContributionError
        If nothing is loaded.
    """
    found = desks.desk().datasets.current(record.identifier)
    if found is None:
        raise ContributionError("aucune donnée n’est chargée pour cette fiche")
    return found


def rows_of(record: Record, subject: Subject) -> VersionRows:
    """Rows that the subject may read: none where they may not see the data.

    Raises
    ------
    ContributionError
        If nothing is loaded, or if the data is not theirs to see.
    StoreError
        If the version cannot be read.
    """
    reach = reach_into(record, subject, Action.DATA, desks.desk().workspace.territories)
    if reach is None:
        raise ContributionError("les données de cette fiche ne vous sont pas ouvertes")
    return VersionRows(version_in_use(record), reach.hidden, reach.through() or Reading(()))
