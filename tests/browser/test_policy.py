"""The content policy refuses nothing that a page needs: the console stays silent while the page is used."""

from __future__ import annotations

import pytest

POPULATION = "/indicateurs/demographie/population/?niveau=commune&dans=perimeter:artois"
USED = (
    "/",
    POPULATION,
    "/territoires/commune/62119/",
    "/comparer/?t=commune:62119&t=commune:62498",
    "/styles/",
    "/sources/",
)


@pytest.mark.parametrize("path", USED)
def test_nothing_is_refused(visit, demo, path):
    watched = visit(demo, path)
    page = watched.page
    page.wait_for_load_state("networkidle")
    for summary in page.locator("summary").all()[:6]:
        summary.click()
    for mark in page.locator("[data-tip]:visible").all()[:3]:
        mark.hover(force=True)
    if page.get_by_role("combobox").count():
        page.get_by_role("combobox").first.fill("lens")
        page.get_by_role("option").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert watched.complaints == []


def test_a_script_of_another_is_refused(visit, demo):
    watched = visit(demo, "/")
    watched.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.taken = 1'}))"
    )
    assert watched.page.evaluate("window.taken") is None
    assert any("Content Security Policy" in said for said in watched.complaints)


def test_the_map_is_drawn(visit, demo):
    watched = visit(demo, POPULATION)
    canvas = watched.page.locator("terril-map canvas")
    canvas.wait_for()
    # One colour compresses to next to nothing; a map of three hundred communes does not.
    drawn = 0
    for _ in range(40):
        drawn = len(canvas.screenshot())
        if drawn > 15_000:
            break
        watched.page.wait_for_timeout(250)
    assert drawn > 15_000
    assert watched.complaints == []
