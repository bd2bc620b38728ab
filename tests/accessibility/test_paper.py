"""Every page and state without scripts, then what is left of it on paper."""

import pytest

from tests.accessibility import checks

pytestmark = pytest.mark.thorough

_WRITTEN = "all => all.map(e => e.outerHTML.slice(0, 100))"
_UNSENDABLE = (
    "forms => forms.filter(f => !f.querySelector('button, input[type=submit]')).map(f => f.outerHTML.slice(0, 100))"
)


@checks.pages
def test_without_scripts_then_on_paper(shown, state):
    page = shown(state, width=794, scripts=False, color_scheme="light").page
    assert page.locator("main").inner_text().strip()
    # What only scripts can do is not offered; what can be sent has its button.
    needless = page.locator("[data-print]:visible, [data-copy]:visible").evaluate_all(_WRITTEN)
    unsendable = page.locator("form").evaluate_all(_UNSENDABLE)
    page.emulate_media(media="print", color_scheme="light")
    useless = page.locator("body > header nav, body > footer nav, form[role=search], main button").locator(
        "visible=true"
    )
    assert page.locator("h1").first.is_visible()
    checks.expect_nothing(
        needs_scripts=needless,
        cannot_be_sent=unsendable,
        useless_on_paper=useless.evaluate_all(_WRITTEN),
    )
