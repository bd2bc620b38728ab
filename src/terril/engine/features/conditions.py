"""Filters into SQL: every name is one of the collection, every value a parameter, every comparison of one type."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from terril.core.errors import Location
from terril.core.features import GEOMETRY, Box, Collection, Rows, Type
from terril.core.filters import nodes
from terril.core.filters.nodes import OPEN, Condition, FilterError, Operand, unreadable
from terril.core.filters.times import Days, day, holds, spanned
from terril.core.periods import parse_period
from terril.engine.features.relations import Clause, Relation, joined
from terril.engine.features.shapes import Keys, Shapes, shape_of

#: Wildcards of a pattern: more would make the search of one text as long as that of a library.
_MOST_WILDCARDS = 8
_NUMBERS = (Type.INTEGER, Type.NUMBER)
_WORDS = {
    Type.TEXT: "un texte",
    Type.INTEGER: "un nombre",
    Type.NUMBER: "un nombre",
    Type.BOOLEAN: "un vrai ou faux",
    Type.DATE: "une date",
}


class Translator:
    """Translates the filters of one collection.

    Parameters
    ----------
    collection, relation : what is asked, and where it comes from.
    shapes : gives the geometries to be searched.
    periods : gives the periods that the collection has.
    """

    def __init__(
        self,
        collection: Collection,
        relation: Relation,
        shapes: Callable[[], tuple[Shapes, ...]],
        periods: Callable[[], list[str]],
    ) -> None:
        self._collection = collection
        self._relation = relation
        self._shapes = shapes
        self._periods = periods

    def condition(self, node: Condition) -> Clause:
        """A condition as SQL.

        Raises
        ------
        FilterError
            When it names what the collection has not, or compares what cannot be compared.
        """
        translate: Callable[[Any], Clause] = getattr(self, f"_{type(node).__name__.lower()}")
        return translate(node)

    def column(self, name: str) -> tuple[str, Type]:
        """SQL expression and type of a property.

        Raises
        ------
        FilterError
            When the collection has no such property.
        """
        found = self._collection.property(name)
        if found is None or name not in self._relation.columns:
            known = ", ".join(p.name for p in self._collection.properties if p.name in self._relation.columns)
            raise FilterError(
                "propriété inconnue", location=Location(field="filter", value=name), hint=f"propriétés : {known}"
            )
        return self._relation.columns[name], found.type

    def days(self, days: Days) -> Clause:
        """Features whose time meets an interval; none where the collection has no time.

        Raises
        ------
        FilterError
            When the collection has no time.
        """
        if not self._collection.time:
            raise FilterError("cette collection n'a pas de date", location=Location(field="datetime"))
        return self._temporal(nodes.Temporal("intersects", nodes.Property(self._collection.time), *days))

    def keyed(self, found: list[Keys]) -> Clause:
        """Features whose geometry is one of those found."""
        return joined([self._named("IN", k.tolist()) for k in found if len(k)], "OR")

    def _named(self, operator: str, keys: Sequence[object]) -> Clause:
        # One long text is bound ten times faster than a list of as many keys.
        kind = "BIGINT" if self._relation.own else "VARCHAR"
        unnested = f"SELECT CAST(unnest(string_split(?, ' ')) AS {kind})"
        return Clause(f"{self._relation.place} {operator} ({unnested})", (" ".join(map(str, keys)),))

    def boxed(self, every: Sequence[Shapes], box: Box) -> Clause:
        """Features whose geometry meets a box; where most do, they are told by those that do not."""
        return joined([self._boxed(shapes, shapes.inside(box)) for shapes in every], "OR")

    def _boxed(self, shapes: Shapes, met: npt.NDArray[np.bool_]) -> Clause:
        certain = self._relation.own or not isinstance(self._collection.content, Rows)
        if not certain or 2 * np.count_nonzero(met) < len(met):
            return self.keyed([shapes.keys[met]])
        left = [*shapes.keys[~met].tolist(), *shapes.undrawn]
        clauses = [self._named("NOT IN", left)] if left else []
        if shapes.level is not None:
            clauses.append(Clause("t.level = ?", (str(shapes.level),)))
        return joined(clauses)

    # -- conditions -------------------------------------------------------------------------------

    def _every(self, node: nodes.Every) -> Clause:
        return joined([self.condition(part) for part in node.of])

    def _some(self, node: nodes.Some) -> Clause:
        return joined([self.condition(part) for part in node.of], "OR")

    def _not(self, node: nodes.Not) -> Clause:
        found = self.condition(node.of)
        return Clause(f"NOT ({found.sql})", found.parameters)

    def _comparison(self, node: nodes.Comparison) -> Clause:
        left, right = self._alike([node.left, node.right])
        return Clause(f"{left.sql} {node.operator} {right.sql}", left.parameters + right.parameters)

    def _between(self, node: nodes.Between) -> Clause:
        of, low, high = self._alike([node.of, node.low, node.high])
        return Clause(f"{of.sql} BETWEEN {low.sql} AND {high.sql}", of.parameters + low.parameters + high.parameters)

    def _among(self, node: nodes.Among) -> Clause:
        of, *values = self._alike([node.of, *node.values])
        sql = f"{of.sql} IN ({', '.join(v.sql for v in values)})"
        return Clause(sql, of.parameters + tuple(p for v in values for p in v.parameters))

    def _isnull(self, node: nodes.IsNull) -> Clause:
        if isinstance(node.of, nodes.Property) and node.of.name == GEOMETRY:
            raise unreadable(GEOMETRY, "une géométrie se filtre par S_INTERSECTS et ses pareils")
        of, _ = self._operand(node.of)
        return Clause(f"{of.sql} IS NULL", of.parameters)

    def _like(self, node: nodes.Like) -> Clause:
        (of, kind), (pattern, other) = self._operand(node.of), self._operand(node.pattern)
        plain = node.pattern
        while isinstance(plain, nodes.Folded):
            plain = plain.of
        if kind is not Type.TEXT or other is not Type.TEXT or not isinstance(plain, nodes.Literal):
            raise unreadable(str(plain), "LIKE compare un texte à un modèle écrit entre apostrophes")
        written = str(plain.value).replace("\\\\", "")
        if sum(written.count(w) for w in "%_") > _MOST_WILDCARDS or written.endswith("\\"):
            raise unreadable(str(plain.value), "modèle trop compliqué", f"{_MOST_WILDCARDS} jokers au plus")
        return Clause(f"{of.sql} LIKE {pattern.sql} ESCAPE '\\'", of.parameters + pattern.parameters)

    def _spatial(self, node: nodes.Spatial) -> Clause:
        self._geometric(node.property)
        shape = shape_of(node.shape)
        return self.keyed([shapes.matching(node.operator, shape) for shapes in self._shapes()])

    def _near(self, node: nodes.Near) -> Clause:
        self._geometric(node.property)
        shape = shape_of(node.shape)
        return self.keyed([shapes.near(shape, node.metres) for shapes in self._shapes()])

    def _geometric(self, name: str) -> None:
        if name != GEOMETRY or not self._collection.geometric:
            raise unreadable(name, "cette collection n'a pas de géométrie de ce nom", f"écrire {GEOMETRY}")

    def _temporal(self, node: nodes.Temporal) -> Clause:
        sql, kind = self.column(node.of.name)
        days = (node.begin, node.end)
        if kind is Type.DATE:
            return _dated(sql, node.operator, days)
        if node.of.name != self._collection.time:
            raise unreadable(node.of.name, "cette propriété n'est ni une date ni une période")
        kept = [p for p in self._periods() if holds(node.operator, spanned(parse_period(p)), days)]
        return Clause(f"{sql} IN (SELECT unnest(?::VARCHAR[]))", (kept,))

    # -- operands ---------------------------------------------------------------------------------

    def _alike(self, operands: list[Operand]) -> list[Clause]:
        """Operands as SQL, once seen that they are of one type; a text beside a date is a date."""
        kinds = [self._operand(o)[1] for o in operands]
        if Type.DATE in kinds:
            operands = [_as_instant(o) for o in operands]
        found = [self._operand(o) for o in operands]
        first = found[0][1]
        for _, kind in found[1:]:
            if kind is not first and not (kind in _NUMBERS and first in _NUMBERS):
                raise unreadable(_named(operands), f"on ne compare pas {_WORDS[first]} à {_WORDS[kind]}")
        return [clause for clause, _ in found]

    def _operand(self, node: Operand) -> tuple[Clause, Type]:
        if isinstance(node, nodes.Property):
            sql, kind = self.column(node.name)
            return Clause(sql), kind
        if isinstance(node, nodes.Literal):
            return _literal(node.value)
        if isinstance(node, nodes.Instant):
            return Clause("CAST(? AS DATE)", (node.day,)), Type.DATE
        if isinstance(node, nodes.Folded):
            of, kind = self._operand(node.of)
            if kind is not Type.TEXT:
                raise unreadable("CASEI, ACCENTI", "seul un texte se compare sans casse ni accents")
            return Clause(f"{'strip_accents' if node.accents else 'lower'}({of.sql})", of.parameters), Type.TEXT
        left, right = self._operand(node.left), self._operand(node.right)
        if left[1] not in _NUMBERS or right[1] not in _NUMBERS:
            raise unreadable(node.operator, "on ne calcule qu'avec des nombres")
        sql = f"(CAST({left[0].sql} AS DOUBLE) {node.operator} CAST({right[0].sql} AS DOUBLE))"
        return Clause(sql, left[0].parameters + right[0].parameters), Type.NUMBER


def _literal(value: str | int | float | bool) -> tuple[Clause, Type]:
    if isinstance(value, bool):
        return Clause("?", (value,)), Type.BOOLEAN
    if isinstance(value, str):
        return Clause("?", (value.replace("\0", ""),)), Type.TEXT
    if not math.isfinite(value):
        raise unreadable(str(value), "nombre hors limites")
    return Clause("?", (value,)), Type.NUMBER


def _as_instant(operand: Operand) -> Operand:
    if isinstance(operand, nodes.Literal) and isinstance(operand.value, str):
        return nodes.Instant(day(operand.value))
    return operand


def _named(operands: list[Operand]) -> str:
    return ", ".join(o.name if isinstance(o, nodes.Property) else str(getattr(o, "value", "…")) for o in operands)


def _dated(sql: str, operator: str, days: Days) -> Clause:
    begin, end = (f"CAST('{'0001-01-01' if d == OPEN and i == 0 else '9999-12-31' if d == OPEN else day(d)}' AS DATE)"
                  for i, d in enumerate(days))  # fmt: skip
    return Clause(
        {
            "after": f"{sql} > {end}",
            "before": f"{sql} < {begin}",
            "during": f"{sql} BETWEEN {begin} AND {end}",
            "intersects": f"{sql} BETWEEN {begin} AND {end}",
            "disjoint": f"{sql} NOT BETWEEN {begin} AND {end}",
            "equals": f"{sql} = {begin} AND {sql} = {end}",
        }[operator]
    )
