"""Up to eight territories or groups, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from terril.core.drawing import Bar, BarChart, Chart, LineChart, Role, Series
from terril.core.drawing.model import Frame
from terril.core.errors import TerrilError
from terril.core.indicators.spec import Indicator
from terril.core.observations import Observation
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.text import NBSP
from terril.core.wording.facts import Sentence
from terril.web import addresses
from terril.web.components.figures import Figure, Origin, figure, origin, period_label, said, unit_label
from terril.web.components.places import Place, named, place
from terril.web.pages.comparison.facts import comparison_sentence
from terril.web.pages.territories.profile import Profile, common_period, drawn_breaks, point
from terril.web.portal import Portal

MOST = 8
SeriesOf = Mapping[str, Sequence[Observation]]
Found = Mapping[TerritoryKey, Sequence[Observation]]
_CHARTS = 4


@dataclass(frozen=True, slots=True)
class Column:
    """A territory compared, and the address without it."""

    place: Place
    without: str


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator and its figures, one a territory."""

    indicator: Indicator
    label: str
    href: str
    unit: str
    period: str
    figures: tuple[Figure, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of a theme."""

    id: str
    label: str
    palette: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """The page."""

    columns: tuple[Column, ...]
    notices: tuple[str, ...]
    sentence: Sentence | None
    sections: tuple[Section, ...]
    charts: tuple[Chart, ...]
    proposals: tuple[Place, ...]
    query: str
    full: bool


def chosen(portal: Portal, asked: Sequence[str]) -> tuple[list[Territory], list[str]]:
    """Territories asked for, by key or by name; and what could not be had."""
    found: dict[TerritoryKey, Territory] = {}
    notices: list[str] = []
    wanted = [t.strip()[:80] for t in asked if t.strip()]
    for text in wanted[: 4 * MOST]:
        territory = _one(portal, text, notices)
        if territory is not None:
            found[territory.key] = territory
    if len(found) > MOST or len(wanted) > 4 * MOST:
        notices.append(f"{len(wanted)} territoires demandés{NBSP}: seuls les {MOST} premiers sont comparés.")
    return list(found.values())[:MOST], notices


def _one(portal: Portal, text: str, notices: list[str]) -> Territory | None:
    known = portal.territories
    if ":" not in text:
        hits = known.search(text, limit=1)
        if not hits:
            notices.append(f"Aucun territoire trouvé pour «{NBSP}{text}{NBSP}».")
            return None
        return hits[0].territory
    try:
        return known.get(text)
    except TerrilError as error:
        notices.append(f"Territoire non trouvé{NBSP}: {error.message}.")
        return None


def page_of(portal: Portal, territories: Sequence[Territory], notices: Sequence[str]) -> Page:
    """The comparison of territories; ``notices`` is what could not be had."""
    keys = [t.key for t in territories]
    sections = sections_of(portal, territories)
    columns = tuple(Column(place(t), addresses.comparison(k for k in keys if k != t.key)) for t in territories)
    return Page(
        columns=columns,
        notices=tuple(notices),
        sentence=comparison_sentence(portal, territories) if len(territories) > 1 else None,
        sections=sections,
        charts=tuple(_charts(portal, territories)) if len(territories) > 1 else (),
        proposals=tuple(_proposals(portal, territories)),
        query=addresses.comparison(keys).partition("?")[2],
        full=len(territories) >= MOST,
    )


def sections_of(portal: Portal, territories: Sequence[Territory]) -> tuple[Section, ...]:
    """Indicators observed for at least one of the territories, by theme, at the last period common to most."""
    profiles = [Profile(portal, t).series for t in territories]
    sections = []
    for theme in portal.themes.values():
        rows = [
            _row(portal, indicator, profiles, [t.key for t in territories])
            for i, indicator in portal.indicators.items()
            if indicator.theme == theme.id and any(i in p for p in profiles)
        ]
        if rows:
            sections.append(Section(theme.id, said(theme.label), theme.palette, tuple(rows)))
    return tuple(sections)


def _row(
    portal: Portal,
    indicator: Indicator,
    profiles: Sequence[SeriesOf],
    keys: Sequence[TerritoryKey],
) -> Row:
    series = [p.get(indicator.id, []) for p in profiles]
    period = common_period(series) or ""
    at = [next((o for o in s if o.period == period), None) for s in series]
    return Row(
        indicator,
        said(indicator.label),
        addresses.indicator(indicator.id, territoire=str(keys[0])),
        unit_label(indicator.unit),
        period_label(period),
        tuple(figure(indicator, o) for o in at),
        origin(portal, indicator.id, period),
    )


def _charts(portal: Portal, territories: Sequence[Territory]) -> list[Chart]:
    """The series of the first key figure, then a bar chart of each of the next ones that most of them have."""
    names = {t.key: named(t) for t in territories}
    drawn: list[Chart] = []
    for identifier in portal.highlights:
        indicator = portal.indicators[identifier]
        series = portal.series(identifier, list(names))
        if sum(any(o.value is not None for o in s) for s in series.values()) < 2:
            continue
        drawn.append(_chart(portal, indicator, series, names, first=not drawn))
        if len(drawn) == _CHARTS:
            break
    return drawn


def _chart(
    portal: Portal,
    indicator: Indicator,
    series: Found,
    names: Mapping[TerritoryKey, str],
    *,
    first: bool,
) -> Chart:
    period = common_period(list(series.values())) or ""
    label = said(indicator.label)
    long = max(len(s) for s in series.values()) > 2
    frame = Frame(
        title=label if first and long else f"{label}, {period_label(period)}",
        description=f"{label}{NBSP}: {', '.join(names.values())}.",
        unit=unit_label(indicator.unit),
        source=origin(portal, indicator.id, period).text,
        decimals=indicator.decimals,
        id=f"comparaison-{indicator.id.replace('/', '-')}",
        palette=portal.palette(indicator.theme),
    )
    if first and long:
        lines = (
            Series(names[k], tuple(point(o) for o in s), Role.MAIN if i == 0 else Role.OTHER)
            for i, (k, s) in enumerate(series.items())
        )
        periods = sorted({o.period for s in series.values() for o in s})
        return LineChart(frame, tuple(lines), breaks=drawn_breaks(portal.breaks(indicator.id), periods))
    bars = []
    for i, (key, observations) in enumerate(series.items()):
        found = next((o for o in observations if o.period == period), None)
        if found is not None:
            role = Role.MAIN if i == 0 else Role.OTHER
            bars.append(Bar(names[key], found.value, found.status, role))
    return BarChart(frame, tuple(bars))


def _proposals(portal: Portal, territories: Sequence[Territory]) -> list[Place]:
    """What may be added: the EPCI of the perimeter shown first, the similar ones, what holds them."""
    known, keys = portal.territories, [t.key for t in territories]
    offered = [s.territory.key for t in territories[:1] for s in portal.similar(t.key)[:5]]
    offered += [TerritoryKey(Level.EPCI, t.epci) for t in territories if t.epci]
    offered += [*known.members(portal.home.key, Level.EPCI), portal.home.key]
    added = [k for k in dict.fromkeys(offered) if k not in keys and k in known][:12]
    return [_added(known.get(k), keys) for k in added]


def _added(territory: Territory, keys: Sequence[TerritoryKey]) -> Place:
    found = place(territory)
    return Place(found.key, found.name, found.what, addresses.comparison([*keys, territory.key]), found.people)
