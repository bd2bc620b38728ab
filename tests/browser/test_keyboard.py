"""With the keyboard alone: reach the content, search, pass by the map, sort a table."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.planner import plain

POPULATION = "/indicateurs/demographie/population/?niveau=commune&dans=perimeter:artois"


def focused(page: Page) -> str:
    """What has the focus: its text or its name."""
    return plain(
        str(
            page.evaluate(
                "(e => e.innerText || e.getAttribute('aria-label') || e.id || e.tagName)(document.activeElement)"
            )
        )
    )


@pytest.mark.parametrize("path", ["/", POPULATION, "/comparer/", "/absent/"])
def test_the_first_key_offers_the_content(visit, demo, path):
    page = visit(demo, path).page
    page.keyboard.press("Tab")
    assert focused(page) == "Aller au contenu"
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_search_by_keyboard(visit, demo):
    page = visit(demo, "/").page
    field = page.get_by_role("combobox").first
    field.focus()
    page.keyboard.type("henin")
    listed = page.get_by_role("listbox")
    expect(listed).to_be_visible()
    assert field.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    chosen = field.get_attribute("aria-activedescendant")
    assert chosen
    assert page.locator(f"#{chosen}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "henin"
    page.keyboard.press("ArrowDown")
    expect(listed).to_be_visible()
    if not field.get_attribute("aria-activedescendant"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/territoires/"))


def test_search_sent_with_enter_shows_results(visit, demo):
    page = visit(demo, "/").page
    page.get_by_role("combobox").first.focus()
    page.keyboard.type("saint")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/rechercher/\?q=saint"))
    assert page.locator("main").get_by_role("link").count() > 5


def test_the_map_can_be_passed_by(visit, demo):
    page = visit(demo, POPULATION).page
    page.wait_for_load_state("networkidle")
    island = page.locator("terril-map")
    assert island.count() == 1
    stops = island.evaluate("""e => [...e.querySelectorAll('a[href], button, input, select, summary, canvas, [tabindex="0"]')]
      .filter(x => x.checkVisibility() && x.tabIndex >= 0).length""")
    assert stops <= 20, "too many stops to pass by the map"
    page.locator("#choix").get_by_role("button").focus()
    for _ in range(stops + 3):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('#palmares')"):
            break
    assert page.evaluate("!!document.activeElement.closest('#palmares')")


def test_a_table_is_sorted_by_keyboard(visit, demo):
    page = visit(demo, POPULATION).page
    table = page.locator("#tableau table")
    heading = table.get_by_role("columnheader", name="Valeur")
    heading.get_by_role("button").focus()
    orders = []
    for _ in range(2):
        page.keyboard.press("Enter")
        shown = table.locator("tbody tr td:nth-child(3)").all_inner_texts()
        values = [
            float(re.sub(r"[^\d,−]", "", v).replace(",", ".").replace("−", "-")) for v in shown if re.search(r"\d", v)
        ]
        assert values == sorted(values, reverse=heading.get_attribute("aria-sort") == "descending")
        orders.append(heading.get_attribute("aria-sort"))
    assert set(orders) == {"ascending", "descending"}


def test_a_choice_on_the_list_keeps_the_focus_and_is_said(visit, demo):
    page = visit(demo, POPULATION).page
    page.wait_for_load_state("networkidle")
    link = page.locator("#palmares").get_by_role("link").nth(2)
    name = link.inner_text()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("territoire="))
    expect(page.get_by_role("region", name="Territoire choisi")).to_contain_text(name)
    assert name in focused(page)
    assert any(name in said for said in page.locator("[aria-live], [role=status]").all_inner_texts())
