"""What is done with records: each is checked, done in one transaction, and written once in the audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from terril.apps.accounts.models import User
from terril.apps.agreements.policies import may
from terril.apps.audit.actions import actor_of, note
from terril.apps.catalogue.errors import CatalogueError, OvertakenError
from terril.apps.catalogue.models import Comment, Origin, Record
from terril.apps.catalogue.synchronise import DECIDABLE
from terril.apps.catalogue.workflow import embargo_of, transition
from terril.apps.notices.actions import notify
from terril.core.access import Action, Subject
from terril.core.access.subject import STEWARDING
from terril.core.errors import Location

#: What an edit may change of a record that is not declared by a pack.
EDITABLE = (
    "title", "description", "producer", "licence", "frequency", "vintage", "theme", "keywords", "territory", "begin",
    "end", "provenance", "conforms_to", "links", "openness",
)  # fmt: skip
#: What only who administers the rights of a record may change.
_RIGHTS = frozenset({"openness"})
_LONGEST = 4000


def editable(record: Record) -> tuple[str, ...]:
    """Fields of a record that people may change; of a declared one, what the pack leaves to be decided."""
    if record.origin == Origin.PACK:
        return tuple(name for name in EDITABLE if name in DECIDABLE)
    return EDITABLE


def require(subject: Subject, action: Action, record: Record) -> None:
    """Refuse what the policy does not allow.

    Raises
    ------
    PermissionDenied
        With the reason.
    """
    decision = may(subject, action, record)
    if not decision:
        raise PermissionDenied(", ".join(decision.reasons))


@transaction.atomic
def edit(record: int, facts: Mapping[str, Any], revision: int, by: Any, subject: Subject) -> Record:
    """Change what a record says.

    Parameters
    ----------
    facts : new values by field; those that are not editable are not read.
    revision : the revision that the editor saw.

    Raises
    ------
    PermissionDenied
        If the subject may not.
    OvertakenError
        If someone changed the record since: nothing is written.
    """
    held = _held(record)
    # Who may edit and not publish proposes a correction, which the steward decides (``apps.contributions``).
    require(subject, Action.PUBLISH, held)
    changed = {n: facts[n] for n in editable(held) if n in facts and getattr(held, n) != facts[n]}
    if changed.keys() & _RIGHTS:
        require(subject, Action.ADMINISTER, held)
    if not changed:
        return held
    if held.revision != revision:
        raise OvertakenError(held)
    before = held.openness
    _write(held, changed)
    told = sorted(changed)
    organisation = held.steward_id or ""
    if changed.keys() == _RIGHTS:
        note("record.openness", held, actor_of(by), organisation=organisation, before=before, after=held.openness)
    else:
        note("record.changed", held, actor_of(by), organisation=organisation, fields=told, revision=held.revision)
    return held


def _held(record: int) -> Record:
    found = Record.objects.select_for_update().filter(pk=record).first()
    if found is None:
        raise CatalogueError("cette fiche n'existe plus")
    return found


def _write(record: Record, changed: Mapping[str, Any]) -> None:
    """Write values in a record, decided here from now on: neither a pack nor a harvest changes them again."""
    for name, value in changed.items():
        setattr(record, name, value)
    if record.origin != Origin.CONTRIBUTED:
        record.decided = sorted({*record.decided, *changed})
    record.revision += 1
    record.save()


@transaction.atomic
def move(record: int, name: str, by: Any, subject: Subject, *, until: datetime | None = None) -> Record:
    """Change the editorial state of a record by one of the declared ways.

    Parameters
    ----------
    name : of the transition.
    until : end of the embargo, where the way asks one.

    Raises
    ------
    PermissionDenied
        If the subject may not.
    WorkflowError
        If no such way leaves the state it is in, or its date lacks.
    """
    held = _held(record)
    way = transition(held.state, name)
    require(subject, way.action, held)
    embargo = embargo_of(way, until, timezone.now())
    before = held.state
    _write(held, {"state": way.after, "embargo": embargo})
    told = {"before": before, "after": held.state, **({"until": embargo.isoformat()} if embargo else {})}
    note("record.state", held, actor_of(by), organisation=held.steward_id or "", **told)
    return held


@transaction.atomic
def restore(record: int, writing: int, revision: int, by: Any, subject: Subject) -> Record:
    """Put back what an earlier writing of a record said; its rights and its state stay as they are.

    Parameters
    ----------
    writing : the revision to put back.
    revision : the revision that the editor saw.

    Raises
    ------
    CatalogueError
        If there is no such writing.
    PermissionDenied, OvertakenError
        As for :func:`edit`.
    """
    held = _held(record)
    require(subject, Action.PUBLISH, held)
    found = held.history.filter(revision=writing).order_by("-history_id").first()
    if found is None:
        raise CatalogueError("cette rédaction n'est pas dans l'historique", location=Location(value=str(writing)))
    if held.revision != revision:
        raise OvertakenError(held)
    kept = [name for name in editable(held) if name not in _RIGHTS]
    changed = {name: getattr(found, name) for name in kept if getattr(held, name) != getattr(found, name)}
    if changed:
        _write(held, changed)
        note("record.restored", held, actor_of(by), organisation=held.steward_id or "", writing=writing)
    return held


@transaction.atomic
def comment(record: Record, text: str, by: Any, subject: Subject) -> Comment:
    """Say something of a record, to the members who know it; its stewards are told.

    Raises
    ------
    PermissionDenied
        If the subject is no member, or may not know the record.
    CatalogueError
        If nothing is said, or too much.
    """
    if not subject.is_member:
        raise PermissionDenied("les commentaires sont l’affaire des membres")
    require(subject, Action.DISCOVER, record)
    said = text.strip()
    if not said or len(said) > _LONGEST:
        raise CatalogueError(
            "un commentaire vide ne dit rien" if not said else f"commentaire de plus de {_LONGEST} caractères",
            hint="écrire une phrase" if not said else "le raccourcir, ou le couper en deux",
        )
    organisation = subject.roles[0][0]
    made = Comment.objects.create(record=record, author=by, organisation_id=organisation, text=said)
    note("record.commented", record, actor_of(by), organisation=organisation, comment=made.pk)
    others = [user for user in stewards_of(record) if user.pk != by.pk]
    notify(others, "record", f"Un commentaire a été écrit sur la fiche « {record.title} ».", address_of(record))
    return made


@transaction.atomic
def remove_comment(comment: Comment, by: Any) -> None:
    """Take back one's own comment: nothing of it is kept.

    Raises
    ------
    PermissionDenied
        If it is someone else's.
    """
    if comment.author_id is None or comment.author_id != by.pk:
        raise PermissionDenied("chacun ne retire que ses commentaires")
    note("comment.removed", comment.record, actor_of(by), comment=comment.pk)
    comment.delete()


@transaction.atomic
def hide_comment(comment: Comment, because: str, by: Any, subject: Subject) -> None:
    """Hide a comment from all but its author and the stewards.

    Raises
    ------
    PermissionDenied
        If the subject is no steward of the record.
    CatalogueError
        If no reason is given.
    """
    require(subject, Action.PUBLISH, comment.record)
    if not because.strip():
        raise CatalogueError("masquer un commentaire demande un motif", location=Location(field="motif"))
    comment.hidden, comment.hidden_because = timezone.now(), because.strip()[:300]
    comment.save(update_fields=["hidden", "hidden_because"])
    organisation = comment.record.steward_id or ""
    note("comment.hidden", comment.record, actor_of(by), organisation=organisation, comment=comment.pk)


def stewards_of(record: Record) -> Iterable[User]:
    """People who answer for a record."""
    today = timezone.localdate()
    held = User.objects.filter(
        memberships__organisation=record.steward_id, memberships__role__in=[r.value for r in STEWARDING]
    )
    active = held.exclude(memberships__organisation=record.steward_id, memberships__until__lt=today)
    return active.filter(is_active=True).order_by("pk").distinct()


#: Word of each kind in addresses.
WORDS = {
    "dataset": "donnees",
    "indicator": "indicateurs",
    "map": "cartes",
    "publication": "publications",
    "service": "services",
}


def address_of(record: Record) -> str:
    """Page of a record, from the root."""
    return f"/catalogue/{WORDS[record.kind]}/{record.identifier}/"
