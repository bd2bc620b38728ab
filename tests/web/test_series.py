"""Series breaks on charts and in words; breakdowns in lists, on pages and in files."""

from __future__ import annotations

import pytest

from terril.core.breaks import Break
from terril.web.pages.territories.profile import drawn_breaks
from terril.web.portal import Portal
from tests.web.outline import outline

POPULATION = "/indicateurs/demographie/population/"
BROKEN = (Break(period="2018", reason="Nouveau questionnaire"),)


@pytest.mark.parametrize(
    ("at", "periods", "places"),
    [
        ("2020", ["2019", "2021"], [2019.5]),
        ("2020", ["2020", "2021"], []),
        ("2020", ["2018", "2019"], []),
        ("2020-Q3", ["2020-Q1", "2020-Q4"], [2020.5]),
        ("2020-07", ["2020-01", "2020-12"], [2020.5]),
    ],
)
def test_a_break_is_drawn_where_its_period_begins(at, periods, places):
    marks = drawn_breaks([Break(period=at, reason="x")], periods)
    assert [m.at for m in marks] == pytest.approx(places)


def test_a_break_is_drawn_and_told_and_no_trend_crosses_it(loaded, open_site, monkeypatch):
    client = open_site(loaded)
    asked = {"dans": "epci:200072460", "territoire": "commune:62119"}
    before = client.get(POPULATION, asked).content.decode()
    assert "rupture" not in before
    monkeypatch.setattr(Portal, "breaks", lambda self, indicator: BROKEN)
    open_site(loaded)
    page = client.get(POPULATION, asked).content.decode()
    assert "Nouveau questionnaire" in page
    assert "Rien n’est comparé de part et d’autre" in page
    assert "rupture" in client.get(f"{POPULATION}serie.svg", asked).content.decode()


@pytest.mark.reference_data
def test_a_breakdown_is_one_line_in_lists_and_shows_its_parts_together(loaded, open_site):
    client = open_site(loaded)
    theme = client.get("/indicateurs/espace/").content.decode()
    assert theme.count('href="/indicateurs/espace/occupation__') == 1
    assert "5 catégories" in theme
    for slug in ("occupation__agricole", "surface_clc"):
        response = client.get(f"/indicateurs/espace/{slug}/")
        text = response.content.decode()
        page = outline(response)
        assert len(page.ids) == len(set(page.ids))
        assert 'id="ventilation"' in text
        for category in ("artificialise", "agricole", "foret", "humide", "eau"):
            assert f'href="/indicateurs/espace/occupation__{category}/"' in text
        assert text.count('aria-current="page"') >= 1
    assert client.get("/indicateurs/espace/occupation__eau/ventilation.svg").status_code == 200


def test_an_indicator_without_breakdown_has_none(client):
    assert 'id="ventilation"' not in client.get(POPULATION).content.decode()
