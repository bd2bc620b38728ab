"""Every page that only those who sign in get: at a desk, on a phone, on paper, in one visit."""

from __future__ import annotations

import pytest

from tests.accessibility import checks
from tests.support.addresses import MEMBERS_STATES
from tests.support.live import Rights


@pytest.mark.parametrize("state", [pytest.param(s, id=s.name) for s in MEMBERS_STATES])
def test_a_page_of_members(visit, rights: Rights, state):
    watched = visit(rights.site, state.path, session=rights.sessions[state.reader], blocked="**/map.js*")
    page = watched.page
    found = {
        "axe": checks.axe(page),
        "structure": checks.structure(page, framed=False),
        "focus": checks.unseen_focus(page),
        "weight": checks.weight(watched),
    }
    page.set_viewport_size({"width": 320, "height": 640})
    narrow = {"axe_on_a_phone": checks.axe(page), "too_wide": checks.too_wide(page)}
    page.emulate_media(media="print")
    checks.expect_nothing(**found, **narrow, on_paper=checks.axe(page, "color-contrast"), console=watched.complaints)
