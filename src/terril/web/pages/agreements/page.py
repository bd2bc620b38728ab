"""What the pages of agreements show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils import timezone

from terril.apps.agreements.actions.agreements import WAYS, address_of, keeps
from terril.apps.agreements.explaining import opening_words
from terril.apps.agreements.models import Agreement, Clause
from terril.apps.agreements.policies import which
from terril.apps.agreements.queries import agreements_of
from terril.apps.audit.models import Entry
from terril.apps.catalogue.actions import address_of as record_address
from terril.apps.organisations.models import Organisation
from terril.apps.organisations.policies import MANAGING
from terril.core.access import Action, Subject
from terril.core.access.subject import STEWARDING
from terril.core.text import typeset
from terril.web.pages.accounts.page import written
from terril.web.pages.rights.facts import span

_VERBS = {"signed": "Mettre en vigueur", "suspended": "Suspendre", "ended": "Terminer"}
_ACTS = {"agreement.created": "Préparée", "agreement.changed": "Modifiée", "agreement.signed": "Signée"}
_STANDING = {"draft": "en préparation", "signed": "mise en vigueur", "suspended": "suspendue", "ended": "terminée"}


@dataclass(frozen=True, slots=True)
class Line:
    """An agreement in the list."""

    label: str
    href: str
    keeper: str
    standing: str
    live: bool
    when: str
    parties: str


@dataclass(frozen=True, slots=True)
class PartyLine:
    """A party, and whether who looks may sign for it."""

    id: str
    label: str
    signed: str
    mine: bool


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """A clause; its record is told to who may know it."""

    id: int
    title: str
    href: str
    opens: str
    removable: bool


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done."""

    when: str
    what: str


@dataclass(frozen=True, slots=True)
class Page:
    """One agreement; texts are ready."""

    href: str
    label: str
    reference: str
    standing: str
    live: bool
    when: str
    ending: str
    keeper: str
    purposes: str
    parties: tuple[PartyLine, ...]
    clauses: tuple[ClauseLine, ...]
    unknown: int
    terms: str
    terms_title: str
    ways: tuple[tuple[str, str], ...]
    kept: bool
    history: tuple[Step, ...]


def live(agreement: Agreement) -> bool:
    """Whether an agreement opens something today."""
    today = timezone.localdate()
    over = agreement.ends is not None and agreement.ends < today
    return agreement.standing == Agreement.Standing.SIGNED and agreement.begins <= today and not over


def standing_words(agreement: Agreement) -> str:
    """Where an agreement stands today: an agreement that is past is not « en vigueur »."""
    today = timezone.localdate()
    if agreement.standing != Agreement.Standing.SIGNED:
        return str(agreement.get_standing_display())
    if agreement.ends is not None and agreement.ends < today:
        return "échue"
    return "à venir" if agreement.begins > today else "en vigueur"


def listing(subject: Subject) -> tuple[Line, ...]:
    """Agreements that the subject may know, those in force first."""
    signed = Count("parties", filter=Q(parties__signed_on__isnull=False))
    found = agreements_of(subject).select_related("keeper").annotate(every=Count("parties"), done=signed)
    lines = [
        Line(
            typeset(a.label), address_of(a), str(a.keeper), standing_words(a), live(a), span(a.begins, a.ends),
            f"{a.done} sur {a.every} signée{'s' if a.done > 1 else ''}",
        )
        for a in found.order_by("-begins", "label", "pk")
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda line: not line.live))


def keepers(subject: Subject) -> list[Organisation]:
    """Organisations whose agreements the subject may write."""
    every = Organisation.objects.filter(is_active=True).order_by("label", "pk")
    return list(every if subject.administrator else every.filter(pk__in=subject.organisations_as(STEWARDING)))


def page_of(agreement: Agreement, subject: Subject) -> Page:
    """The page of an agreement, for who may know it."""
    known = set(which(subject, Action.DISCOVER).filter(clauses__agreement=agreement).values_list("pk", flat=True))
    kept = keeps(subject, agreement.keeper_id)
    mine = set(which(subject, Action.ADMINISTER).filter(clauses__agreement=agreement).values_list("pk", flat=True))
    clauses = list(agreement.clauses.select_related("record").order_by("record__title", "pk"))
    ended = agreement.standing == Agreement.Standing.ENDED
    return Page(
        href=address_of(agreement),
        label=typeset(agreement.label),
        reference=agreement.reference,
        standing=standing_words(agreement),
        live=live(agreement),
        when=span(agreement.begins, agreement.ends),
        ending=_ending(agreement.ends) if live(agreement) else "",
        keeper=str(agreement.keeper),
        purposes=typeset(agreement.purposes),
        parties=tuple(_parties(agreement, subject)),
        clauses=tuple(
            _clause(c, removable=not ended and (kept or c.record_id in mine)) for c in clauses if c.record_id in known
        ),
        unknown=sum(c.record_id not in known for c in clauses),
        terms=agreement.terms.text if agreement.terms else "",
        terms_title=f"version {agreement.terms.version}, du {written(agreement.terms.published)}"
        if agreement.terms
        else "",
        ways=tuple((way, _VERBS[way]) for way in WAYS[agreement.standing]) if kept else (),
        kept=kept and not ended,
        history=tuple(_history(agreement)),
    )


def _ending(ends: date | None) -> str:
    if ends is None:
        return ""
    left = (ends - timezone.localdate()).days
    if left > 60:
        return ""
    return "Dernier jour aujourd’hui." if left == 0 else f"Échéance dans {left} jour{'s' if left > 1 else ''}."


def _parties(agreement: Agreement, subject: Subject) -> list[PartyLine]:
    managed = subject.organisations_as(MANAGING)
    told = agreement.parties.select_related("organisation").order_by("organisation__label", "pk")
    ended = agreement.standing == Agreement.Standing.ENDED
    return [
        PartyLine(
            p.organisation_id, str(p.organisation), f"signée le {written(p.signed_on)}" if p.signed_on else "",
            p.signed_on is None and not ended and (p.organisation_id in managed or subject.administrator),
        )
        for p in told
    ]  # fmt: skip


def _clause(clause: Clause, *, removable: bool) -> ClauseLine:
    record = clause.record
    return ClauseLine(
        clause.pk, typeset(record.title), record_address(record), typeset(opening_words(clause)), removable
    )


def _history(agreement: Agreement) -> list[Step]:
    told = Entry.objects.filter(kind="agreement", target=str(agreement.pk)).order_by("-id")[:50]
    names = dict(Organisation.objects.values_list("pk", "label"))
    return [Step(written(e.at), typeset(_told(e, names))) for e in told]


def _told(entry: Entry, names: dict[str, str]) -> str:
    """What was done, without the name of who did: bodies sign, the audit knows the person."""
    if entry.act == "agreement.standing":
        return f"{_STANDING.get(entry.detail.get('after', ''), '').capitalize()}"
    text = _ACTS.get(entry.act, entry.act)
    if entry.act == "agreement.signed":
        return f"{text} par {names.get(entry.organisation, entry.organisation)}"
    if "clause" in entry.detail:
        return "Clause retirée" if entry.detail.get("dropped") else "Clause écrite"
    return text
