"""Every page and state 320 px wide, dark, then zoomed four times: nothing is lost, nothing scrolls sideways."""

import pytest

from tests.accessibility import checks

pytestmark = pytest.mark.thorough


@checks.pages
def test_on_a_phone(shown, state):
    # The map is drawn where a territory is chosen; elsewhere its list and its drawing stand in its place.
    blocked = "" if "territoire=" in state.path else "**/map.js*"
    page = shown(state, width=320, height=640, blocked=blocked, color_scheme="dark").page
    axe, too_wide = checks.axe(page), checks.too_wide(page)
    # 1280 × 1024 at 400 %: what stays on screen must leave room to read.
    page.set_viewport_size({"width": 320, "height": 256})
    checks.expect_nothing(axe=axe, too_wide=too_wide, covered=checks.covered(page))


def test_what_is_too_wide_is_found(shown):
    page = shown(checks.STATES[0], width=320, height=640).page
    page.evaluate(
        "document.querySelector('main').appendChild(document.createElement('div')).style = 'width: 900px; height: 1px'"
    )
    assert checks.too_wide(page)
