"""pygeoapi, for the documents it is good at: collections, their schemas, their items.

It is imported at the first request (0.45 s, 35 MB: docs/adr), given one collection at a time, and never reads a
parameter by itself: :mod:`.questions` has read them all, and the provider below finds the question already made.
``API.__init__`` is not called: it would configure the root logger, copy the configuration and start a manager of
processes.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from pygeoapi import l10n
from pygeoapi.api import API, APIRequest, describe_collections, get_collection_schema, itemtypes
from pygeoapi.provider.base import BaseProvider

from terril.core.features import Collection, Feature, FeatureReader, Property
from terril.protocols.crs import KNOWN, Crs, projected
from terril.protocols.ogc.questions import Question
from terril.protocols.ogc.records import CATALOGUE, QUERYABLES, Catalogue, Search, feature

logging.getLogger("pygeoapi").setLevel(logging.CRITICAL)
LOCALE = "fr-FR"
#: Documents that are served; the other links of pygeoapi lead nowhere here.
_SERVED = ("application/json", "application/geo+json", "application/schema+json")
_TITLES = {
    "self": "Ce document",
    "root": "Accueil du service",
    "items": "Objets",
    "collection": "Collection",
    "next": "Page suivante",
    "prev": "Page précédente",
    "http://www.opengis.net/def/rel/ogc/1.0/schema": "Schéma",
    "http://www.opengis.net/def/rel/ogc/1.0/queryables": "Propriétés à filtrer",
    "http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog": "Catalogue",
}
_JSON_TYPES = {"text": "string", "date": "string", "integer": "integer", "number": "number", "boolean": "boolean"}


@dataclass(frozen=True)
class Context:
    """What the provider reads: the collections of the caller, and what is asked."""

    reader: FeatureReader
    catalogue: Catalogue | None
    question: Question | None = None
    search: Search | None = None


_CONTEXT: ContextVar[Context] = ContextVar("ogc")


class _Service(API):  # type: ignore[misc]  # pygeoapi carries no types
    """The API of pygeoapi over some collections."""

    def __init__(self, base: str, resources: Mapping[str, Any]) -> None:
        self.config = {"resources": resources, "server": {"limits": {}}, "metadata": {}}
        self.openapi = None
        self.api_headers: dict[str, str] = {}
        self.base_url = base
        self.locales = [l10n.str2locale(LOCALE)]
        self.default_locale = self.locales[0]
        self.pretty_print = False


class _Parameters(dict[str, str]):
    """Parameters that pygeoapi writes in its links, of which it reads the paging alone.

    It would read ``filter`` as ECQL, ``sortby`` and ``datetime`` without checking them.
    """

    _READ = frozenset({"limit", "offset", "crs", "f"})

    def get(self, key: str, default: Any = None) -> Any:
        """A parameter that it may read."""
        return super().get(key, default) if key in self._READ else default


@dataclass(frozen=True)
class _Request:
    args: Mapping[str, str]
    headers: Mapping[str, str]
    path_info: str = ""


class _Links(list[dict[str, Any]]):
    """Links of a document: those that lead somewhere, titled in French."""

    def __init__(self, links: Iterable[dict[str, Any]] = (), more: bool = True) -> None:
        self._more = more
        super().__init__()
        self.extend(links)

    def append(self, link: dict[str, Any]) -> None:
        """Add a link, if what it leads to is served."""
        if link.get("type") in _SERVED and (link["rel"] != "next" or self._more):
            super().append({**link, "title": _TITLES.get(link["rel"], link.get("title", ""))})

    def extend(self, links: Iterable[dict[str, Any]]) -> None:
        """Add links, those of what is served."""
        for link in links:
            self.append(link)


class _Undated(dict[str, Any]):
    """A document that does not say at what second it was written: the same answer is the same bytes."""

    def __setitem__(self, key: str, value: Any) -> None:
        if key != "timeStamp":
            super().__setitem__(key, value)


class Provider(BaseProvider):  # type: ignore[misc]
    """What pygeoapi reads: the collection of the question under way."""

    def __init__(self, provider_def: Mapping[str, Any]) -> None:
        super().__init__(provider_def)
        self._context = _CONTEXT.get()
        self._name = str(provider_def["data"])
        self._fields = _fields(self._context, self._name)

    def get_fields(self) -> dict[str, Any]:
        """Properties as JSON Schema has them."""
        return self._fields

    def query(self, **_: Any) -> dict[str, Any]:
        """A page of features, or of records."""
        if self._context.search is not None and self._context.catalogue is not None:
            search = self._context.search
            matched, records = self._context.catalogue.find(search)
            return _collected([feature(r) for r in records], matched, search.offset, search.limit)
        question = self._context.question
        if question is None:
            raise ValueError("no question was made")
        ask = question.ask
        page = self._context.reader.items(self._name, ask)
        return _collected(_features(page.features, question.crs), page.matched, ask.offset, ask.limit)

    def get(self, identifier: str, **_: Any) -> dict[str, Any] | None:
        """One feature, or one record."""
        if self._name == CATALOGUE and self._context.catalogue is not None:
            record = self._context.catalogue.get(identifier)
            return None if record is None else _linked(feature(record))
        question = self._context.question
        if question is None:
            raise ValueError("no question was made")
        found = self._context.reader.item(self._name, identifier)
        return _linked(_features([found], question.crs)[0])


def _linked(document: dict[str, Any]) -> dict[str, Any]:
    links = _Links()
    list.extend(links, document.get("links", ()))
    return {**document, "links": links}


def _collected(features: Sequence[dict[str, Any]], matched: int, offset: int, limit: int) -> dict[str, Any]:
    return _Undated(
        type="FeatureCollection",
        features=features,
        numberMatched=matched,
        numberReturned=len(features),
        links=_Links(more=bool(limit) and offset + limit < matched),
    )


def _features(features: Sequence[Feature], crs: Crs) -> list[dict[str, Any]]:
    shapes = projected(np.asarray(shapely.from_wkb([f.geometry for f in features]), dtype=object), crs)
    written = shapely.to_geojson(shapes)
    return [
        {"type": "Feature", "id": f.id, "properties": dict(f.properties), "geometry": json.loads(g) if g else None}
        for f, g in zip(features, written, strict=True)
    ]


def _fields(context: Context, name: str) -> dict[str, Any]:
    if name == CATALOGUE:
        return {key: {"type": "string", "title": label} for key, label in QUERYABLES.items()}
    return {p.name: _field(p) for p in context.reader.describe(name).properties}


def _field(found: Property) -> dict[str, Any]:
    field: dict[str, Any] = {"type": _JSON_TYPES[found.type], "title": found.label or found.name}
    if found.type == "date":
        field["format"] = "date"
    if found.values:
        field["enum"] = list(found.values)
    if found.unit:
        field["x-ogc-unit"] = found.unit
    if found.description:
        field["description"] = found.description
    return field


def resource(collection: Collection, provider: str = "feature") -> dict[str, Any]:
    """A collection as pygeoapi is configured with it."""
    extents: dict[str, Any] = {"spatial": {"bbox": list(collection.box), "crs": next(iter(KNOWN))}}
    if collection.begin or collection.end:
        extents["temporal"] = {"begin": collection.begin or None, "end": collection.end or None}
    return {
        "type": "collection",
        "title": collection.title,
        "description": collection.description,
        "keywords": list(collection.keywords),
        "links": [],
        "extents": extents,
        "limits": {"default_items": 100, "max_items": 10_000},
        "providers": [
            {"type": provider, "name": f"{__name__}.Provider", "data": collection.id, "id_field": "",
             "time_field": collection.time or None, "crs": list(KNOWN), "storage_crs": next(iter(KNOWN))}
        ],
    }  # fmt: skip


#: pygeoapi keeps tables at the level of its modules: one request at a time builds a description.
_LOCK = threading.Lock()


def collections(base: str, context: Context, resources: Mapping[str, Any], one: str | None = None) -> dict[str, Any]:
    """The description of several collections, or of one."""
    with _LOCK:
        return _cleaned(_run(context, describe_collections, _Service(base, resources), {}, one))


def schema(base: str, context: Context, resources: Mapping[str, Any], one: str) -> dict[str, Any]:
    """The schema of the features of a collection."""
    return _run(context, get_collection_schema, _Service(base, resources), {}, one)


def queryables(base: str, context: Context, resources: Mapping[str, Any], one: str) -> dict[str, Any]:
    """The properties by which a collection is filtered."""
    found = _run(context, itemtypes.get_collection_queryables, _Service(base, resources), {}, one)
    fields = _fields(context, one)
    for name, field in found["properties"].items():
        field.update(fields.get(name, {}))
    return found


def items(base: str, context: Context, resources: Mapping[str, Any], one: str, query: Mapping[str, str]) -> Any:
    """Headers and body of a page of a collection."""
    return _raw(context, itemtypes.get_collection_items, _Service(base, resources), query, one)


def item(
    base: str, context: Context, resources: Mapping[str, Any], one: str, query: Mapping[str, str], id_: str
) -> Any:
    """Headers and body of one feature; None where there is none."""
    return _raw(context, itemtypes.get_collection_item, _Service(base, resources), query, one, id_)


def _raw(context: Context, ask: Any, service: API, query: Mapping[str, str], *names: Any) -> tuple[int, Any, bytes]:
    request = APIRequest(_Request(_Parameters({**query, "f": "json"}), {}), [LOCALE])
    kept = _CONTEXT.set(context)
    try:
        headers, status, body = ask(service, request, *names)
    finally:
        _CONTEXT.reset(kept)
    return int(status), headers, body.encode("utf-8", "replace") if isinstance(body, str) else body


def _run(context: Context, ask: Any, service: API, query: Mapping[str, str], *names: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_raw(context, ask, service, query, *names)[2])
    return found


def _cleaned(document: dict[str, Any]) -> dict[str, Any]:
    for part in (document, *document.get("collections", ())):
        part["links"] = _Links(part["links"])
    return document
