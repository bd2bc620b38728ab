"""Vector tiles of the territories, described as OGC API - Tiles does; the tiles themselves are the portal's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from terril.core.features import Box

MVT = "application/vnd.mapbox-vector-tile"
#: The only grid: that of web maps.
GRID = "WebMercatorQuad"
GRID_URI = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
GRID_CRS = "http://www.opengis.net/def/crs/EPSG/0/3857"
_HALF, _PIXELS = 20037508.3427892, 256
#: Metres a pixel of 0,28 mm stands for at scale 1.
_PIXEL = 0.00028
DEEPEST = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSet:
    """Tiles of an archive.

    Parameters
    ----------
    template : absolute address of a tile, with ``{z}``, ``{x}`` and ``{y}``.
    zooms : lowest and highest zoom.
    layers : name of the layer of each collection that has tiles, by identifier of collection.
    """

    template: str
    zooms: tuple[int, int]
    layers: dict[str, str]
    box: Box = (-180.0, -85.05, 180.0, 85.05)

    def address(self, z: int, row: int, column: int) -> str | None:
        """Address of a tile; None outside the grid or the zooms."""
        inside = self.zooms[0] <= z <= self.zooms[1] and 0 <= row < 1 << z and 0 <= column < 1 << z
        return self._filled(z, row, column) if inside else None

    def _filled(self, z: object, row: object, column: object) -> str:
        return self.template.replace("{z}", str(z)).replace("{x}", str(column)).replace("{y}", str(row))

    def listed(self, base: str, collection: str, title: str) -> dict[str, Any]:
        """The list of the tilesets of a collection: there is one."""
        address = f"{base}/collections/{collection}/tiles"
        return {
            "links": [_link("self", address, "Ce document")],
            "tilesets": [{**self._head(base, title), "links": [
                _link("self", f"{address}/{GRID}", "Description des tuiles"), self._scheme(base), self._item()]}],
        }  # fmt: skip

    def described(self, base: str, collection: str, title: str) -> dict[str, Any]:
        """The metadata of the tileset of a collection."""
        address = f"{base}/collections/{collection}/tiles/{GRID}"
        west, south, east, north = self.box
        return {
            **self._head(base, title),
            "boundingBox": {"lowerLeft": [west, south], "upperRight": [east, north],
                            "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"},
            "tileMatrixSetLimits": [
                {"tileMatrix": str(z), "minTileRow": 0, "maxTileRow": (1 << z) - 1, "minTileCol": 0,
                 "maxTileCol": (1 << z) - 1} for z in range(self.zooms[0], self.zooms[1] + 1)],
            "layers": [{"id": self.layers[collection], "dataType": "vector", "geometryDimension": 2,
                        "propertiesSchema": {"type": "object", "properties": {
                            "code": {"type": "string", "title": "Code"}, "name": {"type": "string", "title": "Nom"}}}}],
            "links": [_link("self", address, "Ce document"), self._scheme(base), self._item()],
        }  # fmt: skip

    def _head(self, base: str, title: str) -> dict[str, Any]:
        return {"title": title, "dataType": "vector", "crs": GRID_CRS, "tileMatrixSetURI": GRID_URI,
                "tileMatrixSetDefinition": f"{base}/tileMatrixSets/{GRID}"}  # fmt: skip

    def _scheme(self, base: str) -> dict[str, Any]:
        return _link("http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme", f"{base}/tileMatrixSets/{GRID}", "Grille")

    def _item(self) -> dict[str, Any]:
        href = self._filled("{tileMatrix}", "{tileRow}", "{tileCol}")
        return {**_link("item", href, "Une tuile", MVT), "templated": True}


def grids(base: str) -> dict[str, Any]:
    """The list of grids: there is one."""
    href = f"{base}/tileMatrixSets/{GRID}"
    return {"tileMatrixSets": [{"id": GRID, "title": "Grille des cartes du web", "uri": GRID_URI, "crs": GRID_CRS,
                                "links": [_link("self", href, "Définition de la grille")]}]}  # fmt: skip


def grid() -> dict[str, Any]:
    """The definition of the grid (OGC 17-083r4, annex D.1)."""
    matrices = []
    for z in range(DEEPEST + 1):
        cell = 2 * _HALF / _PIXELS / (1 << z)
        matrices.append(
            {"id": str(z), "scaleDenominator": cell / _PIXEL, "cellSize": cell, "cornerOfOrigin": "topLeft",
             "pointOfOrigin": [-_HALF, _HALF], "tileWidth": _PIXELS, "tileHeight": _PIXELS,
             "matrixWidth": 1 << z, "matrixHeight": 1 << z}
        )  # fmt: skip
    return {"id": GRID, "title": "Grille des cartes du web", "uri": GRID_URI, "crs": GRID_CRS,
            "orderedAxes": ["E", "N"], "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
            "tileMatrices": matrices}  # fmt: skip


def _link(rel: str, href: str, title: str, media: str = "application/json") -> dict[str, Any]:
    return {"rel": rel, "type": media, "title": title, "href": href}
