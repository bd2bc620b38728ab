"""The rows of a record's version in use, within what the subject may read of them."""

from __future__ import annotations

from terril.apps.agreements.policies import which
from terril.apps.agreements.reach import reaches
from terril.apps.agreements.scopes import within
from terril.apps.catalogue.models import Record
from terril.apps.contributions import desks
from terril.apps.contributions.errors import ContributionError
from terril.core.access import Action, Reading, Subject
from terril.core.territories.model import TerritoryKey
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
    if not which(subject, Action.DATA).filter(pk=record.pk).exists():
        raise ContributionError("les données de cette fiche ne vous sont pas ouvertes")
    territories = desks.desk().workspace.territories

    def inside(keys: frozenset[TerritoryKey]) -> frozenset[TerritoryKey]:
        return within(keys, territories)

    reach = reaches(subject, Action.DATA, [record], inside)[record.pk]
    return VersionRows(version_in_use(record), reach.hidden, reach.through() or Reading(()))
