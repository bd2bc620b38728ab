"""What the page of the rights of a record shows to its stewards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils import timezone

from terril.apps.accounts.models import User
from terril.apps.agreements.actions.grants import whom_of
from terril.apps.agreements.actions.requests import rights_address
from terril.apps.agreements.explaining import Ground, concerned, opening_words, why
from terril.apps.agreements.models import Grant, Request, Undertaking
from terril.apps.agreements.policies import may
from terril.apps.agreements.queries import subject_as, subject_of
from terril.apps.catalogue.actions import address_of
from terril.apps.catalogue.models import Record
from terril.apps.organisations.models import Organisation
from terril.core.access import ANYONE, Action, Role, Subject
from terril.core.access.permissions import READING
from terril.core.records import Openness
from terril.core.text import typeset
from terril.web.pages.accounts.page import written
from terril.web.pages.rights.facts import joined, span
from terril.web.pages.rights.forms import AnswerForm, GrantForm, OpennessForm, UndertakingForm

#: Actions of the table; the others follow from roles.
SHOWN = READING
#: An organisation of which nothing is said: what any member may do.
_MEMBER = Subject(roles=(("", Role.READER),))


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether an action is allowed, and why."""

    action: str
    allowed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """An organisation, and each action."""

    label: str
    cells: tuple[Cell, ...]
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A grant or a refusal."""

    id: int
    whom: str
    what: str
    denies: bool
    when: str
    over: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to decide."""

    id: int
    who: str
    what: str
    purpose: str
    when: str
    form: Any


@dataclass(frozen=True, slots=True)
class Engaged:
    """An undertaking."""

    who: str
    state: str
    live: bool
    purpose: str
    destroy_by: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that makes an answer what it is."""

    text: str
    when: str
    href: str
    against: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """An action, allowed or not, on its grounds."""

    action: str
    allowed: bool
    rule: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """Why someone sees something."""

    who: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The rights of a record; texts are ready."""

    href: str
    words: str
    title: str
    record: str
    openness: str
    restricted: bool
    masked: tuple[str, ...]
    actions: tuple[str, ...]
    rows: tuple[Row, ...]
    grants: tuple[Given, ...]
    requests: tuple[Asked, ...]
    undertakings: tuple[Engaged, ...]
    organisations: tuple[tuple[str, str], ...]
    chosen: str
    explained: Explained | None
    fault: str
    forms: dict[str, Any]
    withdrawn: int | None


def page_of(record: Record, question: dict[str, str], forms: dict[str, Any] | None = None) -> Page:
    """The page, for a steward.

    Parameters
    ----------
    question : ``pour`` (an organisation or an e-mail address) and ``retire`` (a grant taken back), as asked.
    forms : those that are faulty, by name.
    """
    asked = question.get("pour", "").strip()[:254]
    subject, who = _subject(asked)
    held = {
        "grant": GrantForm(None, record),
        "openness": OpennessForm(None, record),
        "undertaking": UndertakingForm(None),
        **(forms or {}),
    }
    href = rights_address(record)
    return Page(
        href=href,
        words=href.removeprefix("/droits/fiche/"),
        title=typeset(record.title),
        record=address_of(record),
        openness=Openness(record.openness).label,
        restricted=record.restricted,
        masked=tuple(record.masked),
        actions=tuple(a.label for a in SHOWN),
        rows=tuple(_rows(record)),
        grants=tuple(_given(g) for g in _grants(record)),
        requests=tuple(_requests(record, held)),
        undertakings=tuple(_engaged(u) for u in _undertakings(record)),
        organisations=tuple((o.pk, o.label) for o in Organisation.objects.filter(is_active=True).order_by("label")),
        chosen=asked,
        explained=_explained(record, subject, who) if subject is not None else None,
        fault="" if subject is not None or not asked else "Ni organisation, ni compte de ce nom.",
        forms=held,
        withdrawn=_withdrawn(record, question.get("retire", "")),
    )


