"""The search: territories, indicators, themes, sources, figures of a territory; what it says when nothing answers."""

from __future__ import annotations

import re

import pytest

from tests.web.outline import outline

SEARCH, SUGGEST = "/rechercher/", "/rechercher/suggestions/"


def options(client, text):
    """(identifier, address, text) of each suggestion."""
    markup = client.get(SUGGEST, {"q": text}).content.decode()
    found = re.findall(r'<li role="option" id="([^"]+)" data-href="([^"]+)">(.*?)</li>', markup)
    return [(name, href, re.sub(r"<[^>]+>", "", label)) for name, href, label in found]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("bethune", "/territoires/commune/62119/"),
        ("Béthune", "/territoires/commune/62119/"),
        ("62119", "/territoires/commune/62119/"),
        ("artois", "/territoires/perimeter/artois/"),
        ("population", "/indicateurs/demographie/population/"),
        ("densite", "/indicateurs/demographie/densite/"),
        ("demographie/densite", "/indicateurs/demographie/densite/"),
        ("énergie", "/indicateurs/energie/"),
        ("dechets menagers", "/indicateurs/dechets/collecte/"),
        ("filosofi_communes", "/sources/insee/filosofi_communes/"),
        ("population lens", "/indicateurs/demographie/population/?territoire=commune:62498"),
        ("lens densité", "/indicateurs/demographie/densite/?territoire=commune:62498"),
        ("populaton", "/indicateurs/demographie/population/"),
    ],
)
def test_what_is_sought_is_among_the_first(client, text, first):
    hrefs = [href for _, href, _ in options(client, text)]
    assert first in hrefs[:3], hrefs
    assert first in outline(client.get(SEARCH, {"q": text})).links


def test_suggestions_are_eight_options_at_most(client):
    found = options(client, "saint")
    assert [name for name, _, _ in found] == [f"suggestion-{i}" for i in range(8)]
    assert all("commune" in label or "métropole" in label for _, _, label in found[:3])
    assert client.get(SUGGEST, {"q": "  "}).content.strip() == b""
    assert client.get(SUGGEST, {"q": "zzzzzz"}).content.strip() == b""


def test_namesakes_are_told_apart(client):
    labels = [label for _, _, label in options(client, "saint-denis")]
    assert "Saint-Denis commune, Seine-Saint-Denis (93)" in labels
    assert "Saint-Denis commune, La Réunion (974)" in labels


def test_a_definition_is_searched_by_the_page_and_not_by_suggestions(client):
    text = outline(client.get(SEARCH, {"q": "municipale"})).text
    assert "Indicateurs" in text
    assert all("/indicateurs/" not in href for _, href, _ in options(client, "municipale")), (
        "a definition passed for a name"
    )


def test_a_single_territory_still_shows_the_page(client):
    response = client.get(SEARCH, {"q": "62119"})
    assert response.status_code == 200
    assert "Béthune" in outline(response).text


def test_results_are_grouped_and_counted(client):
    page = outline(client.get(SEARCH, {"q": "population"}))
    for group in ("Indicateurs", "Thèmes", "Sources"):
        assert group in page.text
    assert len(page.ids) == len(set(page.ids))
    many = outline(client.get(SEARCH, {"q": "saint"}))
    assert sum(link.startswith("/territoires/commune/") for link in many.links) <= 20
    assert "premiers résultats" in many.text


@pytest.mark.parametrize("text", ["zzzzzz", "qqqqq wwwww", "<b>rien</b>", "x" * 300, "'; DROP TABLE--", "\x00", "؟"])
def test_what_finds_nothing_says_what_to_try(client, text):
    response = client.get(SEARCH, {"q": text})
    page = outline(response)
    assert response.status_code == 200
    assert "Essayer autrement" in page.text or "Ce que l’on peut chercher" in page.text
    assert any(link.startswith("/rechercher/?q=") for link in page.links), "an example that answers"


def test_examples_answer(client):
    page = outline(client.get(SEARCH))
    tried = [link for link in page.links if link.startswith("/rechercher/?q=")]
    assert len(tried) >= 3
    for link in tried:
        assert "Essayer autrement" not in outline(client.get(link)).text, link


def test_markup_is_text(client):
    attack = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    markup = client.get(SEARCH, {"q": attack}).content.decode()
    assert "<script>alert" not in markup
    assert "<img src=x" not in markup
    assert "&lt;script&gt;alert(1)" in markup


def test_a_long_text_is_cut_and_said(client):
    page = outline(client.get(SEARCH, {"q": "béthune " * 40}))
    assert "80 caractères au plus" in page.text
    assert "80 caractères au plus" not in outline(client.get(SEARCH, {"q": "béthune"})).text


def test_what_waits_for_its_source_is_found_and_said(client):
    labels = {href: label for _, href, label in options(client, "taux de pauvreté")}
    assert "source à charger" in labels["/indicateurs/revenus/taux_pauvrete/"]


def test_robots_are_asked_not_to_keep_results(client):
    assert b'<meta name="robots" content="noindex">' in client.get(SEARCH, {"q": "lens"}).content
