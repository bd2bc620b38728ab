"""About, legal notice, accessibility statement, site map."""

from __future__ import annotations

import html
import re

import pytest

from tests.web.outline import outline

PAGES = ("/a-propos/", "/mentions-legales/", "/accessibilite/", "/plan-du-site/")
PUBLISHER = {
    "name": "Agence d’exemple",
    "address": "1, place Inventée, 00000 Exemple",
    "director": "la direction générale",
    "contact": "contact@exemple.invalid",
    "host": "Hébergeur d’exemple",
}


@pytest.mark.parametrize("path", PAGES)
def test_each_page_stands(client, path):
    response = client.get(path)
    page = outline(response)
    assert response.status_code == 200
    assert page.tags.count("h1") == 1
    assert len(page.ids) == len(set(page.ids))
    assert all(link[1:] in page.ids for link in page.links if link.startswith("#"))


def test_an_installation_to_complete_says_so(client):
    text = outline(client.get("/mentions-legales/")).text
    assert "non renseigné" in text
    assert "TERRIL_EDITEUR" in text
    assert "TERRIL_CONTACT" in outline(client.get("/accessibilite/")).text


def test_the_publisher_is_the_one_of_the_settings(client, monkeypatch):
    from django.conf import settings  # noqa: PLC0415 - set up by the client

    monkeypatch.setattr(settings, "PUBLISHER", PUBLISHER)
    page = outline(client.get("/mentions-legales/"))
    assert all(value in page.text for value in PUBLISHER.values())
    assert "TERRIL_EDITEUR" not in page.text
    for path in ("/mentions-legales/", "/a-propos/", "/accessibilite/"):
        assert "mailto:contact@exemple.invalid" in outline(client.get(path)).links


@pytest.mark.parametrize(
    ("contact", "href"),
    [
        ("https://exemple.invalid/ecrire", "https://exemple.invalid/ecrire"),
        ("contact@exemple.invalid", "mailto:contact@exemple.invalid"),
        ("javascript:alert(1)", ""),
        ("au guichet", ""),
        ("", ""),
    ],
)
def test_a_contact_is_a_link_only_when_it_is_one(contact, href):
    from terril.web.pages.about.publisher import Publisher  # noqa: PLC0415

    assert Publisher(contact=contact).contact_href == href


def test_licences_are_those_of_the_release(client):
    text = outline(client.get("/mentions-legales/")).text
    assert "Licence Ouverte 2.0" in text
    assert "Insee" in text
    assert "sans cookie et sans traceur" in text


def test_the_accessibility_statement_is_honest(client):
    text = outline(client.get("/accessibilite/")).text
    for said in ("RGAA 4.1", "non conforme", "lecteur d’écran", "Défenseur des droits", "article 47"):
        assert said in text


def test_every_link_of_the_site_map_answers(client):
    links = {link for link in outline(client.get("/plan-du-site/")).links if link.startswith("/")}
    assert len(links) > 100
    # Contributing asks to sign in first.
    assert {link: code for link in links if (code := client.get(link).status_code) != 200} == {"/contribuer/": 302}


def test_what_the_statuses_mean_is_said_for_all(client):
    from terril.core.status import Status  # noqa: PLC0415

    text = outline(client.get("/a-propos/")).text.lower()
    assert all(status.label in text for status in Status)


@pytest.mark.parametrize(
    "path",
    [
        *PAGES,
        "/styles/",
        "/sources/",
        "/sources/insee/filosofi_communes/",
        "/sources/insee/population_reference/",
        "/sources/artois/faits_agence/",
        "/rechercher/",
        "/rechercher/?q=population",
        "/rechercher/?q=zzzzzz",
        "/embed/territoires/commune/62119/",
        "/embed/indicateurs/demographie/population/classement/",
    ],
)
def test_spaces_before_double_punctuation_do_not_break(client, path):
    markup = client.get(path).content.decode()
    text = re.sub(r"<(script|style|code|kbd)\b.*?</\1>", "", markup, flags=re.DOTALL)
    text = html.unescape(re.sub(r"<[^>]+>", "", text))
    assert re.findall(r".{0,30}(?<=\S) [;:!?»%](?!\w).{0,10}|.{0,20}« .{0,10}|.{0,20}\w'\w.{0,10}", text) == []
