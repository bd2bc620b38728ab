"""What an address asks of an indicator: level, perimeter, period, territory, classes; mended where it cannot be had."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from terril.core.drawing.classes import Method
from terril.core.errors import TerrilError
from terril.core.indicators.spec import Indicator
from terril.core.periods import parse_period
from terril.core.territories.model import COMPUTED_LEVELS, Level, Territory, TerritoryKey
from terril.core.text import NBSP, NNBSP
from terril.web import addresses
from terril.web.components.figures import period_label
from terril.web.components.places import named, plural
from terril.web.portal import Portal

#: Levels that tile the country: those of a map.
MAPPED = (Level.COMMUNE, Level.EPCI, Level.DEPARTMENT, Level.REGION)
COUNTS = (3, 4, 5, 6, 7)
#: A level is shown first when at least this many of its territories have a value.
_SEVERAL = 8
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?")
_MOST_THRESHOLDS = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a form."""

    value: str
    label: str
    chosen: bool


class Selection:
    """A question to an indicator.

    Parameters
    ----------
    portal, indicator : what is asked.
    query : values of the address, each optional: ``niveau``, ``dans``, ``periode``, ``territoire``,
        ``methode``, ``classes``, ``seuils``.

    Attributes
    ----------
    notices : what could not be had as asked, and what is shown instead, in French.
    """

    def __init__(self, portal: Portal, indicator: Indicator, query: Mapping[str, str]) -> None:
        self.portal = portal
        self.indicator = indicator
        self.notices: list[str] = []
        self._query = query
        self._covered = portal.coverage(indicator.id)
        self.territory = self._territory()
        self.level = self._level()
        self.within = self._within()
        self.period = self._period()
        self.thresholds = self._thresholds()
        self.method = self._method()
        self.count = self._count()

    # -- what was asked --------------------------------------------------------------------------------

    def _asked(self, name: str) -> str:
        return self._query.get(name, "").strip()[:80]

    def _known(self, name: str) -> Territory | None:
        text = self._asked(name)
        if not text:
            return None
        try:
            return self.portal.territories.get(text)
        except TerrilError as error:
            self.notices.append(f"Territoire non trouvé{NBSP}: {error.message}.")
            return None

    def _territory(self) -> Territory | None:
        return self._known("territoire")

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """Levels with at least one value, finest first."""
        valued = {c.level for c in self._covered if c.valued}
        return tuple(level for level in reversed(COMPUTED_LEVELS) if level in valued)

    def _level(self) -> Level:
        if not self.levels and any(c.level is Level.IRIS and c.valued for c in self._covered):
            self.notices.append(
                "Cet indicateur n’est publié que par IRIS, qui n’ont ni fiche ni carte ici"
                f"{NBSP}: ses valeurs se lisent avec la commande «{NBSP}terril query{NBSP}»."
            )
            return Level.IRIS
        asked = self._asked("niveau")
        if asked in self.levels:
            return Level(asked)
        if asked:
            name = Level(asked).label if asked in set(Level) else f"«{NBSP}{asked}{NBSP}»"
            available = ", ".join(plural(level) for level in self.levels)
            self.notices.append(
                f"Cet indicateur n’est pas observé à ce niveau ({name}), mais pour{NBSP}: {available or 'aucun'}."
            )
        if self.territory is not None and self.territory.key.level in self.levels:
            return self.territory.key.level
        return self._telling_level()

    def _telling_level(self) -> Level:
        inside = {level: self._valued_at_home(level) for level in self.levels if level in MAPPED}
        for level, count in inside.items():
            if count >= _SEVERAL:
                return level
        best = max(inside, key=lambda level: inside[level], default=None)
        if best is not None and inside[best]:
            return best
        return self.levels[0] if self.levels else Level.COMMUNE

    def _valued_at_home(self, level: Level) -> int:
        period = self.portal.latest_at(self.indicator.id, level)
        if period is None:
            return 0
        codes = self.portal.codes(level, self.portal.home.key)
        return self.portal.slice(self.indicator.id, level, period).among(codes).known

    def _within(self) -> Territory:
        found = self._known("dans")
        if found is not None:
            return found
        portal, territory = self.portal, self.territory
        if territory is not None and not portal.territories.communes(territory.key) <= portal.home_communes:
            region = territory.region if self.level == Level.COMMUNE else None
            return portal.territories.get(f"region:{region}" if region else "country:FR")
        if self.level in (Level.DEPARTMENT, Level.REGION):
            return portal.territories.get("country:FR")
        return portal.home

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """Periods with a value at the level, latest first."""
        return tuple(c.period for c in reversed(self._covered) if c.level == self.level and c.valued)

    def _period(self) -> str:
        asked = self._asked("periode")
        if asked in self.periods:
            return asked
        latest = self.periods[0] if self.periods else self.portal.reader.latest(self.indicator.id)
        if asked:
            shown = period_label(latest)
            first, last = period_label(self.periods[-1]) if self.periods else shown, shown
            known = f"de {first} à {last}" if first != last else f"pour {shown}"
            self.notices.append(
                f"Période non disponible ({asked}). L’indicateur est publié {known}{NBSP}: {shown} est montré."
            )
        return latest

    def _method(self) -> Method:
        asked = self._asked("methode")
        if asked == Method.THRESHOLDS and not self.thresholds:
            self.notices.append(
                f"Classes par seuils{NBSP}: écrire les seuils, par exemple «{NBSP}10{NNBSP}; 20{NNBSP}; 30{NBSP}»."
            )
            return Method.QUANTILES
        if asked in set(Method):
            return Method(asked)
        if asked:
            self.notices.append(f"Méthode de classes inconnue ({asked}){NBSP}: les quantiles sont employés.")
        return Method.QUANTILES

    def _thresholds(self) -> tuple[float, ...]:
        """Inner bounds of classes, written « 10 ; 20,5 ; 30 »."""
        words = "".join(self._asked("seuils").split()).split(";")
        found = {float(w) for word in words if _NUMBER.fullmatch(w := word.replace(",", ".").replace("−", "-"))}
        return tuple(sorted(found))[:_MOST_THRESHOLDS]

    def _count(self) -> int:
        asked = self._asked("classes")
        return int(asked) if asked.isdecimal() and int(asked) in COUNTS else 5

    # -- what follows ------------------------------------------------------------------------------------

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of the territories in question, sorted."""
        if self.level in MAPPED:
            return self.portal.codes(self.level, self.within.key)
        return tuple(t.key.code for t in self.portal.territories.of_level(self.level))

    @property
    def mapped(self) -> bool:
        """Whether the level is one a map can show."""
        return self.level in MAPPED and len(self.codes) > 1

    @property
    def chosen(self) -> Territory | None:
        """The territory asked for, when it is one of those in question."""
        found = self.territory
        return found if found is not None and found.key.level == self.level and found.key.code in self.codes else None

    @property
    def scope(self) -> str:
        """Where, in words: ``Artois, communes``."""
        if self.level in MAPPED:
            return f"{named(self.within)}, {plural(self.level)}"
        return plural(self.level).capitalize()

    def query(self, **changed: str | int | None) -> dict[str, str | int | None]:
        """The address of this question, with changes; what is the default anyway is left out."""
        kept: dict[str, str | int | None] = {
            "niveau": str(self.level),
            "dans": str(self.within.key) if self.level in MAPPED else None,
            "periode": self.period,
            "methode": None if self.method == Method.QUANTILES else str(self.method),
            "classes": None if self.count == 5 else self.count,
            "seuils": self.written_thresholds if self.method == Method.THRESHOLDS else None,
            "territoire": str(self.chosen.key) if self.chosen else None,
        }
        return kept | changed

    def address(self, **changed: str | int | None) -> str:
        """Address of the page for this question, with changes."""
        return addresses.indicator(self.indicator.id, **self.query(**changed))

    @property
    def written_thresholds(self) -> str:
        """Thresholds as the form writes them, in plain digits: ``10 ; 20,5``."""
        return f"{NNBSP}; ".join(f"{t:f}".rstrip("0").rstrip(".").replace(".", ",") for t in self.thresholds)

    # -- options of the form --------------------------------------------------------------------------------

    def level_choices(self) -> list[Choice]:
        """Levels offered."""
        return [Choice(str(v), plural(v).capitalize(), v == self.level) for v in self.levels]

    def period_choices(self) -> list[Choice]:
        """Periods offered, latest first."""
        return [Choice(p, parse_period(p).label, p == self.period) for p in self.periods]

    def within_choices(self) -> list[Choice]:
        """Perimeters offered: home and what it holds or is held by, the other perimeters, France, and the one asked."""
        known, home = self.portal.territories, self.portal.home
        keys = [home.key, *(t.key for t in known.of_level(Level.PERIMETER))]
        keys += list(known.members(home.key, Level.EPCI))
        communes = [known.get(TerritoryKey(Level.COMMUNE, c)) for c in sorted(self.portal.home_communes)]
        keys += [TerritoryKey(Level.DEPARTMENT, d) for d in sorted({t.department for t in communes if t.department})]
        keys += [TerritoryKey(Level.REGION, r) for r in sorted({t.region for t in communes if t.region})]
        keys += [TerritoryKey(Level.COUNTRY, "FR"), self.within.key]
        found = dict.fromkeys(k for k in keys if k in known)
        return [Choice(str(k), named(known.get(k)), k == self.within.key) for k in found]
