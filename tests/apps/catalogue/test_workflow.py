"""Editorial states: the table of the ways between them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from terril.apps.catalogue.models import State
from terril.apps.catalogue.workflow import (
    TRANSITIONS,
    WorkflowError,
    embargo_of,
    in_force,
    transition,
    transitions_from,
)

NOW = timezone.now()


def test_every_state_can_be_left_and_reached():
    assert {t.before for t in TRANSITIONS} == {t.after for t in TRANSITIONS} == set(State)
    assert len({(t.before, t.name) for t in TRANSITIONS}) == len(TRANSITIONS)


def test_a_draft_is_never_published_unread():
    assert State.PUBLISHED not in {t.after for t in transitions_from("draft")}


def test_a_way_that_does_not_leave_a_state_is_refused_with_those_that_do():
    with pytest.raises(WorkflowError) as caught:
        transition("draft", "publish")
    assert "valider" in str(caught.value)
    with pytest.raises(WorkflowError):
        transition("never heard of", "publish")


def test_an_embargo_asks_a_day_to_come():
    way = transition("validated", "embargo")
    later = NOW + timedelta(days=1)
    assert embargo_of(way, later, NOW) == later
    for wrong in (None, NOW, NOW - timedelta(days=1)):
        with pytest.raises(WorkflowError):
            embargo_of(way, wrong, NOW)
    assert embargo_of(transition("validated", "publish"), later, NOW) is None


def test_an_embargo_that_has_ended_is_a_publication():
    assert in_force("embargo", NOW, NOW) is State.PUBLISHED
    assert in_force("embargo", NOW + timedelta(seconds=1), NOW) is State.EMBARGO
    assert in_force("draft", NOW, NOW) is State.DRAFT
