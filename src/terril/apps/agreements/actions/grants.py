"""Grants and refusals: what the steward of a record decides outside any agreement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from terril.apps.accounts.models import User
from terril.apps.agreements.actions.openings import Opens
from terril.apps.agreements.actions.telling import tell
from terril.apps.agreements.errors import RightsError
from terril.apps.agreements.models import Grant
from terril.apps.audit.actions import actor_of, note
from terril.apps.catalogue.actions import address_of, require
from terril.apps.catalogue.models import Record
from terril.apps.organisations.models import Organisation, Team
from terril.apps.organisations.queries import managers
from terril.core.access import Action, Subject
from terril.core.errors import Location


@dataclass(frozen=True, slots=True)
class Whom:
    """To whom something is granted or refused: one of the three."""

    organisation: Organisation | None = None
    team: Team | None = None
    user: User | None = None

    def check(self) -> None:
        """Raise RightsError unless exactly one is told, and may be."""
        told = [one for one in (self.organisation, self.team, self.user) if one is not None]
        if len(told) != 1:
            raise RightsError(
                "à qui ?", location=Location(field="whom"), hint="choisir une organisation, une équipe ou une personne"
            )
        if self.user is not None and not self.user.is_active:
            raise RightsError("ce compte est fermé", location=Location(field="whom"))


@dataclass(frozen=True, slots=True)
class Decided:
    """What the steward decides.

    Parameters
    ----------
    until : last day; without end when None.
    denies : whether it refuses instead.
    """

    opens: Opens
    reason: str
    since: date | None = None
    until: date | None = None
    denies: bool = False


@transaction.atomic
def give(record: Record, whom: Whom, decided: Decided, by: Any, subject: Subject) -> Grant:
    """Grant or refuse something of a record.

    Raises
    ------
    PermissionDenied
        If the subject does not answer for the record.
    RightsError
        If it is to nobody, of nothing, without reason, or over before it begins.
    """
    require(subject, Action.ADMINISTER, record)
    whom.check()
    since = decided.since or timezone.localdate()
    if not decided.reason.strip():
        raise RightsError("un motif est attendu", location=Location(field="reason"), hint="le dire en une phrase")
    if decided.until is not None and decided.until < max(since, timezone.localdate()):
        raise RightsError("cette date est passée", location=Location(field="until"), hint="choisir un jour à venir")
    made = Grant.objects.create(
        record=record, organisation=whom.organisation, team=whom.team, user=whom.user, denies=decided.denies,
        since=since, until=decided.until, reason=decided.reason.strip()[:500], by=by,
        **decided.opens.written(record, denies=decided.denies),
    )  # fmt: skip
    note("grant.given", record, actor_of(by), organisation=record.steward_id or "", **told_of(made))
    _tell(made, "refuse" if made.denies else "accorde")
    return made


@transaction.atomic
def withdraw(grant: Grant, by: Any, subject: Subject) -> None:
    """Take back a grant or a refusal, at once.

    Raises
    ------
    PermissionDenied
        If the subject does not answer for the record.
    """
    record = grant.record
    require(subject, Action.ADMINISTER, record)
    told = told_of(grant)
    _tell(grant, "ne refuse plus" if grant.denies else "retire")
    grant.delete()
    note("grant.withdrawn", record, actor_of(by), organisation=record.steward_id or "", **told)


@transaction.atomic
def restore(record: Record, grant: int, by: Any, subject: Subject) -> Grant:
    """Put back a grant that was taken back, as it was.

    Raises
    ------
    PermissionDenied
        If the subject does not answer for the record.
    RightsError
        If there is no such grant to put back.
    """
    require(subject, Action.ADMINISTER, record)
    last = Grant.history.filter(id=grant, record_id=record.pk).order_by("-history_id").first()
    if last is None or last.history_type != "-" or Grant.objects.filter(pk=grant).exists():
        raise RightsError("il n'y a rien à rétablir", hint="recharger la page")
    held: Grant = last.instance
    if held.until is not None and held.until < timezone.localdate():
        raise RightsError("cet accès est échu", hint="en accorder un autre")
    held.save(force_insert=True)
    note("grant.given", record, actor_of(by), organisation=record.steward_id or "", restored=True, **told_of(held))
    _tell(held, "refuse" if held.denies else "accorde")
    return held


def told_of(grant: Grant) -> dict[str, Any]:
    """A grant for the audit: a person is told by their pseudonym."""
    whom = (
        actor_of(grant.user) if grant.user_id else f"team:{grant.team_id}" if grant.team_id else grant.organisation_id
    )
    return {
        "grant": grant.pk, "to": whom, "denies": grant.denies,
        "actions": [a.value for a in Action if getattr(grant, a.value, False)],
        "levels": grant.levels, "rows": grant.rows, "raw": grant.raw,
        "since": grant.since.isoformat(), "until": grant.until.isoformat() if grant.until else None,
    }  # fmt: skip


def _tell(grant: Grant, verb: str) -> None:
    text = f"Le référent de « {grant.record.title} » {verb} un accès : {whom_of(grant)}."
    tell(_concerned(grant), "access", text, address_of(grant.record))


def whom_of(grant: Grant) -> str:
    """To whom a grant is, as on a page."""
    if grant.team is not None:
        return f"équipe {grant.team.label} ({grant.team.organisation})"
    return str(grant.organisation or grant.user)


def _concerned(grant: Grant) -> Iterable[User]:
    if grant.user is not None:
        return (grant.user,)
    organisation = grant.organisation or (grant.team.organisation if grant.team else None)
    return managers(organisation) if organisation is not None else ()
