"""« Pourquoi voit-il ceci ? »: the rule, and the agreement, grant, role, undertaking or refusal that makes it so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from terril.apps.agreements import conditions
from terril.apps.agreements.actions.agreements import address_of
from terril.apps.agreements.actions.grants import whom_of
from terril.apps.agreements.conditions import Asked
from terril.apps.agreements.models import Agreement, Clause, Dependence, Grant, Opening, Party, Undertaking
from terril.apps.agreements.policies import Decision, may, which
from terril.apps.catalogue.models import Record, State
from terril.apps.organisations.models import Organisation
from terril.core.access import Action, Subject
from terril.core.access.permissions import OPENABLE
from terril.core.records import Kind, Openness
from terril.core.territories.model import Level


@dataclass(frozen=True, slots=True)
class Ground:
    """Something that makes an answer what it is.

    Parameters
    ----------
    since, until : days; not bounded when None.
    address : of its page, from the root; empty where it has none.
    against : whether it stands against the action.
    """

    text: str
    since: date | None = None
    until: date | None = None
    address: str = ""
    against: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """What a subject may do, and on what grounds."""

    action: Action
    decision: Decision
    grounds: tuple[Ground, ...]


def why(subject: Subject, record: Record) -> tuple[Why, ...]:
    """Each action on a record, allowed or not, on its grounds."""
    found = []
    for action in Action:
        asked = Asked(subject, action, timezone.now(), record.pk)
        decision = may(subject, action, record, asked)
        found.append(Why(action, decision, tuple(_grounds(asked, record, decision))))
    return tuple(found)


def _grounds(asked: Asked, record: Record, decision: Decision) -> Iterator[Ground]:
    for rule in decision.rules:
        yield from _OF_RULE[rule](asked, record)
    if asked.subject.is_member and asked.action is not Action.ADMINISTER:
        for refusal in asked.about(Grant.objects.filter(conditions.refusals(asked))).order_by("pk"):
            yield Ground(f"refus ({whom_of(refusal)}) : {refusal.reason}", refusal.since, refusal.until, against=True)
    if record.restricted and asked.action not in (Action.DISCOVER, Action.ADMINISTER):
        yield from _undertakings(asked)
    if not decision:
        yield from _lacking(asked, record)


def _by_openness(asked: Asked, record: Record) -> Iterator[Ground]:
    since = timezone.localdate(record.embargo) if record.state == State.EMBARGO and record.embargo else None
    yield Ground(f"la fiche est « {Openness(record.openness).label} »", since)


def _by_clause(asked: Asked, record: Record) -> Iterator[Ground]:
    signed = dict(
        Party.objects.filter(conditions.parties(asked)).order_by("signed_on").values_list("agreement", "signed_on")
    )
    held = asked.about(Clause.objects.filter(conditions.clauses(asked))).select_related("agreement")
    for clause in held.order_by("agreement__begins", "pk"):
        agreement = clause.agreement
        since = max(agreement.begins, signed.get(agreement.pk, agreement.begins))
        text = f"convention « {agreement.label} » : {opening_words(clause)}"
        yield Ground(text, since, agreement.ends, address_of(agreement))


def _by_grant(asked: Asked, record: Record) -> Iterator[Ground]:
    held = asked.about(Grant.objects.filter(conditions.grants(asked))).select_related("organisation", "team", "user")
    for grant in held.order_by("since", "pk"):
        text = f"autorisation ({whom_of(grant)}) : {opening_words(grant)} ; {grant.reason}"
        yield Ground(text, grant.since, grant.until)


def _by_role(asked: Asked, record: Record) -> Iterator[Ground]:
    for organisation, role in asked.subject.roles:
        if organisation == record.steward_id:
            yield Ground(f"{role.label} de {Organisation.objects.get(pk=organisation)}, organisation référente")


def _by_administrator(asked: Asked, record: Record) -> Iterator[Ground]:
    yield Ground("session d’administration ouverte")


_OF_RULE = {
    "open": _by_openness,
    "members": _by_openness,
    "named": _by_openness,
    "agreement": _by_clause,
    "grant": _by_grant,
    "colleagues": _by_role,
    "contributors": _by_role,
    "stewards": _by_role,
    "administrators": _by_administrator,
}


def _undertakings(asked: Asked) -> Iterator[Ground]:
    held = asked.about(Undertaking.objects.filter(user_id=asked.subject.user)).order_by("destroy_by", "pk")
    valid = set(held.filter(conditions.undertakings(asked)).values_list("pk", flat=True))
    for one in held:
        if one.pk in valid:
            yield Ground("engagement signé", one.signed_on, one.destroy_by)
        elif one.signed_on is None:
            yield Ground("un engagement attend sa signature", None, one.destroy_by, against=True)
        else:
            ended = one.destroyed_on or one.destroy_by
            yield Ground("un engagement signé n’a plus cours", one.signed_on, ended, against=True)
    if not valid:
        yield Ground("fichier à accès encadré : un engagement signé et en cours est nécessaire", against=True)


def _lacking(asked: Asked, record: Record) -> Iterator[Ground]:
    """What would open it, and does not."""
    day, subject = asked.day, asked.subject
    bound = Clause.objects.filter(
        conditions.opening(asked.action), record=record, agreement__parties__organisation__in=subject.organisations
    )
    for clause in bound.select_related("agreement__terms").order_by("pk").distinct():
        agreement = clause.agreement
        if reason := _not_in_force(agreement, subject, day):
            yield Ground(f"convention « {agreement.label} » : {reason}", address=address_of(agreement), against=True)
    if not published_now(record):
        yield Ground(f"la fiche est à l’état « {record.get_state_display()} »", against=True)
    if record.kind == Kind.INDICATOR:
        readable = which(subject, Action.FIGURES).filter(kind=Kind.DATASET).values("identifier")
        lacking = Dependence.objects.filter(record=record).exclude(source__in=readable)
        for source in lacking.order_by("source").values_list("source", flat=True):
            yield Ground(f"s’appuie sur {source}, qui n’est pas ouvert", against=True)


def _not_in_force(agreement: Agreement, subject: Subject, day: date) -> str:
    if agreement.standing != Agreement.Standing.SIGNED:
        return str(agreement.get_standing_display())
    if agreement.begins > day:
        return "pas encore commencée"
    if agreement.ends is not None and agreement.ends < day:
        return "échue"
    signed = agreement.parties.filter(organisation__in=subject.organisations, signed_on__lte=day)
    if not signed.exists():
        return "pas encore signée par l’organisation"
    if agreement.terms_id is not None and agreement.terms_id not in subject.terms:
        return "conditions d’utilisation non acceptées"
    return ""


def published_now(record: Record) -> bool:
    """Whether a record is published now."""
    over = record.state == State.EMBARGO and record.embargo is not None and record.embargo <= timezone.now()
    return over or record.state == State.PUBLISHED


def opening_words(opening: Opening) -> str:
    """What an opening says: « voir les chiffres, voir les données ; niveaux : commune »."""
    parts = [", ".join(action.label for action in OPENABLE if getattr(opening, action.value))]
    if opening.levels:
        parts.append("niveaux : " + ", ".join(Level(level).label for level in opening.levels))
    if opening.rows == Opening.Rows.OWN:
        parts.append("son territoire seulement")
    if opening.unmasked:
        parts.append("colonnes démasquées : " + ", ".join(opening.unmasked))
    if opening.raw:
        parts.append("chiffres avant secret statistique")
    return " ; ".join(parts)


def concerned(record: Record) -> list[Organisation]:
    """Organisations of which something is said on a record, by name: the others all have the same rights."""
    told = {record.steward_id}
    told |= set(Party.objects.filter(agreement__clauses__record=record).values_list("organisation", flat=True))
    told |= set(Grant.objects.filter(record=record).values_list("organisation", flat=True))
    told |= set(Grant.objects.filter(record=record).values_list("team__organisation", flat=True))
    return list(Organisation.objects.filter(pk__in=told - {None}).order_by("label", "pk"))
