"""The audit names things, and nobody."""

from __future__ import annotations

import pytest

from terril.apps.accounts.models import User
from terril.apps.audit.actions import note
from terril.apps.organisations.models import Membership
from tests.support.people import settle

pytestmark = pytest.mark.django_db


def test_people_are_numbers_even_in_the_names_of_things():
    people = settle()
    held = Membership.objects.get(user=people.alice)
    number = f"user:{people.alice.pk}"
    assert note("membership.changed", held, "cli").label == f"{number}, Béthune-Bruay"
    assert note("account.exported", people.alice, number).label == number
    assert note("record.changed", people.records["open"], "cli").label == "Essai open"
    refused = note("account.refused", User(), "system")
    assert (refused.target, refused.label) == ("", "")
