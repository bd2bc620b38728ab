"""Parameters of a request into a question: everything is read here, before anything else sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import shapely

from terril.core.features import Ask, Box, Collection, Sort
from terril.core.filters import Condition, FilterError, nodes, parse_json, parse_text
from terril.core.filters.times import interval
from terril.core.records import Kind
from terril.protocols.crs import CRS84, KNOWN, Crs, box_of, find, unprojected
from terril.protocols.ogc.records import Search
from terril.protocols.ogc.view import wrong

MOST, USUAL = 10_000, 100
#: Nobody turns that many pages.
FARTHEST = 1_000_000_000
_DIGITS = re.compile(r"\d{1,12}")
_LANGUAGES = {
    "": parse_text,
    "cql2-text": parse_text,
    "cql-text": parse_text,
    "cql2-json": parse_json,
    "cql-json": parse_json,
}
#: Parameters of the items of a collection, beside its properties.
ITEMS = frozenset(
    {"f", "limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs", "properties",
     "sortby", "skipGeometry", "resultType", "resulttype", "lang"}
)  # fmt: skip
RECORDS = frozenset({"f", "limit", "offset", "bbox", "datetime", "q", "type", "ids", "externalIds", "lang"})
_TRUE = {"true": True, "1": True, "false": False, "0": False, "": False}
Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a collection, and the system in which its answer is written."""

    ask: Ask
    crs: Crs


def asked(query: Query, collection: Collection) -> Question:
    """The question of a request for items.

    Raises
    ------
    OgcError, FilterError
        When a parameter is unknown or cannot be read; the message names it.
    """
    names = {p.name for p in collection.properties}
    _known(query, ITEMS | names)
    conditions = [_equal(collection, name, query[name]) for name in query if name in names and name not in ITEMS]
    if query.get("filter"):
        conditions.append(_filter(query))
    every = conditions[0] if len(conditions) == 1 else nodes.Every(tuple(conditions)) if conditions else None
    hits = (query.get("resultType") or query.get("resulttype") or "results").lower()
    if hits not in ("hits", "results"):
        raise wrong("resultType", hits, "choix inconnu", "écrire hits ou results")
    return Question(
        Ask(
            limit=0 if hits == "hits" else limit_of(query),
            offset=offset_of(query),
            box=box_asked(query),
            filter=every,
            days=interval(query["datetime"]) if query.get("datetime") else None,
            sort=_sort(query, names),
            properties=_properties(query, names),
            geometry=not _truth(query, "skipGeometry"),
        ),
        crs_asked(query, "crs"),
    )


def searched(query: Query) -> Search:
    """The question of a request for records.

    Raises
    ------
    OgcError
        When a parameter is unknown or cannot be read; the message names it.
    """
    _known(query, RECORDS)
    kinds = _listed(query, "type")
    if unknown := [k for k in kinds if k not in set(Kind)]:
        raise wrong("type", unknown[0], "nature de fiche inconnue", f"l'une de : {', '.join(Kind)}")
    return Search(
        words=" ".join(query.get("q", "").replace(",", " ").split())[:400],
        box=box_asked(query),
        kinds=kinds,
        ids=_listed(query, "ids"),
        days=interval(query["datetime"]) if query.get("datetime") else None,
        limit=limit_of(query),
        offset=offset_of(query),
    )


def _known(query: Query, names: frozenset[str] | set[str]) -> None:
    for name in query:
        if name not in names:
            raise wrong(name, query[name], "paramètre inconnu", f"paramètres : {', '.join(sorted(names))}")


def limit_of(query: Query) -> int:
    """How many objects are wanted, at most :data:`MOST`."""
    text = query.get("limit", str(USUAL))
    if not text.isascii() or not text.isdigit() or not int(text[:18]):
        raise wrong("limit", text, "nombre d'objets illisible", f"un nombre de 1 à {MOST}")
    return min(int(text[:18]), MOST)


def offset_of(query: Query) -> int:
    """How many objects are passed over."""
    text = query.get("offset", "0")
    if not text.isascii() or not _DIGITS.fullmatch(text) or int(text) > FARTHEST:
        raise wrong("offset", text, "départ illisible", f"un nombre de 0 à {FARTHEST}")
    return int(text)


