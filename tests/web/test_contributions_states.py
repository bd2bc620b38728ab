"""Editorial states, end to end: what is drafted or under embargo is there for its stewards alone, until its day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from terril.apps.agreements.queries import subject_of
from terril.apps.catalogue.actions import move
from terril.apps.catalogue.models import Record
from terril.apps.catalogue.synchronise import synchronise
from terril.web import portal
from tests.support.people import People, settle

pytestmark = pytest.mark.django_db
INDICATOR = "demographie/population"
PAGE = f"/indicateurs/{INDICATOR}/"


@pytest.fixture
def people(open_site: Callable[[Path], Any], demo: Path, settings: Any) -> People:
    # What protects passwords takes time, and none is tried here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    open_site(demo)
    found = settle()
    synchronise(portal.workspace())
    Record.objects.filter(kind="indicator").update(steward_id="aula")
    return found


def asked(user: Any = None) -> int:
    client = Client(headers={"host": "localhost"})
    if user is not None:
        client.force_login(user)
    return client.get(PAGE).status_code


def moved(people: People, *names: str, until: Any = None) -> Record:
    record = Record.objects.get(kind="indicator", identifier=INDICATOR)
    for name in names:
        move(record.pk, name, people.claire, subject_of(people.claire), until=until if name == "embargo" else None)
    return record


def test_a_draft_indicator_is_there_for_its_steward_alone(people: People):
    assert asked() == 200
    moved(people, "withdraw", "return")
    assert (asked(), asked(people.bob), asked(people.claire)) == (404, 404, 200)
    moved(people, "validate")
    assert (asked(), asked(people.claire)) == (404, 200)
    moved(people, "publish")
    assert asked() == 200


def test_an_embargo_passes_by_itself(people: People):
    record = moved(people, "withdraw", "embargo", until=timezone.now() + timedelta(hours=2))
    assert (asked(), asked(people.claire)) == (404, 200)
    # Its hour comes: nothing is done for it.
    Record.objects.filter(pk=record.pk).update(embargo=timezone.now() - timedelta(seconds=1))
    assert asked() == 200
