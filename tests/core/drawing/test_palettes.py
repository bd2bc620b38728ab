"""Colours: contrast (WCAG 2.1), order, and what colour-blind readers tell apart."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from terril.core.drawing.colours import channels, contrast, from_lch, hexadecimal, lightness, linear, oklab, readable_on
from terril.core.drawing.palettes import (
    CATEGORICAL,
    CATEGORICAL_DARK,
    DARK,
    DIVERGING,
    LIGHT,
    PALETTES,
    PAPER,
    PAPER_DARK,
    colour,
    diverging,
    palette,
    stylesheet,
)
from terril.core.errors import TerrilError

every = pytest.mark.parametrize("name", PALETTES)

# Machado, Oliveira and Fernandes (2009), severity 1, on linear light.
SEEN = {
    "all": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def seen(colour_, vision):
    return np.array(oklab(tuple(np.clip(SEEN[vision] @ np.array(linear(channels(colour_))), 0, 1))))


def nearest(colours, vision):
    return min(float(np.linalg.norm(seen(a, vision) - seen(b, vision))) for a, b in combinations(colours, 2))


def test_the_eight_palettes():
    assert list(PALETTES) == ["ardoise", "bleu", "sarcelle", "vert", "ocre", "brique", "prune", "violet"]


@every
def test_accents_read_as_text(name):
    own = PALETTES[name]
    assert contrast(own.accent, PAPER) >= 4.5 and contrast(own.accent, own.wash) >= 4.5
    assert contrast(own.accent, "#ffffff") >= 4.5
    assert contrast(own.accent_dark, PAPER_DARK) >= 4.5 and contrast(own.accent_dark, own.wash_dark) >= 4.5


@every
def test_ink_reads_on_washes(name):
    own = PALETTES[name]
    for role in ("ink", "muted", "target", "reference"):
        assert contrast(LIGHT[role], own.wash) >= 4.5
        assert contrast(DARK[role], own.wash_dark) >= 4.5


@pytest.mark.parametrize("role", ["ink", "label", "muted", "reference", "target"])
def test_words_read_on_paper(role):
    assert contrast(LIGHT[role], PAPER) >= 4.5 and contrast(DARK[role], PAPER_DARK) >= 4.5


@pytest.mark.parametrize("role", ["other", "secret"])
def test_marks_are_seen_on_paper(role):
    assert contrast(LIGHT[role], PAPER) >= 3 and contrast(DARK[role], PAPER_DARK) >= 3


@every
@pytest.mark.parametrize("count", range(3, 8))
@pytest.mark.parametrize("vision", SEEN)
def test_ramps_rank_for_everyone(name, count, vision):
    own = PALETTES[name]
    light = [seen(c, vision)[0] for c in own.ramp(count)]
    assert all(a - b > 0.3 / count for a, b in pairwise(light))
    dark = [seen(c, vision)[0] for c in own.ramp_dark(count)]
    assert all(b - a > 0.3 / count for a, b in pairwise(dark))


@every
@pytest.mark.parametrize("count", range(3, 8))
def test_ramps_are_even_seen_on_paper_and_print_in_grey(name, count):
    ramp = PALETTES[name].ramp(count)
    steps = [lightness(a) - lightness(b) for a, b in pairwise(ramp)]
    assert max(steps) / min(steps) < 1.25
    assert contrast(ramp[0], PAPER) >= 1.2
    assert all(contrast(a, b) >= 1.15 for a, b in pairwise(ramp))


@every
def test_ramps_keep_one_hue(name):
    own = PALETTES[name]
    for shade in own.ramp(7):
        _, a, b = oklab(linear(channels(shade)))
        hue = np.degrees(np.arctan2(b, a)) % 360
        assert abs((hue - own.hue + 180) % 360 - 180) < 6


@pytest.mark.parametrize(("colours", "paper"), [(CATEGORICAL, PAPER), (CATEGORICAL_DARK, PAPER_DARK)])
@pytest.mark.parametrize("vision", SEEN)
def test_categories_are_told_apart_by_everyone(colours, paper, vision):
    assert len(set(colours)) == 6
    assert all(contrast(c, paper) >= 3 for c in colours)
    assert nearest(colours, vision) >= 0.09


def test_neighbouring_categories_differ_in_grey():
    assert all(abs(lightness(a) - lightness(b)) > 0.08 for a, b in pairwise(CATEGORICAL))


def test_diverging_is_symmetric_with_a_neutral_middle():
    light = [lightness(c) for c in DIVERGING]
    assert light == pytest.approx(light[::-1], abs=0.03)
    assert max(light) == light[3]
    red, green, blue = channels(DIVERGING[3])
    assert max(red, green, blue) - min(red, green, blue) < 0.02
    assert all(
        nearest((a, b), vision) > 0.08
        for a, b in zip(diverging(6)[:2], diverging(6)[:-3:-1], strict=True)
        for vision in SEEN
    )


@pytest.mark.parametrize(
    "background", [*CATEGORICAL, *CATEGORICAL_DARK, *(c for p in PALETTES.values() for c in p.ramp(5) + p.ramp_dark(5))]
)
def test_text_on_a_mark_reads(background):
    assert contrast(readable_on(background), background) >= 4.5


@pytest.mark.parametrize(
    "make",
    [
        lambda: palette("rose"),
        lambda: PALETTES["vert"].ramp(0),
        lambda: PALETTES["vert"].ramp(10),
        lambda: diverging(1),
    ],
)
def test_unknown_colours_are_refused_in_words(make):
    with pytest.raises(TerrilError):
        make()


def test_short_ramps_stay_inside():
    own = PALETTES["bleu"]
    assert len(own.ramp(1)) == 1 and len(own.ramp(2)) == 2
    assert lightness(own.ramp(2)[0]) > lightness(own.ramp(1)[0]) > lightness(own.ramp(2)[1])


def test_roles():
    assert colour("accent", "vert") == PALETTES["vert"].accent
    assert colour("s2") == CATEGORICAL[1] and colour("r5", "vert") == PALETTES["vert"].ramp(5)[-1]
    assert colour("on-s1") == "#ffffff" and colour("wash", "bleu") == PALETTES["bleu"].wash


def test_the_style_sheet_has_each_palette_in_each_scheme():
    css = stylesheet()
    for name, own in PALETTES.items():
        assert css.count(f'[data-palette="{name}"]') == 5
        assert own.accent in css and css.count(own.accent_dark) >= 2
    assert css.count("@media screen and (prefers-color-scheme: dark)") == 1
    assert css.count("{") == css.count("}")


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_colours_no_screen_shows_lose_chroma_only():
    assert lightness(from_lch(0.9, 0.4, 30)) == pytest.approx(0.9, abs=0.01)
    assert hexadecimal((2, -1, 0.5)) == "#ff0080"
