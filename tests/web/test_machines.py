"""Machines: known by their token, counted, told in French what is wrong; what is not theirs is not there."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from terril.apps.agreements.models import Clause
from terril.apps.agreements.queries import subject_of
from terril.apps.catalogue.models import Record
from terril.apps.catalogue.synchronise import synchronise
from terril.apps.tokens.actions import create, revoke
from terril.apps.tokens.counters import REFUSALS
from terril.web import portal
from tests.support.people import PASSWORD, People, settle

NAMED = "/api/v1/jeux/essai/organisations"
POPULATION = "/api/v1/observations?indicateur=demographie/population"


@pytest.fixture
def people(client: Client) -> People:
    return settle()


def secret_of(user: Any) -> str:
    return create(user, subject_of(user), "essai", timezone.localdate() + timedelta(days=1))[1]


def bearing(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"qgis:{password}".encode()).decode()}


def test_a_token_opens_what_its_owner_may_know(client: Client, people: People):
    assert client.get(NAMED).status_code == 404
    secret = secret_of(people.alice)
    for headers in (bearing(secret), basic(secret)):
        answer = client.get(NAMED, headers=headers)
        assert answer.status_code == 200
        assert answer.json()["donnees"]["droits"] == {"chiffres": True, "donnees": True, "telecharger": False}
        assert "private" in answer["Cache-Control"]
    # A proxy in front may ask for a password of its own.
    assert client.get(NAMED, headers=basic(PASSWORD)).status_code == 404


def test_a_token_that_opens_nothing_is_refused_everywhere(client: Client, people: People):
    token, secret = create(people.alice, subject_of(people.alice), "essai", timezone.localdate())
    revoke(token, people.alice)
    for path in (NAMED, "/", "/catalogue/"):
        answer = client.get(path, headers=bearing(secret))
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["code"] == "jeton"
        assert secret not in answer.content.decode()


def test_guessing_is_stopped(client: Client, people: People):
    for i in range(REFUSALS):
        assert client.get(NAMED, headers=bearing(f"terril_{i}")).status_code == 401
    answer = client.get(NAMED, headers=bearing(secret_of(people.alice)))
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60


@pytest.mark.parametrize("path", ["/?x={}", "/api/v1/jeux?jeton={}", "/rechercher/?q={}", "/api/v1/jeux?token=rien"])
def test_a_secret_in_an_address_is_refused_and_not_said_again(client: Client, people: People, path: str):
    secret = secret_of(people.alice)
    answer = client.get(path.format(secret))
    assert answer.status_code == 400
    assert "Authorization" in answer.json()["hint"]
    assert secret not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert answer.wsgi_request.META["QUERY_STRING"] == ""


def test_a_token_only_reads_and_opens_no_page_of_a_person(client: Client, people: People):
    headers = bearing(secret_of(people.alice))
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    for path in ("/compte/jetons/creer/", "/applications/favoris/", NAMED):
        assert strict.post(path, {}, headers=headers).status_code == 405
    assert client.get("/compte/jetons/", headers=headers).status_code == 302
    client.force_login(people.claire)
    # Whatever cookie travels with it, a token is its owner's, and no person.
    assert client.get("/compte/jetons/", headers=headers).status_code == 302
    assert client.get("/api/v1/jeux/essai/confidential", headers=headers).status_code == 404
    assert client.get("/", headers=headers).status_code == 200


def test_questions_are_counted_and_those_too_many_told_when_to_come_back(client: Client, people: People):
    headers = bearing(secret_of(people.alice))
    with override_settings(QUOTA_ANONYMOUS=2, QUOTA_TOKEN=3):
        left = [client.get("/api/v1/siren/200072460")["RateLimit-Remaining"] for _ in range(2)]
        assert left == ["1", "0"], "an answer kept is counted too"
        refused = client.get("/api/v1/siren/200072460")
        assert refused.status_code == 429
        assert refused["Content-Type"] == "application/problem+json"
        assert int(refused["Retry-After"]) <= 60
        assert client.get("/api/v1/siren/200072460", headers=headers)["RateLimit-Limit"] == "3"
        assert client.get("/territoires/").status_code == 200, "pages are not counted"


def test_what_did_not_change_is_not_sent_again(client: Client, people: People):
    for headers in ({}, bearing(secret_of(people.alice))):
        first = client.get("/api/v1/territoires/commune/62119", headers=headers)
        assert first["Last-Modified"]
        again = client.get("/api/v1/territoires/commune/62119", headers={**headers, "If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("path", "status", "where"),
    [
        ("/api/v1/territoires", 400, ""),
        ("/api/v1/territoires?niveau=canton", 400, "niveau"),
        ("/api/v1/territoires?limite=1001&q=lens", 400, "limite"),
        ("/api/v1/territoires?limite=beaucoup&q=lens", 400, "limite"),
        ("/api/v1/territoires?nivau=commune", 400, "nivau"),
        ("/api/v1/territoires/commune/99999", 404, "99999"),
        ("/api/v1/territoires/commune/62461", 404, "62461"),
        ("/api/v1/siren/123456789", 404, "123456789"),
        ("/api/v1/siren/12345", 400, "siren"),
        ("/api/v1/indicateurs/demographie/absent", 404, "absent"),
        ("/api/v1/observations", 400, "indicateur"),
        (f"{POPULATION}&periode=1850", 400, "1850"),
        (f"{POPULATION}&dans=epci:200072460", 400, "niveau"),
        (f"{POPULATION}&territoire=commune:99999", 404, "99999"),
        (f"{POPULATION}&territoire=%3Cscript%3E", 400, "territoire"),
        (f"{POPULATION}&curseur=1000.0123456789abcdef", 400, "curseur"),
        ("/api/v1/jeux/absent/absent", 404, "absent"),
        ("/api/v1/absente", 404, ""),
        ("/api/v1/organisations", 401, ""),
    ],
)
def test_what_is_wrong_is_said_with_its_remedy(client: Client, path: str, status: int, where: str):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["instance"]) == (status, urlsplit(path).path)
    assert told["detail"]
    assert where in told.get("location", "")
    assert "terril " not in told.get("hint", ""), "a command is for who holds the machine"


def test_pages_followed_to_the_last_hold_each_territory_once(client: Client):
    address, found = f"{POPULATION}&niveau=commune&dans=epci:200072460&limite=30", []
    while address:
        page = client.get(address.removeprefix("http://localhost")).json()
        found += [o["code"] for o in page["donnees"]]
        address = page.get("suivant", "")
    assert len(found) == page["total"] == 100
    assert found == sorted(set(found))


def test_a_cursor_serves_its_own_question_alone(client: Client):
    page = client.get(f"{POPULATION}&niveau=commune&limite=5").json()
    other = page["suivant"].replace("niveau=commune", "niveau=epci").removeprefix("http://localhost")
    assert client.get(other).status_code == 400


def test_csv_is_the_same_page_with_the_address_of_the_next(client: Client):
    address = f"{POPULATION}&niveau=commune&dans=epci:200072460&limite=30"
    answer = client.get(f"{address}&format=csv")
    assert answer["Content-Type"].startswith("text/csv")
    lines = answer.content.decode().splitlines()
    assert [line.split(",")[3] for line in lines[1:]] == [o["code"] for o in client.get(address).json()["donnees"]]
    assert 'rel="next"' in answer["Link"]
    assert "format=csv" in answer["Link"]


def test_no_value_is_without_a_word(client: Client):
    for path in ("/api/v1/territoires/epci/200072460/fiche", "/api/v1/territoires/commune/62119/fiche"):
        for line in client.get(path).json()["donnees"]:
            assert (line["valeur"] is None) == (line["statut"] in ("missing", "secret", "not_applicable"))
            assert line["unite"] is not None


class TestRestricted:
    """A dataset that an agreement opens, in part, to one organisation."""

    @pytest.fixture
    def restricted(self, people: People, demo: Path) -> Record:
        synchronise(portal.workspace())
        record = Record.objects.get(kind="dataset", identifier="insee/population_reference")
        record.openness, record.steward_id = "organisations", "aula"
        record.save()
        people.alice.memberships.get().organisation.__class__.objects.filter(pk="cabbalr").update(
            territory="epci:200072460"
        )
        return record

    def opened(self, people: People, record: Record, **told: Any) -> None:
        Clause.objects.create(agreement=people.agreement, record=record, figures=True, data=True, **told)

    def test_its_indicators_are_not_there_for_others(self, client: Client, people: People, restricted: Record):
        self.opened(people, restricted)
        alice, bob = bearing(secret_of(people.alice)), bearing(secret_of(people.bob))
        one = "/api/v1/indicateurs/demographie/population"
        assert client.get(one, headers=alice).status_code == 200
        for headers in ({}, bob):
            assert client.get(one, headers=headers).status_code == 404
            assert client.get(POPULATION, headers=headers).status_code == 404
            ids = [i["id"] for i in client.get("/api/v1/indicateurs?limite=1000", headers=headers).json()["donnees"]]
            assert ids
            assert "demographie/population" not in ids
            figures = client.get("/api/v1/territoires/commune/62119/fiche", headers=headers).json()["donnees"]
            assert "demographie/population" not in {f["indicateur"] for f in figures}

    def test_the_document_names_nothing(self, client: Client, people: People, restricted: Record):
        texts = {
            client.get("/api/v1/openapi.json", headers=headers).content
            for headers in ({}, bearing(secret_of(people.alice)), bearing(secret_of(people.claire)))
        }
        assert len(texts) == 1
        assert b"population_reference" not in texts.pop()

    def test_rows_of_ones_territory_without_what_is_masked(self, client: Client, people: People, restricted: Record):
        restricted.masked = ["population"]
        restricted.save()
        self.opened(people, restricted, rows="own")
        path = "/api/v1/jeux/insee/population_reference/lignes?limite=1000"
        page = client.get(path, headers=bearing(secret_of(people.alice))).json()
        assert page["total"] == 600, "a hundred communes, six censuses"
        assert {len(row["code"]) for row in page["donnees"]} == {5}
        assert not any("population" in name for row in page["donnees"] for name in row)
        assert not any("population" in c["nom"] for c in page["colonnes"])
        assert client.get(path, headers=bearing(secret_of(people.bob))).status_code == 403
        assert client.get(path).status_code == 404

    def test_a_frame_shows_what_everyone_sees_whoever_is_signed_in(
        self, client: Client, people: People, restricted: Record
    ):
        self.opened(people, restricted)
        client.force_login(people.alice)
        assert client.get("/indicateurs/demographie/population/").status_code == 200
        for chart in ("carte", "serie", "classement", "distribution"):
            answer = client.get(f"/embed/indicateurs/demographie/population/{chart}/")
            assert answer.status_code == 404
        profile = client.get("/embed/territoires/commune/62119/")
        assert profile.status_code == 200
        assert "/indicateurs/demographie/population/" not in profile.content.decode()
