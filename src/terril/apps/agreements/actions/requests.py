"""Access asked in the page of a record, and what its steward answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from terril.apps.agreements.actions.grants import Decided, Whom, give
from terril.apps.agreements.actions.openings import Opens
from terril.apps.agreements.actions.telling import tell
from terril.apps.agreements.errors import RightsError
from terril.apps.agreements.models import Request
from terril.apps.agreements.policies import may
from terril.apps.audit.actions import actor_of, note
from terril.apps.catalogue.actions import WORDS, address_of, require, stewards_of
from terril.apps.catalogue.models import Record
from terril.core.access import Action, Subject
from terril.core.errors import Location

#: What may be asked in a page.
ASKED = (Action.FIGURES, Action.DATA, Action.DOWNLOAD, Action.EDIT)


@transaction.atomic
def ask(record: Record, action: str, purpose: str, organisation: str, by: Any, subject: Subject) -> Request:
    """Ask to do something with a record that one knows; its stewards are told.

    Raises
    ------
    PermissionDenied
        If the subject is no member of the organisation, or may not know the record.
    RightsError
        If it may be done already, is asked already, or for no purpose.
    """
    if organisation not in subject.organisations:
        raise PermissionDenied("un accès se demande au nom de son organisation")
    require(subject, Action.DISCOVER, record)
    if action not in ASKED:
        raise RightsError("cela ne se demande pas", location=Location(field="action", value=action))
    if not purpose.strip():
        raise RightsError(
            "une finalité est attendue", location=Location(field="purpose"), hint="dire à quoi servira l'accès"
        )
    if may(subject, Action(action), record):
        raise RightsError("vous avez déjà cet accès", hint="recharger la page")
    if Request.objects.filter(record=record, user=by, standing=Request.Standing.WAITING).exists():
        raise RightsError("une demande attend déjà une réponse", hint="la retirer pour en faire une autre")
    made = Request.objects.create(
        record=record, user=by, organisation_id=organisation, action=action, purpose=purpose.strip()[:2000]
    )
    note("request.made", record, actor_of(by), organisation=organisation, request=made.pk, action=action)
    text = f"{by} ({made.organisation}) demande un accès à « {record.title} »."
    tell(stewards_of(record), "request", text, f"{rights_address(record)}#demandes")
    return made


def _waiting(request: Request) -> Request:
    held = Request.objects.select_for_update().select_related("record", "user", "organisation").get(pk=request.pk)
    if held.standing != Request.Standing.WAITING:
        raise RightsError("cette demande est déjà décidée", hint="recharger la page")
    return held


@transaction.atomic
def grant(
    request: Request, opens: Opens, by: Any, subject: Subject, *, until: date | None = None, answer: str = ""
) -> Request:
    """Grant what was asked, to the person who asked.

    Raises
    ------
    PermissionDenied
        If the subject does not answer for the record.
    RightsError
        If it is decided already, or what is granted cannot stand.
    """
    require(subject, Action.ADMINISTER, request.record)
    held = _waiting(request)
    reason = f"Demande de {held.organisation} : {held.purpose}"
    held.grant = give(held.record, Whom(user=held.user), Decided(opens, reason[:500], until=until), by, subject)
    return _decide(held, "granted", answer, by)


@transaction.atomic
def refuse(request: Request, answer: str, by: Any, subject: Subject) -> Request:
    """Refuse what was asked, and say why.

    Raises
    ------
    PermissionDenied
        If the subject does not answer for the record.
    RightsError
        If it is decided already, or no reason is given.
    """
    require(subject, Action.ADMINISTER, request.record)
    if not answer.strip():
        raise RightsError("un refus se motive", location=Location(field="answer"), hint="le dire en une phrase")
    return _decide(_waiting(request), "refused", answer, by)


def _decide(held: Request, standing: str, answer: str, by: Any) -> Request:
    held.standing, held.answer, held.decided, held.by = standing, answer.strip()[:2000], timezone.now(), by
    held.save()
    told = {"request": held.pk, "answer": standing, "to": actor_of(held.user)}
    note("request.decided", held.record, actor_of(by), organisation=held.record.steward_id or "", **told)
    text = f"Votre demande d’accès à « {held.record.title} » est {held.get_standing_display()}."
    tell([held.user], "request", text, address_of(held.record))
    return held


@transaction.atomic
def withdraw(request: Request, by: Any) -> Request:
    """Take back one's own request.

    Raises
    ------
    PermissionDenied
        If it is someone else's.
    RightsError
        If it is decided already.
    """
    if request.user_id != by.pk:
        raise PermissionDenied("chacun ne retire que ses demandes")
    held = _waiting(request)
    held.standing, held.decided = Request.Standing.WITHDRAWN, timezone.now()
    held.save()
    note("request.withdrawn", held.record, actor_of(by), organisation=held.organisation_id, request=held.pk)
    return held


def rights_address(record: Record) -> str:
    """Page of the rights of a record, from the root."""
    return f"/droits/fiche/{WORDS[record.kind]}/{record.identifier}/"
