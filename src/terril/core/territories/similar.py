"""Territories that resemble one another, by a declared rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from terril.core.errors import TerritoryError
from terril.core.packs import Similarity
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.territories.sets import density
from terril.core.text import NBSP, format_number

_LABELS = {
    "population": ("population", "hab."),
    "density": ("densité", "hab./km²"),
    "area": ("superficie", "ha"),
    "epci_population": ("population de l’intercommunalité", "hab."),
}
#: Below this relative gap two territories are said to have « the same » measure.
_ALIKE = 0.02


@dataclass(frozen=True, slots=True)
class Closeness:
    """One measure compared: its value for both territories, and their relative gap."""

    measure: str
    value: float
    reference: float

    @property
    def gap(self) -> float:
        """Relative gap to the reference: 0.1 means a tenth more."""
        return self.value / self.reference - 1

    @property
    def label(self) -> str:
        """In French: ``population de 4 480 hab. (3 % de moins)``."""
        name, unit = _LABELS[self.measure]
        shown = f"{name} de {format_number(self.value)}{NBSP}{unit}"
        if abs(self.gap) < _ALIKE:
            return f"{shown} (à peu près autant)"
        more = "plus" if self.gap > 0 else "moins"
        return f"{shown} ({format_number(abs(self.gap) * 100)}{NBSP}% de {more})"


@dataclass(frozen=True, slots=True)
class Similar:
    """A territory found similar, nearest measure first, and how far it is (0: the same on every measure)."""

    territory: Territory
    distance: float
    closeness: tuple[Closeness, ...]

    @property
    def explanation(self) -> str:
        """Why it is here, in French."""
        return f"{NBSP}; ".join(c.label for c in self.closeness)


class Source(Protocol):
    """What the comparison needs of the index of territories."""

    def of_level(self, level: Level) -> tuple[Territory, ...]:
        """Territories of a level."""

    def get(self, key: TerritoryKey | str) -> Territory:
        """The territory of this key."""


class Measures:
    """What is compared of every territory of a level, as arrays."""

    def __init__(self, source: Source, level: Level) -> None:
        self.territories = source.of_level(level)
        self.place = {t.key: i for i, t in enumerate(self.territories)}
        self._source = source
        self._values: dict[str, npt.NDArray[np.float64]] = {}
        self._labels: dict[str, npt.NDArray[np.object_]] = {}

    def values(self, name: str) -> npt.NDArray[np.float64]:
        """A measure of each territory; NaN where it is not known or not positive (it has no logarithm)."""
        if name not in self._values:
            found = (measure(self._source, t, name) for t in self.territories)
            array = np.array([np.nan if v is None else v for v in found], dtype=np.float64)
            self._values[name] = np.where(array > 0, array, np.nan)
        return self._values[name]

    def labels(self, name: str) -> npt.NDArray[np.object_]:
        """``kind``, ``zone``, ``epci``… of each territory."""
        if name not in self._labels:
            self._labels[name] = np.array([getattr(t, name) for t in self.territories], dtype=object)
        return self._labels[name]


def most_similar(territory: Territory, measures: Measures, rules: Sequence[Similarity]) -> tuple[Similar, ...]:
    """Territories nearest to one, by the rule of its level.

    Logarithms of the declared measures are standardised over the candidates; the distance is the
    root of the weighted mean of their squared gaps.

    Raises
    ------
    TerritoryError
        If no rule is declared for its level, or a measure of the rule is not known for it.
    """
    rule = next((r for r in rules if r.level == territory.key.level), None)
    if rule is None:
        raise TerritoryError(
            f"aucune règle de ressemblance pour ce niveau ({territory.key.level.label})",
            hint="en déclarer une dans similar.yaml",
        )
    names = sorted(rule.measures)
    values = np.column_stack([measures.values(name) for name in names])
    reference = values[measures.place[territory.key]]
    if unknown := [_LABELS[n][0] for n, value in zip(names, reference, strict=True) if np.isnan(value)]:
        raise TerritoryError(f"{', '.join(unknown)} non disponible pour {territory.key} {territory.name}")
    allowed = _allowed(measures, territory, rule) & ~np.isnan(values).any(axis=1)
    places = np.flatnonzero(allowed)
    weights = np.array([weight for _, weight in sorted(rule.measures.items())])
    distances = _distances(values[places], reference, weights)
    # Territories come sorted by code: a stable sort breaks ties by code.
    nearest = np.argsort(distances.round(9), kind="stable")[: rule.count]
    return tuple(
        Similar(
            measures.territories[places[i]],
            round(float(distances[i]), 6),
            _explained(names, values[places[i]], reference),
        )
        for i in nearest
    )


def _allowed(measures: Measures, territory: Territory, rule: Similarity) -> npt.NDArray[np.bool_]:
    allowed = np.ones(len(measures.territories), dtype=np.bool_)
    allowed[measures.place[territory.key]] = False
    for same in rule.same:
        allowed &= measures.labels(same) == getattr(territory, same)
    for different in rule.different:
        allowed &= measures.labels(different) != getattr(territory, different)
    return allowed


def measure(source: Source, territory: Territory, name: str) -> float | None:
    """Value of a measure for a territory; ``None`` where it is not known."""
    if name == "density":
        return density(territory)
    if name == "area":
        return territory.area_ha
    if name == "epci_population" and territory.key.level == Level.COMMUNE:
        if territory.epci is None:
            return None
        return source.get(TerritoryKey(Level.EPCI, territory.epci)).population
    return territory.population


def _distances(
    values: npt.NDArray[np.float64], reference: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    if not len(values):
        return np.zeros(0)
    logs = np.log(values)
    spread = logs.std(axis=0)
    # A measure that does not vary among the candidates cannot tell them apart.
    gaps = (logs - np.log(reference)) / np.where(spread > 0, spread, 1.0)
    total: npt.NDArray[np.float64] = np.sqrt((gaps**2 * weights).sum(axis=1) / weights.sum())
    return total


def _explained(
    names: Sequence[str], values: npt.NDArray[np.float64], reference: npt.NDArray[np.float64]
) -> tuple[Closeness, ...]:
    found = [Closeness(n, float(v), float(r)) for n, v, r in zip(names, values, reference, strict=True)]
    return tuple(sorted(found, key=lambda c: (abs(c.gap), c.measure)))
