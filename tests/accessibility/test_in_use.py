"""Pages while they are used: suggestions open, everything unfolded, a territory chosen, a table sorted, a tip shown."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.accessibility import checks

POPULATION = "/indicateurs/demographie/population/?niveau=commune&dans=perimeter:artois"


def suggestions(page: Page) -> None:
    page.get_by_role("combobox").first.fill("bethune")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")


def unfolded(page: Page) -> None:
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")


def chosen(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.get_by_role("region", name="Classement").get_by_role("link").nth(3).click()
    page.wait_for_url(re.compile("territoire="))


def sorted_table(page: Page) -> None:
    page.get_by_role("columnheader", name="Valeur").get_by_role("button").last.click()


def tip(page: Page) -> None:
    page.locator("[data-tip]:visible").first.hover(force=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("path", "act"),
    [
        pytest.param("/", suggestions, id="suggestions"),
        pytest.param("/territoires/commune/62119/", unfolded, id="profile unfolded"),
        pytest.param(POPULATION, unfolded, id="indicator unfolded"),
        pytest.param("/sources/", unfolded, id="sources unfolded"),
        pytest.param(POPULATION, chosen, id="territory chosen"),
        pytest.param(POPULATION, sorted_table, id="table sorted"),
        pytest.param("/territoires/commune/62119/", tip, id="tip"),
    ],
)
def test_in_use(visit, demo, path, act, scheme):
    # The map has its own tests; drawn without a graphics card it would take most of the time of these.
    watched = visit(demo, path, width=360, height=740, color_scheme=scheme, blocked="**/map.js*")
    act(watched.page)
    page = watched.page
    checks.expect_nothing(axe=checks.axe(page), too_wide=checks.too_wide(page), console=watched.complaints)
