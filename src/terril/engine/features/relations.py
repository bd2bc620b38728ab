"""Where the features of a collection come from: a relation in SQL, and an expression for each of its properties."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from terril.core.access import ReadScope, Window
from terril.core.access.scope import RAW, Part
from terril.core.errors import Location
from terril.core.features import GEOMETRY, Collection, CollectionError, Figures, Places, Rows, Type
from terril.core.status import Status
from terril.core.territories.model import Level, TerritoryKey
from terril.engine.features.store import DRAWN, FeatureStore
from terril.engine.session import quote

#: SQL types of the properties.
TYPES = {
    Type.TEXT: "VARCHAR",
    Type.INTEGER: "BIGINT",
    Type.NUMBER: "DOUBLE",
    Type.BOOLEAN: "BOOLEAN",
    Type.DATE: "DATE",
}
#: Columns of the table of territories, by property.
PLACE_COLUMNS = {
    "code": "code",
    "nom": "name",
    "siren": "siren",
    "epci": "epci",
    "departement": "department",
    "region": "region",
    "population": "population",
    "superficie_ha": "area_ha",
    "nature": "kind",
}
_FIGURES = {
    "code": "t.code",
    "nom": "p.name",
    "niveau": "t.level",
    "periode": "t.period",
    "numerateur": "t.numerator",
    "denominateur": "t.denominator",
}


@dataclass(frozen=True)
class Clause:
    """A condition in SQL and its parameters, in order."""

    sql: str
    parameters: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Relation:
    """The content of a collection.

    Parameters
    ----------
    source : what stands after FROM, under the name ``t``.
    columns : SQL expression of each property.
    id : SQL expression of the identifier of a feature.
    find : the condition that an identifier is; None when it can be none.
    order : what makes the order of the features certain.
    place : SQL expression of the key of its geometry: ``level:code``, or the place of its row.
    own : whether the rows have a geometry of their own.
    where : what the scope keeps.
    names : join that gives the names of the territories, where a property needs it.
    defaults : clause by property, that holds as long as a question says nothing of the property.
    levels : levels of the contours that the features may have.
    """

    source: str
    columns: Mapping[str, str]
    id: str
    find: Callable[[str], Clause | None]
    order: str
    place: str
    own: bool = False
    where: tuple[Clause, ...] = ()
    names: str = ""
    defaults: Mapping[str, Clause] = field(default_factory=dict)
    levels: tuple[Level, ...] = ()


def relation(store: FeatureStore, collection: Collection, scope: ReadScope) -> Relation:
    """The relation of a collection, as far as a scope reads it.

    Raises
    ------
    CollectionError
        When the scope does not read it.
    """
    content = collection.content
    if isinstance(content, Places):
        return _places(content)
    if isinstance(content, Figures):
        return _figures(store, content, scope, collection.id)
    if isinstance(content, Rows):
        return _rows(store, collection, content, scope)
    raise unknown(collection.id)


def unknown(collection: str) -> CollectionError:
    """The answer to whoever asks for what is not there, or not for them."""
    return CollectionError("collection inconnue", location=Location(value=collection))


def narrowed(collection: Collection, scope: ReadScope) -> Collection:
    """A collection without the columns that a scope does not show."""
    content = collection.content
    closed = scope.columns.get(content.source, frozenset()) if isinstance(content, Rows) else frozenset()
    return collection.without(closed | {f"{column}__status" for column in closed}) if closed else collection


def readable(collection: Collection, scope: ReadScope) -> bool:
    """Whether a scope reads a collection: what was granted is checked again where it is read."""
    content = collection.content
    if isinstance(content, Figures):
        return scope.allows(content.indicator)
    if isinstance(content, Rows):
        return content.source not in scope.closed and content.source not in scope.hidden
    return True


def _places(content: Places) -> Relation:
    return Relation(
        source="places AS t",
        columns={name: f"t.{column}" for name, column in PLACE_COLUMNS.items()},
        id="t.code",
        find=lambda code: Clause("t.code = ?", (code,)),
        order="t.code",
        place="t.level || ':' || t.code",
        where=(Clause("t.level = ?", (str(content.level),)),),
        levels=(content.level,),
    )


def _figures(store: FeatureStore, content: Figures, scope: ReadScope, asked: str) -> Relation:
    windows, parts = scope.of(content.indicator).windows, scope.parts(content.indicator)
    levels = tuple(level for level in DRAWN if any(_reaches(window, level) for window in windows))
    path = store.figures(content.indicator, parts[0].root)
    told = [(level, period, valued) for level, period, valued in store.coverage(path) if level in levels]
    if not told:
        raise unknown(asked)
    finest = max((row[0] for row in told), key=DRAWN.index)
    periods = [(period, valued) for level, period, valued in told if level == finest]
    latest = next((period for period, valued in reversed(periods) if valued), periods[-1][0])
    where = [Clause("t.level IN (SELECT unnest(?))", ([str(level) for level in levels],))]
    where.append(joined([_read_in(part) for part in parts], "OR"))
    files = [_tagged(store.figures(content.indicator, part.root), part) for part in parts]
    value = f"CASE WHEN t.raw OR t.status < {int(Status.MISSING)} THEN t.value END"
    return Relation(
        source=f"({' UNION ALL '.join(files)}) AS t",
        columns={**_FIGURES, "valeur": value, "statut": words("t.status")},
        id="t.level || '.' || t.code || '.' || replace(t.period, '/', '_')",
        find=_figure,
        order="t.level, t.period, t.code",
        place="t.level || ':' || t.code",
        where=tuple(where),
        names="LEFT JOIN places AS p ON p.level = t.level AND p.code = t.code",
        defaults={"niveau": Clause("t.level = ?", (str(finest),)), "periode": Clause("t.period = ?", (latest,))},
        levels=levels,
    )


def _figure(feature: str) -> Clause | None:
    parts = feature.split(".")
    if len(parts) != 3:
        return None
    # The file is sorted by these: a figure is found without reading the others.
    return Clause("t.level = ? AND t.code = ? AND t.period = ?", (*parts[:2], parts[2].replace("_", "/")))


def _row(feature: str) -> Clause | None:
    number = feature.isascii() and feature.isdigit() and len(feature) < 16
    return Clause("t.file_row_number = ?", (int(feature) - 1,)) if number and feature[0] != "0" else None


def _tagged(path: Path, part: Part) -> str:
    return f"SELECT *, {part.root == RAW} AS raw FROM read_parquet({quote(str(path))})"


def _read_in(part: Part) -> Clause:
    """What is read of the root of a part, and of no other."""
    told = [Clause(f"t.raw = {part.root == RAW}")]
    if part.windows is not None:
        told.append(joined([_seen(window) for window in part.windows], "OR"))
    for window in part.but:
        seen = _seen(window)
        told.append(Clause(f"NOT ({seen.sql})", seen.parameters))
    return joined(told)


def _reaches(window: Window, level: Level) -> bool:
    """Whether something of a level is seen through a window."""
    held = window.territories is None or any(key.level is level for key in window.territories)
    return held and (window.levels is None or level in window.levels)


def _seen(window: Window) -> Clause:
    clauses = []
    if window.levels is not None:
        clauses.append(Clause("t.level IN (SELECT unnest(?))", (sorted(str(level) for level in window.levels),)))
    if window.territories is not None:
        clauses.append(_within("t.level", "t.code", window.territories))
    return joined(clauses)


def _rows(store: FeatureStore, collection: Collection, content: Rows, scope: ReadScope) -> Relation:
    path = store.version(content)
    if not readable(collection, scope) or not path.is_file():
        raise unknown(collection.id)
    stored = _columns(store, str(path))
    columns = dict(_shown(collection, content, stored))
    place = _place(content, stored)
    own = GEOMETRY in stored
    # A contour would tell the code that is masked.
    drawn = bool(place) and (content.level is None or content.code in columns)
    where: tuple[Clause, ...] = ()
    if content.rows is not None:
        # Rows that no territory holds are nobody's: a right on territories does not open them.
        where = (_among(place, content.rows) if place else Clause("false"),)
    reading = scope.rows.get(content.source)
    if reading is not None and not reading.whole:
        seen = joined([_seen_at(place, window) for window in reading.windows], "OR") if place else Clause("false")
        where = (*where, seen)
    return Relation(
        source=f"read_parquet({quote(str(path))}, file_row_number = true) AS t",
        columns=columns,
        id="CAST(t.file_row_number + 1 AS VARCHAR)",
        find=_row,
        order="t.file_row_number",
        place="t.file_row_number" if own else place if drawn else "NULL",
        own=own,
        where=where,
        levels=() if own or not drawn else DRAWN if content.level is None else (content.level,),
    )


def _shown(collection: Collection, content: Rows, stored: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Each column that is read, and its expression: what the producer hides is not in it."""
    statuses = {f"{m}__status" for m in content.measures}
    for found in collection.properties:
        if found.name not in stored or found.name == GEOMETRY:
            continue
        name = identifier(found.name)
        if found.name in statuses:
            yield found.name, words(name)
        elif found.name in content.measures and f"{found.name}__status" in stored and not content.raw:
            told = identifier(f"{found.name}__status")
            yield found.name, f"CASE WHEN {told} < {int(Status.MISSING)} THEN CAST({name} AS DOUBLE) END"
        else:
            yield found.name, f"TRY_CAST({name} AS {TYPES[found.type]})"


