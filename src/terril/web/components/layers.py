"""Layers as files to download."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.http import FileResponse

from terril.core.errors import Location, QueryError
from terril.protocols.geodata import EPSG, Layer, Style, to_csv, to_geojson, to_geopackage, to_geoparquet, to_parquet
from terril.web.portal import workspace

#: Content type of each form.
TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "parquet": "application/vnd.apache.parquet",
    "gpkg": "application/geopackage+sqlite3",
    "geojson": "application/geo+json",
}
#: Forms that carry geometries.
PLACED = ("gpkg", "geojson")
#: The system in which a file is written when none is asked: that of France.
USUAL = 2154


def system_of(text: str) -> int:
    """The code of a system of coordinates, as asked in an address.

    Raises
    ------
    QueryError
        When files are not written in it.
    """
    if not text:
        return USUAL
    if not text.isdecimal() or int(text) not in EPSG:
        raise QueryError(
            "système de coordonnées inconnu",
            location=Location(value=text[:20]),
            hint=f"epsg={', '.join(str(e) for e in EPSG)}",
        )
    return int(text)


def layer_file(layer: Layer, form: str, *, epsg: int = USUAL, style: Style | None = None) -> FileResponse:
    """A layer written in a folder of its own, which is gone once the file is sent.

    Parameters
    ----------
    form : one of :data:`TYPES`.
    """
    own = layer.collection.geometric and not layer.areas
    writers: dict[str, Callable[[Path], None]] = {
        "csv": lambda path: to_csv(path, layer),
        "parquet": lambda path: to_geoparquet(path, layer) if own else to_parquet(path, layer),
        "gpkg": lambda path: to_geopackage(path, layer, epsg=epsg, style=style),
        "geojson": lambda path: to_geojson(path, layer),
    }
    cache = workspace().home / "cache"
    cache.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="download-", dir=cache) as folder:
        path = Path(folder) / f"{layer.name}.{form}"
        writers[form](path)
        # Once open, the file outlives its folder: nothing is left behind whatever becomes of the answer.
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=TYPES[form])