def _rows(record: Record) -> Iterator[Row]:
    yield Row("Un visiteur", _cells(ANYONE, record))
    for organisation in concerned(record):
        label = f"{organisation}{'' if organisation.is_active else ' (suspendue)'}"
        yield Row(label, _cells(subject_as(organisation.pk), record), organisation.pk)
    yield Row("Tout autre membre", _cells(_MEMBER, record))


def _cells(subject: Subject, record: Record) -> tuple[Cell, ...]:
    found = []
    for action in SHOWN:
        decision = may(subject, action, record)
        found.append(Cell(action.label, bool(decision), typeset(", ".join(decision.reasons))))
    return tuple(found)


def _grants(record: Record) -> Any:
    held = Grant.objects.filter(record=record).select_related("organisation", "team__organisation", "user")
    return held.order_by("-denies", "-since", "pk")


def _given(grant: Grant) -> Given:
    over = grant.until is not None and grant.until < timezone.localdate()
    what = typeset(opening_words(grant))
    when = span(grant.since, grant.until)
    return Given(grant.pk, typeset(whom_of(grant)), what, grant.denies, when, over, typeset(grant.reason))


def _requests(record: Record, forms: dict[str, Any]) -> Iterator[Asked]:
    waiting = Request.objects.filter(record=record, standing=Request.Standing.WAITING)
    for one in waiting.select_related("user", "organisation").order_by("asked", "pk"):
        form = forms.get(f"request{one.pk}") or AnswerForm(None, record, one.pk, one.action)
        what = Action(one.action).label
        yield Asked(one.pk, f"{one.user} ({one.organisation})", what, typeset(one.purpose), written(one.asked), form)


def _undertakings(record: Record) -> Any:
    held = Undertaking.objects.filter(record=record).select_related("user", "organisation")
    return held.order_by(F("destroyed_on").asc(nulls_first=True), "destroy_by", "pk")


def _engaged(one: Undertaking) -> Engaged:
    state, live = undertaking_words(one)
    who = f"{one.user} ({one.organisation})"
    return Engaged(who, state, live, typeset(one.purpose), written(one.destroy_by))


def undertaking_words(one: Undertaking) -> tuple[str, bool]:
    """Where an undertaking stands, and whether it opens something today."""
    if one.destroyed_on is not None:
        return f"détruit le {written(one.destroyed_on)}", False
    if one.signed_on is None:
        return "à signer", False
    if one.destroy_by < timezone.localdate():
        return "échu : destruction à déclarer", False
    return f"signé le {written(one.signed_on)}", True


def _subject(asked: str) -> tuple[Subject | None, str]:
    """Of whom it is asked: an organisation, or a person by their address."""
    organisation = Organisation.objects.filter(pk=asked).first()
    if organisation is not None:
        return subject_as(organisation.pk), f"{organisation}, un lecteur qui a accepté les conditions"
    person = User.objects.filter(email=asked.lower()).first() if "@" in asked else None
    return (None, "") if person is None else (subject_of(person), str(person))


def _explained(record: Record, subject: Subject, who: str) -> Explained:
    answers = tuple(
        Answer(
            one.action.label,
            bool(one.decision),
            typeset(joined(*one.decision.reasons)),
            tuple(_reason(ground) for ground in one.grounds),
        )
        for one in why(subject, record)
    )
    return Explained(who, answers)


def _reason(ground: Ground) -> Reason:
    return Reason(typeset(ground.text), span(ground.since, ground.until), ground.address, ground.against)


def _withdrawn(record: Record, asked: str) -> int | None:
    """A grant of this record that was just taken back, and may be put back."""
    if not asked.isdigit() or Grant.objects.filter(pk=asked).exists():
        return None
    last = Grant.history.filter(id=asked, record_id=record.pk, history_type="-").exists()
    return int(asked) if last else None