def _seen_at(place: str, window: Window) -> Clause:
    """What a window lets be seen of rows that tell their territory."""
    clauses = []
    if window.levels is not None:
        levels = sorted(str(level) for level in window.levels)
        clauses.append(Clause(f"split_part({place}, ':', 1) IN (SELECT unnest(?))", (levels,)))
    if window.territories is not None:
        # An IRIS goes with its commune.
        commune = f"CASE WHEN {place} LIKE 'iris:%' THEN 'commune:' || substr({place}, 6, 5) ELSE {place} END"
        clauses.append(joined([_among(place, window.territories), _among(commune, window.territories)], "OR"))
    return joined(clauses)


def _place(content: Rows, stored: frozenset[str]) -> str:
    """Key of the territory of a row; empty where rows tell none."""
    if content.level is not None and content.code in stored:
        return f"'{content.level}:' || CAST({identifier(content.code)} AS VARCHAR)"
    return "t.level || ':' || t.code" if {"level", "code"} <= stored else ""


def _columns(store: FeatureStore, path: str) -> frozenset[str]:
    found = store.cursor().execute(f"DESCRIBE SELECT * FROM read_parquet({quote(path)})").fetchall()
    return frozenset(row[0] for row in found)


def _within(level: str, code: str, territories: frozenset[TerritoryKey]) -> Clause:
    return _among(f"{level} || ':' || {code}", territories)


def _among(place: str, territories: frozenset[TerritoryKey]) -> Clause:
    return Clause(f"{place} IN (SELECT unnest(?))", (sorted(str(key) for key in territories),))


def words(column: str) -> str:
    """The status of a value as a word, from the byte that is stored."""
    cases = " ".join(f"WHEN {int(status)} THEN '{status.word}'" for status in Status)
    return f"CASE {column} {cases} END"


def identifier(name: str, table: str = "t") -> str:
    """A column by its name, whatever the name."""
    return f'{table}."{name.replace(chr(34), chr(34) * 2)}"'


def joined(clauses: Sequence[Clause], link: str = "AND") -> Clause:
    """Several conditions as one: none of all is true, none of any is false."""
    sql = f" {link} ".join(f"({clause.sql})" for clause in clauses) or ("true" if link == "AND" else "false")
    return Clause(sql, tuple(value for clause in clauses for value in clause.parameters))
