"""What the pages of organisations show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.timezone import localtime

from terril.apps.organisations import queries
from terril.apps.organisations.models import Membership, Organisation
from terril.apps.organisations.policies import knows, manages
from terril.core.access import Subject
from terril.core.text import NBSP, NNBSP, format_number
from terril.web.pages.accounts.page import written
from terril.web.pages.organisations.forms import Chosen, Composed, Invited, Named, Welcomed


@dataclass(frozen=True, slots=True)
class Line:
    """An organisation in the directory."""

    label: str
    href: str
    kind: str
    people: str
    suspended: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A member, as those of the organisation see them."""

    id: int
    name: str
    email: str
    role: str
    since: str
    teams: str
    me: bool
    form: Any = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An invitation sent, or a person to welcome."""

    id: int
    who: str
    what: str
    when: str
    late: bool = False
    form: Any = None


@dataclass(frozen=True, slots=True)
class TeamOf:
    """A team."""

    id: int
    label: str
    who: str
    form: Any = None


@dataclass(frozen=True, slots=True)
class Page:
    """An organisation, as far as who asks may see it."""

    id: str
    label: str
    kind: str
    siren: str
    people: str
    territory: str
    suspended: bool
    known: bool
    managed: bool
    mine: bool
    members: tuple[Member, ...] = ()
    teams: tuple[TeamOf, ...] = ()
    invitations: tuple[Waiting, ...] = ()
    proposals: tuple[Waiting, ...] = ()
    invite: Any = None
    name_team: Any = None


def directory(subject: Subject) -> tuple[Line, ...]:
    """Every organisation; suspended ones for an administrator."""
    return tuple(
        Line(o.label, f"/organisations/{o.pk}/", o.get_kind_display(), counted(o.people), not o.is_active)
        for o in queries.directory(suspended=subject.administrator)
    )


def counted(people: int) -> str:
    """« 3 membres »."""
    return f"{format_number(people)}{NBSP}membre{'s' if people > 1 else ''}" if people else "aucun membre"


def page_of(organisation: Organisation, subject: Subject, invite: Invited | None = None) -> Page:
    """The page of an organisation.

    Parameters
    ----------
    invite : the form as it was sent, where it had faults.
    """
    known, managed = knows(subject, organisation), manages(subject, organisation)
    rows = list(queries.members(organisation))
    level, _, code = organisation.territory.partition(":")
    common = {
        "id": organisation.pk,
        "label": organisation.label,
        "kind": organisation.get_kind_display(),
        "siren": NNBSP.join(organisation.siren[i : i + 3] for i in (0, 3, 6)) if organisation.siren else "",
        "people": counted(len(rows)),
        "territory": f"/territoires/{level}/{code}/" if code else "",
        "suspended": not organisation.is_active,
        "known": known,
        "managed": managed,
        "mine": organisation.pk in subject.organisations,
    }
    if not known:
        return Page(**common)
    members = tuple(_member(m, subject, managed) for m in rows)
    if not managed:
        return Page(**common, members=members, teams=_teams(organisation, rows, managed))
    return Page(
        **common,
        members=members,
        teams=_teams(organisation, rows, managed),
        invitations=_invitations(organisation),
        proposals=_proposals(organisation),
        invite=invite or Invited(auto_id="invite_%s"),
        name_team=Named(auto_id="team_%s"),
    )


def _member(membership: Membership, subject: Subject, managed: bool) -> Member:
    form = Chosen(initial={"role": membership.role}, auto_id=f"m{membership.pk}_%s") if managed else None
    return Member(
        membership.pk,
        str(membership.user) if membership.user.name or managed else "sans nom",
        membership.user.email if managed else "",
        membership.get_role_display(),
        written(localtime(membership.since).date()),
        ", ".join(sorted(t.label for t in membership.teams.all())),
        membership.user_id == subject.user,
        form,
    )


def _teams(organisation: Organisation, rows: list[Membership], managed: bool) -> tuple[TeamOf, ...]:
    found = []
    for team in organisation.teams.order_by("label", "pk"):
        inside = [m for m in rows if any(t.pk == team.pk for t in m.teams.all())]
        who = ", ".join(m.user.name or "sans nom" for m in inside) or "personne encore"
        chosen = {"members": [m.pk for m in inside]}
        form = Composed(organisation, initial=chosen, auto_id=f"t{team.pk}_%s") if managed else None
        found.append(TeamOf(team.pk, team.label, who, form))
    return tuple(found)


def _invitations(organisation: Organisation) -> tuple[Waiting, ...]:
    now = timezone.now()
    return tuple(
        Waiting(i.pk, i.email, i.get_role_display(), written(i.sent), i.expires <= now)
        for i in queries.waiting(organisation)
    )


def _proposals(organisation: Organisation) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(p.pk, str(p.user), p.user.email, written(p.asked), form=Welcomed(auto_id=f"p{p.pk}_%s"))
        for p in queries.undecided(organisation)
    )
