"""How collections of features are described: territories of a level, figures of an indicator, rows of a dataset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from terril.core.features import Box, Collection, Figures, Places, Property, Rows, Type
from terril.core.filters.times import spanned
from terril.core.indicators.spec import Indicator
from terril.core.periods import parse_period
from terril.core.sources import ColumnType, Source
from terril.core.status import LABELS, Status
from terril.core.territories.model import Level, TerritoryKey

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


def table(
    source: str,
    version: str,
    meta: Mapping[str, Any],
    *,
    rows: frozenset[TerritoryKey] | None = None,
    address: str = "",
) -> Collection:
    """The rows of a version of kind ``table``.

    Parameters
    ----------
    meta : its ``version.json``; ``territory`` names the column that says where each row is, where there is one.
    rows : see :class:`terril.core.features.Rows`.
    address : absolute address of its page.
    """
    shape = meta.get("geometry") or {}
    place = meta.get("territory") or {}
    level, code = (Level(place["level"]), place["column"]) if place else (None, "")
    box = shape.get("bbox")
    properties = tuple(
        Property(name=c["name"], label=c.get("label", ""), type=Type(c["type"]), unit=c.get("unit", ""))
        for c in meta.get("columns", ())
    )
    return Collection(
        id=_dataset(source),
        title=str(meta.get("label") or source),
        description=_origin(meta),
        content=Rows(source=source, version=version, rows=rows, level=level, code=code),
        properties=properties,
        keywords=("jeu de données",),
        box=(box[0], box[1], box[2], box[3]) if box else FRANCE,
        time=next((p.name for p in properties if p.type is Type.DATE), ""),
        licence=str(meta.get("licence", "")),
        address=address,
        geometric=bool(shape) or bool(code),
    )


def statistics(
    source: Source, version: str, *, raw: bool = False, rows: frozenset[TerritoryKey] | None = None, address: str = ""
) -> Collection:
    """The rows of a version whose rows are figures of territories.

    Only the cells that the producer hides are hidden here: a cell that would let one be deduced is not. Where the
    source has a rule of secrecy, these rows are for who may see them raw.

    Parameters
    ----------
    raw, rows : see :class:`terril.core.features.Rows`.
    address : absolute address of its page.
    """
    told = [c for c in source.columns if not c.personal]
    words = [Property(name=c.name, label=c.label) for c in told if c.type is ColumnType.TEXT]
    numbers = [(c.name, c.label, c.unit) for c in told if c.type is not ColumnType.TEXT]
    if source.melt is not None:
        numbers.append((source.melt.name, source.melt.label, source.melt.unit))
    values = [
        one
        for name, label, unit in numbers
        for one in (
            Property(name=name, label=label, type=Type.NUMBER, unit=unit),
            Property(name=f"{name}__status", label=f"Statut de {label or name}", values=tuple(s.word for s in Status)),
        )
    ]
    return Collection(
        id=_dataset(source.id),
        title=source.label,
        description=source.description or f"{source.producer}, {source.vintage}.",
        content=Rows(source=source.id, version=version, measures=tuple(n for n, _, _ in numbers), raw=raw, rows=rows),
        properties=(Property(name="level", label="Niveau"), Property(name="code", label="Code"),
                    Property(name="period", label="Période"), *words, *values),
        keywords=("jeu de données",),
        box=FRANCE,
        time="period",
        licence=source.licence,
        address=address,
    )  # fmt: skip


def _dataset(source: str) -> str:
    return f"donnees.{source.replace('/', '.')}"


def _origin(meta: Mapping[str, Any]) -> str:
    return ", ".join(str(meta[key]) for key in ("producer", "vintage") if meta.get(key)) + "."


_LEVEL = Property(
    name="niveau", label="Niveau", description="Sans filtre : le plus fin publié",
    values=tuple(str(level) for level in LEVELS),
)  # fmt: skip
_PERIOD = Property(name="periode", label="Période", description="Sans filtre : la dernière publiée")


def _described(indicator: Indicator) -> str:
    unit = f"Unité : {indicator.unit}." if indicator.unit else ""
    return " ".join(part for part in (indicator.definition, unit, indicator.caution) if part)
