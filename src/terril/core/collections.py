"""How collections of features are described: the territories of a level, the figures of an indicator."""

from __future__ import annotations

from collections.abc import Iterable

from terril.core.features import Box, Collection, Figures, Places, Property, Type
from terril.core.filters.times import spanned
from terril.core.indicators.spec import Indicator
from terril.core.periods import parse_period
from terril.core.status import LABELS, Status
from terril.core.territories.model import Level

#: All of France, overseas departments included.
FRANCE: Box = (-61.9, -21.5, 55.9, 51.2)
#: Levels that have contours, and the identifier of their collection.
LEVELS = {
    Level.COMMUNE: "communes",
    Level.EPCI: "intercommunalites",
    Level.DEPARTMENT: "departements",
    Level.REGION: "regions",
}
_TITLES = {
    Level.COMMUNE: "Communes",
    Level.EPCI: "Intercommunalités à fiscalité propre",
    Level.DEPARTMENT: "Départements",
    Level.REGION: "Régions",
}
_CODE = Property(name="code", label="Code", description="Code Insee, ou SIREN d’une intercommunalité")
_NAME = Property(name="nom", label="Nom")
_PLACE = (
    _CODE,
    _NAME,
    Property(name="siren", label="SIREN"),
    Property(name="epci", label="Intercommunalité", description="Son SIREN"),
    Property(name="departement", label="Département", description="Son code"),
    Property(name="region", label="Région", description="Son code"),
    Property(name="population", label="Population municipale", type=Type.INTEGER, unit="habitants"),
    Property(name="superficie_ha", label="Superficie", type=Type.NUMBER, unit="ha",
             description="Mesurée sur des contours généralisés"),
    Property(name="nature", label="Nature"),
)  # fmt: skip
#: Properties that say nothing at a level.
_EMPTY = {
    Level.COMMUNE: frozenset[str](),
    Level.EPCI: frozenset({"epci", "departement", "region"}),
    Level.DEPARTMENT: frozenset({"siren", "epci", "departement", "nature"}),
    Level.REGION: frozenset({"siren", "epci", "departement", "region", "nature"}),
}


def places(level: Level, *, licence: str = "", vintage: str = "", address: str = "") -> Collection:
    """The territories of a level that has contours.

    Parameters
    ----------
    licence, vintage : of the contours, as shown.
    address : absolute address of the page that lists them.
    """
    return Collection(
        id=LEVELS[level],
        title=_TITLES[level],
        description=f"Contours généralisés{f', {vintage}' if vintage else ''}.",
        content=Places(level=level),
        properties=tuple(p for p in _PLACE if p.name not in _EMPTY[level]),
        keywords=("territoires", _TITLES[level].lower()),
        box=FRANCE,
        licence=licence,
        address=address,
    )


def figures(
    indicator: Indicator, periods: Iterable[str], *, licence: str = "", address: str = "", box: Box = FRANCE
) -> Collection:
    """The figures of an indicator, one feature a territory and a period.

    Parameters
    ----------
    periods : those released.
    licence, address : of the sources, as shown; of its page, absolute.
    """
    days = [spanned(parse_period(p)) for p in periods]
    ratio = indicator.numerator is not None
    values = (
        Property(name="valeur", label=indicator.label, type=Type.NUMBER, unit=indicator.unit,
                 description=indicator.definition),
        Property(name="statut", label="Statut", description=", ".join(f"{s.word} : {LABELS[s]}" for s in Status),
                 values=tuple(s.word for s in Status)),
    )  # fmt: skip
    parts = (
        Property(name="numerateur", label="Numérateur", type=Type.NUMBER),
        Property(name="denominateur", label="Dénominateur", type=Type.NUMBER),
    )
    return Collection(
        id=f"indicateurs.{indicator.id.replace('/', '.')}",
        title=indicator.label,
        description=_described(indicator),
        content=Figures(indicator=indicator.id),
        properties=(_CODE, _NAME, _LEVEL, _PERIOD, *values, *(parts if ratio else ())),
        keywords=("indicateur", indicator.theme),
        box=box,
        time="periode",
        begin=min((d[0] for d in days), default=""),
        end=max((d[1] for d in days), default=""),
        licence=licence,
        address=address,
    )


_LEVEL = Property(
    name="niveau", label="Niveau", description="Sans filtre : le plus fin publié",
    values=tuple(str(level) for level in LEVELS),
)  # fmt: skip
_PERIOD = Property(name="periode", label="Période", description="Sans filtre : la dernière publiée")


def _described(indicator: Indicator) -> str:
    unit = f"Unité : {indicator.unit}." if indicator.unit else ""
    return " ".join(part for part in (indicator.definition, unit, indicator.caution) if part)
