"""``python -m terril.pipeline.fonts``: fonts of the images, from those of the pages.

Pages are given variable WOFF2 fonts by npm; the renderer of PNG reads plain TrueType. Each weight becomes one file,
with the narrow no-break space that French puts in its thousands and that this font lacks. The licence reserves the name
of the font to its unchanged form: the files bear another family name.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console

from terril.core.errors import Location, StoreError, TerrilError

PACKAGE = Path("frontend/node_modules/@fontsource-variable/source-sans-3")
#: Name of the family, as :mod:`terril.publishing.images` asks for it.
FAMILY = "Terril Sans"
WEIGHTS = {400: "Regular", 600: "SemiBold"}
#: « Ÿ » and the names of neighbouring countries are in the second.
_SUBSETS = ("latin", "latin-ext")
LICENCE = "OFL.txt"
HINT = "lancer « make setup »"
_THIN_SPACE, _NARROW_NBSP, _PER_MILLE = 0x2009, 0x202F, 0x2030
#: Entries of the name table that say the family and the style.
_NAMES = {
    1: "{family} {style}",
    2: "Regular",
    4: "{family} {style}",
    6: "{short}-{style}",
    16: "{family}",
    17: "{style}",
}


def build_fonts(package: Path, out: Path) -> list[Path]:
    """Convert the fonts of an npm package; each file is replaced only once whole.

    Parameters
    ----------
    package : folder of the package, where ``files/`` and ``LICENSE`` are.
    out : folder of the TrueType files and of their licence.

    Returns
    -------
    The files, whose bytes depend on the package alone.

    Raises
    ------
    StoreError
        When the package or fontTools is missing, or a font cannot be read.
    """
    out.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=out, prefix=".fonts-") as temporary:
            names = [_convert(package, weight, Path(temporary)) for weight in WEIGHTS]
            shutil.copyfile(package / "LICENSE", Path(temporary) / LICENCE)
            return [(Path(temporary) / name).replace(out / name) for name in (*names, LICENCE)]
    except FileNotFoundError as error:
        name = Path(error.filename).name
        raise StoreError("police absente du paquet npm", location=Location(file=name), hint=HINT) from error


def _convert(package: Path, weight: int, folder: Path) -> str:
    """One weight, its subsets made one font again."""
    try:
        from fontTools.merge import Merger  # noqa: PLC0415 - a build dependency
        from fontTools.ttLib import TTFont  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise StoreError("fontTools n’est pas installé", hint=HINT) from error
    parts = []
    for subset in _SUBSETS:
        part = folder / f"{subset}.ttf"
        _instance(package / "files" / f"source-sans-3-{subset}-wght-normal.woff2", weight).save(part)
        parts.append(str(part))
    font = Merger().merge(parts)
    _complete(font)
    _rename(font, weight)
    # The merger dates its work: each build would make another file.
    font.recalcTimestamp = False
    font["head"].created = font["head"].modified = TTFont(parts[0])["head"].modified
    name = f"terril-sans-{weight}.ttf"
    font.save(folder / name)
    return name


def _instance(path: Path, weight: int) -> Any:
    import brotli  # noqa: PLC0415 - a build dependency, with which fontTools reads WOFF2
    from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415 - a build dependency
    from fontTools.varLib.instancer import instantiateVariableFont  # noqa: PLC0415

    try:
        # The time of the build would make each build another file.
        font = TTFont(path, recalcTimestamp=False)
    except (TTLibError, brotli.error) as error:
        raise StoreError("police illisible", location=Location(file=path.name), hint=HINT) from error
    return instantiateVariableFont(font, {"wght": weight})


def _complete(font: Any) -> None:
    """What French needs and these subsets lack: without it, « 24 895 » and « ‰ » would show boxes.

    U+202F is drawn as U+2009, which has its width; « ‰ » as « % » with its second ring once more.
    """
    names = font.getBestCmap()
    added = {_NARROW_NBSP: names[_THIN_SPACE], _PER_MILLE: _per_mille(font, names[ord("%")])}
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap = {**added, **table.cmap}


def _per_mille(font: Any, percent: str) -> str:
    from fontTools.pens.recordingPen import DecomposingRecordingPen  # noqa: PLC0415 - a build dependency
    from fontTools.pens.transformPen import TransformPen  # noqa: PLC0415
    from fontTools.pens.ttGlyphPen import TTGlyphPen  # noqa: PLC0415

    drawn = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[percent].draw(drawn)
    width, margin = font["hmtx"][percent]
    ring = [step for contour in _contours(drawn.value) if _left(contour) > width / 2 for step in contour]
    wide = width - _left(ring)
    pen = TTGlyphPen(None)
    for target, steps in ((pen, drawn.value), (TransformPen(pen, (1, 0, 0, 1, wide, 0)), ring)):
        for step, arguments in steps:
            getattr(target, step)(*arguments)
    font.setGlyphOrder([*font.getGlyphOrder(), "perthousand"])
    font["glyf"]["perthousand"] = pen.glyph()
    font["hmtx"]["perthousand"] = (width + round(wide), margin)
    return "perthousand"


def _contours(steps: list[Any]) -> list[list[Any]]:
    found: list[list[Any]] = [[]]
    for step in steps:
        found[-1].append(step)
        if step[0] == "closePath":
            found.append([])
    return found[:-1]


def _left(steps: list[Any]) -> float:
    return float(min(point[0] for _, points in steps for point in points if point is not None))


def _rename(font: Any, weight: int) -> None:
    style = WEIGHTS[weight]
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in (0, 13, 14)]
    for identifier, text in _NAMES.items():
        found = text.format(family=FAMILY, style=style, short=FAMILY.replace(" ", ""))
        names.setName(found, identifier, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font["head"].macStyle = 0


def main(arguments: list[str] | None = None) -> int:
    """Convert the fonts and say what was done; 1 when the package is at fault."""
    parser = argparse.ArgumentParser(prog="python -m terril.pipeline.fonts", description=__doc__)
    parser.add_argument("--package", type=Path, default=PACKAGE)
    parser.add_argument("--out", type=Path, default=Path("src/terril/data/fonts"))
    options = parser.parse_args(arguments)
    console = Console(stderr=True)
    try:
        built = build_fonts(options.package, options.out)
    except TerrilError as error:
        console.print(f"Erreur [{error.code}] : {error}", style="red", markup=False, soft_wrap=True)
        return 1
    size = sum(path.stat().st_size for path in built) / 1000
    console.print(f"Polices des images écrites dans {options.out} ({size:.0f} ko).", markup=False, soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
