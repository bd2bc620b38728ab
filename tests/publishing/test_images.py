"""Pictures: the fonts of Terril, whatever the machine."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from terril.core.errors import StoreError
from terril.core.text import NNBSP
from terril.publishing import images
from terril.publishing.images import LARGEST, png

TEXT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40" width="100" height="40">{}</svg>'


def word(text: str, family: str = "Source Sans 3, sans-serif") -> str:
    return TEXT.format(f'<text x="5" y="30" font-size="24" font-family="{family}">{text}</text>')


def size(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


@pytest.fixture
def fonts(tables: Path, request: pytest.FixtureRequest) -> None:
    """The fonts, where they were built."""
    if not list((tables / "fonts").glob("*.ttf")):
        pytest.skip(f"{request.node.name} : polices non construites (make setup)")


@pytest.mark.usefixtures("fonts")
class TestPictures:
    def test_height_follows_the_width_asked(self) -> None:
        assert size(png(word("A"))) == (100, 40)
        assert size(png(word("A"), width=350)) == (350, 140)

    def test_text_is_drawn_and_the_same_each_time(self) -> None:
        assert png(word("Béthune")) == png(word("Béthune")) != png(word(""))

    def test_any_family_is_drawn_in_ours(self) -> None:
        assert png(word("Œuvy")) == png(word("Œuvy", "Terril Sans")) == png(word("Œuvy", "Inconnue, sans-serif"))

    def test_thousands_show_no_box(self) -> None:
        assert png(word(f"24{NNBSP}895")) == png(word("24\u2009895"))

    def test_weights_differ(self) -> None:
        assert png(word("A")) != png(word("A").replace("<text", '<text font-weight="600"'))


@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("text", ["", "<svg", "<p/>"])
def test_what_is_no_drawing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"svg|root|SVG"):
        png(text)


@pytest.mark.parametrize("width", [0, -3, LARGEST + 1])
def test_absurd_widths_are_refused(width: int) -> None:
    with pytest.raises(ValueError, match="out of 1 to"):
        png(word("A"), width=width)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package without fonts."""
    monkeypatch.setattr(images, "files", lambda _: tmp_path)
    images._fonts.cache_clear()
    yield tmp_path
    images._fonts.cache_clear()


def test_absent_fonts_are_told(elsewhere: Path) -> None:
    with pytest.raises(StoreError, match="polices des images absentes"):
        png(word("A"))
