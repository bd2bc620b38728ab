"""OGC API: Features, Records and Tiles, answered within what one caller may read; free of any web framework."""

from terril.protocols.ogc.records import Catalogue, Listed
from terril.protocols.ogc.service import Answer, View, answer
from terril.protocols.ogc.tiles import TileSet

__all__ = ["Answer", "Catalogue", "Listed", "TileSet", "View", "answer"]
