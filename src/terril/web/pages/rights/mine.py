"""What one may see oneself, and why: terms to accept, undertakings, agreements, grants, requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from terril.apps.agreements.actions.agreements import address_of
from terril.apps.agreements.actions.requests import rights_address
from terril.apps.agreements.explaining import opening_words
from terril.apps.agreements.models import Clause, Grant, Request, Undertaking
from terril.apps.agreements.policies import which
from terril.apps.agreements.queries import agreements_of, terms_to_accept
from terril.apps.catalogue.actions import address_of as record_address
from terril.apps.catalogue.models import Record
from terril.apps.organisations.models import Organisation
from terril.core.access import Action, Subject
from terril.core.text import typeset
from terril.web.pages.accounts.page import written
from terril.web.pages.agreements.page import live, standing_words
from terril.web.pages.rights.facts import span
from terril.web.pages.rights.page import undertaking_words


@dataclass(frozen=True, slots=True)
class Waiting:
    """Terms to accept."""

    id: int
    label: str
    href: str
    version: int
    text: str


@dataclass(frozen=True, slots=True)
class Undertaken:
    """An undertaking of one's own."""

    id: int
    title: str
    href: str
    state: str
    live: bool
    to_sign: bool
    to_destroy: bool
    organisation: str
    purpose: str
    text: str
    destroy_by: str
    left: str


@dataclass(frozen=True, slots=True)
class Open:
    """Something that is open to one, and through what."""

    title: str
    href: str
    opens: str
    through: str
    through_href: str
    when: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A request of one's own."""

    id: int
    title: str
    what: str
    state: str
    waiting: bool
    when: str
    answer: str


@dataclass(frozen=True, slots=True)
class Held:
    """A record that one answers for, and how many requests wait."""

    title: str
    href: str
    openness: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Mine:
    """What one may see."""

    organisations: tuple[str, ...]
    waiting: tuple[Waiting, ...]
    undertakings: tuple[Undertaken, ...]
    opened: tuple[Open, ...]
    requests: tuple[Sent, ...]
    stewarded: int


def mine(subject: Subject) -> Mine:
    """The page of one's own access."""
    names = dict(Organisation.objects.filter(pk__in=subject.organisations).values_list("pk", "label"))
    roles = tuple(f"{role.label} ({names[organisation]})" for organisation, role in subject.roles)
    undertakings = Undertaking.objects.filter(user_id=subject.user).select_related("record", "organisation")
    sent = Request.objects.filter(user_id=subject.user).select_related("record").order_by("-asked", "-pk")[:20]
    known = set(which(subject, Action.DISCOVER).filter(requests__user_id=subject.user).values_list("pk", flat=True))
    return Mine(
        roles,
        tuple(
            Waiting(a.terms.pk, typeset(a.label), address_of(a), a.terms.version, a.terms.text)
            for a in terms_to_accept(subject)
        ),
        tuple(
            _undertaken(u) for u in undertakings.order_by(F("destroyed_on").asc(nulls_first=True), "destroy_by", "pk")
        ),
        (*_by_agreements(subject), *_by_grants(subject)),
        tuple(_sent(r, r.record_id in known) for r in sent),
        which(subject, Action.ADMINISTER).count(),
    )


def _kept_first(undertakings: QuerySet[Undertaking]) -> QuerySet[Undertaking]:
    return undertakings.order_by(F("destroyed_on").asc(nulls_first=True), "destroy_by", "pk")


def _undertaken(one: Undertaking) -> Undertaken:
    state, opens = undertaking_words(one)
    left = (one.destroy_by - timezone.localdate()).days
    told = f"dans {left} jour{'s' if left > 1 else ''}" if left > 0 else "aujourd’hui" if left == 0 else "date passée"
    done = one.destroyed_on is not None
    return Undertaken(
        id=one.pk,
        title=typeset(one.record.title),
        href=record_address(one.record),
        state=typeset(state),
        live=opens,
        to_sign=one.signed_on is None and not done and left >= 0,
        to_destroy=one.signed_on is not None and not done,
        organisation=str(one.organisation),
        purpose=typeset(one.purpose),
        text=typeset(one.text),
        destroy_by=written(one.destroy_by),
        left="" if done else told,
    )


def _by_agreements(subject: Subject) -> Iterator[Open]:
    known = which(subject, Action.DISCOVER)
    read = set(which(subject, Action.FIGURES).values_list("pk", flat=True))
    bound = agreements_of(subject).filter(parties__organisation__in=subject.organisations)
    held = Clause.objects.filter(agreement__in=bound.values("pk"), record__in=known.values("pk"))
    for clause in held.select_related("agreement", "record").order_by("agreement__label", "record__title", "pk"):
        agreement, record = clause.agreement, clause.record
        through = f"convention « {agreement.label} »"
        if not live(agreement):
            through += f", {standing_words(agreement)}"
        elif record.pk not in read:
            through += f", {_lacking(clause, subject)}"
        yield Open(
            typeset(record.title), record_address(record), typeset(opening_words(clause)), typeset(through),
            address_of(agreement), span(agreement.begins, agreement.ends),
        )  # fmt: skip


def _lacking(clause: Clause, subject: Subject) -> str:
    """Why a clause of an agreement in force gives nothing yet."""
    agreement = clause.agreement
    if agreement.terms_id is not None and agreement.terms_id not in subject.terms:
        return "conditions à accepter d’abord"
    if clause.record.restricted:
        return "engagement à signer d’abord"
    return "sans effet aujourd’hui"


def _by_grants(subject: Subject) -> Iterator[Open]:
    today = timezone.localdate()
    whom = Q(organisation__in=subject.organisations) | Q(team__in=subject.teams) | Q(user_id=subject.user)
    current = Q(since__lte=today) & (Q(until=None) | Q(until__gte=today))
    known = which(subject, Action.DISCOVER).values("pk")
    held = Grant.objects.filter(whom, current, record__in=known).select_related("record")
    for grant in held.order_by("record__title", "pk"):
        through = "refus du référent" if grant.denies else "autorisation du référent"
        yield Open(
            typeset(grant.record.title), record_address(grant.record), typeset(opening_words(grant)),
            f"{through}, {typeset(grant.reason)}", "", span(grant.since, grant.until),
        )  # fmt: skip


def _sent(one: Request, known: bool) -> Sent:
    """A request; a record that became unknown is not named any more."""
    title = typeset(one.record.title) if known else "une fiche que vous ne connaissez plus"
    waiting = one.standing == Request.Standing.WAITING
    what = Action(one.action).label
    return Sent(one.pk, title, what, str(one.get_standing_display()), waiting, written(one.asked), typeset(one.answer))


def stewarded(subject: Subject, text: str) -> list[Held]:
    """Records that the subject answers for: those with something to decide first, at most two hundred."""
    found = which(subject, Action.ADMINISTER)
    if text:
        found = found.filter(Q(title__icontains=text) | Q(identifier__icontains=text))
    counted = found.annotate(waiting=Count("requests", filter=Q(requests__standing=Request.Standing.WAITING)))
    return [_held(r) for r in counted.order_by("-waiting", "title", "pk")[:200]]


def _held(record: Record) -> Held:
    return Held(typeset(record.title), rights_address(record), str(record.get_openness_display()), int(record.waiting))
