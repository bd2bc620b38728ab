"""Sources: loaded, late, to be loaded; what each is and what it feeds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.web.outline import outline


def test_the_first_line_counts(client):
    text = outline(client.get("/sources/")).text
    assert "sources déclarées" in text
    assert "À charger" in text


def test_what_is_not_loaded_is_said_with_the_way_to_load_it(client):
    text = outline(client.get("/sources/")).text
    assert "terril ingest --from DOSSIER" in text
    assert "filosofi_*_communes.csv" in text
    assert "https://www.insee.fr" in text


def test_each_source_bears_its_vintage_licence_and_rhythm(client):
    page = outline(client.get("/sources/?etat=chargees"))
    assert "recensement 2018 à 2023" in page.text
    assert "Licence Ouverte 2.0" in page.text
    assert "annuel" in page.text
    assert "{period}" not in page.text


def test_one_state_alone(client):
    waiting = outline(client.get("/sources/?etat=attente"))
    assert "/sources/insee/filosofi_communes/" in waiting.links
    assert "/sources/insee/population_reference/" not in waiting.links
    loaded = outline(client.get("/sources/?etat=chargees"))
    assert "/sources/insee/population_reference/" in loaded.links
    assert "/sources/insee/filosofi_communes/" not in loaded.links
    assert "Aucune source dans cet état" in outline(client.get("/sources/?etat=retard")).text
    assert outline(client.get("/sources/?etat=nimporte")).links == outline(client.get("/sources/")).links


def test_every_source_has_its_page(client):
    links = [x for x in outline(client.get("/sources/")).links if x.startswith("/sources/") and x.count("/") == 4]
    assert len(links) > 40
    for link in links:
        response = client.get(link)
        page = outline(response)
        assert response.status_code == 200, link
        assert page.tags.count("h1") == 1
        assert len(page.ids) == len(set(page.ids))
        assert "Licence" in page.text


def test_a_loaded_source_says_what_it_is(client):
    page = outline(client.get("/sources/insee/population_reference/"))
    assert "209\u202f622\u00a0lignes retenues" in page.text
    assert "population_reference.parquet" in page.text
    assert "/indicateurs/demographie/population/" in page.links
    assert "/indicateurs/demographie/densite/" in page.links, "fed through another indicator"
    assert "terril ingest" not in page.text


def test_a_source_to_load_says_how(client):
    page = outline(client.get("/sources/insee/filosofi_communes/"))
    assert "Donnée non chargée" in page.text
    assert "terril ingest FICHIER --source insee/filosofi_communes" in page.text
    assert "/indicateurs/revenus/taux_pauvrete/" in page.links
    assert "Secret statistique" in page.text


def test_a_document_is_a_source_with_its_figures_and_pages(client):
    page = outline(client.get("/sources/artois/faits_chiffres_cles/"))
    assert "Chiffres repris du document" in page.text
    assert "148\u202f000\u00a0emplois" in page.text
    assert "/territoires/perimeter/pma/" in page.links


def test_personal_columns_are_counted_and_never_named(demo, open_site):
    from terril.web.portal import open_portal  # noqa: PLC0415 - needs Django set up

    client = open_site(demo)
    personal = [s for s in open_portal().workspace.sources.values() if any(c.personal for c in s.columns)]
    for source in personal:
        text = outline(client.get(f"/sources/{source.id}/")).text
        assert "données personnelles" in text
        assert all(f" {c.name} " not in text for c in source.columns if c.personal)


def test_an_unknown_source_suggests_others(client):
    response = client.get("/sources/insee/population/")
    assert response.status_code == 404
    page = outline(response)
    assert "Source inconnue" in page.text
    assert "/sources/insee/population_reference/" in page.links


@pytest.mark.reference_data
def test_rows_and_secrets_of_a_file_that_was_loaded(loaded, open_site):
    text = outline(open_site(loaded).get("/sources/insee/filosofi_communes/")).text
    assert "322\u00a0lignes retenues" in text
    assert "filosofi_2021_communes.csv" in text
    assert "Cellules secrètes" in text


@pytest.mark.parametrize(
    ("frequency", "days", "expected"),
    [
        ("monthly", 75, False),
        ("monthly", 76, True),
        ("annual", 548, False),
        ("annual", 549, True),
        ("multiannual", 2558, True),
        ("once", 99_999, False),
    ],
)
def test_late_is_older_than_its_rhythm(frequency, days, expected):
    from terril.web.pages.sources.freshness import late  # noqa: PLC0415

    today = date(2026, 11, 22)
    assert late(frequency, today - timedelta(days=days), today) is expected
    assert late(frequency, None, today) is False


def test_days_are_written_in_french():
    from terril.web.pages.sources.freshness import day_of, written  # noqa: PLC0415

    assert written(date(2026, 7, 1)) == "1er\u00a0juillet 2026"
    assert written(day_of("2026-11-22T04:22:05+00:00")) == "22\u00a0novembre 2026"
    assert day_of("") is None


def test_a_source_becomes_late_without_a_new_release(client, monkeypatch):
    first = client.get("/sources/").content
    far = date.today() + timedelta(days=3000)
    monkeypatch.setattr("terril.web.cache.localdate", lambda: far)
    monkeypatch.setattr("terril.web.pages.sources.views.localdate", lambda: far)
    later = outline(client.get("/sources/"))
    assert "en retard" in later.text
    assert "En retard" not in first.decode()
