"""Among whom a territory is ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.web.portal import Portal


@dataclass(frozen=True, slots=True)
class Peers:
    """The territories of one level among which one is ranked.

    Parameters
    ----------
    codes : their codes.
    whose : what they are of, after their number: ``de l’intercommunalité``.
    """

    codes: Sequence[str]
    whose: str


def peers(portal: Portal, territory: Territory) -> Peers | None:
    """Communes of the same EPCI, EPCI of the perimeter shown first, departments, regions; None for sets."""
    level = territory.key.level
    if level == Level.COMMUNE and territory.epci:
        return Peers(portal.codes(level, TerritoryKey(Level.EPCI, territory.epci)), "de l’intercommunalité")
    if level == Level.EPCI:
        near = portal.codes(level, portal.home.key)
        if territory.key.code in near:
            return Peers(near, "du périmètre")
    if level in (Level.EPCI, Level.DEPARTMENT, Level.REGION):
        return Peers([t.key.code for t in portal.territories.of_level(level)], "de France")
    return None
