"""Deciding corrections: held against what is there now, accepted whole or in part, refused, undone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from terril.apps.accounts.models import User
from terril.apps.agreements.policies import may
from terril.apps.agreements.queries import rights_changed
from terril.apps.audit.actions import actor_of, note
from terril.apps.catalogue.models import Origin, Record
from terril.apps.contributions import desks
from terril.apps.contributions.errors import ContributionError
from terril.apps.contributions.models import Change, Proposal
from terril.apps.contributions.proposals import address_of, text_of, value_of
from terril.apps.contributions.rows import version_in_use
from terril.apps.notices.actions import notify
from terril.core.access import Action, Subject
from terril.core.errors import AccessError
from terril.pipeline.datasets import Version
from terril.pipeline.importing.corrections import Corrector, Edit, Op, Standing

State = Proposal.State


@dataclass(frozen=True, slots=True)
class Held:
    """A change held against what is there now.

    Parameters
    ----------
    standing : whether it fits, changed meanwhile, or is about something that is gone.
    now : what is there now.
    """

    change: Change
    standing: Standing
    now: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """A proposal as its steward reads it.

    Parameters
    ----------
    base : what a decision would stand on: the version in use, or the revision of the record.
    moved : whether something else was written since it was proposed.
    """

    proposal: Proposal
    base: str
    held: tuple[Held, ...]
    moved: bool

    @property
    def conflicts(self) -> int:
        """Changes that no longer fit."""
        return sum(h.standing is not Standing.FITS for h in self.held)


def review(proposal: Proposal) -> Review:
    """Hold a proposal against what is there now.

    Raises
    ------
    ContributionError, StoreError
        If the data that it is about is no longer there.
    """
    changes = list(proposal.changes.order_by("pk"))
    record = proposal.record
    if proposal.about == Proposal.About.RECORD:
        base = str(record.revision)
        held = tuple(_field(c, record) for c in changes)
    else:
        version = version_in_use(record)
        base, corrector = version.id, Corrector(version)
        held = tuple(Held(c, j.standing, j.now) for c in changes for j in [corrector.judge(edit_of(c))])
    return Review(proposal, base, held, base != proposal.base)


def _field(change: Change, record: Record) -> Held:
    now = text_of(record, change.column)
    return Held(change, Standing.FITS if now == change.before else Standing.CHANGED, now)


def edit_of(change: Change) -> Edit:
    """A change of rows as the versions know it."""
    return Edit(Op(change.op), change.cells, change.row, change.column, change.after)


def decide(
    proposal: Proposal, user: User, subject: Subject, accepted: Collection[int], answer: str, seen: str
) -> Proposal:
    """Accept some changes of a proposal, and refuse the others; none accepted is a refusal, which says why.

    Parameters
    ----------
    accepted : primary keys of changes.
    seen : base of the :func:`review` that was read: what came meanwhile is not written over.

    Raises
    ------
    AccessError
        If the subject does not decide for this record.
    ContributionError
        If it is decided already, if something else came meanwhile, if a change cannot be made, or if a refusal gives
        no reason.
    IngestError, StoreError
        If the rows cannot be made so, or the disk refuses; nothing is changed.
    """
    store, before = desks.desk().datasets, None
    if proposal.about == Proposal.About.ROWS:
        before = store.current(proposal.record.identifier)
    try:
        with transaction.atomic():
            locked = _locked(proposal, subject)
            chosen = _chosen(locked, accepted, seen)
            if not chosen and not answer.strip():
                raise ContributionError("un refus dit pourquoi", hint="écrire le motif à l’intention de son auteur")
            if chosen:
                _apply(locked, [h.change for h in chosen], user)
            return _decided(locked, user, {h.change.pk for h in chosen}, answer)
    except BaseException:
        # The database forgets what was done: the version in use must be what it was.
        _put_back(before, proposal.record.identifier)
        raise


def _put_back(before: Version | None, identifier: str) -> None:
    if before is None:
        return
    store = desks.desk().datasets
    current = store.current(identifier)
    if current is not None and current.meta.get("correction", {}).get("base") == before.id and not _kept(current):
        store.use(before)


def _kept(version: Version) -> bool:
    """Whether a decision that stands made this version."""
    told = version.meta.get("correction", {})
    return Proposal.objects.filter(pk=told.get("proposal", 0), result=version.id).exists()


def _locked(proposal: Proposal, subject: Subject) -> Proposal:
    # The record first: two decisions on it wait for each other.
    Record.objects.select_for_update(of=("self",)).get(pk=proposal.record_id)
    locked = Proposal.objects.select_related("record", "organisation").get(pk=proposal.pk)
    if not may(subject, Action.PUBLISH, locked.record):
        raise AccessError("seul le référent de la fiche décide")
    if locked.state != State.WAITING:
        raise ContributionError(f"cette correction est déjà {locked.get_state_display()}")
    return locked


def _chosen(proposal: Proposal, accepted: Collection[int], seen: str) -> list[Held]:
    if not accepted:
        return []
    read = review(proposal)
    if read.base != seen:
        raise ContributionError(
            "autre chose a été écrit depuis que vous lisez", hint="relire la correction telle qu’elle tient maintenant"
        )
    found = [h for h in read.held if h.change.pk in accepted]
    gone = [h for h in found if h.standing is Standing.GONE]
    if gone:
        raise ContributionError(
            "la ligne n’est plus là, ou une autre a pris sa clé", hint="refuser ce changement, en disant pourquoi"
        )
    return found


def _apply(proposal: Proposal, changes: Sequence[Change], user: User) -> None:
    record = proposal.record
    if proposal.about == Proposal.About.RECORD:
        proposal.before = str(record.revision)
        for change in changes:
            change.replaced = text_of(record, change.column)
            change.save(update_fields=["replaced"])
        _write(record, {c.column: c.after for c in changes})
        proposal.result = str(record.revision)
        return
    current = version_in_use(record)
    credit = {
        "proposal": proposal.pk, "organisation": proposal.organisation_id, "base": current.id, "changes": len(changes),
    }  # fmt: skip
    made = Corrector(current).apply(desks.desk().datasets, [edit_of(c) for c in changes], {"correction": credit})
    proposal.before, proposal.result = current.id, made.id
    record.revision += 1
    record.save()


def _write(record: Record, told: dict[str, str]) -> None:
    for name, text in told.items():
        setattr(record, name, value_of(name, text))
    if record.origin != Origin.CONTRIBUTED:
        # Decided here: neither a pack nor a harvest changes it again.
        record.decided = sorted({*record.decided, *told})
    record.revision += 1
    record.save()
    rights_changed()


def _decided(proposal: Proposal, user: User, accepted: set[int], answer: str) -> Proposal:
    every = set(proposal.changes.values_list("pk", flat=True))
    proposal.state = State.REFUSED if not accepted else State.ACCEPTED if accepted == every else State.PARTLY
    proposal.decided, proposal.decided_by, proposal.answer = timezone.now(), user, answer.strip()[:2000]
    proposal.save()
    proposal.changes.filter(pk__in=accepted).update(accepted=True)
    proposal.changes.exclude(pk__in=accepted).update(accepted=False)
    note(
        "proposal.decided", proposal, actor_of(user), organisation=proposal.organisation_id,
        decision=proposal.state, accepted=len(accepted), result=proposal.result,
    )  # fmt: skip
    _answer(proposal, f"votre correction est {proposal.get_state_display()}", user)
    return proposal


def _answer(proposal: Proposal, what: str, user: User) -> None:
    if proposal.author is not None and proposal.author_id != user.pk:
        notify([proposal.author], "proposal", f"{proposal.record.title} : {what}.", address_of(proposal))


def undo(proposal: Proposal, user: User, subject: Subject) -> Proposal:
    """Undo a correction that was accepted: what was before is in use again, as a new act.

    Raises
    ------
    AccessError
        If the subject does not decide for this record.
    ContributionError
        If it was not accepted, or if something newer stands on it.
    StoreError
        If the disk refuses; nothing is changed.
    """
    with transaction.atomic():
        Record.objects.select_for_update(of=("self",)).get(pk=proposal.record_id)
        locked = Proposal.objects.select_related("record", "organisation").get(pk=proposal.pk)
        if not may(subject, Action.PUBLISH, locked.record):
            raise AccessError("seul le référent de la fiche décide")
        if locked.state not in (State.ACCEPTED, State.PARTLY):
            raise ContributionError("cette correction n’est pas en vigueur")
        if locked.about == Proposal.About.RECORD:
            _undo_fields(locked)
        locked.state, locked.undone = State.UNDONE, timezone.now()
        locked.save()
        note("proposal.undone", locked, actor_of(user), organisation=locked.organisation_id, back_to=locked.before)
        _answer(locked, "votre correction est annulée", user)
        if locked.about == Proposal.About.ROWS:
            # Last: should it fail, the database forgets the rest.
            _undo_rows(locked)
    return locked


def _undo_fields(proposal: Proposal) -> None:
    record = proposal.record
    changes = list(proposal.changes.filter(accepted=True).order_by("pk"))
    newer = [c.column for c in changes if text_of(record, c.column) != text_of_change(c)]
    if newer:
        names = ", ".join(str(Record._meta.get_field(n).verbose_name) for n in newer)
        raise ContributionError(f"changé depuis : {names}", hint="proposer une autre correction")
    _write(record, {c.column: c.replaced for c in changes})


def text_of_change(change: Change) -> str:
    """What a field holds once a change is made, as :func:`~proposals.text_of` tells it."""
    value = value_of(change.column, change.after)
    return ", ".join(value) if isinstance(value, list) else str(value)


def _undo_rows(proposal: Proposal) -> None:
    store, record = desks.desk().datasets, proposal.record
    current = version_in_use(record)
    if current.id != proposal.result:
        told = current.meta.get("correction", {}).get("proposal")
        what = f"la correction n° {told}" if told else f"la version du {str(current.meta.get('retrieved_at'))[:10]}"
        raise ContributionError(f"{what} s’appuie dessus", hint="l’annuler d’abord, ou proposer une autre correction")
    record.revision += 1
    record.save()
    store.use(store.version(record.identifier, proposal.before))
