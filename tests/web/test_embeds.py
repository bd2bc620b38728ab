"""What other sites may frame: and nothing else."""

from __future__ import annotations

import pytest

from tests.web.outline import outline

POPULATION = "/embed/indicateurs/demographie/population/"
ARTOIS = {"niveau": "commune", "dans": "perimeter:artois"}


@pytest.mark.parametrize(
    ("chart", "query"),
    [
        ("carte", ARTOIS),
        ("classement", ARTOIS),
        ("distribution", ARTOIS),
        ("serie", {"territoire": "commune:62119"}),
    ],
)
def test_a_chart_alone(client, chart, query):
    response = client.get(f"{POPULATION}{chart}/", query)
    markup = response.content.decode()
    page = outline(response)
    assert response.status_code == 200
    assert "<svg" in markup
    assert "header" not in page.tags
    assert page.tags.count("h1") == 1
    assert len(page.ids) == len(set(page.ids))
    assert "Source\u00a0:" in page.text
    assert "Licence Ouverte 2.0" in page.text
    assert 'target="_blank" rel="noopener"' in markup
    assert any(link.startswith("http://localhost/indicateurs/demographie/population/?") for link in page.links)
    assert "<table" in markup


@pytest.mark.parametrize("path", [f"{POPULATION}carte/", "/embed/territoires/commune/62119/"])
def test_anyone_may_frame_it(client, path):
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src 'self'" in policy
    assert "X-Frame-Options" not in response
    # The cache gives the same headers again.
    again = client.get(path)
    assert again["Content-Security-Policy"] == policy
    assert "X-Frame-Options" not in again


def test_nobody_may_frame_the_rest(client):
    response = client.get("/indicateurs/demographie/population/")
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "path",
    [
        f"{POPULATION}camembert/",
        "/embed/indicateurs/demographie/absent/carte/",
        "/embed/indicateurs/revenus/taux_pauvrete/carte/",
        "/embed/territoires/commune/99999/",
        "/embed/territoires/canton/62119/",
    ],
)
def test_what_is_not_there_is_a_404_that_the_frame_can_show(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "n’est pas ou plus publié" in outline(response).text


def test_links_leave_the_frame(client):
    markup = client.get(f"{POPULATION}classement/", ARTOIS).content.decode()
    assert '<base target="_blank">' in markup


@pytest.mark.parametrize(
    ("chart", "query", "said"),
    [
        ("carte", {"niveau": "country"}, "ne se dessine pas sur une carte"),
        ("distribution", {"niveau": "country"}, "Trop peu de territoires"),
    ],
)
def test_what_cannot_be_drawn_says_why(client, chart, query, said):
    response = client.get(f"{POPULATION}{chart}/", query)
    assert response.status_code == 200
    assert said in outline(response).text


def test_a_map_too_large_for_a_page_is_a_picture(client):
    response = client.get(f"{POPULATION}carte/", {"niveau": "commune", "dans": "country:FR"})
    page = outline(response)
    (source,) = [value for name, value in page.attributes if name == "src" and ".png" in value]
    assert source.startswith("/indicateurs/demographie/population/carte.png?")
    assert len(response.content) < 20_000


def test_key_figures_of_a_territory(client):
    page = outline(client.get("/embed/territoires/epci/200072460/"))
    assert "CA de Béthune-Bruay" in page.text
    assert "Sources\u00a0:" in page.text
    assert "http://localhost/territoires/epci/200072460/" in page.links


def test_a_former_commune_leads_to_what_it_became(client):
    response = client.get("/embed/territoires/commune/62461/")
    assert response.status_code == 301
    assert response["Location"].startswith("/embed/territoires/commune/")


@pytest.mark.parametrize(("asked", "scheme"), [("clair", "light"), ("sombre", "dark"), ("", None), ("<b>", None)])
def test_the_framing_page_may_choose_the_scheme(client, asked, scheme):
    markup = client.get("/embed/territoires/commune/62119/", {"affichage": asked}).content.decode()
    assert (f'<html lang="fr" data-scheme="{scheme}">' if scheme else '<html lang="fr">') in markup
