"""How an indicator moved: between two comparable observations, with its rate a year."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from terril.core.breaks import Break, last_break
from terril.core.indicators.spec import Indicator
from terril.core.observations import Observation
from terril.core.periods import Period, parse_period
from terril.core.status import Status

#: Below this rate (percent or points a year) a value is said to be stable: it is shown as « 0,0 ».
STABLE = 0.05


class Move(StrEnum):
    """Which way a value goes."""

    UP = "up"
    DOWN = "down"
    STABLE = "stable"


@dataclass(frozen=True, slots=True)
class Point:
    """An observation that has a value."""

    period: Period
    value: float
    status: Status = Status.OK


@dataclass(frozen=True, slots=True)
class Trend:
    """What became of a value between two observations.

    Parameters
    ----------
    first, last : the observations compared.
    years : years between the two.
    points : the unit is a percentage: changes are in points, and there is no relative change.
    """

    first: Point
    last: Point
    years: int
    points: bool = False

    @property
    def change(self) -> float:
        """Last less first: points for a percentage, else in the unit."""
        return self.last.value - self.first.value

    @property
    def percent(self) -> float | None:
        """Relative change, in percent; None for percentages, and unless the first value is positive."""
        if self.points or self.first.value <= 0 or self.last.value < 0:
            return None
        return 100 * (self.last.value / self.first.value - 1)

    @property
    def annual(self) -> float | None:
        """Mean rate: percent a year (compound), or points a year for a percentage; None where undefined."""
        if self.points:
            return self.change / self.years
        if self.percent is None or self.last.value == 0:
            return None
        return 100 * (math.pow(self.last.value / self.first.value, 1 / self.years) - 1)

    @property
    def move(self) -> Move:
        """Up, down, or stable when the rate is below :data:`STABLE` (any change counts without a rate)."""
        rate = self.annual
        if rate is None:
            rate = self.change
            stable = rate == 0
        else:
            stable = abs(rate) < STABLE
        if stable:
            return Move.STABLE
        return Move.UP if rate > 0 else Move.DOWN

    @property
    def estimated(self) -> bool:
        """Whether one of the two values is an estimate."""
        return Status.ESTIMATED in (self.first.status, self.last.status)


def trend(
    observations: Iterable[Observation],
    indicator: Indicator,
    *,
    years: int | None = None,
    since: str | None = None,
    until: str | None = None,
    breaks: Sequence[Break] = (),
) -> Trend | None:
    """Trend of the observations of one territory.

    The last observation with a value is compared with the earliest comparable one: same kind of
    period, and the same month or quarter of its year, for the season not to pass for a change.
    Spans (``1968/2022``) already are changes: they have no trend.

    Parameters
    ----------
    observations : of one indicator and one territory, in any order; those without a value are passed over.
    years : look no further back than this.
    since, until : periods kept, ends included.
    breaks : series breaks: both observations are after the last one that the later of them reached.

    Returns
    -------
    None with fewer than two comparable values, or less than a year between them.
    """
    start = parse_period(since) if since is not None else None
    end = parse_period(until) if until is not None else None
    points = sorted((p for o in observations if (p := _point(o)) is not None), key=lambda p: p.period)
    kept = [p for p in points if (start is None or p.period >= start) and (end is None or p.period <= end)]
    if not kept:
        return None
    last = kept[-1]
    reached = last_break(breaks, last.period)
    floor = parse_period(reached.period) if reached is not None else kept[0].period
    earlier = [p for p in kept if p.period >= floor and _comparable(p.period, last.period, years)]
    if not earlier:
        return None
    return Trend(earlier[0], last, last.period.start - earlier[0].period.start, indicator.unit == "%")


def _point(observation: Observation) -> Point | None:
    if observation.value is None or observation.status >= Status.MISSING:
        return None
    return Point(parse_period(observation.period), observation.value, observation.status)


def _comparable(first: Period, last: Period, years: int | None) -> bool:
    if first.kind != last.kind or first.kind == "span" or first.text[4:] != last.text[4:]:
        return False
    return 1 <= last.start - first.start <= (last.start if years is None else years)


def median_annual(trends: Sequence[Trend | None]) -> float | None:
    """Median of the rates a year of several territories; None when none has a rate."""
    rates = [t.annual for t in trends if t is not None and t.annual is not None]
    return float(np.median(rates)) if rates else None
