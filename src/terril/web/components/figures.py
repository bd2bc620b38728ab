"""A figure as it is read: its value or the mark of its absence, its unit, its period, where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from terril.core.indicators.spec import Indicator
from terril.core.observations import Observation
from terril.core.periods import parse_period
from terril.core.status import Status
from terril.core.territories.model import TerritoryKey
from terril.core.text import NBSP, NNBSP, format_number, typeset
from terril.core.units import parse_unit
from terril.web import addresses
from terril.web.portal import Portal

#: Written where there is no value; each is spelt out by ``<abbr>``.
MARKS = {Status.SECRET: "secret", Status.MISSING: "n.d.", Status.NOT_APPLICABLE: "s.o."}
_GLUED = frozenset({"%", "‰"})


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    Parameters
    ----------
    text : the number, or the mark of its absence.
    unit : French label of its unit; empty where there is no number.
    status : word of the status (a CSS class); ``none`` where nothing was observed.
    note : French word of the status when it is not plain; empty otherwise.
    period : French label of the period.
    why : address of its explanation; empty where there is nothing to explain.
    """

    text: str
    unit: str
    status: str
    note: str = ""
    period: str = ""
    why: str = ""

    @property
    def full(self) -> str:
        """Number and unit in one piece."""
        return f"{self.text}{NBSP}{self.unit}" if self.unit else self.text

    @property
    def absent(self) -> bool:
        """Whether there is no number to show."""
        return self.status in ("secret", "missing", "not_applicable", "none")


ABSENT = Figure("–", "", "none", "non observé à ce niveau")


def figure(indicator: Indicator, observation: Observation | None) -> Figure:
    """An observation as it is read."""
    if observation is None:
        return ABSENT
    why = addresses.explanation(indicator.id, observation.territory, observation.period)
    return _figure(indicator, observation.value, observation.status, period_label(observation.period), why)


def sliced(indicator: Indicator, value: float | None, status: Status, key: TerritoryKey, period: str) -> Figure:
    """A cell of a slice as it is read."""
    why = addresses.explanation(indicator.id, key, period)
    return _figure(indicator, value, status, period_label(period), why)


def _figure(indicator: Indicator, value: float | None, status: Status, period: str, why: str) -> Figure:
    if value is None:
        return Figure(MARKS.get(status, "n.d."), "", status.word, status.label, period, why)
    note = "" if status == Status.OK else status.label
    return Figure(number(indicator, value), unit_label(indicator.unit), status.word, note, period, why)


def number(indicator: Indicator, value: float) -> str:
    """A value with the decimals of its indicator."""
    return format_number(value, indicator.decimals)


@lru_cache(maxsize=512)
def unit_label(code: str) -> str:
    """French label of a unit."""
    return parse_unit(code).label


@lru_cache(maxsize=4096)
def period_label(period: str) -> str:
    """French label of a period."""
    return parse_period(period).label


@lru_cache(maxsize=4096)
def said(text: str) -> str:
    """A text of the packs, in French typography."""
    return typeset(text)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a figure comes from: rule 2 of the house, on one line."""

    sources: str
    vintages: str
    licence: str
    ids: tuple[str, ...]

    @property
    def short(self) -> str:
        """``Insee, recensement 2023``: producers without their products."""
        names = dict.fromkeys(s.split(" (")[0].split(", ")[0] for s in self.sources.split(f"{NNBSP}; "))
        return ", ".join([*names, *filter(None, [self.vintages])])

    @property
    def text(self) -> str:
        """``Insee, Population municipale (recensement 2023)``."""
        return f"{self.sources} ({self.vintages})" if self.vintages else self.sources


def origin(portal: Portal, indicator: str, period: str) -> Origin:
    """Sources, vintages and licences of an indicator for a period."""
    found = portal.reader.provenance(indicator, period)
    return Origin(
        said(" ; ".join(found.labels)),
        ", ".join(found.vintages),
        said(", ".join(found.licences)),
        found.sources,
    )
