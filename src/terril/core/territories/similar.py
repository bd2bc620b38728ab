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


def most_similar(source: Source, territory: Territory, rules: Sequence[Similarity]) -> tuple[Similar, ...]:
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
    own = [measure(source, territory, name) for name in names]
    if unknown := [_LABELS[n][0] for n, value in zip(names, own, strict=True) if not value]:
        raise TerritoryError(f"{', '.join(unknown)} non disponible pour {territory.key} {territory.name}")
    candidates, values = _candidates(source, territory, rule, names)
    if not candidates:
        return ()
    reference = np.array([float(v or 0) for v in own])
    weights = np.array([weight for _, weight in sorted(rule.measures.items())])
    distances = _distances(values, reference, weights)
    order = sorted(range(len(candidates)), key=lambda i: (round(float(distances[i]), 9), candidates[i].key.code))
    return tuple(
        Similar(candidates[i], round(float(distances[i]), 6), _explained(names, values[i], reference))
        for i in order[: rule.count]
    )


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


def _candidates(
    source: Source, territory: Territory, rule: Similarity, names: Sequence[str]
) -> tuple[list[Territory], npt.NDArray[np.float64]]:
    found, rows = [], []
    for other in source.of_level(territory.key.level):
        if other.key == territory.key or not _allowed(territory, other, rule):
            continue
        row = [measure(source, other, name) for name in names]
        if all(row):
            found.append(other)
            rows.append([float(v or 0) for v in row])
    return found, np.array(rows, dtype=np.float64).reshape(len(found), len(names))


def _allowed(territory: Territory, other: Territory, rule: Similarity) -> bool:
    return all(getattr(territory, n) == getattr(other, n) for n in rule.same) and all(
        getattr(territory, n) != getattr(other, n) for n in rule.different
    )


def _distances(
    values: npt.NDArray[np.float64], reference: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
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
