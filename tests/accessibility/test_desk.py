"""Every page and state at a desk: axe on screen and as printed, structure, focus, console and weight."""

from tests.accessibility import checks


@checks.pages
def test_at_a_desk(shown, state):
    watched = shown(state)
    page = watched.page
    found = {
        "axe": checks.axe(page),
        "structure": checks.structure(page, framed="/embed/" in state.path),
        "focus": checks.unseen_focus(page),
        "weight": checks.weight(watched),
    }
    page.emulate_media(media="print")
    # The page is the same on paper, but for its colours.
    checks.expect_nothing(**found, axe_on_paper=checks.axe(page, "color-contrast"), console=watched.complaints)


def test_axe_finds_faults(shown):
    state = checks.STATES[0]
    page = shown(state).page
    page.evaluate(
        "document.querySelector('main').innerHTML = '<img src=\"/x\"><h4>Titre</h4><a href=\"#rien\"></a><svg></svg>'"
    )
    assert len(checks.axe(page)) >= 2
    assert len(checks.structure(page, framed=False)) >= 3
