"""Among whom a territory is ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from terril.core.territories.model import Level, Territory
from terril.web.components.places import named
from terril.web.portal import Portal


@dataclass(frozen=True, slots=True)
class Peers:
    """The territories of one level among which one is ranked.

    Parameters
    ----------
    codes : their codes.
    words : what they are, after « parmi » : « les 100 communes de la CA… ».
    short : the same, for a table header.
    """

    codes: Sequence[str]
    words: str
    short: str


def peers(portal: Portal, territory: Territory) -> Peers | None:
    """Communes of the same EPCI, EPCI of the perimeter shown first, departments, regions; None for sets."""
    known, level = portal.territories, territory.key.level
    if level == Level.COMMUNE and territory.epci:
        holder = known.get(f"epci:{territory.epci}")
        codes = [k.code for k in known.members(holder.key, level)]
        return Peers(codes, f"les {len(codes)} communes de son intercommunalité, {named(holder)}", "de l’intercommunalité")
    if level == Level.EPCI:
        return _epci(portal, territory)
    if level in (Level.DEPARTMENT, Level.REGION):
        codes = [t.key.code for t in known.of_level(level)]
        words = "départements" if level == Level.DEPARTMENT else "régions"
        return Peers(codes, f"les {len(codes)} {words} de France", "de France")
    return None


def _epci(portal: Portal, territory: Territory) -> Peers:
    near = [k.code for k in portal.territories.members(portal.home.key, Level.EPCI)]
    if territory.key.code in near:
        return Peers(near, f"les {len(near)} intercommunalités du périmètre {named(portal.home)}", "du périmètre")
    codes = [t.key.code for t in portal.territories.of_level(Level.EPCI)]
    return Peers(codes, f"les {len(codes)} intercommunalités de France", "de France")
