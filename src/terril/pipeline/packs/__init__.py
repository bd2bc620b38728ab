"""Packs on disk: found, read, merged. Checking and starting one are in their own modules.

``terril.pipeline.packs.check`` reads formulas and units, which takes time to import: only those
who check pay for it.
"""

from terril.pipeline.packs.loader import load_packs, read_packs
from terril.pipeline.packs.locate import locate_packs
from terril.pipeline.packs.model import Packs, PacksError

__all__ = ["Packs", "PacksError", "load_packs", "locate_packs", "read_packs"]
