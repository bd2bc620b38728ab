"""An indicator read for one question: the values in scope, their classes, their ranking."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from terril.core.drawing.classes import Classes, classify
from terril.core.drawing.model import Frame
from terril.core.observations import Observation
from terril.core.standing import Rank, Ranked, Slice
from terril.core.status import Status
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.text import NBSP
from terril.web import addresses
from terril.web.components.figures import Figure, Origin, origin, period_label, said, sliced, unit_label
from terril.web.components.places import named
from terril.web.pages.indicators.selection import MAPPED, Selection

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A territory in the ranking."""

    position: str
    name: str
    key: str
    href: str
    profile: str
    figure: Figure
    chosen: bool


class Reading:
    """The values in question.

    Parameters
    ----------
    selection : what is asked.
    """

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.portal = selection.portal
        self.indicator = selection.indicator

    @cached_property
    def slice(self) -> Slice:
        """Values of the territories in scope."""
        whole = self.portal.slice(self.indicator.id, self.selection.level, self.selection.period)
        if self.selection.within.key.level == Level.COUNTRY:
            # What a producer covers only in part would drown in thirty thousand absences.
            return whole.among(self.selection.codes)
        return whole.over(self.selection.codes)

    @cached_property
    def classes(self) -> Classes:
        """Classes of the map, by the method asked."""
        selection = self.selection
        return classify(
            self.slice.values,
            selection.method,
            selection.count,
            selection.thresholds,
            decimals=self.indicator.decimals,
        )

    @cached_property
    def ranking(self) -> tuple[Ranked, ...]:
        """Territories in scope, highest value first, those without a value last."""
        return self.slice.ranking()

    @cached_property
    def rank(self) -> Rank | None:
        """Rank of the territory asked for, in scope."""
        chosen = self.selection.chosen
        return self.slice.rank(chosen.key.code) if chosen is not None else None

    @property
    def pages(self) -> int:
        """Pages of the ranking."""
        return max(1, -(-len(self.ranking) // PER_PAGE))

    def lines(self, first: int, count: int) -> tuple[Line, ...]:
        """Lines of the ranking."""
        return tuple(self.line(ranked) for ranked in self.ranking[first : first + count])

    def line(self, ranked: Ranked) -> Line:
        """One line of the ranking."""
        key = TerritoryKey(self.selection.level, ranked.code)
        chosen = self.selection.chosen
        return Line(
            position=str(ranked.position) if ranked.position is not None else "–",
            name=named(self.portal.territories.get(key)),
            key=str(key),
            href=self.selection.address(territoire=str(key)),
            profile=addresses.territory(key),
            figure=sliced(self.indicator, ranked.value, ranked.status, key, self.selection.period),
            chosen=chosen is not None and chosen.key == key,
        )

    @cached_property
    def chosen(self) -> Ranked | None:
        """The territory asked for, in the ranking."""
        territory = self.selection.chosen
        return next((r for r in self.ranking if territory is not None and r.code == territory.key.code), None)

    # -- series -------------------------------------------------------------------------------------------

    @cached_property
    def subjects(self) -> tuple[Territory, ...]:
        """Whose series is drawn: the territory asked for, then the perimeter, where each has values."""
        selection = self.selection
        found = [t for t in (selection.chosen, selection.within if selection.level in MAPPED else None) if t]
        if len(found) > 1 and self.indicator.aggregation == "sum":
            # A commune beside the whole it is part of: a flat line at the foot of the chart.
            found = found[:1]
        if not found and len(self.ranking) <= 6:
            found = [self.portal.territories.get(TerritoryKey(selection.level, r.code)) for r in self.ranking]
        return tuple(dict.fromkeys(t for t in found if t.key.level in selection.levels))

    @cached_property
    def series(self) -> dict[TerritoryKey, list[Observation]]:
        """Series of the subjects, oldest first."""
        return self.portal.series(self.indicator.id, [t.key for t in self.subjects])

    # -- words --------------------------------------------------------------------------------------------

    @cached_property
    def origin(self) -> Origin:
        """Where the figures come from."""
        return origin(self.portal, self.indicator.id, self.selection.period)

    def frame(self, title: str, description: str, identifier: str) -> Frame:
        """Frame of a chart of these figures."""
        return Frame(
            title=title,
            description=description,
            unit=unit_label(self.indicator.unit),
            source=self.origin.text,
            decimals=self.indicator.decimals,
            id=identifier,
            palette=self.portal.palette(self.indicator.theme),
        )

    @property
    def title(self) -> str:
        """What is shown, in words: ``Population : Artois, communes, 2023``."""
        label = said(self.indicator.label)
        return f"{label}{NBSP}: {self.selection.scope}, {period_label(self.selection.period)}"

    def values(self) -> dict[str, tuple[float | None, Status]]:
        """Value and status of each territory in scope; those the release does not tell are missing."""
        return {code: self.slice.value(code) for code in self.selection.codes}

    def outline_level(self) -> Level | None:
        """Level drawn over the map as borders."""
        return {Level.COMMUNE: Level.EPCI, Level.EPCI: Level.DEPARTMENT, Level.DEPARTMENT: Level.REGION}.get(
            self.selection.level
        )