def crs_asked(query: Query, name: str) -> Crs:
    """The system that a parameter names; longitude and latitude when it is absent."""
    text = query.get(name, "")
    found = find(text) if text else KNOWN[CRS84]
    if found is None:
        raise wrong(name, text, "système de coordonnées inconnu", f"l'un de : {', '.join(KNOWN)}")
    return found


def box_asked(query: Query) -> Box | None:
    """The box of a request, in degrees; None where there is none."""
    text = query.get("bbox")
    crs = crs_asked(query, "bbox-crs")
    if text is None:
        return None
    parts = text.split(",")
    if len(parts) == 6:
        del parts[5], parts[2]
    hint = "quatre nombres : ouest,sud,est,nord, dans le système de bbox-crs"
    try:
        numbers = [float(part) for part in parts]
    except ValueError as error:
        raise wrong("bbox", text, "emprise illisible", hint) from error
    box = box_of((numbers[0], numbers[1], numbers[2], numbers[3]), crs) if len(numbers) == 4 else None
    if box is None:
        raise wrong("bbox", text, "cette emprise n'est nulle part", hint)
    return box


def _sort(query: Query, names: set[str]) -> tuple[Sort, ...]:
    found = []
    for text in _listed(query, "sortby"):
        name = text[1:].strip() if text[0] in "+- " else text
        if name not in names:
            raise wrong("sortby", name, "propriété inconnue", f"propriétés : {', '.join(sorted(names))}")
        found.append(Sort(name, text[0] == "-"))
    return tuple(found)


def _properties(query: Query, names: set[str]) -> tuple[str, ...] | None:
    if "properties" not in query:
        return None
    found = _listed(query, "properties")
    if unknown := [name for name in found if name not in names]:
        raise wrong("properties", unknown[0], "propriété inconnue", f"propriétés : {', '.join(sorted(names))}")
    return found


def _listed(query: Query, name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in query.get(name, "").split(",") if part.strip())


def _truth(query: Query, name: str) -> bool:
    text = query.get(name, "").lower()
    if text not in _TRUE:
        raise wrong(name, text, "vrai ou faux attendu", "écrire true ou false")
    return _TRUE[text]


def _equal(collection: Collection, name: str, text: str) -> Condition:
    """``nom=Arras``, compared as the property is typed."""
    found = collection.property(name)
    kind = found.type if found else "text"
    value: str | float | bool = text
    if kind in ("integer", "number"):
        try:
            value = float(text)
        except ValueError as error:
            raise wrong(name, text, "nombre attendu") from error
    elif kind == "boolean":
        if text.lower() not in ("true", "false"):
            raise wrong(name, text, "vrai ou faux attendu", "écrire true ou false")
        value = text.lower() == "true"
    return nodes.Comparison("=", nodes.Property(name), nodes.Literal(value))


def _filter(query: Query) -> Condition:
    language = query.get("filter-lang", "").lower()
    if language not in _LANGUAGES:
        raise wrong("filter-lang", language, "langue de filtre inconnue", "écrire cql2-text ou cql2-json")
    text = query["filter"]
    # JSON says what it is.
    parse = parse_json if not language and text.lstrip().startswith("{") else _LANGUAGES[language]
    crs = crs_asked(query, "filter-crs")
    found = parse(text)
    return found if crs.uri == CRS84 else _degrees(found, crs)


def _degrees(node: Any, crs: Crs) -> Any:
    """The same condition with its shapes in degrees."""
    if isinstance(node, nodes.Every | nodes.Some):
        return type(node)(tuple(_degrees(part, crs) for part in node.of))
    if isinstance(node, nodes.Not):
        return nodes.Not(_degrees(node.of, crs))
    if not isinstance(node, nodes.Spatial | nodes.Near):
        return node
    try:
        text = node.shape
        shape = shapely.from_geojson(text) if text.startswith("{") else shapely.from_wkt(text)
    except shapely.errors.ShapelyError as error:
        raise FilterError("géométrie illisible", hint="écrire un WKT dans le système annoncé") from error
    return replace(node, shape=shapely.to_wkt(unprojected(shape, crs), rounding_precision=9))
