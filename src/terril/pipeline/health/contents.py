"""Checks of what is served: packs, territories, assets, the release in force."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyogrio

from terril.core.errors import TerrilError
from terril.pipeline.health.finding import Check, Finding, Situation, error, fine, warning
from terril.pipeline.releases import ReleaseStore
from terril.pipeline.territories.load import data_folder
from terril.pipeline.workspace import Workspace

#: Formats without which files of the field cannot be read.
_DRIVERS = ("GPKG", "GeoJSON", "ESRI Shapefile", "FlatGeobuf", "CSV")
#: Assets that every page asks for.
_ASSETS = ("portal.js", "portal.css", "map.js", "fonts.css")
_TABLES = ("territories.parquet", "memberships.parquet", "passage.parquet", "tiles.pmtiles", "about.json")


def release(situation: Situation) -> Iterator[Finding]:
    """A release is in force and whole."""
    store = ReleaseStore(situation.home)
    try:
        manifest = store.require()
    except TerrilError as found:
        yield error(found.message, found.hint or "lancer « terril build »")
        return
    folder = store.path(manifest.id)
    wanted = [f"{root}/{file.path}" for i in manifest.indicators.values() for root, file in i.files.items()]
    wanted += [f"{root}/{file.path}" for root, files in manifest.buckets.items() for file in files.values()]
    lost = [name for name in wanted if not (folder / name).is_file()]
    if lost:
        yield error(f"{len(lost)} fichier(s) manquent à la publication : {lost[0]}", "lancer « terril build --full »")
    else:
        yield fine(f"{manifest.id}, {len(manifest.indicators)} indicateurs")


def packs(situation: Situation) -> Iterator[Finding]:
    """Packs can be read."""
    try:
        found = Workspace(situation.home).packs
    except TerrilError as wrong:
        yield error(str(wrong), "« terril check » dit tout ce qui est à corriger")
    else:
        yield fine(f"{len(found.indicators)} indicateurs, {len(found.organisations)} organisations")


def tables(situation: Situation) -> Iterator[Finding]:
    """Tables of territories and tiles travel with Terril."""
    try:
        folder = data_folder()
    except TerrilError as wrong:
        yield error(wrong.message, wrong.hint or "réinstaller Terril")
        return
    yield from _present("tables des territoires", folder, _TABLES)


def assets(situation: Situation) -> Iterator[Finding]:
    """Scripts and styles of the pages travel with Terril."""
    yield from _present("scripts et styles", built_assets(), _ASSETS)


def built_assets() -> Path:
    """Folder of what Node built."""
    return Path(__file__).resolve().parents[2] / "web" / "static" / "built"


def _present(what: str, folder: Path, names: tuple[str, ...]) -> Iterator[Finding]:
    lost = [name for name in names if not (folder / name).is_file()]
    if lost:
        yield error(f"{what} : il manque {', '.join(lost)}", "réinstaller Terril (« make setup » dans un dépôt)")
    else:
        yield fine(f"{what} présents" if what.startswith("scripts") else f"{what} présentes")


def drivers(situation: Situation) -> Iterator[Finding]:
    """GDAL reads the formats of the field."""
    known = pyogrio.list_drivers()
    lost = [name for name in _DRIVERS if name not in known]
    version = ".".join(map(str, pyogrio.__gdal_version__))
    if lost:
        yield warning(f"GDAL {version} ne lit pas {', '.join(lost)}", "installer les paquets verrouillés de Terril")
    else:
        yield fine(f"GDAL {version}, {len(known)} formats")


CHECKS: dict[str, Check] = {
    "publication": release,
    "paquets": packs,
    "territoires": tables,
    "pages": assets,
    "formats géographiques": drivers,
}
