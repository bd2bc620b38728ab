"""The policy against the oracle, on worlds of rights drawn at random.

The database answers what the oracle says (few worlds, each asked of whole); what must always hold is then tried on the
oracle, on many more.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from terril.apps.agreements.policies import may, which
from terril.apps.agreements.queries import subject_as, subject_of
from terril.apps.agreements.scopes import MEMBER, particular
from terril.core.access import ANYONE, Action, Subject
from tests.apps.agreements.oracle import Oracle
from tests.apps.agreements.world import USERS, World, Written, worlds, write

CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
FEW = settings(max_examples=25, suppress_health_check=CHECKS)
MANY = settings(max_examples=150, suppress_health_check=CHECKS)
READING = ("discover", "figures", "data", "download")
ACTIONS = [action.value for action in Action]
#: A visitor, each person, and one whose administrator's session is open.
ASKING: list[tuple[int | None, bool]] = [(None, False), *((number, False) for number in USERS), (0, True)]


def subjects(done: Written) -> list[Subject]:
    """Those of ``ASKING``."""
    done.users[0].is_administrator = True
    return [
        ANYONE if user is None else subject_of(done.users[user], administrator=administrator)
        for user, administrator in ASKING
    ]


def allowed(subject: Subject, action: Action) -> set[int]:
    return set(which(subject, action).values_list("pk", flat=True))


@pytest.mark.django_db
@FEW
@given(world=worlds, number=st.integers(0, 4))
def test_the_database_says_what_the_oracle_says(world: World, number: int):
    with transaction.atomic():
        done = write(world)
        for (user, administrator), subject in zip(ASKING, subjects(done), strict=True):
            oracle = Oracle(world, user, administrator=administrator)
            for action in Action:
                expected = {r.pk for n, r in enumerate(done.records) if oracle.may(action.value, n)}
                assert allowed(subject, action) == expected, (user, administrator, action)
                decision = may(subject, action, done.records[number])
                assert bool(decision) == oracle.may(action.value, number)
                assert decision.reasons, "no answer goes without its reason"
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_whom_nothing_is_opened_in_particular_is_like_any_member():
    compared: list[bool] = []
    # Worlds where everyone is named beside everything say nothing of this.
    sparse = worlds.map(lambda world: world.without(pacts=world.pacts[1:], given=world.given[1:2]))

    @FEW
    @given(world=sparse)
    def holds(world: World) -> None:
        with transaction.atomic():
            done = write(world)
            keys = {thing.identifier: record.pk for thing, record in zip(world.things, done.records, strict=True)}
            theirs = [(s, {a: allowed(s, Action(a)) for a in READING}) for s in subjects(done)]
            any_member = {a: allowed(MEMBER, Action(a)) for a in READING}
            for thing in world.things:
                # An indicator is read as far as its datasets are.
                own = {keys[thing.identifier], *(keys[source] for source in thing.sources)}
                for subject, mine in theirs:
                    if not particular(subject, Q(pk__in=own)):
                        assert {a: mine[a] & own for a in READING} == {a: any_member[a] & own for a in READING}
                        compared.append(bool(mine["discover"] & own))
            transaction.set_rollback(True)

    holds()
    assert any(compared), "nobody was like any member: the worlds drawn say nothing"


def answers(world: World) -> list[set[int]]:
    """What each may do, action by action."""
    numbers = range(len(world.things))
    return [
        {n for n in numbers if Oracle(world, user, administrator=administrator).may(action, n)}
        for user, administrator in ASKING
        for action in ACTIONS
    ]


@MANY
@given(world=worlds)
def test_each_reading_action_gives_those_before_it(world: World):
    for user, administrator in ASKING:
        oracle = Oracle(world, user, administrator=administrator)
        for number in range(len(world.things)):
            held = [oracle.may(action, number) for action in READING]
            assert held == sorted(held, reverse=True)
            assert oracle.may("edit", number) or not oracle.may("publish", number)
            assert oracle.may("discover", number) or not oracle.may("edit", number)


@MANY
@given(world=worlds, number=st.integers(0, 1))
def test_taking_an_agreement_away_gives_nothing(world: World, number: int):
    assume(number < len(world.pacts))
    less = world.without(pacts=tuple(p for n, p in enumerate(world.pacts) if n != number))
    assert all(after <= before for before, after in zip(answers(world), answers(less), strict=True))


@MANY
@given(world=worlds)
def test_a_refusal_gives_nothing_and_a_grant_takes_nothing(world: World):
    assume(world.given)
    for denies in (True, False):
        less = world.without(given=tuple(g for g in world.given if g.denies is not denies))
        for before, after in zip(answers(world), answers(less), strict=True):
            assert before <= after if denies else after <= before


@MANY
@given(world=worlds)
def test_a_suspended_organisation_has_what_a_visitor_has(world: World):
    closed = world.without(active=frozenset())
    numbers = range(len(world.things))
    for action in ACTIONS:
        visitor = {n for n in numbers if Oracle(closed, None).may(action, n)}
        for user in USERS:
            assert {n for n in numbers if Oracle(closed, user).may(action, n)} == visitor


@MANY
@given(world=worlds)
def test_rights_are_given_by_stewards_and_administrators_alone(world: World):
    for user in USERS:
        oracle = Oracle(world, user)
        mine = {o for o, role in oracle.roles.items() if role in ("steward", "manager")}
        for number, thing in enumerate(world.things):
            assert oracle.may("administer", number) == (thing.steward in mine)


def test_an_administrator_sees_no_data_that_a_visitor_does_not(people: Any):
    subject = subject_of(people.david, administrator=True)
    assert allowed(subject, Action.ADMINISTER) >= {r.pk for r in people.records.values()}
    for action in (Action.FIGURES, Action.DATA, Action.DOWNLOAD, Action.EDIT, Action.PUBLISH):
        assert allowed(subject, action) == allowed(ANYONE, action)


def test_an_organisation_is_seen_as_its_plain_reader(people: Any):
    record = people.records["organisations"]
    assert may(subject_as("cabbalr"), Action.DATA, record)
    assert not may(subject_as("cabbalr"), Action.EDIT, record)
    assert not may(subject_as("call"), Action.FIGURES, record)
    assert may(subject_as("call"), Action.DISCOVER, record)
    assert subject_as("absente") == ANYONE
    type(people.records["open"].steward).objects.filter(pk="cabbalr").update(is_active=False)
    assert subject_as("cabbalr") == ANYONE
