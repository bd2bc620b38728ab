"""Features taken away: CSV, GeoPackage that QGIS opens styled, GeoParquet, Parquet, GeoJSON, shapefile."""

from terril.protocols.geodata.delimited import to_csv
from terril.protocols.geodata.geojson import to_geojson
from terril.protocols.geodata.geopackage import to_geopackage
from terril.protocols.geodata.layer import EPSG, Layer, layer_name
from terril.protocols.geodata.parquet import to_geoparquet, to_parquet
from terril.protocols.geodata.shapefile import to_shapefile
from terril.protocols.geodata.styles import Style, choropleth

__all__ = [
    "EPSG", "Layer", "Style", "choropleth", "layer_name", "to_csv", "to_geojson", "to_geopackage", "to_geoparquet",
    "to_parquet", "to_shapefile",
]  # fmt: skip
