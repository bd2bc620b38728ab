"""Facts behind the first sentence of the page of an indicator."""

from __future__ import annotations

from terril.core.periods import parse_period
from terril.core.standing import Trend, trend
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.wording import sentences
from terril.core.wording.facts import Among, Measure, OverviewFacts, Sentence, Spread, StandingFacts
from terril.core.wording.french import LEVEL_NOUNS, named
from terril.web.pages.indicators.reading import Reading
from terril.web.pages.indicators.selection import MAPPED
from terril.web.pages.territories.profile import TREND_YEARS


def first_sentence(reading: Reading) -> Sentence:
    """The range where no territory is asked for; its standing where one is."""
    return _standing(reading) if reading.selection.chosen is not None else _overview(reading)


def _overview(reading: Reading) -> Sentence:
    selection = reading.selection
    known = reading.portal.territories
    whole = selection.within if selection.level in MAPPED else None
    value = None
    if whole is not None and whole.key.level in selection.levels:
        held = reading.portal.slice(reading.indicator.id, whole.key.level, selection.period)
        value, _ = held.value(whole.key.code)
    return sentences.overview(
        OverviewFacts(
            measure=Measure.of(reading.indicator),
            period=parse_period(selection.period),
            among=_among(reading),
            spread=Spread.of(reading.slice, lambda code: named(known.get(TerritoryKey(selection.level, code)))),
            whole=value,
            trend=_trend(reading, whole),
        )
    )


def _standing(reading: Reading) -> Sentence:
    territory, ranked = reading.selection.chosen, reading.chosen
    if territory is None or ranked is None:
        return _overview(reading)
    return sentences.standing(
        StandingFacts(
            measure=Measure.of(reading.indicator),
            territory=named(territory),
            period=parse_period(reading.selection.period),
            value=ranked.value,
            status=ranked.status,
            among=_among(reading),
            rank=reading.rank,
            median=reading.slice.median(),
            trend=_trend(reading, territory),
        )
    )


def _among(reading: Reading) -> Among:
    selection = reading.selection
    within = selection.within if selection.level in MAPPED and selection.within.key.level != Level.COUNTRY else None
    return Among(noun=LEVEL_NOUNS[selection.level], within=named(within) if within is not None else None)


def _trend(reading: Reading, territory: Territory | None) -> Trend | None:
    if territory is None:
        return None
    observations = reading.series.get(territory.key, [])
    breaks = reading.portal.breaks(reading.indicator.id)
    return trend(observations, reading.indicator, years=TREND_YEARS, until=reading.selection.period, breaks=breaks)
