"""Fonts of the images, made from an invented font or from the real ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from terril.core.errors import StoreError
from terril.pipeline.fonts import FAMILY, LICENCE, PACKAGE, WEIGHTS, build_fonts, main
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fonts, where npm installed those of the pages."""
    if not (ROOT / PACKAGE).is_dir():
        pytest.skip(f"{request.node.name} : {PACKAGE} absent (make setup)")
    out = tmp_path_factory.mktemp("fonts")
    build_fonts(ROOT / PACKAGE, out)
    return out


def test_each_weight_is_a_font_under_our_name(built: Path) -> None:
    assert sorted(path.name for path in built.iterdir()) == [LICENCE, *(f"terril-sans-{w}.ttf" for w in WEIGHTS)]
    for weight in WEIGHTS:
        font = TTFont(built / f"terril-sans-{weight}.ttf")
        names = {record.nameID: str(record) for record in font["name"].names}
        assert names[16] == FAMILY
        # The licence reserves the name of the font it comes from; who made it is kept.
        assert not any("Source" in text for number, text in names.items() if number != 0)
        assert "Adobe" in names[0]
        assert font["OS/2"].usWeightClass == weight
        assert "fvar" not in font


def test_french_is_complete(built: Path) -> None:
    text = "ÀÂÄÇÈÉÊËÎÏÔÖÙÛÜŸàâäçèéêëîïôöùûüÿœŒæÆ«»’…–—−×²³€%‰°·0123456789\u00a0\u202f"
    for weight in WEIGHTS:
        known = TTFont(built / f"terril-sans-{weight}.ttf").getBestCmap()
        assert [c for c in text if ord(c) not in known] == []
        assert known[0x202F] == known[0x2009]


def test_the_same_fonts_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    for path in build_fonts(ROOT / PACKAGE, tmp_path):
        assert path.read_bytes() == (built / path.name).read_bytes()


def test_an_absent_package_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StoreError, match="police absente du paquet npm"):
        build_fonts(tmp_path / "package", tmp_path / "out")
    assert main(["--package", str(tmp_path / "package"), "--out", str(tmp_path / "out")]) == 1
    assert "Erreur [stockage]" in capsys.readouterr().err
    assert list((tmp_path / "out").iterdir()) == []


def test_a_damaged_font_is_told(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    for subset in ("latin", "latin-ext"):
        (tmp_path / "files" / f"source-sans-3-{subset}-wght-normal.woff2").write_bytes(b"wOF2" + bytes(60))
    with pytest.raises(StoreError, match=r"woff2 : police illisible"):
        build_fonts(tmp_path, tmp_path / "out")
