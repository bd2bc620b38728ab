"""Agreements: written by their keeper, signed by each party, put in force, suspended, ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from terril.apps.accounts.models import User
from terril.apps.agreements.actions.telling import tell
from terril.apps.agreements.errors import RightsError
from terril.apps.agreements.models import Agreement, Clause, Party
from terril.apps.agreements.policies import which
from terril.apps.audit.actions import actor_of, note
from terril.apps.organisations.models import Organisation
from terril.apps.organisations.policies import require_manager
from terril.apps.organisations.queries import managers
from terril.core.access import Action, Subject
from terril.core.access.subject import STEWARDING
from terril.core.errors import Location

#: Where an agreement may go from where it stands; one that is ended stays so.
WAYS: dict[str, tuple[str, ...]] = {
    "draft": ("signed", "ended"),
    "signed": ("suspended", "ended"),
    "suspended": ("signed", "ended"),
    "ended": (),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What an agreement says.

    Parameters
    ----------
    parties : identifiers of the organisations bound.
    """

    label: str
    purposes: str
    begins: date
    ends: date | None = None
    reference: str = ""
    parties: frozenset[str] = frozenset()

    def check(self) -> None:
        """Raise RightsError if it cannot stand."""
        for field, told in (("label", self.label), ("purposes", self.purposes)):
            if not told.strip():
                raise RightsError("ce texte est attendu", location=Location(field=field), hint="l'écrire en une phrase")
        if self.ends is not None and self.ends < self.begins:
            raise RightsError(
                "la convention finirait avant de commencer", location=Location(field="ends"), hint="vérifier les dates"
            )
        known = set(Organisation.objects.filter(pk__in=self.parties).values_list("pk", flat=True))
        if unknown := sorted(self.parties - known):
            raise RightsError("organisation inconnue", location=Location(field="parties", value=unknown[0]))


def keeps(subject: Subject, keeper: str) -> bool:
    """Whether the subject may write the agreements that an organisation keeps."""
    return subject.administrator or keeper in subject.organisations_as(STEWARDING)


def require_keeper(subject: Subject, keeper: str) -> None:
    """Refuse who may not write the agreements of an organisation.

    Raises
    ------
    PermissionDenied
        Whoever asks.
    """
    if not keeps(subject, keeper):
        raise PermissionDenied("seul un référent ou un gestionnaire de l’organisation qui tient la convention le peut")


@transaction.atomic
def create(facts: Facts, keeper: str, by: Any, subject: Subject) -> Agreement:
    """Prepare an agreement, kept by an organisation.

    Raises
    ------
    PermissionDenied
        If the subject may not.
    RightsError
        If it cannot stand.
    """
    require_keeper(subject, keeper)
    facts.check()
    made = Agreement.objects.create(keeper_id=keeper, **_told(facts))
    Party.objects.bulk_create(Party(agreement=made, organisation_id=o) for o in sorted(facts.parties))
    note("agreement.created", made, actor_of(by), organisation=keeper, parties=sorted(facts.parties))
    return made


@transaction.atomic
def change(agreement: Agreement, facts: Facts, revision: int, by: Any, subject: Subject) -> Agreement:
    """Change what an agreement says, and its parties.

    A new party is opened every record of the agreement: who adds one answers for each of them.

    Parameters
    ----------
    revision : that which the editor saw.

    Raises
    ------
    PermissionDenied
        If the subject may not.
    RightsError
        If it cannot stand, or someone changed it since.
    """
    require_keeper(subject, agreement.keeper_id)
    facts.check()
    held = held_agreement(agreement, revision)
    parties = set(held.parties.values_list("organisation", flat=True))
    if facts.parties - parties:
        _require_every_record(held, subject)
    for name, value in _told(facts).items():
        setattr(held, name, value)
    touch(held)
    held.parties.filter(organisation__in=parties - facts.parties).delete()
    Party.objects.bulk_create(Party(agreement=held, organisation_id=o) for o in sorted(facts.parties - parties))
    told = {"added": sorted(facts.parties - parties), "removed": sorted(parties - facts.parties)}
    note("agreement.changed", held, actor_of(by), organisation=held.keeper_id, revision=held.revision, **told)
    return held


