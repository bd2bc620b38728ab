"""The service: from a path and parameters to a status, headers and bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from threading import Lock
from typing import Any

from terril.core.errors import Location
from terril.core.features import Ask, Collection, CollectionError
from terril.core.filters import FilterError
from terril.protocols.ogc import conformance, tiles
from terril.protocols.ogc.questions import USUAL, Question, asked, crs_asked, searched
from terril.protocols.ogc.records import CATALOGUE
from terril.protocols.ogc.view import GEOJSON, Answer, OgcError, View, moved, refused, told, wrong

SCHEMA = "application/schema+json"
#: Longest path that can mean something.
_LONGEST = 600
#: Descriptions of all the collections of a caller, kept by fingerprint: 500 of them take 30 ms to describe.
_KEPT = 32
_FORMATS = ("json", "geojson", "application/json", "application/geo+json")
Query = Mapping[str, str]


def answer(view: View, method: str, path: str, query: Query, headers: Mapping[str, str] | None = None) -> Answer:
    """What the service answers; never an exception for what the caller wrote.

    Parameters
    ----------
    view : what the caller may read.
    method : GET, HEAD or OPTIONS; the service is read-only.
    path : after the base: ``/collections/communes/items``.
    query : parameters, decoded; the last value of a repeated one.
    headers : of the request, names in lower case; ``accept`` alone is read.
    """
    if method == "OPTIONS":
        return Answer(204, {"Allow": "GET, HEAD, OPTIONS"}, b"")
    if method not in ("GET", "HEAD"):
        return refused(405, OgcError("ce service se lit, il ne s'écrit pas"), Allow="GET, HEAD, OPTIONS")
    try:
        found = _answered(view, path, dict(query), headers or {})
    except (OgcError, FilterError) as error:
        found = refused(400, error)
    except CollectionError as error:
        found = refused(404, error)
    return found if method == "GET" else Answer(found.status, found.headers, b"")


def _answered(view: View, path: str, query: dict[str, str], headers: Mapping[str, str]) -> Answer:
    if len(path) > _LONGEST:
        raise _absent("…")
    parts = tuple(part for part in path.split("/") if part)
    page = _page(view, parts, query.pop("f", ""), headers)
    if page is not None:
        return moved(page)
    query.pop("lang", None)
    if parts[:1] == ("collections",):
        return _collections(view, parts[1:], query)
    found = _ROOTS.get("/".join(parts))
    if found is None:
        raise _absent("/".join(parts))
    _nothing(query)
    return found(view)


def _page(view: View, parts: tuple[str, ...], form: str, headers: Mapping[str, str]) -> str | None:
    """Where to send who wants a page; None for who wants data."""
    if form and form not in (*_FORMATS, "html", "text/html"):
        raise wrong("f", form, "format inconnu", "écrire json")
    wanted = form.endswith("html") or (not form and headers.get("accept", "").lstrip().startswith("text/html"))
    if not wanted:
        return None
    found = view.pages.get(f"/{'/'.join(parts)}")
    if len(parts) >= 2 and parts[0] == "collections" and parts[1] != CATALOGUE:
        found = found or view.reader.describe(parts[1]).address
    if form and not found:
        raise wrong("f", form, "cette ressource n'a pas de page", "écrire json")
    return found or None


def _collections(view: View, parts: tuple[str, ...], query: dict[str, str]) -> Answer:
    if not parts:
        _nothing(query)
        return _listed(view)
    name, rest = parts[0], parts[1:]
    if name == CATALOGUE and view.catalogue is not None:
        return _catalogue(view, rest, query)
    collection = view.reader.describe(name)
    if rest[:1] == ("items",) and len(rest) <= 2:
        return _items(view, collection, rest[1:], query)
    _nothing(query)
    if rest[:1] == ("tiles",):
        return _tiles(view, collection, rest[1:])
    described = _DESCRIBED.get(rest)
    if described is None:
        raise _absent("/".join(rest))
    return described(view, collection)


def _items(view: View, collection: Collection, rest: tuple[str, ...], query: dict[str, str]) -> Answer:
    up = _upstream()
    resources = {collection.id: up.resource(collection)}
    if not rest:
        question = asked(query, collection)
        context = up.Context(view.reader, view.catalogue, question=question)
        return _sent(up.items(view.base, context, resources, collection.id, _plain(query, question)))
    _nothing({k: v for k, v in query.items() if k != "crs"})
    question = Question(Ask(), crs_asked(query, "crs"))
    context = up.Context(view.reader, view.catalogue, question=question)
    return _sent(up.item(view.base, context, resources, collection.id, _plain(query, question), rest[0]))


def _plain(query: Query, question: Question) -> Query:
    """The same parameters as pygeoapi writes them: it knows a system by its URI alone."""
    paging = {"limit": str(question.ask.limit or USUAL), "offset": str(question.ask.offset), "crs": question.crs.uri}
    return {name: paging.get(name, value) for name, value in query.items()}


def _sent(found: tuple[int, Mapping[str, str], bytes]) -> Answer:
    status, headers, body = found
    kept = {k: v for k, v in headers.items() if k == "Content-Crs"}
    return Answer(status, {"Content-Type": GEOJSON, "Content-Language": "fr", **kept}, body)


def _catalogue(view: View, rest: tuple[str, ...], query: dict[str, str]) -> Answer:
    up = _upstream()
    resources = {CATALOGUE: up.resource(_records(view), "record")}
    if rest == ("items",):
        search = searched(query)
        context = up.Context(view.reader, view.catalogue, search=search)
        paging = {"limit": str(search.limit), "offset": str(search.offset)}
        plain = {name: paging.get(name, value) for name, value in query.items()}
        return _sent(up.items(view.base, context, resources, CATALOGUE, plain))
    _nothing(query)
    context = up.Context(view.reader, view.catalogue)
    if len(rest) == 2 and rest[0] == "items":
        if view.catalogue is None or view.catalogue.get(rest[1]) is None:
            raise _absent(rest[1])
        return _sent(up.item(view.base, context, resources, CATALOGUE, query, rest[1]))
    if rest in ((), ("schema",), ("queryables",)):
        ask = {(): up.collections, ("schema",): up.schema, ("queryables",): up.queryables}[rest]
        return told(ask(view.base, context, resources, CATALOGUE), SCHEMA if rest else "application/json")
    raise _absent("/".join(rest))


def _records(view: View) -> Collection:
    # Described as any collection; its content is the catalogue itself.
    return Collection(
        id=CATALOGUE,
        title="Catalogue",
        description="Fiches des jeux de données, indicateurs, cartes, publications et services.",
        properties=(),
        content=None,
        address=view.pages.get(f"/collections/{CATALOGUE}", ""),
    )


def _listed(view: View) -> Answer:
    key = (view.fingerprint, view.base, view.catalogue is not None)
    with _LOCK:
        body = _LISTS.get(key)
    if body is None:
        up = _upstream()
        resources = {c.id: up.resource(c) for c in view.reader.collections()}
        if view.catalogue is not None:
            resources[CATALOGUE] = up.resource(_records(view), "record")
        document = up.collections(view.base, up.Context(view.reader, view.catalogue), resources)
        body = json.dumps(document, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
        with _LOCK:
            _LISTS[key] = body
            while len(_LISTS) > _KEPT:
                del _LISTS[next(iter(_LISTS))]
    return Answer(200, {"Content-Type": "application/json", "Content-Language": "fr"}, body)


_LISTS: dict[tuple[str, str, bool], bytes] = {}
_LOCK = Lock()


def _one(view: View, collection: Collection) -> Answer:
    up = _upstream()
    context = up.Context(view.reader, view.catalogue)
    document = up.collections(view.base, context, {collection.id: up.resource(collection)}, collection.id)
    if view.tiles is not None and collection.id in view.tiles.layers:
        rel = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
        href = f"{view.base}/collections/{collection.id}/tiles"
        document["links"].append({"rel": rel, "type": "application/json", "title": "Tuiles vectorielles", "href": href})
    if collection.licence:
        document["license"] = collection.licence
    return told(document)


def _schema(view: View, collection: Collection) -> Answer:
    up = _upstream()
    context = up.Context(view.reader, view.catalogue)
    return told(up.schema(view.base, context, {collection.id: up.resource(collection)}, collection.id), SCHEMA)


def _queryables(view: View, collection: Collection) -> Answer:
    up = _upstream()
    context = up.Context(view.reader, view.catalogue)
    return told(up.queryables(view.base, context, {collection.id: up.resource(collection)}, collection.id), SCHEMA)


def _tiles(view: View, collection: Collection, rest: tuple[str, ...]) -> Answer:
    held = view.tiles
    if held is None or collection.id not in held.layers or rest[:1] not in ((), (tiles.GRID,)):
        raise _absent("tiles")
    if not rest:
        return told(held.listed(view.base, collection.id, collection.title))
    if len(rest) == 1:
        return told(held.described(view.base, collection.id, collection.title))
    numbers = [int(n) for n in rest[1:] if n.isascii() and n.isdigit() and len(n) < 10]
    address = held.address(numbers[0], numbers[1], numbers[2]) if len(numbers) == len(rest) - 1 == 3 else None
    if address is None:
        raise _absent("/".join(rest))
    return moved(address)


def _grids(view: View) -> Answer:
    if view.tiles is None:
        raise _absent("tileMatrixSets")
    return told(tiles.grids(view.base))


def _grid(view: View) -> Answer:
    if view.tiles is None:
        raise _absent("tileMatrixSets")
    return told(tiles.grid())


_ROOTS: Mapping[str, Callable[[View], Answer]] = {
    "": lambda view: told(conformance.landing(view)),
    "conformance": lambda view: told(conformance.conformance(view)),
    "openapi": lambda view: told(conformance.openapi(view), conformance.OPENAPI),
    "api": lambda view: told(conformance.openapi(view), conformance.OPENAPI),
    "tileMatrixSets": _grids,
    f"tileMatrixSets/{tiles.GRID}": _grid,
}
_DESCRIBED: Mapping[tuple[str, ...], Callable[[View, Collection], Answer]] = {
    (): _one,
    ("schema",): _schema,
    ("queryables",): _queryables,
}


def _nothing(query: Query) -> None:
    for name, value in query.items():
        raise wrong(name, value, "paramètre inconnu", "cette ressource n'a que le paramètre f")


def _absent(what: str) -> CollectionError:
    return CollectionError("rien à cette adresse", location=Location(value=what))


@cache
def _upstream() -> Any:
    """The module that stands on pygeoapi, imported when it is first needed: a portal without QGIS never pays for it."""
    return import_module("terril.protocols.ogc.upstream")
