"""Tokens: made for members, kept as fingerprints, refused once anything that gave them their rights is gone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from terril.apps.agreements.policies import may
from terril.apps.agreements.queries import subject_of
from terril.apps.audit.models import Entry
from terril.apps.organisations.models import Membership, Team
from terril.apps.tokens import actions, counters
from terril.apps.tokens.actions import TokenError
from terril.apps.tokens.models import Count, Token
from terril.apps.tokens.queries import subject_through, token_of
from terril.core.access import Action
from tests.support.people import People, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    return settle()


def made(user, days: int = 30, organisation: str = "", label: str = "QGIS") -> tuple[Token, str]:
    expires = timezone.localdate() + timedelta(days=days)
    return actions.create(user, subject_of(user), label, expires, organisation)


def test_the_secret_is_kept_nowhere(people: People):
    token, secret = made(people.alice)
    assert secret.startswith("terril_")
    assert len(secret) > 45
    stored = [str(value) for value in Token.objects.values_list(flat=False)[0]]
    assert not any(secret in value for value in stored)
    entry = Entry.objects.get(act="token.created")
    assert secret not in f"{entry.detail}{entry.label}"
    assert secret.startswith(token.start)
    assert token_of(secret) == token


def test_it_reads_as_its_owner(people: People):
    token, _ = made(people.alice)
    assert subject_through(token) == subject_of(people.alice)
    assert may(subject_through(token), Action.DATA, people.records["organisations"])


def test_the_day_of_its_use_is_written_and_no_more(people: People):
    token, secret = made(people.alice)
    assert token.last_used is None
    token_of(secret)
    token.refresh_from_db()
    assert token.last_used == timezone.localdate()


@pytest.mark.parametrize("days", [-1, 366, 4000])
def test_a_token_lasts_a_year_at_most(people: People, days: int):
    with pytest.raises(TokenError, match="un an"):
        made(people.alice, days)


@pytest.mark.parametrize("label", ["", "   ", "x" * 81])
def test_a_token_has_a_name(people: People, label: str):
    with pytest.raises(TokenError, match="nom"):
        made(people.alice, label=label)


def test_who_belongs_to_nothing_has_no_token(people: People):
    with pytest.raises(TokenError, match="aucune"):
        made(people.david)


def test_it_is_not_made_for_the_organisation_of_another(people: People):
    with pytest.raises(TokenError, match="n’appartient pas"):
        made(people.alice, organisation="call")


def test_twenty_at_once_are_enough(people: People):
    for _ in range(actions.MOST):
        made(people.alice)
    with pytest.raises(TokenError, match="20"):
        made(people.alice)


def test_narrowed_it_has_the_rights_of_one_organisation(people: People):
    Membership.objects.create(user=people.alice, organisation_id="call", role="steward")
    mine = Membership.objects.get(user=people.alice, organisation_id="cabbalr")
    team = Team.objects.create(organisation_id="cabbalr", label="SIG")
    mine.teams.add(team)
    wide, _ = made(people.alice)
    narrow, _ = made(people.alice, organisation="call")
    assert subject_through(wide).organisations == {"call", "cabbalr"}
    assert subject_through(narrow).organisations == {"call"}
    assert subject_through(narrow).teams == frozenset()
    assert not may(subject_through(narrow), Action.DATA, people.records["organisations"])


def test_an_administrator_is_none_through_a_token(people: People):
    Membership.objects.create(user=people.david, organisation_id="aula", role="reader")
    token, _ = made(people.david)
    assert not subject_through(token).administrator


@pytest.mark.parametrize(
    "secret", ["", "terril_", "terril_absent", "x" * 5000, "terril_" + "x" * 300, "terril_é\ud800"]
)
def test_what_is_no_token_opens_nothing(secret: str):
    with pytest.raises(TokenError, match="inconnu"):
        token_of(secret)


def test_a_token_revoked_or_expired_opens_nothing(people: People):
    token, secret = made(people.alice)
    actions.revoke(token, people.alice)
    with pytest.raises(TokenError, match="révoqué"):
        token_of(secret)
    actions.revoke(token, people.alice)
    assert Entry.objects.filter(act="token.revoked").count() == 1
    late, secret = made(people.alice)
    Token.objects.filter(pk=late.pk).update(expires=date.today() - timedelta(days=1))
    with pytest.raises(TokenError, match="expiré"):
        token_of(secret)


def test_a_closed_account_opens_nothing(people: People):
    _, secret = made(people.alice)
    people.alice.is_active = False
    people.alice.save()
    with pytest.raises(TokenError, match="inconnu"):
        token_of(secret)


@pytest.mark.parametrize("organisation", ["", "cabbalr"])
def test_a_membership_that_ended_takes_its_tokens_with_it(people: People, organisation: str):
    token, secret = made(people.alice, organisation=organisation)
    Membership.objects.filter(user=people.alice).update(until=date.today() - timedelta(days=1))
    with pytest.raises(TokenError, match="pris fin"):
        subject_through(token_of(secret))
    assert token.organisation_id in (None, "cabbalr")


def test_questions_are_counted_by_minute():
    first = counters.count("essai", 2)
    assert (first.asked, first.left, first.exceeded) == (1, 1, False)
    assert 0 < first.reset <= 60
    assert counters.count("essai", 2).left == 0
    assert counters.count("essai", 2).exceeded
    assert not counters.count("autre", 2).exceeded
    assert counters.standing("essai", 2).asked == 3
    Count.objects.update(minute=1)
    assert counters.count("essai", 2).asked == 1
    assert not Count.objects.filter(minute=1).exists(), "minutes gone are kept"


def test_a_visitor_cannot_be_found_from_their_count():
    name = counters.visitor("192.0.2.7")
    assert "192" not in name
    assert name == counters.visitor("192.0.2.7")
    assert name != counters.visitor("192.0.2.8")
