"""Proposing a correction: of what a record says, or of a row of its data; taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from terril.apps.accounts.models import User
from terril.apps.agreements.policies import may
from terril.apps.audit.actions import actor_of, note
from terril.apps.catalogue.actions import stewards_of
from terril.apps.catalogue.models import Record
from terril.apps.contributions.errors import ContributionError
from terril.apps.contributions.models import Change, Proposal
from terril.apps.contributions.policies import homes
from terril.apps.contributions.rows import rows_of, version_in_use
from terril.apps.notices.actions import notify
from terril.core.access import Action, Subject
from terril.core.errors import AccessError, Location
from terril.pipeline.importing.corrections import Corrector, Edit, Op
from terril.pipeline.importing.rows import Row

#: Fields of a record that may be corrected; rights, state, steward and identifier are not.
FIELDS = (
    "title", "description", "producer", "licence", "frequency", "vintage", "keywords", "begin", "end", "provenance",
)  # fmt: skip
_LONGEST = {"title": 300, "producer": 200, "licence": 200, "frequency": 20, "vintage": 200, "begin": 20, "end": 20}
_TEXT = 20_000


def text_of(record: Record, name: str) -> str:
    """A field of a record as a text: keywords are parted by commas."""
    value = getattr(record, name)
    return ", ".join(value) if isinstance(value, list) else str(value or "")


def value_of(name: str, text: str) -> Any:
    """What a text is for a field."""
    return [w.strip() for w in text.split(",") if w.strip()] if name == "keywords" else text.strip()


def propose_fields(
    record: Record, user: User, subject: Subject, organisation: str, told: Mapping[str, str], reason: str
) -> Proposal:
    """Propose other words for a record.

    Parameters
    ----------
    told : new text by field; those that do not change are left.

    Raises
    ------
    AccessError
        If the subject may not propose on this record, or not for that organisation.
    ContributionError
        If nothing changes, if a text will not do, or if no reason is given.
    """
    unknown = sorted(set(told) - set(FIELDS))
    if unknown:
        raise ContributionError("ce champ ne se corrige pas", location=Location(field=unknown[0]))
    changes = []
    for name, text in told.items():
        text, before = text.strip(), text_of(record, name)
        if text == before.strip():
            continue
        if len(text) > _LONGEST.get(name, _TEXT) or (name == "title" and not text):
            raise ContributionError("texte vide, ou trop long", location=Location(field=name))
        changes.append(Change(op=Change.Op.FIELD, column=name, before=before, after=text))
    about = Proposal.About.RECORD
    return _make(record, user, subject, organisation, about, str(record.revision), changes, reason)


def propose_cells(
    record: Record, user: User, subject: Subject, organisation: str, number: int, told: Mapping[str, str], reason: str,
    base: str,
) -> Proposal:  # fmt: skip
    """Propose other values for a row.

    Parameters
    ----------
    number : of the row in the version.
    told : new text by column; those that do not change, or that the subject does not see, are left.
    base : version that they read.

    Raises
    ------
    AccessError, ContributionError, IngestError
        If it may not be proposed, if the row is not theirs to see, or if a value is not of its column.
    """
    row = _row(record, subject, number, base)
    found = [(c, text.strip()) for c, text in told.items() if c in row.cells and text.strip() != row.cells[c].strip()]
    corrector = Corrector(version_in_use(record))
    for column, text in found:
        corrector.check(Edit(Op.CELL, row.cells, number, column, text))
    changes = [
        Change(op=Change.Op.CELL, row=number, column=c, before=row.cells[c], after=t, cells=row.cells) for c, t in found
    ]
    return _make(record, user, subject, organisation, Proposal.About.ROWS, base, changes, reason)


def propose_removal(
    record: Record, user: User, subject: Subject, organisation: str, number: int, reason: str, base: str
) -> Proposal:
    """Propose that a row be removed; see :func:`propose_cells`."""
    row = _row(record, subject, number, base)
    changes = [Change(op=Change.Op.REMOVE, row=number, cells=row.cells)]
    return _make(record, user, subject, organisation, Proposal.About.ROWS, base, changes, reason)


def propose_addition(
    record: Record, user: User, subject: Subject, organisation: str, told: Mapping[str, str], reason: str, base: str
) -> Proposal:
    """Propose a row; see :func:`propose_cells`."""
    rows = rows_of(record, subject)
    cells = {c: t.strip() for c, t in told.items() if c in rows.columns}
    if not any(cells.values()):
        raise ContributionError("la ligne est vide")
    Corrector(version_in_use(record)).check(Edit(Op.ADD, cells))
    changes = [Change(op=Change.Op.ADD, cells=cells)]
    return _make(record, user, subject, organisation, Proposal.About.ROWS, base, changes, reason)


def _row(record: Record, subject: Subject, number: int, base: str) -> Row:
    rows = rows_of(record, subject)
    if rows.version.id != base:
        raise ContributionError(
            "une autre version vient d’être versée", hint="relire la ligne telle qu’elle est, puis proposer"
        )
    found = rows.row(number)
    if found is None:
        raise ContributionError("ligne inconnue", location=Location(row=number))
    return found


@transaction.atomic
def _make(
    record: Record, user: User, subject: Subject, organisation: str, about: str, base: str, changes: list[Change],
    reason: str,
) -> Proposal:  # fmt: skip
    if not may(subject, Action.EDIT, record):
        raise AccessError("vous ne pouvez pas proposer de correction sur cette fiche")
    home = homes(subject).filter(pk=organisation).first()
    if home is None:
        raise AccessError("vous ne contribuez pas pour cette organisation", location=Location(value=organisation))
    if not changes:
        raise ContributionError("rien n’est changé", hint="corriger une valeur, puis proposer")
    if not reason.strip():
        raise ContributionError("un motif est attendu", location=Location(field="reason"), hint="dire pourquoi, d’où")
    made = Proposal.objects.create(
        record=record, author=user, organisation=home, about=about, base=base, reason=reason.strip()[:2000]
    )
    for change in changes:
        change.proposal = made
    Change.objects.bulk_create(changes)
    note("proposal.made", made, actor_of(user), organisation=home.pk, record=record.key, changes=len(changes))
    others = [u for u in stewards_of(record) if u.pk != user.pk]
    notify(others, "proposal", f"{record.title} : correction proposée par {home}.", address_of(made))
    return made


@transaction.atomic
def withdraw(proposal: Proposal, user: User) -> None:
    """Take back a correction that one proposed and nobody decided.

    Raises
    ------
    AccessError
        If it is another's.
    ContributionError
        If it is decided.
    """
    if proposal.author_id != user.pk:
        raise AccessError("cette correction est d’un autre")
    waiting = Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.WAITING)
    if not waiting.update(state=Proposal.State.WITHDRAWN, decided=timezone.now()):
        raise ContributionError("cette correction est déjà décidée")
    note("proposal.decided", proposal, actor_of(user), organisation=proposal.organisation_id, decision="withdrawn")


def address_of(proposal: Proposal) -> str:
    """Page of a correction."""
    return f"/contribuer/corrections/{proposal.pk}/"
