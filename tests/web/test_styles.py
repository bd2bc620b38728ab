"""The design system: every palette, every component, every kind of drawing, and nothing that passes for real."""

from __future__ import annotations

import re

import pytest

from tests.web.outline import outline


@pytest.fixture
def markup(client):
    return client.get("/styles/").content.decode()


def test_every_palette_is_shown_light_and_dark(markup):
    from terril.core.drawing.palettes import PALETTES  # noqa: PLC0415

    for palette in PALETTES.values():
        for colour in (palette.accent, palette.accent_dark, *palette.ramp(5), *palette.ramp_dark(5)):
            assert colour in markup, palette.name


def test_every_kind_of_drawing_is_shown_and_said_invented(markup):
    for kind in ("line", "bar", "stacked", "slope", "distribution", "pyramid", "multiples", "map", "sparkline"):
        assert f"chart-{kind}" in markup, kind
    titles = re.findall(r"<figcaption>(.*?)<", markup)
    assert len(titles) >= 8
    assert all(title.startswith("Exemple inventé") for title in titles)


def test_every_status_is_shown(markup):
    from terril.core.status import Status  # noqa: PLC0415

    assert all(status.label in markup for status in Status)
    for state in ("absent", "target", "notice", "empty", "trail", "badge", "ranked", "cite", "disabled"):
        assert state in markup


def test_no_invented_figure_is_of_a_real_place():
    from terril.web.pages.styles.examples import examples  # noqa: PLC0415

    for example in examples():
        words = {cell for row in example.chart.table().rows for cell in row[:2]}
        assert example.chart.frame.source == "Exemple inventé"
        assert not words & {"Béthune", "Lens", "Artois"}


def test_identifiers_are_unique_and_nothing_is_inline(markup):
    page = outline(type("Response", (), {"content": markup.encode()}))
    assert len(page.ids) == len(set(page.ids)), [i for i in page.ids if page.ids.count(i) > 1]
    assert all(link[1:] in page.ids for link in page.links if link.startswith("#"))
    assert "style" not in {name for name, _ in page.attributes}
