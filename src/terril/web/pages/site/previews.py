"""Pictures that stand for a page where its address is shared, drawn by ourselves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from terril.core.drawing.card import Card
from terril.core.drawing.sheet import Drawing
from terril.core.errors import Location, QueryError
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.text import NBSP
from terril.publishing.images import png
from terril.web.components.figures import said
from terril.web.components.places import named
from terril.web.pages.indicators import facts as indicator_facts
from terril.web.pages.indicators.charts import choropleth, series_chart
from terril.web.pages.indicators.reading import Reading
from terril.web.pages.indicators.selection import Selection
from terril.web.pages.territories import facts
from terril.web.pages.territories.profile import Profile, Row
from terril.web.portal import Portal, open_portal

#: Levels without a page of their own.
_WITHOUT_PAGE = (Level.COMMUNE_DELEGUEE, Level.IRIS)


@require_safe
def preview(request: HttpRequest, place: str) -> HttpResponse:
    """``accueil``, ``territoires/<level>/<code>`` or ``indicateurs/<theme>/<slug>`` as a picture."""
    return HttpResponse(png(_card(open_portal(), place).svg()), "image/png")


def _card(portal: Portal, place: str) -> Card:
    kind, _, rest = place.partition("/")
    if place == "accueil":
        return _home(portal)
    if kind == "territoires" and rest.count("/") == 1:
        key = TerritoryKey.parse(rest.replace("/", ":"))
        if key.level not in _WITHOUT_PAGE:
            return _territory(portal, portal.territories.get(key))
    if kind == "indicateurs" and rest in portal.indicators:
        return _indicator(portal, rest)
    raise QueryError("aucune image à cette adresse", location=Location(value=place[:80]))


def _home(portal: Portal) -> Card:
    profile = Profile(portal, portal.home)
    title = f"{named(portal.home)} en chiffres"
    return _key_figure(title, facts.home_sentence(portal, profile).text, profile)


def _territory(portal: Portal, territory: Territory) -> Card:
    profile = Profile(portal, territory)
    return _key_figure(named(territory), facts.first_sentence(portal, profile).text, profile)


def _key_figure(title: str, sentence: str, profile: Profile) -> Card:
    """The first key figure of a territory, beside its first sentence."""
    row: Row | None = next(iter(profile.cards), None)
    if row is None:
        return Card(title, sentence, "")
    label = f"{row.label}, {row.period}"
    figure = f"{row.figure.text}{NBSP}{row.unit}" if len(row.unit) < 3 and row.unit else row.figure.text
    if figure == row.figure.text and row.unit:
        label = f"{row.label} ({row.unit}), {row.period}"
    return Card(title, sentence, row.origin.short, figure=figure, label=label)


def _indicator(portal: Portal, identifier: str) -> Card:
    indicator = portal.indicators[identifier]
    reading = Reading(Selection(portal, indicator, {}))
    return Card(
        said(indicator.label),
        indicator_facts.first_sentence(reading).text,
        reading.origin.short,
        chart=_small(choropleth(reading)) or _small(series_chart(reading)),
        palette=portal.palette(indicator.theme),
    )


def _small(chart: Drawing | None) -> Drawing | None:
    """The drawing with fewer and larger words: a preview is seen the size of a stamp."""
    return chart.compact() if chart is not None else None
