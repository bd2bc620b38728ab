"""A territory as a link: its name, what it is, where it leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.text import NBSP, format_number, typeset
from terril.web import addresses
from terril.web.portal import Portal

#: Levels in the words of a title, by nature where it has a name of its own.
_KINDS = {
    "CA": "communauté d’agglomération",
    "CC": "communauté de communes",
    "CU": "communauté urbaine",
    "METRO": "métropole",
    "MET69": "métropole",
}
_PLURALS = {
    Level.COUNTRY: "pays",
    Level.REGION: "régions",
    Level.DEPARTMENT: "départements",
    Level.EPCI: "intercommunalités",
    Level.COMMUNE: "communes",
    Level.PERIMETER: "périmètres",
    Level.GROUP: "groupes",
    Level.IRIS: "IRIS",
    Level.COMMUNE_DELEGUEE: "communes déléguées",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A territory as a link."""

    key: str
    name: str
    what: str
    href: str
    people: str


def place(territory: Territory) -> Place:
    """A territory as a link."""
    people = "" if territory.population is None else f"{format_number(territory.population)}{NBSP}habitants"
    return Place(str(territory.key), named(territory), what(territory), addresses.territory(territory.key), people)


def by_population(territories: Iterable[Territory]) -> list[Territory]:
    """Territories, the most peopled first."""
    return sorted(territories, key=lambda t: -(t.population or 0))


def named(territory: Territory) -> str:
    """Name in French typography."""
    return typeset(territory.name)


def what(territory: Territory) -> str:
    """What the territory is, in French."""
    if territory.key.level == Level.EPCI:
        return _KINDS.get(territory.kind, territory.key.level.label)
    return territory.key.level.label


def plural(level: Level) -> str:
    """Name of a level, plural."""
    return _PLURALS[level]


def ancestors(portal: Portal, territory: Territory) -> list[Place]:
    """What holds a territory, widest first: the trail above its name."""
    keys: list[TerritoryKey] = []
    if territory.key.level == Level.COMMUNE and territory.epci:
        keys.append(TerritoryKey(Level.EPCI, territory.epci))
    if territory.department:
        keys.append(TerritoryKey(Level.DEPARTMENT, territory.department))
    if territory.region:
        keys.append(TerritoryKey(Level.REGION, territory.region))
    inside = territory.key != portal.home.key and portal.territories.communes(territory.key) <= portal.home_communes
    if inside:
        keys = [k for k in keys if k.level == Level.EPCI] + [portal.home.key]
    known = portal.territories
    return [place(known.get(k)) for k in reversed(keys) if k in known]


def enclosing(portal: Portal, territory: Territory) -> Territory | None:
    """The territory against which another is first read: the EPCI of a commune, the home of what it holds, France."""
    known = portal.territories
    if territory.key.level == Level.COMMUNE and territory.epci:
        return known.get(TerritoryKey(Level.EPCI, territory.epci))
    if territory.key != portal.home.key and known.communes(territory.key) <= portal.home_communes:
        return portal.home
    if territory.region and territory.key.level != Level.REGION:
        return known.get(TerritoryKey(Level.REGION, territory.region))
    france = TerritoryKey(Level.COUNTRY, "FR")
    return known.get(france) if territory.key != france and france in known else None
