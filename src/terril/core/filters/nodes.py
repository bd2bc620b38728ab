"""What a filter is made of: conditions over the properties of a feature (CQL2, OGC 21-065r2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TypeAlias

from terril.core.errors import Location, TerrilError

#: A filter longer, deeper or made of more parts than this is no question that a person asks.
MAX_LENGTH, MAX_DEPTH, MAX_NODES = 16_000, 40, 1_000
#: The ends of an interval that has none.
OPEN = ".."
COMPARISONS = ("=", "<>", "<=", ">=", "<", ">")
SPATIAL = ("intersects", "disjoint", "within", "contains", "touches", "crosses", "overlaps", "equals")
TEMPORAL = ("after", "before", "during", "intersects", "equals", "disjoint")
#: Literals that are geometries, as WKT writes them.
SHAPES = ("POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON")


class FilterError(TerrilError):
    """A filter that cannot be read, or that compares what cannot be compared."""

    code = "filtre"


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the feature."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number or a truth value."""

    value: str | int | float | bool


@dataclass(frozen=True, slots=True)
class Instant:
    """A day, ISO 8601 (``2021-03-31``); the time of a timestamp is not kept: no source has one."""

    day: str


@dataclass(frozen=True, slots=True)
class Folded:
    """A text compared without its case (``CASEI``) or its accents (``ACCENTI``)."""

    of: Operand
    accents: bool


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``left operator right``, with operator one of ``+ - * /``."""

    operator: str
    left: Operand
    right: Operand


Operand: TypeAlias = Property | Literal | Instant | Folded | Arithmetic


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left operator right``, with operator one of :data:`COMPARISONS`."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Between:
    """``low <= of <= high``."""

    of: Operand
    low: Operand
    high: Operand


@dataclass(frozen=True, slots=True)
class Like:
    """A text against a pattern: ``%`` is any text, ``_`` one character, ``\\`` makes them plain."""

    of: Operand
    pattern: Operand


@dataclass(frozen=True, slots=True)
class Among:
    """A value among several."""

    of: Operand
    values: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class IsNull:
    """No value."""

    of: Operand


@dataclass(frozen=True, slots=True)
class Spatial:
    """The geometry of the feature against another.

    Parameters
    ----------
    operator : one of :data:`SPATIAL`, read from the feature: it is *within* the shape.
    property : name of the geometry.
    shape : WKT or GeoJSON, in the coordinates of the question.
    """

    operator: str
    property: str
    shape: str


@dataclass(frozen=True, slots=True)
class Near:
    """The geometry of the feature at most some metres away from another (``S_DWITHIN``)."""

    property: str
    shape: str
    metres: float


@dataclass(frozen=True, slots=True)
class Temporal:
    """A day or a period against an interval.

    Parameters
    ----------
    operator : one of :data:`TEMPORAL`, read from the feature: it is *after* the interval.
    begin, end : days, ISO 8601, or :data:`OPEN`.
    """

    operator: str
    of: Property
    begin: str
    end: str


@dataclass(frozen=True, slots=True)
class Every:
    """All of several conditions."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of several conditions."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary of a condition."""

    of: Condition


Condition: TypeAlias = Comparison | Between | Like | Among | IsNull | Spatial | Near | Temporal | Every | Some | Not
Node: TypeAlias = Condition | Operand


def walk(root: Node) -> Iterator[tuple[Node, int]]:
    """Every part of a filter with its depth, the whole first; no recursion, however deep it is."""
    waiting: list[tuple[Node, int]] = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        for field in fields(node):
            value = getattr(node, field.name)
            for part in value if isinstance(value, tuple) else (value,):
                if not isinstance(part, str | int | float):
                    waiting.append((part, depth + 1))


def bounded(root: Condition) -> Condition:
    """The same filter, once seen that it is no deeper nor longer than a question can be.

    Raises
    ------
    FilterError
        When it is.
    """
    for count, (_, depth) in enumerate(walk(root), 1):
        if depth > MAX_DEPTH or count > MAX_NODES:
            raise FilterError(
                "filtre trop long ou trop imbriqué", hint="poser la question en plusieurs fois, ou avec IN (…)"
            )
    return root


def properties(root: Condition) -> frozenset[str]:
    """Names of the properties that a filter reads, geometry aside."""
    return frozenset(node.name for node, _ in walk(root) if isinstance(node, Property))


def unreadable(text: str, message: str = "filtre illisible", hint: str = "") -> FilterError:
    """The error of a filter that is not one."""
    return FilterError(
        message,
        location=Location(field="filter", value=text),
        hint=hint or "écrire en CQL2, par exemple valeur > 10",
    )
