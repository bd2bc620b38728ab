"""The figures of an indicator as a layer, styled as the map of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from terril.core.collections import figures
from terril.core.errors import Location, QueryError
from terril.core.features import Feature, Value
from terril.core.observations import Observation
from terril.engine.features.store import DRAWN
from terril.protocols.exports import Extract
from terril.protocols.geodata import Layer, Style, choropleth
from terril.web.components.figures import said
from terril.web.components.places import named
from terril.web.pages.indicators.reading import Reading
from terril.web.pages.indicators.selection import Selection
from terril.web.portal import Portal
from terril.web.rows import store

#: Forms that are layers.
LAYERS = ("gpkg", "geojson", "parquet")


def layer_of(selection: Selection, observations: Sequence[Observation], told: Extract) -> Layer:
    """Figures already read, each with the contour of its territory.

    Parameters
    ----------
    told : the same figures as a table: what is said of them.

    Raises
    ------
    QueryError
        If no territory of the level has a contour.
    """
    if selection.level not in DRAWN:
        raise QueryError(
            "ce niveau n’a pas de contours",
            location=Location(value=str(selection.level)),
            hint="prendre le CSV, ou choisir les communes, les intercommunalités, les départements ou les régions",
        )
    shown = selection.indicator.model_copy(update={"label": said(selection.indicator.label)})
    collection = figures(
        shown,
        sorted({o.period for o in observations}) or [selection.period],
        licence=", ".join(told.about.licences),
        address=told.about.address,
    )
    contours: Mapping[str, bytes] = store().contours(selection.level).encoded
    features = [_feature(selection.portal, o, contours.get(o.territory.code)) for o in observations]
    return Layer(collection, [features], told.about, told.citation)


def _feature(portal: Portal, o: Observation, contour: bytes | None) -> Feature:
    properties: dict[str, Value] = {
        "code": o.territory.code,
        "nom": named(portal.territories.get(o.territory)),
        "niveau": str(o.territory.level),
        "periode": o.period,
        "valeur": o.value,
        "statut": o.status.word,
        "numerateur": o.numerator,
        "denominateur": o.denominator,
    }
    return Feature(f"{o.territory.level}.{o.territory.code}.{o.period.replace('/', '_')}", properties, contour)


def style_of(reading: Reading) -> Style:
    """The style of the map of the page: the same classes, the same colours."""
    return choropleth(reading.classes, reading.frame(reading.title, "", "carte"))
