"""Pages of indicators: the question in the address, what cannot be had, files, explanation."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.web.outline import outline

POPULATION = "/indicateurs/demographie/population/"


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"niveau": "epci"},
        {"niveau": "department"},
        {"niveau": "region", "dans": "country:FR"},
        {"niveau": "perimeter"},
        {"niveau": "group"},
        {"niveau": "country"},
        {"dans": "epci:200072460", "territoire": "commune:62119"},
        {"niveau": "commune", "dans": "country:FR"},
        {"niveau": "commune", "dans": "country:FR", "page": "300"},
        {"methode": "jenks", "classes": "7"},
        {"methode": "ecart-type"},
        {"methode": "amplitudes", "classes": "3"},
        {"methode": "seuils", "seuils": "500 ; 2000,5 ; 10000"},
    ],
)
def test_the_page_answers_each_question(client, query):
    response = client.get(POPULATION, query)
    assert response.status_code == 200
    page = outline(response)
    assert page.tags.count("h1") == 1
    assert len(page.ids) == len(set(page.ids)), [i for i in page.ids if page.ids.count(i) > 1]
    assert "Source" in page.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"niveau": "iris"}, "n’est pas observé à ce niveau"),
        ({"niveau": "planete"}, "n’est pas observé à ce niveau"),
        ({"periode": "1789"}, "Période non disponible"),
        ({"territoire": "commune:99999"}, "Territoire non trouvé"),
        ({"dans": "perimeter:nulle_part"}, "Territoire non trouvé"),
        ({"methode": "au-hasard"}, "Méthode de classes inconnue"),
        ({"methode": "seuils"}, "écrire les seuils"),
        ({"methode": "seuils", "seuils": "beaucoup ; <b> ; 1e9"}, "écrire les seuils"),
        ({"classes": "1000", "page": "-3"}, "Population"),
        ({"page": "999999999999999999"}, "Population"),
    ],
)
def test_what_cannot_be_had_is_said_and_the_nearest_is_shown(client, query, said):
    response = client.get(POPULATION, query)
    assert response.status_code == 200
    assert said in outline(response).text


def test_markup_in_a_query_is_text(client):
    attack = '"><script>alert(1)</script>'
    for name in ("niveau", "dans", "periode", "territoire", "methode", "page", "classes"):
        response = client.get(POPULATION, {name: attack})
        assert response.status_code == 200
        assert b"<script>alert" not in response.content


def test_a_waiting_indicator_says_how_to_load_it(client):
    page = outline(client.get("/indicateurs/revenus/revenu_median/"))
    assert "Donnée non chargée" in page.text
    assert "terril ingest --from DOSSIER" in page.text
    assert client.get("/indicateurs/revenus/revenu_median/donnees.csv").status_code == 404


def test_an_unknown_indicator_is_told_with_suggestions(client):
    response = client.get("/indicateurs/demographie/populations_totales/")
    assert response.status_code == 404
    page = outline(response)
    assert "/indicateurs/demographie/densite/" in page.links or POPULATION in page.links
    assert client.get("/indicateurs/inconnu/").status_code == 404


def test_the_file_says_what_the_page_says(client):
    query = {"niveau": "epci", "periode": "2023"}
    rows = list(csv.DictReader(io.StringIO(client.get(f"{POPULATION}donnees.csv", query).content.decode())))
    assert len(rows) == 5
    shown = outline(client.get(POPULATION, query)).text
    for row in rows:
        assert f"{float(row['valeur']):,.0f}".replace(",", "\u202f") in shown
    metadata = json.loads(client.get(f"{POPULATION}donnees.csv-metadata.json", query).content)
    assert [c["name"] for c in metadata["tableSchema"]["columns"]] == list(rows[0])


def test_the_series_holds_every_period(client):
    rows = list(
        csv.DictReader(
            io.StringIO(
                client.get(f"{POPULATION}donnees.csv", {"niveau": "epci", "etendue": "series"}).content.decode()
            )
        )
    )
    assert {r["periode"] for r in rows} >= {"2018", "2023"}


@pytest.mark.parametrize("chart", ["carte", "serie", "distribution", "classement"])
@pytest.mark.parametrize(("form", "start"), [("svg", b"<svg"), ("png", b"\x89PNG")])
def test_charts_are_files(client, chart, form, start):
    response = client.get(f"{POPULATION}{chart}.{form}", {"territoire": "commune:62119"})
    assert response.status_code == 200
    assert response.content.startswith(start)


@pytest.mark.parametrize("name", ["carte.exe", "inconnu.svg", "donnees.exe"])
def test_unknown_files_are_404(client, name):
    assert client.get(f"{POPULATION}{name}").status_code == 404


def test_values_for_the_map_are_those_of_the_page(client):
    found = json.loads(client.get(f"{POPULATION}valeurs.json", {"niveau": "commune"}).content)
    assert len(found["items"]) == 319
    assert len(found["labels"]) == len(found["ramp"]) == len(found["bounds"]) - 1 == 5
    assert found["items"]["62119"][0] == 4
    west, south, east, north = found["bbox"]
    assert 1 < west < east < 4
    assert 49 < south < north < 51


def test_thresholds_are_those_asked(client):
    query = {"niveau": "commune", "methode": "seuils", "seuils": "500;10 000 ; 2000,5"}
    found = json.loads(client.get(f"{POPULATION}valeurs.json", query).content)
    assert found["bounds"][1:-1] == [500, 2000.5, 10000]


def test_an_explanation_goes_down_to_the_file(client):
    page = outline(client.get("/indicateurs/demographie/densite/explication/", {"territoire": "commune:62119"}))
    assert "estimé" in page.text
    assert "Source" in page.text
    assert "terril explain demographie/densite commune:62119" in page.text


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"territoire": "commune:99999"},
        {"territoire": "n'importe quoi"},
        {"territoire": "commune:62119", "periode": "1515"},
    ],
)
def test_an_explanation_of_nothing_is_404(client, query):
    assert client.get("/indicateurs/demographie/densite/explication/", query).status_code == 404