def _told(facts: Facts) -> dict[str, Any]:
    return {
        "label": facts.label.strip(), "purposes": facts.purposes.strip(), "reference": facts.reference.strip(),
        "begins": facts.begins, "ends": facts.ends,
    }  # fmt: skip


def held_agreement(agreement: Agreement, revision: int | None = None) -> Agreement:
    """The agreement as it is now, locked until the transaction ends.

    Raises
    ------
    RightsError
        If it is ended, or someone changed it since.
    """
    held = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if held.standing == "ended":
        raise RightsError("la convention est terminée", hint="en préparer une autre")
    if revision is not None and held.revision != revision:
        raise RightsError(
            "la convention a changé pendant que vous l'écriviez", hint="recharger la page, puis recommencer"
        )
    return held


def touch(agreement: Agreement) -> None:
    """Save an agreement that is locked as a new revision: rights follow at once."""
    agreement.revision += 1
    agreement.save()


def _require_every_record(agreement: Agreement, subject: Subject) -> None:
    mine = which(subject, Action.ADMINISTER).values("pk")
    others = Clause.objects.filter(agreement=agreement).exclude(record__in=mine).select_related("record")
    if other := others.order_by("pk").first():
        raise RightsError(
            "un autre référent doit accepter cette partie",
            location=Location(field="parties", value=other.record.title),
            hint="retirer la clause, ajouter la partie, puis demander à son référent d'écrire la clause",
        )


@transaction.atomic
def sign(agreement: Agreement, organisation: str, by: Any, subject: Subject) -> Party:
    """Sign for one of the parties.

    Raises
    ------
    PermissionDenied
        If the subject does not manage the organisation.
    RightsError
        If it is no party, or has signed.
    """
    held = held_agreement(agreement)
    party = held.parties.select_related("organisation").filter(organisation=organisation).first()
    if party is None:
        raise RightsError("cette organisation n'est pas partie à la convention", location=Location(value=organisation))
    require_manager(subject, party.organisation)
    if party.signed_on is not None:
        raise RightsError("la convention est déjà signée pour cette organisation")
    party.signed_on = timezone.localdate()
    party.save()
    note("agreement.signed", held, actor_of(by), organisation=organisation)
    text = f"{party.organisation} a signé la convention « {held.label} »."
    tell(managers(held.keeper), "agreement", text, address_of(held))
    return party


@transaction.atomic
def stand(agreement: Agreement, standing: str, by: Any, subject: Subject) -> Agreement:
    """Put an agreement in force, suspend it or end it: its rights follow with the next request.

    Raises
    ------
    PermissionDenied
        If the subject may not.
    RightsError
        If there is no such way from where it stands.
    """
    require_keeper(subject, agreement.keeper_id)
    held = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if standing not in WAYS[held.standing]:
        raise RightsError(
            f"une convention {held.get_standing_display()} ne peut pas devenir cela",
            location=Location(field="standing", value=standing),
        )
    before, held.standing = held.standing, standing
    touch(held)
    note("agreement.standing", held, actor_of(by), organisation=held.keeper_id, before=before, after=standing)
    text = f"La convention « {held.label} » est désormais {held.get_standing_display()}."
    tell(_managing(held), "agreement", text, address_of(held))
    return held


def _managing(agreement: Agreement) -> Iterable[User]:
    for party in agreement.parties.select_related("organisation").order_by("organisation_id"):
        yield from managers(party.organisation)


def address_of(agreement: Agreement) -> str:
    """Page of an agreement, from the root."""
    return f"/conventions/{agreement.pk}/"
