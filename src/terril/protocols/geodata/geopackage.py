"""GeoPackage (OGC 12-128r19): one layer, its metadata, and the style that QGIS takes by default."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pyogrio

from terril.protocols.exports.extract import clean
from terril.protocols.geodata.layer import GEOM, Layer, batches, system, wkt, writing
from terril.protocols.geodata.styles import Style

#: The table in which QGIS looks for styles.
_STYLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
)
"""
_REGISTERED = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('layer_styles', 'attributes', 'layer_styles', '')
"""


def to_geopackage(path: Path, layer: Layer, *, epsg: int = 2154, style: Style | None = None) -> None:
    """Write a layer as a GeoPackage.

    Parameters
    ----------
    path : of the file, which must not exist; its folder must.
    epsg : one of :data:`~terril.protocols.geodata.layer.EPSG`.
    style : classes and colours of the map.

    Raises
    ------
    QueryError
        When files are not written in this system.
    StoreError
        When the file cannot be written.
    """
    crs = system(epsg)
    with writing():
        pyogrio.write_arrow(
            batches(layer, crs if layer.collection.geometric else None),
            str(path),
            layer=layer.name,
            driver="GPKG",
            geometry_name=GEOM if layer.collection.geometric else None,
            geometry_type="MultiPolygon" if layer.areas else "Unknown",
            crs=wkt(crs),
            layer_metadata=layer.said,
            # The programs of a Debian two years old know no later version.
            dataset_options={"VERSION": "1.3"},
            layer_options={
                "FID": "fid",
                "IDENTIFIER": clean(layer.collection.title) or layer.name,
                "DESCRIPTION": clean(layer.collection.description),
            },
        )
        if style is not None:
            _styled(path, layer, style)


def _styled(path: Path, layer: Layer, style: Style) -> None:
    row = (layer.name, GEOM, style.name[:30], style.qml(), style.sld(), clean(layer.collection.title))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(_STYLES)
        connection.execute(_REGISTERED)
        connection.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
            "styleQML, styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, ?, ?, ?, ?, 1, ?, '')",
            row,
        )
