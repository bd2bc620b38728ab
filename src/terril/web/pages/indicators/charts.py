"""Charts and map of an indicator, each made from a reading."""

from __future__ import annotations

from terril.core.drawing import Bar, BarChart, Chart, DistributionChart, LineChart, Marked, Reference, Role, Series
from terril.core.drawing.choropleth import Choropleth, Shape
from terril.core.territories.model import TerritoryKey
from terril.core.text import NBSP, typeset
from terril.web.components.figures import period_label, said
from terril.web.components.maps import outlines
from terril.web.components.places import named, plural
from terril.web.pages.indicators.family import family_chart
from terril.web.pages.indicators.reading import Reading
from terril.web.pages.territories.profile import drawn_breaks, point

#: More shapes than this are left to the image and the interactive map: a page must stay light.
DRAWN_IN_PAGE = 700
_BARS = 20
_ENOUGH_FOR_SHAPE = 8


def choropleth(reading: Reading) -> Choropleth | None:
    """The map of the values in scope; None at levels that no map shows."""
    selection = reading.selection
    if not selection.mapped or not reading.slice.known:
        return None
    known, level = reading.portal.territories, selection.level
    drawn = outlines().drawn(level, selection.codes, around=reading.outline_level())
    told = reading.slice.known
    frame = reading.frame(
        reading.title,
        f"{len(selection.codes)} {plural(level)}, dont {told} avec une valeur, en {len(reading.classes)} classes.",
        "carte-dessin",
    )
    shapes = tuple(
        Shape(c, named(known.get(TerritoryKey(level, c))), drawn.paths[c], selection.address(territoire=f"{level}:{c}"))
        for c in selection.codes
        if c in drawn.paths
    )
    chosen = selection.chosen
    return Choropleth(
        frame,
        shapes,
        size=drawn.size,
        classes=reading.classes,
        values=reading.values(),
        borders=drawn.borders,
        insets=drawn.insets,
        metres_per_unit=drawn.metres_per_unit,
        selected=chosen.key.code if chosen is not None else "",
        credits=typeset("Contours : IGN, Insee (Licence Ouverte 2.0)"),
    )


def series_chart(reading: Reading) -> LineChart | None:
    """The series of the territory asked for and of the perimeter; None with a single period."""
    subjects = [t for t in reading.subjects if sum(o.value is not None for o in reading.series[t.key]) > 1]
    if not subjects:
        return None
    lines = tuple(
        Series(named(t), tuple(point(o) for o in reading.series[t.key]), Role.MAIN if i == 0 else Role.REFERENCE)
        for i, t in enumerate(subjects)
    )
    periods = sorted({o.period for t in subjects for o in reading.series[t.key] if o.value is not None})
    names = ", ".join(named(t) for t in subjects)
    label = said(reading.indicator.label)
    frame = reading.frame(
        f"{label}{NBSP}: {names}",
        f"Évolution de {period_label(periods[0])} à {period_label(periods[-1])}.",
        "serie-dessin",
    )
    return LineChart(frame, lines, breaks=drawn_breaks(reading.portal.breaks(reading.indicator.id), periods))


def distribution_chart(reading: Reading) -> DistributionChart | None:
    """How the values in scope spread; None where there are too few to make a shape."""
    if reading.slice.known < _ENOUGH_FOR_SHAPE:
        return None
    chosen = reading.selection.chosen
    marked: tuple[Marked, ...] = ()
    if chosen is not None:
        value, _ = reading.slice.value(chosen.key.code)
        marked = (Marked(named(chosen), value),) if value is not None else ()
    frame = reading.frame(
        f"Répartition{NBSP}: {reading.title}",
        f"Répartition de {reading.slice.known} {plural(reading.selection.level)} selon la valeur.",
        "distribution-dessin",
    )
    known = tuple(r.value for r in reading.ranking if r.value is not None)
    counted = plural(reading.selection.level)
    return DistributionChart(frame, known, marked, reading.classes.bounds, counted)


def ranking_chart(reading: Reading) -> BarChart | None:
    """The first of the ranking, and the territory asked for where it is not among them."""
    valued = [r for r in reading.ranking if r.value is not None]
    if not valued:
        return None
    kept, chosen = valued[:_BARS], reading.chosen
    if chosen is not None and chosen.value is not None and chosen not in kept:
        kept = [*kept[:-1], chosen]
    bars = []
    for ranked in kept:
        line = reading.line(ranked)
        role = Role.MAIN if line.chosen else Role.OTHER
        bars.append(Bar(line.name, ranked.value, ranked.status, role, line.profile))
    median = reading.slice.median()
    frame = reading.frame(
        f"Classement{NBSP}: {reading.title}",
        f"Les {len(kept)} premiers de {len(valued)} {plural(reading.selection.level)} avec une valeur.",
        "classement-dessin",
    )
    reference = Reference(median, "médiane") if median is not None and len(valued) > 2 else None
    return BarChart(frame, tuple(bars), reference)


#: Name in addresses → what draws it.
CHARTS = {
    "carte": choropleth,
    "serie": series_chart,
    "distribution": distribution_chart,
    "classement": ranking_chart,
    "ventilation": family_chart,
}


def chart_of(name: str, reading: Reading) -> Chart | None:
    """A chart by the name that addresses give it."""
    return CHARTS[name](reading)
