"""Pages of the catalogue: search, records, comments, access asked, as each audience gets them."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from rdflib import Graph
from rdflib.namespace import DCAT

from terril.apps.agreements.models import Request
from terril.apps.catalogue.models import Comment, Record
from terril.apps.catalogue.synchronise import synchronise
from terril.pipeline.workspace import Workspace
from tests.support.live import LEFT
from tests.support.people import People, load_rows, settle

OPEN = "/catalogue/donnees/essai/open/"


@pytest.fixture
def people(client: Client) -> People:
    return settle()


@pytest.fixture
def filled(client: Client, demo: Path) -> Client:
    """The catalogue of the demonstration."""
    synchronise(Workspace(demo))
    return client


def text(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_the_catalogue_says_how_many_and_filters(filled: Client):
    page = filled.get("/catalogue/?q=logement&nature=donnees")
    assert page.status_code == 200
    assert "Logement" in text(page)
    assert 'name="nature" value="donnees" checked' in page.content.decode()
    assert "Retirer le filtre" in text(page)


def test_an_empty_answer_says_what_to_do(filled: Client):
    page = text(filled.get("/catalogue/?q=zzzzzzzzz"))
    assert "Aucune fiche ne répond" in page
    assert "Se connecter" in page


@pytest.mark.parametrize(
    "query",
    [
        "q=%3Cscript%3Ealert(1)%3C/script%3E",
        "page=-1",
        "page=99999999999999999999",
        "page=%00",
        "nature=zzz&etat=zzz&ouverture=zzz",
        "theme=%22%3E%3Cscript%3E",
        "bbox=1,2",
        "bbox=nan,nan,nan,nan",
        "bbox=9,9,1,1",
        "tri=zzz",
        "territoire=commune:99999",
        "territoire=zz:zz",
        "tout=producteur",
        "q=" + "a" * 5000,
        "&".join(f"theme=t{n}" for n in range(500)),
    ],
)
def test_any_query_is_answered_and_nothing_typed_is_markup(filled: Client, query: str):
    page = filled.get(f"/catalogue/?{query}")
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert '"><script>' not in page.content.decode()


def test_a_territory_is_chosen_by_its_name(filled: Client):
    page = filled.get("/catalogue/?territoire=béthune")
    assert "Concerne" in text(page)
    assert "Béthune" in text(page)
    assert "Territoire inconnu" in text(filled.get("/catalogue/?territoire=epci:1"))


def test_links_of_pages_keep_the_search(filled: Client):
    page = filled.get("/catalogue/?ouverture=open&tri=titre").content.decode()
    assert 'href="/catalogue/?ouverture=open&amp;tri=titre&amp;page=2"' in page


def test_suggestions_are_records_that_one_may_know(people: People, client: Client):
    assert "Essai open" in text(client.get("/catalogue/suggestions/?q=ess"))
    assert "Essai confidential" not in text(client.get("/catalogue/suggestions/?q=ess"))
    client.force_login(people.claire)
    assert "Essai confidential" in text(client.get("/catalogue/suggestions/?q=ess"))


def test_a_record_says_everything_it_knows(filled: Client):
    page = filled.get("/catalogue/donnees/insee/population_reference/")
    said = text(page)
    for part in ("Licence Ouverte 2.0", "Organisation référente", "première version", "premières lignes", "/ 100"):
        assert part in said
    document = json.loads(re.search(r"<script type=\"application/ld\+json\">(.*?)</script>", page.content.decode())[1])
    assert (document["@type"], document["identifier"]) == ("Dataset", "insee/population_reference")
    assert 'href="/sources/insee/population_reference/"' in page.content.decode()


def test_an_indicator_says_what_it_is_made_from(filled: Client):
    page = filled.get("/catalogue/indicateurs/demographie/population/").content.decode()
    assert 'href="/indicateurs/demographie/population/"' in page
    assert 'href="/catalogue/donnees/insee/population_reference/"' in page


@pytest.mark.parametrize(
    "description", ["<script>alert(1)</script>", '<img src=x onerror="alert(1)">', "[a](javascript:alert(1))"]
)
def test_no_description_acts(people: People, client: Client, description: str):
    Record.objects.filter(pk=people.records["open"].pk).update(description=description, title="<b>Titre</b>")
    page = client.get(OPEN).content.decode()
    assert "<script>alert" not in page
    assert not re.search(r"<img[^>]+onerror", page)
    assert 'href="javascript' not in page
    assert "<b>Titre" not in page


def test_what_one_may_not_know_is_not_there(people: People, client: Client):
    for user, code in ((None, 404), (people.bob, 404), (people.claire, 200)):
        if user is not None:
            client.force_login(user)
        assert client.get("/catalogue/donnees/essai/confidential/").status_code == code


def test_rights_are_said_with_their_reason(people: People, client: Client):
    client.force_login(people.alice)
    page = text(client.get("/catalogue/donnees/essai/organisations/"))
    assert "une convention en vigueur" in page
    client.force_login(people.bob)
    page = text(client.get("/catalogue/donnees/essai/organisations/"))
    assert "aucune règle ne" in page
    assert "Demander l’accès" in page


def test_access_is_asked_once_and_seen(people: People, client: Client):
    client.force_login(people.bob)
    address = "/catalogue/donnees/essai/organisations/"
    answer = client.post(f"{address}acces/", {"demande": "data", "finalite": "Étudier les friches."})
    assert answer.status_code == 302
    (asked,) = Request.objects.all()
    assert (asked.user, asked.action, asked.organisation_id) == (people.bob, "data", "call")
    page = text(client.get(address))
    assert "à décider" in page
    assert "Demander l’accès" not in page
    again = client.post(f"{address}acces/", {"demande": "data", "finalite": "Encore."})
    assert again.status_code == 422
    hidden = client.post("/catalogue/donnees/essai/confidential/acces/", {"demande": "data", "finalite": "x"})
    assert hidden.status_code == 404


def test_comments_are_written_hidden_and_taken_back(people: People, client: Client):
    assert "Commentaires" not in text(client.get(OPEN))
    client.force_login(people.alice)
    made = client.post(f"{OPEN}commentaires/", {"texte": "Voir **ligne 3** <script>alert(1)</script>"})
    assert made.status_code == 302
    page = client.get(OPEN).content.decode()
    assert "<strong>ligne 3</strong>" in page
    assert "<script>alert" not in page
    comment = Comment.objects.get().pk
    client.force_login(people.bob)
    assert client.post(f"{OPEN}commentaires/{comment}/", {"geste": "retirer"}).status_code == 403
    assert client.post(f"{OPEN}commentaires/{comment}/", {"geste": "masquer", "motif": "x"}).status_code == 403
    client.force_login(people.claire)
    assert client.post(f"{OPEN}commentaires/{comment}/", {"geste": "masquer", "motif": ""}).status_code == 422
    assert client.post(f"{OPEN}commentaires/{comment}/", {"geste": "masquer", "motif": "Hors sujet"}).status_code == 302
    client.force_login(people.bob)
    assert "ligne 3" not in text(client.get(OPEN))
    client.force_login(people.alice)
    assert "Hors sujet" in text(client.get(OPEN))
    assert client.post(f"{OPEN}commentaires/{comment}/", {"geste": "retirer"}).status_code == 302
    # Through another record, a comment is not there.
    other = Comment.objects.create(record=people.records["members"], text="x", author=people.alice)
    assert client.post(f"{OPEN}commentaires/{other.pk}/", {"geste": "retirer"}).status_code == 404


def test_masked_columns_are_named_and_never_shown(filled: Client, demo: Path):
    record = Record.objects.get(identifier="insee/population_reference")
    record.masked = ["population"]
    record.save()
    page = text(filled.get("/catalogue/donnees/insee/population_reference/"))
    assert "colonnes masquées pour vous" in page
    assert "Statut de Population municipale" not in page


def test_dcat_is_within_rights_and_in_pages(people: People, client: Client):
    for form, media in (("ttl", "text/turtle"), ("jsonld", "application/ld+json"), ("rdf", "application/rdf+xml")):
        answer = client.get(f"/catalogue.{form}")
        assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (200, media)
        assert "Essai open" in answer.content.decode()
        assert "Essai members" not in answer.content.decode()
    client.force_login(people.alice)
    assert "Essai members" in client.get("/catalogue.ttl").content.decode()
    for wrong in ("/catalogue.exe", "/catalogue.ttl?page=0", "/catalogue.ttl?page=x", "/catalogue.ttl?page=2"):
        assert client.get(wrong).status_code == 404


def test_pages_of_dcat_cover_every_record_once(filled: Client):
    found: list[str] = []
    for number in (1, 2):
        graph = Graph().parse(data=filled.get(f"/catalogue.ttl?page={number}").content, format="turtle")
        found += [str(told) for _, _, told in graph.triples((None, DCAT.dataset, None))]
    assert len(found) == len(set(found)) == Record.objects.filter(state="published").count()


def test_a_map_shows_where_the_rows_are(client: Client, open_site: Any, demo: Path, tmp_path: Path):
    home = tmp_path / "home"
    shutil.copytree(demo, home, ignore=LEFT)
    load_rows(home)
    visitor = open_site(home)
    settle()
    page = visitor.get(OPEN).content.decode()
    assert 'id="carte-apercu"' in page
    assert "Béthune" in page
