"""The smallest territory that holds others: where a dataset is, told from its rows."""

from __future__ import annotations

from collections.abc import Collection

from terril.core.errors import TerritoryError
from terril.core.territories.index import Territories
from terril.core.territories.model import Level, TerritoryKey

_COUNTRY = TerritoryKey(Level.COUNTRY, "FR")
#: Levels whose territories are tried, the smallest first; perimeters come before.
_LEVELS = (Level.EPCI, Level.DEPARTMENT, Level.REGION)


def holder(territories: Territories, keys: Collection[TerritoryKey]) -> TerritoryKey | None:
    """The smallest commune, EPCI, perimeter, department, region or country that holds all of these territories.

    Returns
    -------
    None where none of them is known. Those that are not are left out.
    """
    held: set[str] = set()
    for key in keys:
        try:
            held |= territories.communes(key)
        except TerritoryError:
            # A code that is no more: the others say where the dataset is.
            continue
    held.discard("")
    if not held:
        return None
    if len(held) == 1:
        return TerritoryKey(Level.COMMUNE, next(iter(held)))
    return _smallest(territories, held)


def _smallest(territories: Territories, held: set[str]) -> TerritoryKey:
    perimeters = territories.of_level(Level.PERIMETER)
    sizes = [(len(own), t.key) for t in perimeters if held <= (own := territories.communes(t.key))]
    for level in _LEVELS:
        # Of a national level, one commune is enough to tell which territory could hold them all.
        commune = territories.get(TerritoryKey(Level.COMMUNE, min(held)))
        code = {Level.EPCI: commune.epci, Level.DEPARTMENT: commune.department, Level.REGION: commune.region}[level]
        key = TerritoryKey(level, code) if code else None
        if key is not None and held <= (own := territories.communes(key)):
            sizes.append((len(own), key))
    return min(sizes, default=(0, _COUNTRY))[1]
