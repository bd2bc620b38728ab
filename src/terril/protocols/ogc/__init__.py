"""OGC API: Features, Records and Tiles, answered within what one caller may read; free of any web framework."""

from terril.protocols.ogc.records import Catalogue, Listed
from terril.protocols.ogc.service import answer
from terril.protocols.ogc.tiles import TileSet
from terril.protocols.ogc.view import Answer, View

__all__ = ["Answer", "Catalogue", "Listed", "TileSet", "View", "answer"]
