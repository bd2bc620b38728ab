"""The profile of a territory: its figures beside those it is compared with, by theme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from terril.core.breaks import Break
from terril.core.drawing import Break as Mark
from terril.core.drawing import Point, Series, Sparkline
from terril.core.indicators.spec import Indicator
from terril.core.observations import Observation
from terril.core.periods import parse_period
from terril.core.standing import Rank, trend
from terril.core.territories.model import Territory
from terril.core.text import NBSP
from terril.core.wording.french import LEVEL_NOUNS
from terril.core.wording.quantities import change_of, years_of
from terril.web import addresses
from terril.web.components.figures import ABSENT, Figure, Origin, figure, number, origin, said, unit_label
from terril.web.components.places import enclosing
from terril.web.pages.territories.peers import Peers, peers
from terril.web.portal import Portal

#: Fewer known values among the similar territories than this make no median.
ENOUGH = 5
_CARDS = 8
#: How far back a trend looks.
TREND_YEARS = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator of the territory, and what it is read against."""

    indicator: Indicator
    label: str
    definition: str
    caution: str
    href: str
    unit: str
    period: str
    figure: Figure
    reference: Figure
    similar: str
    rank: Rank | None
    trend: str
    rank_text: str
    spark: Sparkline | None
    origin: Origin
    palette: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """The indicators of a theme."""

    id: str
    label: str
    question: str
    palette: str
    rows: tuple[Row, ...]

    @property
    def ranked(self) -> bool:
        """Whether a rank is known for one of them: a column that nothing fills teaches nothing."""
        return any(r.rank_text for r in self.rows)

    @property
    def compared(self) -> bool:
        """Whether the similar territories are known for one of them."""
        return any(r.similar for r in self.rows)

    @property
    def referred(self) -> bool:
        """Whether what holds the territory is known for one of them."""
        return any(r.reference.status != ABSENT.status for r in self.rows)

    @property
    def moving(self) -> bool:
        """Whether one of them has a trend."""
        return any(r.trend for r in self.rows)


