"""Shapefile in a ZIP archive, for programs that know nothing else: ten characters a name, one type of geometry."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pyogrio

from terril.core.errors import QueryError
from terril.core.text import fold
from terril.protocols.geodata.layer import GEOM, Layer, batches, columns, system, wkt, writing

_LONGEST = 10


def to_shapefile(path: Path, layer: Layer, *, epsg: int = 2154) -> None:
    """Write a layer of territories as a shapefile, zipped with what its columns mean.

    Raises
    ------
    QueryError
        When the layer may mix points, lines and polygons, or files are not written in this system.
    StoreError
        When the file cannot be written.
    """
    if not layer.areas:
        raise QueryError("un shapefile n'a qu'un type de géométrie", hint="choisir le GeoPackage")
    crs, name = system(epsg), layer.name
    reader = batches(layer, crs)
    short = dict(zip(columns(layer.collection.properties), _short(layer), strict=True))
    names = [short.get(field, field) for field in reader.schema.names]
    renamed = pa.RecordBatchReader.from_batches(
        pa.schema([pa.field(n, f.type) for n, f in zip(names, reader.schema, strict=True)]),
        (batch.rename_columns(names) for batch in reader),
    )
    labels = {short[n]: p.label or p.name for n, p in zip(short, layer.collection.properties, strict=True)}
    said = {"metadata": layer.said, "columns": labels}
    with writing(), tempfile.TemporaryDirectory(prefix="terril-shp-") as folder:
        pyogrio.write_arrow(
            renamed, str(Path(folder) / f"{name}.shp"), layer=name, driver="ESRI Shapefile", geometry_name=GEOM,
            geometry_type="MultiPolygon", crs=wkt(crs), encoding="UTF-8",
        )  # fmt: skip
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(Path(folder).iterdir()):
                archive.write(file, file.name)
            archive.writestr(f"{name}.json", json.dumps(said, ensure_ascii=False, indent=1))


def _short(layer: Layer) -> tuple[str, ...]:
    """Names of ten ASCII characters, all different."""
    found: list[str] = []
    for one in layer.collection.properties:
        base = "".join(c if c.isalnum() and c.isascii() else "_" for c in fold(one.name)) or "colonne"
        name, rank = base[:_LONGEST], 1
        while name in found or name == GEOM:
            rank += 1
            name = f"{base[: _LONGEST - len(str(rank))]}{rank}"
        found.append(name)
    return tuple(found)
