"""Indicators that are the categories of one breakdown, found again among all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from terril.core.indicators.breakdown import Breakdown
from terril.core.indicators.spec import Indicator
from terril.core.text import NBSP


@dataclass(frozen=True, slots=True)
class Family:
    """A breakdown and its indicators.

    Parameters
    ----------
    id : identifier of the definition that was written (``demographie/age``).
    label : its label, without that of a category.
    breakdown : as declared.
    members : indicator of each category, in the order declared.
    """

    id: str
    label: str
    breakdown: Breakdown
    members: tuple[Indicator, ...]

    def category(self, indicator: Indicator) -> str:
        """Label of the category of a member."""
        return self.breakdown.categories[str(indicator.category)].label


def families(indicators: Mapping[str, Indicator]) -> dict[str, Family]:
    """Families of these indicators, by identifier; categories that are not among them are left out."""
    members: dict[str, tuple[Breakdown, list[Indicator]]] = {}
    for indicator in indicators.values():
        if indicator.part_of is not None and indicator.breakdown is not None:
            members.setdefault(indicator.part_of, (indicator.breakdown, []))[1].append(indicator)
    found = {}
    for identifier, (breakdown, parts) in members.items():
        rank = list(breakdown.categories)
        ordered = tuple(sorted(parts, key=lambda i: rank.index(str(i.category))))
        own = breakdown.categories[str(ordered[0].category)].label
        label = ordered[0].label.removesuffix(f"{NBSP}: {own}")
        found[identifier] = Family(identifier, label, breakdown, ordered)
    return found


def family_of(indicator: Indicator, known: Mapping[str, Family]) -> Family | None:
    """The family of which an indicator is a category, else the first of which it is the total."""
    if indicator.part_of is not None:
        return known.get(indicator.part_of)
    return next((f for f in known.values() if f.breakdown.total == indicator.id), None)
