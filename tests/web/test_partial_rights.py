"""A source opened at the level of the EPCI alone: what a member of a party reads of it on the portal, and no more."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from terril.apps.agreements.models import Clause
from terril.apps.catalogue.models import Record
from terril.apps.catalogue.synchronise import synchronise
from terril.web import portal
from tests.support.people import People, settle

POPULATION = "/indicateurs/demographie/population/"
LEVEL = "niveau=epci&dans=perimeter:artois"
COMMUNES = "niveau=commune&dans=epci:200072460"


@pytest.fixture
def people(demo: Path, open_site: Callable[[Path], object], db: None, settings: Any) -> People:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    found = settle()
    open_site(demo)
    synchronise(portal.workspace())
    record = Record.objects.get(kind="dataset", identifier="insee/population_reference")
    record.openness, record.decided = "confidential", ["openness"]
    record.save()
    Clause.objects.create(agreement=found.agreement, record=record, levels=["epci"])
    return found


@pytest.fixture
def alice(people: People) -> Client:
    client = Client(headers={"host": "localhost"}, raise_request_exception=True)
    client.force_login(people.alice, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def values(client: Client, query: str) -> list[dict[str, str]]:
    answer = client.get(f"{POPULATION}donnees.csv?{query}")
    assert answer.status_code in (200, 404)
    return list(csv.DictReader(io.StringIO(answer.content.decode()))) if answer.status_code == 200 else []


def test_the_level_that_is_opened_is_read(alice: Client):
    assert alice.get(f"{POPULATION}?{LEVEL}").status_code == 200
    rows = values(alice, LEVEL)
    assert rows
    assert {r["code"] for r in rows} >= {"200072460"}
    assert alice.get(f"{POPULATION}carte.svg?{LEVEL}").status_code == 200


def test_no_commune_is_read_in_pages_files_maps_and_explanations(alice: Client):
    figure = "25 224"
    for path in (
        f"{POPULATION}?{COMMUNES}",
        f"{POPULATION}?{COMMUNES}&territoire=commune:62119",
        f"{POPULATION}explication/?territoire=commune:62119&periode=2023",
        f"{POPULATION}classement.svg?{COMMUNES}",
        "/comparer/?t=commune:62119&t=commune:62498",
        "/comparer/donnees.csv?t=commune:62119&t=commune:62498",
        "/territoires/commune/62119/donnees.csv",
        "/embed/indicateurs/demographie/population/classement/?" + COMMUNES,
    ):
        answer = alice.get(path)
        assert answer.status_code in (200, 404), path
        text = answer.content.decode().replace("\u202f", " ").replace("&#8239;", " ")
        assert "25224" not in text, path
        if "/territoires/" not in path and "/comparer/?" not in path:
            # The table of territories knows the legal population of each: it is no figure of this source.
            assert figure not in text, path
    assert values(alice, COMMUNES) == []
    told = alice.get(f"{POPULATION}valeurs.json?{COMMUNES}")
    assert told.status_code == 404 or "62119" not in json.dumps(told.json().get("values", {}))


def test_what_is_computed_from_it_goes_no_further(alice: Client):
    assert values(alice, LEVEL)
    density = alice.get(f"/indicateurs/demographie/densite/donnees.csv?{COMMUNES}")
    assert density.status_code == 404 or len(density.content.decode().strip().splitlines()) <= 1


def test_rows_are_not_shown_to_who_was_opened_figures(alice: Client):
    answer = alice.get(f"{POPULATION}explication/?territoire=epci:200072460&periode=2023")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Les lignes ne sont pas montrées" in text
    assert "Béthune</" not in text


def test_a_visitor_and_another_member_read_nothing(people: People):
    bob = Client(headers={"host": "localhost"})
    bob.force_login(people.bob, "allauth.account.auth_backends.AuthenticationBackend")
    for client in (bob, Client(headers={"host": "localhost"})):
        for query in (LEVEL, COMMUNES):
            for page in ("", "donnees.csv", "carte.svg", "valeurs.json"):
                assert client.get(f"{POPULATION}{page}?{query}").status_code == 404
