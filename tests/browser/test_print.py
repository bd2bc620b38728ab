"""On paper: what is printed is a document, in colour or not."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from tests.browser.paper import Paper

POPULATION = "/indicateurs/demographie/population/?niveau=commune&dans=perimeter:artois"

#: Lightness of the classes as a grey printer gives them (L*, 0 black to 100 white).
_LIGHTNESS = """() => {
  const lightness = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(v => Number(v) / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    return y <= 0.008856 ? 903.3 * y : 116 * Math.cbrt(y) - 16;
  };
  const fills = [...document.querySelectorAll('terril-map svg path[data-code]')].map(s => getComputedStyle(s).fill);
  return [...new Set(fills.filter(f => f.startsWith('rgb(')))].map(lightness).sort((a, b) => a - b);
}"""


@pytest.mark.parametrize(
    ("path", "words", "most"),
    [
        ("/", ("Artois en chiffres", "709 273"), 6),
        ("/territoires/commune/62119/", ("Béthune", "25 224", "Insee", "Citer"), 10),
        ("/territoires/epci/200072460/", ("Béthune-Bruay", "Insee"), 12),
        (POPULATION, ("Population", "Béthune", "Insee", "Licence Ouverte"), 14),
        ("/comparer/?t=commune:62119&t=commune:62498", ("Béthune", "Lens", "25 224"), 8),
    ],
)
def test_a_page_printed_is_a_document(visit, demo, tmp_path, path, words, most):
    page = visit(demo, path).page
    page.wait_for_load_state("networkidle")
    paper = Paper(page, tmp_path / "page.pdf")
    text = paper.text()
    assert [w for w in words if w not in text] == []
    assert 1 <= paper.sheets <= most
    assert paper.size == (210, 297)
    # Neither navigation nor what only a screen can do.
    assert not re.search(r"Aller au contenu|Rechercher\b|Imprimer", text)
    # No sheet is all but empty.
    assert all(len(paper.text(n)) > 40 for n in range(1, paper.sheets + 1))


def test_a_map_in_black_and_white(visit, demo):
    page = visit(demo, POPULATION).page
    page.wait_for_load_state("networkidle")
    page.emulate_media(media="print", color_scheme="light")
    assert page.locator("terril-map svg").first.is_visible(), "the drawn map is what prints"
    classes = page.evaluate(_LIGHTNESS)
    assert len(classes) == 5
    assert all(lighter - darker > 10 for darker, lighter in pairwise(classes)), classes


def test_dark_readers_print_on_white(visit, demo):
    page = visit(demo, "/territoires/commune/62119/", color_scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    ink, paper = page.evaluate("(s => [s.color, s.backgroundColor])(getComputedStyle(document.body))")
    assert sum(map(int, re.findall(r"\d+", ink)[:3])) < 200
    assert paper in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)")
