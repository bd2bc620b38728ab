"""Charts of the page of a territory."""

from __future__ import annotations

from terril.core.drawing import Chart, Frame, LineChart, Role, Series
from terril.core.drawing.choropleth import Choropleth, Shape
from terril.core.drawing.classes import Method, classify
from terril.core.status import Status
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.text import NBSP
from terril.core.wording.french import named as worded
from terril.web.components.figures import origin, said, unit_label
from terril.web.components.maps import outlines
from terril.web.components.places import named, plural
from terril.web.pages.territories.profile import Profile, drawn_breaks, point
from terril.web.portal import Portal

_LONGEST = 300


def population_chart(portal: Portal, profile: Profile) -> Chart | None:
    """The series of the first key figure that has one."""
    chosen = next((r for r in profile.cards if r.spark is not None), None)
    if chosen is None:
        return None
    indicator, name = chosen.indicator, named(profile.territory)
    observations = profile.series[indicator.id]
    known = [o for o in observations if o.value is not None]
    said_of = f"De {known[0].period} à {known[-1].period}, {len(known)} valeurs."
    frame = Frame(
        title=f"{chosen.label}{NBSP}: {name}",
        description=said_of,
        unit=unit_label(indicator.unit),
        source=origin(portal, indicator.id, observations[-1].period).text,
        decimals=indicator.decimals,
        id="evolution-dessin",
        palette=chosen.palette,
    )
    breaks = drawn_breaks(portal.breaks(indicator.id), [o.period for o in observations])
    return LineChart(frame, (Series(name, tuple(point(o) for o in observations), Role.MAIN),), breaks=breaks)


def locator(portal: Portal, territory: Territory) -> Choropleth | None:
    """Where the territory is: the territory in what holds it, or what it holds."""
    key = territory.key
    if key.level == Level.COMMUNE and territory.epci:
        around, level = TerritoryKey(Level.EPCI, territory.epci), Level.COMMUNE
    elif key.level == Level.EPCI and key.code in portal.codes(Level.EPCI, portal.home.key):
        around, level = portal.home.key, Level.EPCI
    elif key.level in (Level.EPCI, Level.PERIMETER):
        around, level = key, Level.COMMUNE
    else:
        return None
    codes = portal.codes(level, around)
    if not 1 < len(codes) <= _LONGEST * 2:
        return None
    return _plain(portal, territory, around, level, codes)


def _plain(
    portal: Portal, territory: Territory, around: TerritoryKey, level: Level, codes: tuple[str, ...]
) -> Choropleth:
    known = portal.territories
    drawn = outlines().drawn(level, codes, around=Level.EPCI if level == Level.COMMUNE else None)
    holder = known.get(around)
    title = f"{named(territory)} {worded(holder).at}" if around != territory.key else named(territory)
    frame = Frame(
        title=f"Situation{NBSP}: {title}",
        description=f"Carte de {len(codes)} {plural(level)}{NBSP}: {named(holder)}.",
        unit="",
        source="contours IGN et Insee",
        id="situation-dessin",
    )
    shapes = tuple(
        Shape(c, named(known.get(TerritoryKey(level, c))), drawn.paths[c]) for c in codes if c in drawn.paths
    )
    return Choropleth(
        frame,
        shapes,
        size=drawn.size,
        classes=classify([], Method.QUANTILES),
        values={s.code: (None, Status.NOT_APPLICABLE) for s in shapes},
        borders=drawn.borders,
        insets=drawn.insets,
        metres_per_unit=drawn.metres_per_unit,
        selected=territory.key.code if level == territory.key.level else "",
        credits=said("Contours : IGN, Insee (Licence Ouverte 2.0)"),
    )
