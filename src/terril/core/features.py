"""Collections of features — territories, figures, rows of datasets — as every door to geographic tools reads them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol, TypeAlias

from terril.core.errors import TerrilError
from terril.core.filters import Condition
from terril.core.territories.model import Level, TerritoryKey

#: West, south, east, north, degrees (WGS 84).
Box: TypeAlias = tuple[float, float, float, float]
Value: TypeAlias = str | int | float | bool | None
#: Name of the geometry in filters and files.
GEOMETRY = "geometry"
WORLD: Box = (-180.0, -90.0, 180.0, 90.0)


class CollectionError(TerrilError):
    """A collection or a feature that is not there, or not for who asks: the same answer, which reveals nothing."""

    code = "collection"


class Type(StrEnum):
    """Type of the values of a property."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A property of features.

    Parameters
    ----------
    name : in files and filters.
    label, unit, description : in French, for people.
    values : every value it may take, where they are few and known.
    """

    name: str
    label: str = ""
    type: Type = Type.TEXT
    unit: str = ""
    description: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Content of a collection of territories: those of one level."""

    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Content of a collection of figures: those of one indicator, in the release in force."""

    indicator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Content of a collection of rows: those of one version of a dataset.

    Parameters
    ----------
    source, version : identifiers, as in ``$TERRIL_HOME/datasets``.
    measures : columns with a ``<name>__status`` beside them.
    raw : whether values that the source hides may be read.
    rows : territories whose rows may be read; every row when None.
    level, code : level of the territory of each row, and the column of its code, where the version has no columns
        ``level`` and ``code`` of its own.
    """

    source: str
    version: str
    measures: tuple[str, ...] = ()
    raw: bool = False
    rows: frozenset[TerritoryKey] | None = None
    level: Level | None = None
    code: str = ""


Content: TypeAlias = Places | Figures | Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A collection, as it is described to who may read it.

    Parameters
    ----------
    id : in addresses: letters, digits, ``-``, ``_`` and ``.``.
    content : where its features are; None for a collection that describes others.
    properties : what may be read, filtered and sorted; nothing else of the content ever is.
    time : name of the property that is a period or a day; empty where there is none.
    begin, end : first and last day, ISO 8601; empty when unknown.
    address : absolute address of its page.
    geometric : whether its features have a geometry.
    """

    id: str
    title: str
    content: Content | None
    properties: tuple[Property, ...]
    description: str = ""
    keywords: tuple[str, ...] = ()
    box: Box = WORLD
    time: str = ""
    begin: str = ""
    end: str = ""
    licence: str = ""
    address: str = ""
    geometric: bool = True

    def property(self, name: str) -> Property | None:
        """A property by its name."""
        return next((p for p in self.properties if p.name == name), None)

    def without(self, masked: frozenset[str]) -> Collection:
        """The same without masked properties: they can be neither read, filtered, sorted nor guessed."""
        kept = tuple(p for p in self.properties if p.name not in masked)
        time = self.time if self.time not in masked else ""
        return replace(self, properties=kept, time=time)


@dataclass(frozen=True, slots=True)
class Sort:
    """An order: values first to last, or last to first; those without value come last."""

    property: str
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question to a collection.

    Parameters
    ----------
    limit, offset : page wanted; a limit of 0 only counts.
    box : features that meet it.
    filter : a condition on properties and geometry.
    days : first and last day, as :func:`terril.core.filters.times.interval` reads them; features whose time meets it.
    properties : those wanted; all when None.
    geometry : whether geometries are wanted.
    """

    limit: int = 100
    offset: int = 0
    box: Box | None = None
    filter: Condition | None = None
    days: tuple[str, str] | None = None
    sort: tuple[Sort, ...] = ()
    properties: tuple[str, ...] | None = None
    geometry: bool = True

    def __post_init__(self) -> None:
        finite = self.box is None or (all(math.isfinite(x) for x in self.box) and self.box[1] <= self.box[3])
        if self.limit < 0 or self.offset < 0 or not finite:
            raise ValueError("a page is counted from 0, a box is finite")


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature: identifier, values by property, geometry (WKB, WGS 84, longitude first) or None."""

    id: str
    properties: Mapping[str, Value]
    geometry: bytes | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the features that answer a question, and how many there are in all."""

    matched: int
    features: tuple[Feature, ...] = field(default_factory=tuple)


class FeatureReader(Protocol):
    """Whoever reads the collections that one request may read."""

    def collections(self) -> Sequence[Collection]:
        """Those that may be read."""

    def describe(self, collection: str) -> Collection:
        """One of them.

        Raises
        ------
        CollectionError
            When it is not one of them.
        """

    def items(self, collection: str, ask: Ask) -> Page:
        """Features that answer a question.

        Raises
        ------
        CollectionError
            When the collection cannot be read.
        FilterError
            When the question names or compares what the collection has not.
        """

    def item(self, collection: str, feature: str) -> Feature:
        """One feature.

        Raises
        ------
        CollectionError
            When there is none, or it is not for who asks.
        """
