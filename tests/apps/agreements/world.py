"""Small worlds of rights, as plain facts: written in the database for the policy, read in Python by the oracle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st

from terril.apps.accounts.models import User
from terril.apps.agreements import models
from terril.apps.catalogue.models import Record
from terril.apps.organisations.models import Membership, Organisation, Team

ORGANISATIONS = ("aaa", "bbb", "ccc")
USERS = (0, 1)
#: Each team is of the organisation at its place.
TEAMS = ("aaa", "bbb")
TERMS = (0, 1)
DATASETS = ("essai/un", "essai/deux", "essai/trois")
FLAGS = ("figures", "data", "download", "edit", "publish")


@dataclass(frozen=True)
class Thing:
    """A record."""

    kind: str
    identifier: str
    openness: str
    restricted: bool
    state: str
    embargo: int | None
    steward: str | None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Member:
    user: int
    organisation: str
    role: str
    until: int | None
    team: bool


@dataclass(frozen=True)
class Pact:
    """An agreement: days from today."""

    standing: str
    begins: int
    ends: int | None
    terms: int | None
    parties: tuple[tuple[str, int | None], ...]
    clauses: tuple[tuple[int, frozenset[str]], ...]


@dataclass(frozen=True)
class Given:
    """A grant or a refusal, to an organisation, a team or a person."""

    record: int
    whom: tuple[str, Any]
    denies: bool
    flags: frozenset[str]
    since: int
    until: int | None


@dataclass(frozen=True)
class Signed:
    record: int
    user: int
    organisation: str
    signed: int | None
    destroyed: bool
    destroy_by: int


@dataclass(frozen=True)
class World:
    things: tuple[Thing, ...]
    active: frozenset[str]
    members: tuple[Member, ...]
    pacts: tuple[Pact, ...] = ()
    given: tuple[Given, ...] = ()
    signed: tuple[Signed, ...] = ()
    accepted: frozenset[tuple[int, int]] = frozenset()

    def without(self, **changes: Any) -> World:
        return replace(self, **changes)


_days = st.sampled_from((-30, -1, 0, 1, 30))
_ends = st.none() | _days
_flags = st.frozensets(st.sampled_from(FLAGS), min_size=1, max_size=2)
_organisation = st.sampled_from(ORGANISATIONS)


@st.composite
def _things(draw: Any) -> tuple[Thing, ...]:
    found = []
    for identifier in DATASETS:
        found.append(draw(_thing("dataset", identifier)))
    for number, size in enumerate((1, 2)):
        sources = tuple(draw(st.permutations(DATASETS))[:size])
        # Most indicators are what packs declare: open and published.
        base = draw(_thing("indicator", f"essai/indicateur_{number}"))
        opened = replace(base, openness="open", restricted=False, state="published")
        found.append(replace(opened if draw(st.booleans()) else base, sources=sources))
    return tuple(found)


def _thing(kind: str, identifier: str) -> st.SearchStrategy[Thing]:
    return st.builds(
        Thing,
        kind=st.just(kind),
        identifier=st.just(identifier),
        openness=st.sampled_from(("open", "members", "organisations", "confidential")),
        restricted=st.booleans(),
        state=st.sampled_from(("published", "published", "published", "embargo", "draft", "archived")),
        embargo=st.sampled_from((-1, 1)),
        steward=st.sampled_from((None, "aaa", "bbb", "ccc")),
    )


_members = st.lists(
    st.builds(
        Member,
        user=st.sampled_from(USERS),
        organisation=_organisation,
        role=st.sampled_from(("reader", "contributor", "steward", "manager")),
        until=st.sampled_from((None, None, None, -1, 0)),
        team=st.booleans(),
    ),
    min_size=2,
    max_size=5,
    unique_by=lambda m: (m.user, m.organisation),
)
_pacts = st.builds(
    Pact,
    standing=st.sampled_from(("signed", "signed", "signed", "draft", "suspended", "ended")),
    begins=st.sampled_from((-30, -1, 0, 1)),
    ends=_ends,
    terms=st.sampled_from((None, None, 0, 1)),
    parties=st.lists(
        st.tuples(_organisation, st.sampled_from((-1, 0, 0, 1, None))), min_size=1, max_size=3, unique_by=lambda p: p[0]
    ).map(tuple),
    clauses=st.lists(st.tuples(st.integers(0, 4), _flags), min_size=2, max_size=4, unique_by=lambda c: c[0]).map(tuple),
)
_whom = (
    st.tuples(st.just("organisation"), _organisation)
    | st.tuples(st.just("team"), st.sampled_from((0, 1)))
    | st.tuples(st.just("user"), st.sampled_from(USERS))
)
_given = st.builds(
    Given, record=st.integers(0, 4), whom=_whom, denies=st.booleans(), flags=_flags, since=_days, until=_ends
)
_signed = st.builds(
    Signed,
    record=st.integers(0, 4),
    user=st.sampled_from(USERS),
    organisation=_organisation,
    signed=st.sampled_from((None, -1, 0, 0, 1)),
    destroyed=st.sampled_from((False, False, True)),
    destroy_by=st.sampled_from((-1, 0, 30)),
)
worlds = st.builds(
    World,
    things=_things(),
    active=st.sampled_from((frozenset(ORGANISATIONS), frozenset(ORGANISATIONS), frozenset({"aaa", "bbb"}))),
    members=_members.map(tuple),
    pacts=st.lists(_pacts, min_size=1, max_size=2).map(tuple),
    given=st.lists(_given, min_size=1, max_size=4).map(tuple),
    signed=st.lists(_signed, max_size=3, unique_by=lambda s: (s.record, s.user, s.organisation)).map(tuple),
    accepted=st.frozensets(st.tuples(st.sampled_from(USERS), st.sampled_from(TERMS)), max_size=3),
)


@dataclass
class Written:
    """What stands in the database for a world."""

    records: list[Any]
    users: dict[int, Any]


def _day(offset: int | None) -> Any:
    return None if offset is None else timezone.localdate() + timedelta(days=offset)


def write(world: World) -> Written:
    """Write a world in the database in use."""
    users, teams = _people(world)
    terms = [models.Terms.objects.create(label="Conditions", version=n + 1, text="…") for n in TERMS]
    for user, number in sorted(world.accepted):
        models.Acceptance.objects.create(user=users[user], terms=terms[number])
    records = [_record(thing) for thing in world.things]
    for pact in world.pacts:
        made = models.Agreement.objects.create(
            label="Convention", purposes="Essai", standing=pact.standing, begins=_day(pact.begins),
            ends=_day(pact.ends), terms=None if pact.terms is None else terms[pact.terms], keeper_id="aaa",
        )  # fmt: skip
        for organisation, signed in pact.parties:
            models.Party.objects.create(agreement=made, organisation_id=organisation, signed_on=_day(signed))
        for record, flags in pact.clauses:
            models.Clause.objects.create(agreement=made, record=records[record], **_told(flags))
    for given in world.given:
        kind, which = given.whom
        whom = {"organisation_id": which} if kind == "organisation" else {kind: (teams, users)[kind == "user"][which]}
        models.Grant.objects.create(
            record=records[given.record], denies=given.denies, since=_day(given.since), until=_day(given.until),
            reason="essai", **whom, **_told(given.flags),
        )  # fmt: skip
    for one in world.signed:
        models.Undertaking.objects.create(
            record=records[one.record], user=users[one.user], organisation_id=one.organisation, purpose="essai",
            text="…", signed_on=_day(one.signed), destroy_by=_day(one.destroy_by),
            destroyed_on=_day(0) if one.destroyed else None,
        )  # fmt: skip
    return Written(records, users)


def _people(world: World) -> tuple[dict[int, Any], list[Any]]:
    for key in ORGANISATIONS:
        Organisation.objects.create(pk=key, label=key, kind="epci", is_active=key in world.active)
    users = {number: User.objects.create(email=f"{number}@exemple.fr") for number in USERS}
    teams = [Team.objects.create(organisation_id=o, label=f"équipe {o}") for o in TEAMS]
    for member in world.members:
        made = Membership.objects.create(
            user=users[member.user], organisation_id=member.organisation, role=member.role, until=_day(member.until)
        )
        if member.team and member.organisation in TEAMS:
            made.teams.add(teams[TEAMS.index(member.organisation)])
    return users, teams


def _record(thing: Thing) -> Any:
    embargo = None if thing.embargo is None else timezone.now() + timedelta(hours=thing.embargo)
    return Record.objects.create(
        kind=thing.kind, identifier=thing.identifier, title=thing.identifier, openness=thing.openness,
        restricted=thing.restricted, state=thing.state, embargo=embargo, steward_id=thing.steward,
        sources=list(thing.sources),
    )  # fmt: skip


def _told(flags: frozenset[str]) -> dict[str, bool]:
    return {flag: flag in flags for flag in FLAGS}
