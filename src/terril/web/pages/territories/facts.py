"""Facts behind the first sentences of territories, themes and the first page."""

from __future__ import annotations

from collections.abc import Sequence

from terril.core.indicators.spec import Indicator
from terril.core.observations import Observation
from terril.core.periods import parse_period
from terril.core.standing import Point, Trend, median_annual, trend
from terril.core.territories.model import Level, Territory
from terril.core.wording import sentences
from terril.core.wording.facts import Among, HomeFacts, Measure, Peers, ProfileFacts, Sentence, ThemeFacts, ThemeItem
from terril.core.wording.french import LEVEL_NOUNS, Named, named
from terril.web.pages.territories.profile import ENOUGH, TREND_YEARS, Profile
from terril.web.portal import Portal

_PEOPLE = "hab"


def people(portal: Portal) -> Indicator | None:
    """The indicator that counts inhabitants: the first key figure in that unit, else the first of all."""
    chosen = [portal.indicators[i] for i in portal.highlights] or list(portal.indicators.values())
    return next((i for i in chosen if i.unit == _PEOPLE), None)


def first_sentence(portal: Portal, profile: Profile) -> Sentence:
    """The first sentence of the page of a territory."""
    indicator, territory = people(portal), profile.territory
    series = profile.series.get(indicator.id) if indicator is not None else None
    if indicator is None or not series:
        return sentences.profile(ProfileFacts(territory=named(territory)))
    last = series[-1]
    shared = _shared_since(portal, profile, indicator, series)
    found = trend(series, indicator, years=TREND_YEARS, since=shared, breaks=portal.breaks(indicator.id))
    return sentences.profile(
        ProfileFacts(
            territory=named(territory),
            population=last.value,
            status=last.status,
            period=parse_period(last.period),
            trend=found,
            peers=_peers(portal, profile, indicator, found) if shared is not None else None,
        )
    )


def _shared_since(portal: Portal, profile: Profile, indicator: Indicator, series: Sequence[Observation]) -> str | None:
    """The first period that most of the similar territories have too: a median of one would be no comparison."""
    codes, level = [s.territory.key.code for s in profile.similar], profile.territory.key.level
    last = parse_period(series[-1].period)
    for observation in series:
        period = parse_period(observation.period)
        if 0 < last.end - period.end <= TREND_YEARS:
            known = portal.slice(indicator.id, level, observation.period).among(codes).known
            if known >= max(ENOUGH, len(codes) / 2):
                return observation.period
    return None


def _peers(portal: Portal, profile: Profile, indicator: Indicator, found: Trend | None) -> Peers | None:
    if found is None:
        return None
    level, codes = profile.territory.key.level, [s.territory.key.code for s in profile.similar]
    first = portal.slice(indicator.id, level, found.first.period.text)
    last = portal.slice(indicator.id, level, found.last.period.text)
    trends = []
    for code in codes:
        (before, _), (after, _) = first.value(code), last.value(code)
        if before is not None and after is not None:
            trends.append(Trend(Point(found.first.period, before), Point(found.last.period, after), found.years))
    return Peers(noun=LEVEL_NOUNS[level], count=len(trends), annual=median_annual(trends))


def home_sentence(portal: Portal, profile: Profile) -> Sentence:
    """The first sentence of the first page."""
    indicator, territory = people(portal), profile.territory
    series = profile.series.get(indicator.id, []) if indicator is not None else []
    known = [o for o in series if o.value is not None]
    return sentences.home(
        HomeFacts(
            perimeter=named(territory),
            population=known[-1].value if known else None,
            period=parse_period(known[-1].period) if known else None,
            epcis=len(portal.codes(Level.EPCI, territory.key)),
            communes=len(portal.codes(Level.COMMUNE, territory.key)),
            trend=_trend(portal, indicator, series) if indicator is not None else None,
        )
    )


def _trend(portal: Portal, indicator: Indicator, series: Sequence[Observation]) -> Trend | None:
    return trend(series, indicator, years=TREND_YEARS, breaks=portal.breaks(indicator.id))


def theme_sentence(portal: Portal, profile: Profile, theme_id: str, label: str) -> Sentence:
    """The first sentence of the page of a theme for a territory."""
    level = profile.territory.key.level
    rows = [r for r in profile.rows.values() if r.indicator.theme == theme_id]
    items = []
    for row in rows:
        observation = profile.series[row.indicator.id][-1]
        median = None
        if profile.peers is not None:
            slice_ = portal.slice(row.indicator.id, level, observation.period)
            median = slice_.among(profile.peers.codes).median()
        items.append(
            ThemeItem(measure=Measure.of(row.indicator), value=observation.value, rank=row.rank, median=median)
        )
    facts = ThemeFacts(
        theme=label,
        territory=named(profile.territory),
        among=among(portal, profile.territory, profile.reference),
        items=tuple(items),
    )
    return sentences.theme(facts)


def among(portal: Portal, territory: Territory, holder: Territory | None) -> Among:
    """The set in which a territory is ranked, as a sentence names it."""
    within: Named | None = named(holder) if holder is not None and holder.key.level != Level.COUNTRY else None
    return Among(noun=LEVEL_NOUNS[territory.key.level], within=within)
