"""The territories of a vintage: national ones, and the perimeters and groups of packs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from terril.core.packs import Group, Perimeter, Similarity
from terril.core.territories.lost import Lost
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.territories.passage import Passage
from terril.core.territories.search import Hit, SearchIndex
from terril.core.territories.sets import resolve_groups, resolve_perimeters
from terril.core.territories.similar import Measures, Similar, most_similar

COUNTRY = "FR"
#: ``member_level, member_code, level, code``.
MembershipRow = tuple[str, str, str, str]

_NATIONAL = (Level.COUNTRY, Level.REGION, Level.DEPARTMENT, Level.EPCI, Level.COMMUNE)
_SETS = (Level.PERIMETER, Level.GROUP)
_IRIS_LENGTH = 9


class Territories:
    """Every territory of a vintage, and who holds whom.

    A territory holds another when it holds all of its communes: an EPCI that crosses a departmental
    border is held by neither department.

    Parameters
    ----------
    territories : national territories.
    vintage : year of the nomenclature (1 January).
    census_year : census of :attr:`Territory.population`.
    perimeters, groups : declared by packs.
    passage : gives the passage when an unknown code must be explained (loaded only then).
    recoded : likewise, the current EPCI of each old code under which it held the same communes.

    Raises
    ------
    PackError
        When a perimeter or group names an unknown territory, or contains itself.
    """

    def __init__(
        self,
        territories: Iterable[Territory],
        *,
        vintage: int,
        census_year: int,
        perimeters: Sequence[Perimeter] = (),
        groups: Sequence[Group] = (),
        passage: Callable[[], Passage] | None = None,
        recoded: Callable[[], Mapping[str, str]] | None = None,
    ) -> None:
        self.vintage = vintage
        self.census_year = census_year
        self._lost = Lost(self, passage, recoded)
        self._all = {t.key: t for t in territories}
        self._held: dict[TerritoryKey, frozenset[str]] = {}
        self._shorts: dict[TerritoryKey, str] = {}
        self._units: dict[TerritoryKey, Level] = {}
        self._measures: dict[Level, Measures] = {}
        resolve_perimeters(self, perimeters)
        resolve_groups(self, groups)

    # -- one territory --------------------------------------------------------------------------

    def get(self, key: TerritoryKey | str) -> Territory:
        """The territory of this key.

        Raises
        ------
        TerritoryError
            If there is none, with what the code became or the nearest codes as a hint.
        """
        parsed = TerritoryKey.parse(key) if isinstance(key, str) else key
        found = self._all.get(parsed) or (self._iris(parsed) if parsed.level is Level.IRIS else None)
        if found is None:
            raise self._lost.error(parsed)
        return found

    def _iris(self, key: TerritoryKey) -> Territory | None:
        """An IRIS, read in its code: its commune, then four characters. No list of them is kept."""
        if len(key.code) != _IRIS_LENGTH:
            return None
        commune = TerritoryKey(Level.COMMUNE, key.code[:5])
        now = (commune,) if commune in self._all else self.successors(commune)
        if not now:
            return None
        held = self._all[now[0]]
        return Territory(
            key,
            f"IRIS {key.code[:5]} {key.code[5:]}, {held.name}",
            epci=held.epci,
            department=held.department,
            region=held.region,
            parent=held.key.code,
            kind="iris",
            zone=held.zone,
        )

    def __contains__(self, key: object) -> bool:
        return key in self._all

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Territory]:
        return iter(self._all.values())

    def successors(self, key: TerritoryKey | str) -> tuple[TerritoryKey, ...]:
        """What an old code became: the commune of a delegated one, of a merged one; the EPCI under its new code.

        Several for a commune that was split; none for a code still in force, or never known.
        """
        return self._lost.successors(TerritoryKey.parse(key) if isinstance(key, str) else key)

    def suggest(self, key: TerritoryKey | str) -> tuple[Territory, ...]:
        """Territories whose key is near an unknown one: the same code at another level, codes that look alike."""
        return self._lost.suggest(TerritoryKey.parse(key) if isinstance(key, str) else key)

    # -- levels and members -----------------------------------------------------------------------

    @cached_property
    def _by_level(self) -> dict[Level, tuple[Territory, ...]]:
        found: dict[Level, list[Territory]] = defaultdict(list)
        for territory in self._all.values():
            found[territory.key.level].append(territory)
        return {level: tuple(sorted(items, key=lambda t: t.key.code)) for level, items in found.items()}

    def of_level(self, level: Level) -> tuple[Territory, ...]:
        """Territories of a level, sorted by code."""
        return self._by_level.get(level, ())

    @cached_property
    def _national(self) -> dict[TerritoryKey, frozenset[str]]:
        above: dict[Level, dict[str, list[str]]] = {level: defaultdict(list) for level in _NATIONAL}
        epcis, departments, regions = above[Level.EPCI], above[Level.DEPARTMENT], above[Level.REGION]
        for t in self.of_level(Level.COMMUNE):
            code = t.key.code
            if t.epci is not None:
                epcis[t.epci].append(code)
            if t.department is not None:
                departments[t.department].append(code)
            if t.region is not None:
                regions[t.region].append(code)
            if t.zone != "com":
                above[Level.COUNTRY][COUNTRY].append(code)
        return {
            TerritoryKey(level, holder): frozenset(codes)
            for level, held in above.items()
            for holder, codes in held.items()
        }

    def communes(self, key: TerritoryKey | str) -> frozenset[str]:
        """Codes of the communes a territory is made of (the parent's, for a delegated commune or an IRIS)."""
        territory = self.get(key)
        if territory.key.level in _SETS:
            return self._held[territory.key]
        if territory.key.level == Level.COMMUNE:
            return frozenset({territory.key.code})
        if territory.key.level in (Level.COMMUNE_DELEGUEE, Level.IRIS):
            return frozenset({territory.parent or ""})
        return self._national.get(territory.key, frozenset())

    def members(self, key: TerritoryKey | str, level: Level) -> tuple[TerritoryKey, ...]:
        """Territories of ``level`` wholly inside a territory (itself at its own level), sorted by code."""
        territory = self.get(key)
        if level == territory.key.level and level not in _SETS:
            return (territory.key,)
        held = self.communes(territory.key)
        if level == Level.COMMUNE:
            return tuple(TerritoryKey(level, code) for code in sorted(held))
        if level == Level.COMMUNE_DELEGUEE:
            return tuple(t.key for t in self.of_level(level) if t.parent in held)
        inside = ((t.key, self.communes(t.key)) for t in self.of_level(level))
        return tuple(k for k, own in inside if own and own <= held)

    def unit_level(self, key: TerritoryKey | str) -> Level:
        """Level at which the members of a perimeter or group are compared: that of its rule or list."""
        territory = self.get(key)
        return self._units.get(territory.key, territory.key.level)

    # -- rows for the engine -----------------------------------------------------------------------

    def pack_memberships(self) -> list[MembershipRow]:
        """Each commune, EPCI, department and region wholly inside each perimeter and group."""
        rows = []
        for key in (t.key for level in _SETS for t in self.of_level(level)):
            for level in (Level.COMMUNE, Level.EPCI, Level.DEPARTMENT, Level.REGION):
                rows += [(str(level), m.code, str(key.level), key.code) for m in self.members(key, level)]
        return sorted(rows)

    # -- finding -------------------------------------------------------------------------------------

    @cached_property
    def _search(self) -> SearchIndex:
        return SearchIndex(self, self._shorts)

    def search(self, text: str, limit: int = 10, level: Level | None = None, *, nearly: bool = True) -> tuple[Hit, ...]:
        """Territories found by name, INSEE, SIREN or postal code; best first. Never raises, whatever the text.

        ``nearly=False`` leaves out the names that are only like the text, and answers sooner.
        """
        return self._search.find(text, limit, level, nearly=nearly)

    def similar(self, key: TerritoryKey | str, rules: Sequence[Similarity]) -> tuple[Similar, ...]:
        """Territories most like this one, by the rule of its level.

        Raises
        ------
        TerritoryError
            If no rule is declared for its level, or a measure of the rule is not known for it.
        """
        territory = self.get(key)
        return most_similar(territory, self._measured(territory.key.level), rules)

    def _measured(self, level: Level) -> Measures:
        if level not in self._measures:
            self._measures[level] = Measures(self, level)
        return self._measures[level]

    # -- used while perimeters and groups are resolved ---------------------------------------------------

    def add_set(self, territory: Territory, held: frozenset[str], unit: Level, short: str = "") -> None:
        """Add a perimeter or group whose communes are known."""
        level = territory.key.level
        self._by_level[level] = tuple(sorted((*self.of_level(level), territory), key=lambda t: t.key.code))
        self._all[territory.key] = territory
        self._held[territory.key] = held
        self._units[territory.key] = unit
        if short:
            self._shorts[territory.key] = short


def national_memberships(territories: Iterable[Territory]) -> Iterator[MembershipRow]:
    """Each commune, EPCI, department and region to every national territory that holds it, itself included.

    Communes of overseas collectivities belong to nothing but themselves: INSEE does not count them
    in the population of France. No EPCI belongs to a department or region: some cross their borders.
    """
    for territory in territories:
        if territory.key.level in _NATIONAL and territory.key.level != Level.COUNTRY:
            for level, code in _holders(territory):
                yield str(territory.key.level), territory.key.code, level, code


def _holders(territory: Territory) -> Iterator[tuple[str, str]]:
    level = territory.key.level
    yield str(level), territory.key.code
    if level == Level.COMMUNE:
        if territory.epci is not None:
            yield str(Level.EPCI), territory.epci
        if territory.department is not None:
            yield str(Level.DEPARTMENT), territory.department
    if level in (Level.COMMUNE, Level.DEPARTMENT) and territory.region is not None:
        yield str(Level.REGION), territory.region
    if territory.zone != "com":
        yield str(Level.COUNTRY), COUNTRY
