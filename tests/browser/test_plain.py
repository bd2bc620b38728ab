"""Without JavaScript: everything but panning the map."""

from __future__ import annotations

import re

import pytest

from tests.browser.planner import plain

POPULATION = "/indicateurs/demographie/population/?niveau=commune&dans=perimeter:artois"


@pytest.fixture
def plainly(visit, demo):
    return lambda path, **options: visit(demo, path, scripts=False, **options)


def test_search(plainly):
    page = plainly("/").page
    field = page.get_by_role("searchbox").first
    field.fill("bethune")
    field.press("Enter")
    page.wait_for_url(re.compile(r"/rechercher/\?q=bethune"))
    page.locator("main").get_by_role("link", name="Béthune", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Béthune"


def test_an_indicator_is_mapped_ranked_and_chosen(plainly):
    page = plainly(POPULATION).page
    drawing = page.locator("terril-map").get_by_role("img").first
    assert drawing.is_visible()
    page.get_by_label("Dans", exact=True).select_option("epci:246200364")
    page.get_by_role("button", name="Afficher").click()
    page.wait_for_url(re.compile("dans=epci(:|%3A)246200364"))
    page.locator("#palmares").get_by_role("link", name="Lens", exact=True).click()
    page.wait_for_url(re.compile("territoire=commune(:|%3A)62498"))
    assert "Lens" in page.get_by_role("region", name="Territoire choisi").inner_text()


def test_a_chart_is_read_as_a_table(plainly):
    page = plainly(POPULATION).page
    page.get_by_text("Voir le tableau").last.click()
    assert page.get_by_role("table").count() >= 2


def test_territories_are_compared(plainly):
    page = plainly("/comparer/?t=commune:62119").page
    page.get_by_role("textbox", name=re.compile("^Ajouter")).fill("Lens")
    page.get_by_role("button", name="Ajouter").click()
    page.wait_for_url(re.compile("62498|Lens"))
    text = plain(page.locator("main").inner_text())
    assert "Béthune" in text
    assert "32 920" in text


def test_an_explanation_is_reached(plainly):
    page = plainly("/territoires/commune/62119/").page
    page.get_by_role("link", name="D’où vient ce chiffre").first.click()
    assert "recensement 2023" in plain(page.locator("main").inner_text())
