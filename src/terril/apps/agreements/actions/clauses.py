"""Clauses: what an agreement opens of each record, with the consent of who answers for it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from terril.apps.agreements.actions.agreements import held_agreement, keeps, require_keeper, touch
from terril.apps.agreements.actions.openings import Opens
from terril.apps.agreements.models import Agreement, Clause
from terril.apps.audit.actions import actor_of, note
from terril.apps.catalogue.actions import require
from terril.apps.catalogue.models import Record
from terril.core.access import Action, Subject


@transaction.atomic
def put(agreement: Agreement, record: Record, opens: Opens, by: Any, subject: Subject) -> Clause:
    """Write what an agreement opens of a record, in the place of what it opened.

    Raises
    ------
    PermissionDenied
        If the subject keeps no such agreement, or does not answer for the record.
    RightsError
        If it opens nothing.
    """
    require_keeper(subject, agreement.keeper_id)
    require(subject, Action.ADMINISTER, record)
    held = held_agreement(agreement)
    clause, _ = Clause.objects.update_or_create(agreement=held, record=record, defaults=dict(opens.written(record)))
    touch(held)
    note("agreement.changed", held, actor_of(by), organisation=held.keeper_id, clause=record.key, **opens.told())
    return clause


@transaction.atomic
def drop(clause: Clause, by: Any, subject: Subject) -> None:
    """Take a clause out: its keeper may, and so may who answers for the record.

    Raises
    ------
    PermissionDenied
        If the subject is neither.
    """
    if not keeps(subject, clause.agreement.keeper_id):
        require(subject, Action.ADMINISTER, clause.record)
    held = held_agreement(clause.agreement)
    key = clause.record.key
    clause.delete()
    touch(held)
    note("agreement.changed", held, actor_of(by), organisation=held.keeper_id, clause=key, dropped=True)
