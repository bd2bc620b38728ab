"""Writing records and harvesting catalogues, in their pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from terril.apps.catalogue.harvesting import work
from terril.apps.catalogue.models import HarvestRun, HarvestSource, Record
from tests.support.people import People, settle

OPEN = "/catalogue/donnees/essai/open/"


@pytest.fixture
def people(client: Client) -> People:
    return settle()


@pytest.fixture
def steward(people: People, client: Client) -> Client:
    client.force_login(people.claire)
    return client


def facts(**changes: Any) -> dict[str, Any]:
    told = {
        "title": "Essai open", "description": "Un jeu inventé pour les essais.", "openness": "open", "revision": 1,
    }  # fmt: skip
    return told | changes


def now() -> Record:
    return Record.objects.get(identifier="essai/open")


def test_a_record_is_written_and_shown(steward: Client):
    told = facts(title="Autre", keywords="sol, friche, sol", links="Fichier | https://exemple.fr/a.csv", begin="2021")
    assert steward.post(f"{OPEN}modifier/", told).status_code == 302
    assert (now().title, now().keywords) == ("Autre", ["sol", "friche"])
    page = steward.get(OPEN).content.decode()
    assert 'href="https://exemple.fr/a.csv"' in page
    assert "Autre" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"links": "javascript:alert(1)"},
        {"links": "Fichier | ftp://exemple.fr"},
        {"conforms_to": "file:///etc/passwd"},
        {"territory": "nulle part"},
        {"begin": "hier"},
        {"openness": "tous"},
        {"revision": "x"},
        {"title": "x" * 301},
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(steward: Client, wrong: dict[str, Any]):
    assert steward.post(f"{OPEN}modifier/", facts(**wrong)).status_code == 422
    assert (now().title, now().revision) == ("Essai open", 1)


def test_fields_that_are_not_of_the_form_are_not_heard(steward: Client):
    told = facts(title="Autre", steward="call", identifier="essai/pris", restricted="on", state="draft", masked="[]")
    steward.post(f"{OPEN}modifier/", told)
    assert (now().steward_id, now().state, now().restricted, now().title) == ("aula", "published", False, "Autre")


def test_the_second_editor_sees_both_and_loses_nothing(steward: Client):
    steward.post(f"{OPEN}modifier/", facts(title="Titre de l’un", licence="ODbL 1.0"))
    second = steward.post(f"{OPEN}modifier/", facts(title="Titre de l’autre", provenance="Relevés."))
    page = second.content.decode()
    assert second.status_code == 409
    assert "Titre de l’un" in page
    assert "Titre de l’autre" in page
    # What the first alone wrote is taken up in the form, and the next sending is on top of theirs.
    assert 'value="ODbL 1.0"' in page
    assert 'name="revision" value="2"' in page
    assert now().title == "Titre de l’un"
    merged = facts(title="Titre des deux", licence="ODbL 1.0", provenance="Relevés.", revision=2)
    assert steward.post(f"{OPEN}modifier/", merged).status_code == 302
    assert (now().title, now().licence, now().provenance) == ("Titre des deux", "ODbL 1.0", "Relevés.")


def test_history_shows_each_change_and_puts_one_back(steward: Client):
    steward.post(f"{OPEN}modifier/", facts(title="Deuxième"))
    page = steward.get(f"{OPEN}historique/").content.decode()
    assert "Essai open" in page
    assert "Deuxième" in page
    assert steward.post(f"{OPEN}historique/", {"redaction": "1", "revision": "2"}).status_code == 302
    assert now().title == "Essai open"
    for wrong in ({"redaction": "1", "revision": "2"}, {"redaction": "x", "revision": "3"}, {}):
        assert steward.post(f"{OPEN}historique/", wrong).status_code == 409


def test_states_are_moved_by_their_buttons(steward: Client, people: People):
    assert steward.post(f"{OPEN}etat/", {"geste": "withdraw"}).status_code == 302
    assert steward.post(f"{OPEN}etat/", {"geste": "embargo"}).status_code == 422
    assert steward.post(f"{OPEN}etat/", {"geste": "embargo", "jusqu": "2199-01-01T08:00"}).status_code == 302
    assert "sous embargo jusqu’au 1er" in steward.get(OPEN).content.decode().replace("\u00a0", " ")
    assert Client(headers={"host": "localhost"}).get(OPEN).status_code == 404
    steward.force_login(people.alice)
    assert steward.post(f"{OPEN}etat/", {"geste": "publish"}).status_code == 404


def test_others_write_nothing(people: People, client: Client):
    client.force_login(people.alice)
    assert client.get(f"{OPEN}modifier/").status_code == 403
    assert client.post(f"{OPEN}modifier/", facts(title="Autre")).status_code == 403
    assert client.post(f"{OPEN}historique/", {"redaction": "1", "revision": "1"}).status_code == 403
    assert client.post(f"{OPEN}etat/", {"geste": "archive"}).status_code == 403
    assert client.post("/catalogue/donnees/essai/confidential/modifier/", facts()).status_code == 404
    assert now().revision == 1


def declared(steward: Client, address: str = "https://exemple.fr/csw") -> Any:
    told = {"label": "Voisine", "address": address, "organisation": "aula", "rhythm": "asked", "openness": "members"}
    return steward.post("/catalogue/moissons/", {**told, "active": "on"})


def test_a_catalogue_is_declared_and_kept(steward: Client, people: People):
    assert declared(steward).headers["Location"] == "/catalogue/moissons/voisine/"
    assert "Voisine" in steward.get("/catalogue/moissons/").content.decode()
    assert steward.get("/catalogue/moissons/voisine/").status_code == 200
    steward.force_login(people.bob)
    assert steward.get("/catalogue/moissons/").status_code == 403
    assert steward.get("/catalogue/moissons/voisine/").status_code == 404
    assert steward.post("/catalogue/moissons/voisine/lancer/").status_code == 404


@pytest.mark.parametrize("address", ["", "file:///etc/passwd", "gopher://exemple.fr/", "exemple fr"])
def test_an_address_that_is_none_is_refused(steward: Client, address: str):
    assert declared(steward, address).status_code == 422
    assert not HarvestSource.objects.exists()


def test_another_organisation_is_not_harvested_for(steward: Client):
    told = {"label": "x", "address": "https://exemple.fr", "organisation": "call", "rhythm": "asked"}
    assert steward.post("/catalogue/moissons/", {**told, "openness": "open"}).status_code == 422


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "http://[::1]/", "http://169.254.169.254/latest/"])
def test_a_private_address_is_told_in_the_page_and_never_asked(steward: Client, address: str):
    declared(steward, address)
    assert steward.post("/catalogue/moissons/voisine/lancer/").status_code == 302
    assert steward.post("/catalogue/moissons/voisine/lancer/").status_code == 409
    work.func(HarvestRun.objects.get().pk, "system")
    page = steward.get("/catalogue/moissons/voisine/").content.decode()
    assert "réseau privé" in page
    assert HarvestRun.objects.get().standing == "failed"
