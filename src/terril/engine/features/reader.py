"""The reader of features: questions to collections, within a scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import duckdb

from terril.core.access import ReadScope
from terril.core.errors import Location
from terril.core.features import (
    GEOMETRY,
    Ask,
    Collection,
    CollectionError,
    Feature,
    Page,
    Property,
    Rows,
    Sort,
    Type,
    Value,
)
from terril.core.filters import FilterError
from terril.core.filters.nodes import properties
from terril.core.territories.model import Level
from terril.engine.features.conditions import Translator
from terril.engine.features.relations import Clause, Relation, joined, narrowed, readable, relation, unknown
from terril.engine.features.shapes import Shapes
from terril.engine.features.store import DRAWN, FeatureStore

#: What DuckDB says of a question that compares what it cannot.
_REFUSED = (duckdb.ConversionException, duckdb.InvalidInputException, duckdb.OutOfRangeException)
#: Rows read at once when a whole collection is taken away.
_BATCH = 5_000
_LARGEST = 2**62


class Features:
    """Collections that one request may read (a :class:`terril.core.features.FeatureReader`).

    Parameters
    ----------
    store : files, shared.
    scope : what the request may read.
    collections : those granted, without their masked properties; nothing else is ever read.
    """

    def __init__(self, store: FeatureStore, scope: ReadScope, collections: Sequence[Collection]) -> None:
        self._store = store
        self._scope = scope
        self._known = {c.id: narrowed(c, scope) for c in collections if readable(c, scope)}

    def collections(self) -> Sequence[Collection]:
        """Those that may be read."""
        return tuple(self._known.values())

    def describe(self, collection: str) -> Collection:
        """One of them; CollectionError when it is not one of them."""
        found = self._known.get(collection)
        if found is None:
            raise unknown(collection)
        return found

    def items(self, collection: str, ask: Ask) -> Page:
        """Features that answer a question (see :class:`terril.core.features.FeatureReader`)."""
        question = _Question(self._store, self.describe(collection), self._scope)
        return question.page(ask)

    def item(self, collection: str, feature: str) -> Feature:
        """One feature (see :class:`terril.core.features.FeatureReader`)."""
        question = _Question(self._store, self.describe(collection), self._scope)
        found = question.one(feature)
        if found is None:
            raise CollectionError("objet inconnu", location=Location(value=feature))
        return found

    def every(self, collection: str, ask: Ask) -> Iterator[Sequence[Feature]]:
        """Every feature that answers a question, by batches: what an export writes."""
        return _Question(self._store, self.describe(collection), self._scope).every(ask)


class _Question:
    """One question to one collection."""

    def __init__(self, store: FeatureStore, collection: Collection, scope: ReadScope) -> None:
        self._store = store
        self._collection = collection
        self._relation: Relation = relation(store, collection, scope)
        self._translator = Translator(collection, self._relation, self._shapes, self._periods)
        self._cursor = store.cursor()

    def page(self, ask: Ask) -> Page:
        where = self._where(ask)
        source = self._source(ask)
        counted = self._run(f"SELECT count(*) FROM {source} WHERE {where.sql}", where.parameters)
        matched = int(counted.fetchall()[0][0])
        if not ask.limit or ask.offset >= matched:
            return Page(matched)
        return Page(matched, self._read(ask, where, ask.limit, ask.offset))

    def every(self, ask: Ask) -> Iterator[tuple[Feature, ...]]:
        """Batches of one answer: asking page by page would sort the whole again for each."""
        found = self._asked(ask, self._where(ask), _LARGEST, 0)
        while rows := found.fetchmany(_BATCH):
            yield self._made(ask, rows)

    def one(self, feature: str) -> Feature | None:
        clause = self._relation.find(feature)
        if clause is None:
            return None
        found = self._read(Ask(), joined([*self._relation.where, clause]), 1, 0)
        return found[0] if found else None

    # -- what is asked ----------------------------------------------------------------------------

    def _where(self, ask: Ask) -> Clause:
        clauses = list(self._relation.where)
        said = set(properties(ask.filter)) if ask.filter else set()
        if ask.filter is not None:
            clauses.append(self._translator.condition(ask.filter))
        if ask.days is not None:
            clauses.append(self._translator.days(ask.days))
            said.add(self._collection.time)
        if ask.box is not None:
            clauses.append(self._translator.boxed(self._shapes(), ask.box))
        clauses += [clause for name, clause in self._relation.defaults.items() if name not in said]
        return joined(clauses)

    def _source(self, ask: Ask) -> str:
        """The relation, with the names of the territories where the choice of features reads them."""
        read = set(properties(ask.filter)) if ask.filter else set()
        return self._named(self._relation.source, read | {s.property for s in ask.sort})

    def _named(self, source: str, read: set[str]) -> str:
        needed = self._relation.names and any(self._relation.columns.get(n, "").startswith("p.") for n in read)
        return f"{source} {self._relation.names}" if needed else source

    def _wanted(self, ask: Ask) -> list[Property]:
        known = [p for p in self._collection.properties if p.name in self._relation.columns]
        if ask.properties is None:
            return known
        for name in ask.properties:
            self._translator.column(name)
        return [p for p in known if p.name in ask.properties]

    def _order(self, sort: Sequence[Sort]) -> str:
        asked = [
            f"{self._translator.column(s.property)[0]} {'DESC' if s.descending else 'ASC'} NULLS LAST" for s in sort
        ]
        return ", ".join([*asked, self._relation.order])

    # -- what is found ----------------------------------------------------------------------------

    def _read(self, ask: Ask, where: Clause, limit: int, offset: int) -> tuple[Feature, ...]:
        return self._made(ask, self._asked(ask, where, limit, offset).fetchall())

    def _asked(self, ask: Ask, where: Clause, limit: int, offset: int) -> duckdb.DuckDBPyConnection:
        """The question put: a row a feature, its identifier and its place first."""
        wanted = self._wanted(ask)
        geometry = ask.geometry and self._collection.geometric
        place = f't."{GEOMETRY}"' if self._relation.own else self._relation.place
        columns = [self._relation.id, place if geometry else "NULL", *(self._shown(p) for p in wanted)]
        order = self._order(ask.sort)
        # Features are chosen first, named after: names are read for those of the page alone.
        chosen = f"SELECT t.* FROM {self._source(ask)} WHERE {where.sql} ORDER BY {order} LIMIT ? OFFSET ?"
        source = self._named(f"({chosen}) AS t", {p.name for p in wanted} | {s.property for s in ask.sort})
        sql = f"SELECT {', '.join(columns)} FROM {source} ORDER BY {order}"
        return self._run(sql, (*where.parameters, limit, offset))

    def _made(self, ask: Ask, rows: Sequence[Sequence[Any]]) -> tuple[Feature, ...]:
        names = [p.name for p in self._wanted(ask)]
        geometry = ask.geometry and self._collection.geometric
        return tuple(
            Feature(row[0], _values(names, row[2:]), self._geometry(row[1]) if geometry else None) for row in rows
        )

    def _shown(self, found: Property) -> str:
        expression = self._relation.columns[found.name]
        return f"CAST({expression} AS VARCHAR)" if found.type is Type.DATE else expression

    def _geometry(self, place: Any) -> bytes | None:
        if place is None or self._relation.own:
            return None if place is None else bytes(place)
        level, _, code = str(place).partition(":")
        if level not in self._relation.levels or level not in DRAWN:
            return None
        found: bytes | None = self._store.contours(Level(level)).encoded.get(code)
        return found

    def _shapes(self) -> tuple[Shapes, ...]:
        content = self._collection.content
        if self._relation.own and isinstance(content, Rows):
            return (self._store.shapes(self._store.version(content)),)
        return tuple(self._store.contours(level).shapes for level in self._drawn)

    @cached_property
    def _drawn(self) -> tuple[Level, ...]:
        """Levels that the content really has: a figure known by EPCI alone needs no contour of communes."""
        levels = self._relation.levels
        if len(levels) < 2:
            return tuple(level for level in levels if level in DRAWN)
        found = self._run(f"SELECT DISTINCT t.level FROM {self._relation.source}", ()).fetchall()
        held = {row[0] for row in found}
        return tuple(level for level in levels if level in held)

    def _periods(self) -> list[str]:
        column = self._translator.column(self._collection.time)[0]
        found = self._run(f"SELECT DISTINCT {column} FROM {self._relation.source}", ()).fetchall()
        return [row[0] for row in found if row[0] is not None]

    def _run(self, sql: str, parameters: Sequence[Any]) -> duckdb.DuckDBPyConnection:
        try:
            return self._cursor.execute(sql, list(parameters))
        except _REFUSED as error:
            raise FilterError("question que les données ne permettent pas", hint="vérifier le filtre") from error
        except duckdb.IOException as error:
            # The version or the release was replaced while the question was asked.
            raise unknown(self._collection.id) from error


def _values(names: Sequence[str], row: Sequence[Any]) -> Mapping[str, Value]:
    return dict(zip(names, (None if v != v else v for v in row), strict=True))
