"""The picture of a page where it is shared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terril.core.drawing.card import Card
from terril.core.drawing.model import Frame, Table
from terril.core.text import NBSP, NNBSP

TEXT = "{http://www.w3.org/2000/svg}text"
FIGURE = f"24{NNBSP}895"
CARD = Card(
    "Population de Béthune",
    "Béthune perd des habitants moins vite que les villes comparables.",
    "Insee, recensement 2023",
    FIGURE,
    "habitants en 2023",
)


@dataclass(frozen=True)
class Dot:
    """A chart of one mark."""

    frame: Frame

    def svg(self, *, standalone: bool = False) -> str:
        return f'<svg viewBox="0 0 640 100" class="{"file" if standalone else "chart"}"><circle r="5"/></svg>'

    def table(self) -> Table:
        return Table((), ())


DOT = Dot(Frame(title="Point", description="Un point.", unit="", source=""))


def said(card: Card) -> list[tuple[str, float, float, float]]:
    """Texts with their place and size."""
    root = ElementTree.fromstring(card.svg())  # noqa: S314 - our own drawing
    return [
        ("".join(n.itertext()), float(n.get("x", 0)), float(n.get("y", 0)), float(n.get("font-size", 13)))
        for n in root.iter(TEXT)
    ]


def test_it_says_title_sentence_figure_and_source() -> None:
    words = [text for text, *_ in said(CARD)]
    assert words[0] == "Terril"
    assert " ".join(words[1:3]) == CARD.title
    assert FIGURE in words
    assert "habitants en 2023" in words
    assert words[-1] == f"Source{NBSP}: Insee, recensement 2023"
    assert "moins vite" in " ".join(words)
    sizes = {text: size for text, _, _, size in said(CARD)}
    assert sizes[FIGURE] == max(sizes.values())


def test_it_is_the_size_networks_expect_and_stands_alone() -> None:
    svg = CARD.svg()
    assert 'width="1200" height="630" viewBox="0 0 1200 630"' in svg
    assert svg.startswith("<svg")
    assert 'xmlns="http://www.w3.org/2000/svg"' in svg
    assert not re.search(r"<(style|script|image)| style=", svg)
    assert svg == CARD.svg()


def test_a_chart_takes_the_place_beside() -> None:
    svg = Card("Titre", "Phrase.", "Insee", chart=DOT).svg()
    place = re.search(
        r'<svg x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)" viewBox="0 0 640 100" class="chart">', svg
    )
    assert place is not None
    x, y, width, height = map(int, place.groups())
    assert x + width <= 1200
    assert y + height <= 630
    lower = Card("Titre", "Phrase.", "Insee", "12", "unités", chart=DOT).svg()
    found = re.search(r'<svg x="\d+" y="(\d+)"', lower)
    assert found is not None
    assert int(found.group(1)) > y


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=400)


@given(words, words, words, words, words)
def test_whatever_is_said_fits_and_is_escaped(title: str, sentence: str, source: str, figure: str, label: str) -> None:
    for text, x, y, _ in said(Card(title, sentence, source, figure, label)):
        assert 0 <= x < 1200
        assert 0 < y < 630, text


def test_a_long_title_is_smaller_before_it_is_cut() -> None:
    long = "Part des logements vacants dans les communes du Pôle métropolitain de l’Artois"
    found = [(text, size) for text, _, _, size in said(Card(long, "Phrase.", "Insee", "7,4", "%"))]
    title = [text for text, size in found if size == found[1][1]]
    assert " ".join(title) == long
    assert found[1][1] < 58


@pytest.mark.parametrize("card", [Card("À propos", "", ""), Card("", "", "", palette="vert")])
def test_it_may_say_little(card: Card) -> None:
    assert said(card)[0][0] == "Terril"
