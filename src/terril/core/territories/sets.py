"""Perimeters and comparison groups of packs: from what is declared to the communes they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from terril.core.errors import Location, PackError, TerritoryError
from terril.core.packs import Bounds, Group, Perimeter
from terril.core.territories.model import Level, Territory, TerritoryKey

_SETS = (Level.PERIMETER, Level.GROUP)


class Sets(Protocol):
    """What resolving needs of the index of territories."""

    def get(self, key: TerritoryKey | str) -> Territory:
        """The territory of this key."""

    def of_level(self, level: Level) -> tuple[Territory, ...]:
        """Territories of a level."""

    def communes(self, key: TerritoryKey | str) -> frozenset[str]:
        """Codes of the communes a territory is made of."""

    def unit_level(self, key: TerritoryKey | str) -> Level:
        """Level at which the members of a set are compared."""

    def add_set(self, territory: Territory, held: frozenset[str], unit: Level, short: str = "") -> None:
        """Add a perimeter or group whose communes are known."""


Declared = TypeVar("Declared", Perimeter, Group)


def resolve_perimeters(index: Sets, perimeters: Sequence[Perimeter]) -> None:
    """Add perimeters to the index, those they contain first.

    Raises
    ------
    PackError
        If a member is unknown, or a perimeter contains itself.
    """

    def add(perimeter: Perimeter) -> None:
        held, unit = _listed(index, perimeter.members, f"périmètre {perimeter.id}")
        key = TerritoryKey(Level.PERIMETER, perimeter.id)
        territory = _summed(index, key, perimeter, held)
        index.add_set(territory, held, unit, perimeter.short)

    _in_order(Level.PERIMETER, perimeters, lambda p: p.members, add)


def resolve_groups(index: Sets, groups: Sequence[Group]) -> None:
    """Add comparison groups to the index; a rule may be bounded to perimeters or other groups.

    Raises
    ------
    PackError
        If a member is unknown, a group contains itself, or nothing answers its rule.
    """

    def add(group: Group) -> None:
        where = f"groupe {group.id}"
        held, unit = _listed(index, group.members, where) if group.level is None else _ruled(index, group, where)
        key = TerritoryKey(Level.GROUP, group.id)
        index.add_set(_summed(index, key, group, held), held, unit)

    _in_order(Level.GROUP, groups, lambda g: (*g.members, *g.within), add)


def _in_order(
    level: Level,
    declared: Sequence[Declared],
    needs: Callable[[Declared], Iterable[str]],
    add: Callable[[Declared], None],
) -> None:
    by_id = {d.id: d for d in declared}
    if len(by_id) < len(declared):
        ids = [d.id for d in declared]
        twice = next(i for i in ids if ids.count(i) > 1)
        raise PackError(f"« {level}:{twice} » est déclaré deux fois", hint="renommer l’un des deux")
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circle = " → ".join((*path[path.index(name) :], name))
            raise PackError(
                f"« {level}:{name} » se contient lui-même",
                location=Location(value=circle),
                hint="retirer l’un de ces membres",
            )
        if name in done:
            return
        for text in needs(by_id[name]):
            prefix, _, code = text.strip().partition(":")
            if prefix == level and code in by_id:
                visit(code, (*path, name))
        add(by_id[name])
        done.add(name)

    for name in by_id:
        visit(name, ())


def _get(index: Sets, text: str, where: str) -> Territory:
    try:
        return index.get(text)
    except TerritoryError as error:
        raise PackError(f"{where} : {error.message}", location=error.location, hint=error.hint) from error


def _listed(index: Sets, members: Sequence[str], where: str) -> tuple[frozenset[str], Level]:
    found = [_get(index, text, where) for text in members]
    held = frozenset().union(*(index.communes(t.key) for t in found))
    units = {index.unit_level(t.key) for t in found}
    # Members of several levels have only their communes in common.
    return held, units.pop() if len(units) == 1 else Level.COMMUNE


def _ruled(index: Sets, group: Group, where: str) -> tuple[frozenset[str], Level]:
    level = Level(str(group.level))
    area: frozenset[str] | None = None
    if group.within:
        area = frozenset().union(*(index.communes(_get(index, text, where).key) for text in group.within))
    chosen = [t for t in index.of_level(level) if t.zone != "com" and _answers(index, t, group, area)]
    if not chosen:
        raise PackError(f"{where} : aucun territoire ne répond à la règle", hint="élargir ses bornes")
    return frozenset().union(*(index.communes(t.key) for t in chosen)), level


def _answers(index: Sets, territory: Territory, group: Group, area: frozenset[str] | None) -> bool:
    if group.kinds and territory.kind not in group.kinds:
        return False
    if not _within(territory.population, group.population) or not _within(density(territory), group.density):
        return False
    return area is None or index.communes(territory.key) <= area


def _within(value: float | None, bounds: Bounds | None) -> bool:
    if bounds is None:
        return True
    if value is None:
        return False
    return (bounds.min is None or value >= bounds.min) and (bounds.max is None or value <= bounds.max)


def density(territory: Territory) -> float | None:
    """Inhabitants per square kilometre; ``None`` where population or area is not known."""
    if territory.population is None or not territory.area_ha:
        return None
    return territory.population / (territory.area_ha / 100)


def _summed(index: Sets, key: TerritoryKey, declared: Perimeter | Group, held: frozenset[str]) -> Territory:
    communes = [index.get(TerritoryKey(Level.COMMUNE, code)) for code in sorted(held)]
    populations = [c.population for c in communes if c.population is not None]
    areas = [c.area_ha for c in communes if c.area_ha is not None]
    return Territory(
        key,
        declared.label,
        siren=declared.siren if isinstance(declared, Perimeter) else None,
        population=sum(populations) if len(populations) == len(communes) else None,
        area_ha=round(sum(areas), 2) if len(areas) == len(communes) else None,
        kind=str(key.level),
        article=declared.article,
    )
