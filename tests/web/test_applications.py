"""The portal of applications and the tokens, as people use them."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.utils import timezone

from terril.apps.dashboards.models import Favourite, Tile
from terril.apps.tokens.models import Token
from tests.support.people import People, settle

AULA = "/applications/organisation/aula/"
TILE = {
    "title": "Friches", "sentence": "", "address": "https://carte.exemple.fr/friches", "theme": "espace",
    "icon": "map", "kind": "map", "openness": "open",
}  # fmt: skip


@pytest.fixture
def people(client: Client) -> People:
    return settle()


def said(answer) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).replace("\xa0", " ")


def test_a_visitor_sees_the_themes_and_whose_they_are(client: Client, people: People):
    answer = client.get("/applications/")
    assert "Agence" in said(answer)
    assert 'href="/indicateurs/demographie/"' in answer.content.decode()
    assert "csrfmiddlewaretoken" not in answer.content.decode()
    assert not answer.cookies


def test_without_any_organisation_it_still_opens(client: Client):
    assert "ouvertes à tous" in said(client.get("/applications/"))


def test_two_clicks_from_the_first_page(client: Client):
    assert 'href="/applications/"' in client.get("/").content.decode()


def test_a_tool_elsewhere_says_so_before_one_leaves(client: Client, people: People):
    client.force_login(people.claire)
    made = client.post(f"{AULA}tuile/", TILE)
    assert made.status_code == 302
    page = Client(headers={"host": "localhost"}).get("/applications/").content.decode()
    link = re.search(r'<a href="https://carte\.exemple\.fr/friches"[^>]*>(.*?)</a>', page)
    assert 'target="_blank"' in link[0]
    assert 'rel="noopener noreferrer"' in link[0]
    assert "nouvel onglet" in link[0]
    assert "<iframe" not in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("address", "javascript:alert(1)"),
        ("address", "http://x.fr/"),
        ("title", ""),
        ("icon", "licorne"),
        ("theme", "x"),
    ],
)
def test_what_will_not_do_is_said_in_the_form(client: Client, people: People, field: str, value: str):
    client.force_login(people.claire)
    answer = client.post(f"{AULA}tuile/", {**TILE, field: value})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode() or "errorlist" in answer.content.decode()
    assert not Tile.objects.filter(title="Friches").exists()


def test_mass_assignment_changes_nothing_else(client: Client, people: People):
    client.force_login(people.claire)
    client.post(
        f"{AULA}tuile/", {**TILE, "organisation": "call", "organisation_id": "call", "record": "1", "steward": "call"}
    )
    tile = Tile.objects.get(title="Friches")
    assert tile.organisation_id == "aula"
    assert tile.record.steward_id == "aula"


def test_ordered_by_buttons_and_undone(client: Client, people: People):
    client.force_login(people.claire)

    def order() -> list[str]:
        page = client.get("/applications/").content.decode()
        return re.findall(r'name="tuile" value="([^"]+)"', page)

    before = order()
    last = before[-1]
    assert client.post(f"{AULA}deplacer/", {"tuile": last, "vers": "haut"}).status_code == 302
    assert order() == [*before[:-2], last, before[-2]]
    client.post(f"{AULA}montrer/", {"tuile": last, "montrer": "non"})
    assert last not in order()
    client.post(f"{AULA}annuler/")
    assert order() == [*before[:-2], last, before[-2]]
    assert client.post(f"{AULA}deplacer/", {"tuile": "tile:999", "vers": "haut"}).status_code == 422
    # A member of another organisation keeps the order of their own.
    client.force_login(people.alice)
    assert set(order()) == set(before)
    assert order().index(last) == len(before) - 1


def test_the_tiles_of_another_organisation_cannot_be_reached_through_ones_own(client: Client, people: People):
    foreign = Tile.objects.create(organisation_id="call", title="Autre", address="/territoires/")
    client.force_login(people.claire)
    assert client.get(f"{AULA}tuile/{foreign.pk}/").status_code == 404
    assert client.post(f"{AULA}tuile/{foreign.pk}/retirer/").status_code == 404
    assert client.post("/applications/organisation/call/annuler/").status_code == 404


def test_two_editors_of_a_tile(client: Client, people: People):
    client.force_login(people.claire)
    client.post(f"{AULA}tuile/", TILE)
    tile = Tile.objects.get(title="Friches")
    first = client.post(f"{AULA}tuile/{tile.pk}/", {**TILE, "title": "Première", "revision": 1})
    second = client.post(f"{AULA}tuile/{tile.pk}/", {**TILE, "title": "Seconde", "revision": 1})
    assert (first.status_code, second.status_code) == (302, 422)
    assert "quelqu’un d’autre" in said(second)


def test_favourites_come_first_and_only_ones_own_are_seen(client: Client, people: People):
    client.force_login(people.alice)
    kept = {"tuile": "theme:demographie", "garder": "oui"}
    assert client.post("/applications/favoris/", kept).status_code == 302
    assert "Mes favoris" in said(client.get("/applications/"))
    assert client.post("/applications/favoris/", {"tuile": "tile:999", "garder": "oui"}).status_code == 400
    client.force_login(people.bob)
    assert "Mes favoris" not in said(client.get("/applications/"))
    client.force_login(people.alice)
    client.post("/applications/favoris/", {**kept, "garder": "non"})
    assert not Favourite.objects.exists()


def test_a_token_is_shown_once_and_revoked_by_its_owner_alone(client: Client, people: People):
    client.force_login(people.alice)
    form = {"label": "QGIS", "expires": timezone.localdate().isoformat(), "organisation": "cabbalr"}
    made = client.post("/compte/jetons/creer/", form)
    secret = re.search(r"terril_[\w-]{43}", made.content.decode())[0]
    assert "no-store" in made["Cache-Control"]
    listed = client.get("/compte/jetons/").content.decode()
    assert secret not in listed
    assert secret[:12] in listed
    token = Token.objects.get()
    client.force_login(people.bob)
    assert client.post(f"/compte/jetons/{token.pk}/revoquer/").status_code == 404
    assert secret[:12] not in client.get("/compte/jetons/").content.decode()
    client.force_login(people.alice)
    client.post(f"/compte/jetons/{token.pk}/revoquer/")
    token.refresh_from_db()
    assert token.revoked


def test_a_token_for_an_organisation_of_others_is_refused(client: Client, people: People):
    client.force_login(people.alice)
    form = {"label": "QGIS", "expires": timezone.localdate().isoformat(), "organisation": "call"}
    assert client.post("/compte/jetons/creer/", form).status_code == 422
    assert not Token.objects.exists()
