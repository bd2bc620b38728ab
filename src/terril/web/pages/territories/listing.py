"""Territories to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from terril.core.territories.model import Level, Territory
from terril.web.components.figures import said
from terril.web.components.places import Place, by_population, place, plural
from terril.web.portal import Portal


@dataclass(frozen=True, slots=True)
class Group:
    """Territories under one title."""

    title: str
    note: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Groups of territories, nearest to the reader first."""

    home: Place
    groups: tuple[Group, ...]


def listing(portal: Portal) -> Listing:
    """The perimeter shown first, its EPCI and communes, the other sets, then departments and regions."""
    known, home = portal.territories, portal.home
    epci = by_population(known.get(k) for k in known.members(home.key, Level.EPCI))
    communes = sorted((known.get(k) for k in known.members(home.key, Level.COMMUNE)), key=lambda t: t.name)
    sets = [t for t in known.of_level(Level.PERIMETER) if t.key != home.key]
    above = [*known.of_level(Level.REGION), *known.of_level(Level.DEPARTMENT)]
    groups = (
        Group(f"{len(epci)} {plural(Level.EPCI)}", "De la plus peuplée à la moins peuplée.", _places(epci)),
        Group("Autres périmètres", "Coopération, étude, transport.", _places(sets)),
        Group("Groupes de comparaison", "Déclarés par règle ou par liste.", _places(known.of_level(Level.GROUP))),
        Group(f"{len(communes)} {plural(Level.COMMUNE)}", "Par ordre alphabétique.", _places(communes)),
        Group(
            "Régions et départements",
            said("Toute la France ; les autres communes par la recherche."),
            _places(above),
        ),
    )
    return Listing(place(home), tuple(g for g in groups if g.places))


def _places(territories: Iterable[Territory]) -> tuple[Place, ...]:
    return tuple(place(t) for t in territories)
