"""Maps: outlines of territories and tiles, opened once a process."""

from __future__ import annotations

from functools import lru_cache

from terril.engine.tiles import Tiles
from terril.pipeline.territories.load import data_folder
from terril.publishing.outlines import Outlines


@lru_cache(maxsize=1)
def outlines() -> Outlines:
    """Outlines of the territories of the vintage."""
    return Outlines(data_folder())


@lru_cache(maxsize=1)
def tiles() -> Tiles:
    """Vector tiles of the vintage."""
    return Tiles(data_folder() / "tiles.pmtiles")