class Profile:
    """Figures of one territory.

    Parameters
    ----------
    portal : the release.
    territory : the territory.
    """

    def __init__(self, portal: Portal, territory: Territory) -> None:
        self.portal = portal
        self.territory = territory
        self.reference = enclosing(portal, territory)
        self.peers: Peers | None = peers(portal, territory)
        self.similar = portal.similar(territory.key)

    @cached_property
    def series(self) -> Mapping[str, list[Observation]]:
        """Every period of every indicator of the territory, oldest first."""
        return _by_indicator(self.portal.reader.profile(self.territory.key, every_period=True))

    @cached_property
    def _reference(self) -> Mapping[tuple[str, str], Observation]:
        if self.reference is None:
            return {}
        found = self.portal.reader.profile(self.reference.key, every_period=True)
        return {(o.indicator, o.period): o for o in found}

    @cached_property
    def rows(self) -> Mapping[str, Row]:
        """One row an indicator observed here, in the order of the portal."""
        return {i: self._row(indicator) for i, indicator in self.portal.indicators.items() if i in self.series}

    @cached_property
    def cards(self) -> tuple[Row, ...]:
        """Key figures: those of the packs first, then the first of each theme, values only."""
        valued = {i: r for i, r in self.rows.items() if not r.figure.absent}
        first = [next((i for i in valued if i.startswith(f"{t}/")), None) for t in self.portal.themes]
        chosen = dict.fromkeys([*(i for i in self.portal.highlights if i in valued), *filter(None, first)])
        return tuple(valued[i] for i in list(chosen)[:_CARDS])

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Rows by theme, themes in the order of the packs."""
        return tuple(self._sections())

    def _sections(self) -> Iterator[Section]:
        for theme in self.portal.themes.values():
            rows = tuple(r for r in self.rows.values() if r.indicator.theme == theme.id)
            if rows:
                yield Section(theme.id, said(theme.label), said(theme.question), theme.palette, rows)

    def _row(self, indicator: Indicator) -> Row:
        portal, key = self.portal, self.territory.key
        series = self.series[indicator.id]
        last = _shown(series)
        period = last.period
        compared = self._reference.get((indicator.id, period))
        unit = unit_label(indicator.unit)
        rank = self._rank(indicator, period)
        return Row(
            indicator=indicator,
            label=said(indicator.label),
            definition=said(indicator.definition),
            caution=said(indicator.caution),
            href=addresses.indicator(indicator.id, territoire=str(key)),
            unit=unit,
            period=parse_period(period).label,
            figure=figure(indicator, last),
            reference=figure(indicator, compared) if compared is not None else ABSENT,
            similar=self._median(indicator, period),
            rank=rank,
            rank_text=self._ranked(rank),
            trend=_trend(indicator, series, self.portal.breaks(indicator.id)),
            spark=_spark(indicator, series, portal.palette(indicator.theme)),
            origin=origin(portal, indicator.id, period),
            palette=portal.palette(indicator.theme),
            target=self._target(indicator),
        )

    def _rank(self, indicator: Indicator, period: str) -> Rank | None:
        if self.peers is None:
            return None
        slice_ = self.portal.slice(indicator.id, self.territory.key.level, period)
        return slice_.over(self.peers.codes).rank(self.territory.key.code)

    def _ranked(self, rank: Rank | None) -> str:
        if rank is None or self.peers is None or rank.among < 2:
            return ""
        noun = LEVEL_NOUNS[self.territory.key.level]
        return f"{rank.text_among(noun, detail=False)} {self.peers.whose}"

    def _median(self, indicator: Indicator, period: str) -> str:
        codes = [s.territory.key.code for s in self.similar]
        if not codes:
            return ""
        slice_ = self.portal.slice(indicator.id, self.territory.key.level, period).among(codes)
        median = slice_.median() if slice_.known >= ENOUGH else None
        return "" if median is None else number(indicator, median)

    def _target(self, indicator: Indicator) -> str:
        for other in self.portal.indicators.values():
            if other.target_of == indicator.id and other.id in self.series:
                last = _shown(self.series[other.id])
                found = figure(other, last)
                return "" if found.absent else f"{found.full} ({found.period})"
        return ""


def _trend(indicator: Indicator, series: Sequence[Observation], breaks: Sequence[Break]) -> str:
    found = trend(series, indicator, years=TREND_YEARS, breaks=breaks)
    return "" if found is None else f"{change_of(found, indicator.unit, indicator.decimals)} {years_of(found)}"


def _by_indicator(observations: Sequence[Observation]) -> dict[str, list[Observation]]:
    found: dict[str, list[Observation]] = {}
    for observation in observations:
        found.setdefault(observation.indicator, []).append(observation)
    for series in found.values():
        series.sort(key=lambda o: parse_period(o.period))
    return found


def _shown(series: Sequence[Observation]) -> Observation:
    # The last period known is what is read first, even where it has no value: an older figure would pass for it.
    return series[-1]


def _spark(indicator: Indicator, series: Sequence[Observation], palette: str) -> Sparkline | None:
    known = [o for o in series if o.value is not None]
    if len(known) < 3 or "/" in series[-1].period:
        return None
    return Sparkline(Series(indicator.label, tuple(point(o) for o in series)), palette)


def common_period(series: Sequence[Sequence[Observation]]) -> str | None:
    """The latest period known for the most territories: figures of different years do not compare."""
    counts: dict[str, int] = {}
    for observation in (o for observations in series for o in observations):
        counts[observation.period] = counts.get(observation.period, 0) + (observation.value is not None)
    return max(counts, key=lambda p: (counts[p], parse_period(p)), default=None)


def point(observation: Observation) -> Point:
    """An observation as a point of a chart."""
    period = parse_period(observation.period)
    return Point(when(observation.period), period.label, observation.value, observation.status)


def drawn_breaks(breaks: Sequence[Break], periods: Sequence[str]) -> tuple[Mark, ...]:
    """Series breaks that stand between the first and the last of these periods, as a line chart draws them."""
    known = [parse_period(p) for p in periods]
    within = [b for b in breaks if b.parts(known)]
    return tuple(Mark(_start(b.period), f"rupture{NBSP}: {said(b.reason)}") for b in within)


def _start(period: str) -> float:
    """Where a period begins on the axis: half a step before its middle."""
    return when(period) - {"month": 1 / 24, "quarter": 1 / 8}.get(parse_period(period).kind, 0.5)


def when(period: str) -> float:
    """Place of a period on an axis of years: its middle, its end for a span."""
    found = parse_period(period)
    if found.kind == "month":
        return found.start + (int(period[5:]) - 0.5) / 12
    if found.kind == "quarter":
        return found.start + (int(period[-1]) - 0.5) / 4
    return float(found.end)
