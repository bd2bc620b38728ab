"""Pictures made from SVG, with the fonts that Terril carries: the same on every machine."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import resvg_py

from terril.core.errors import Location, StoreError

#: Family of the fonts made by ``terril.pipeline.fonts``: what « sans-serif » means in a picture.
FAMILY = "Terril Sans"
#: Pixels: a picture of a page, four times over, for print.
LARGEST = 5120
HINT = "lancer « make setup »"


def png(svg: str, *, width: int | None = None) -> bytes:
    """An SVG drawn as PNG, at a width in pixels (its own by default), height following.

    No font of the machine is used: the same SVG gives the same picture everywhere.

    Raises
    ------
    StoreError
        When the fonts were not built.
    ValueError
        When the text is no SVG, or the width is out of 1 to 5120.
    """
    if width is not None and not 1 <= width <= LARGEST:
        raise ValueError(f"width {width} is out of 1 to {LARGEST}")
    drawn: bytes = resvg_py.svg_to_bytes(
        svg_string=svg,
        width=width,
        font_files=_fonts(),
        skip_system_fonts=True,
        font_family=FAMILY,
        sans_serif_family=FAMILY,
        languages=["fr"],
    )
    return drawn


@lru_cache(maxsize=1)
def _fonts() -> list[str]:
    folder = Path(str(files("terril"))) / "data" / "fonts"
    found = sorted(str(path) for path in folder.glob("*.ttf"))
    if not found:
        raise StoreError("polices des images absentes", location=Location(file="data/fonts"), hint=HINT)
    return found
