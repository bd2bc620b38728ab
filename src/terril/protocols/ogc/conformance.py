"""What the service is, said once: its front page, the classes it conforms to, its OpenAPI document.

The three are ours, not pygeoapi's: see docs/adr. None of them names a collection that the caller cannot read.
"""

from __future__ import annotations

from typing import Any

from terril.core.filters import nodes
from terril.protocols.crs import KNOWN
from terril.protocols.ogc.questions import FARTHEST, MOST, USUAL
from terril.protocols.ogc.records import CATALOGUE
from terril.protocols.ogc.view import View, link

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
_SPEC = "http://www.opengis.net/spec"
COMMON = (
    f"{_SPEC}/ogcapi-common-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-common-1/1.0/conf/landing-page",
    f"{_SPEC}/ogcapi-common-1/1.0/conf/json",
    f"{_SPEC}/ogcapi-common-1/1.0/conf/oas30",
    f"{_SPEC}/ogcapi-common-2/1.0/conf/collections",
)
FEATURES = (
    f"{_SPEC}/ogcapi-features-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/oas30",
    f"{_SPEC}/ogcapi-features-1/1.0/conf/geojson",
    f"{_SPEC}/ogcapi-features-2/1.0/conf/crs",
    f"{_SPEC}/ogcapi-features-3/1.0/conf/queryables",
    f"{_SPEC}/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    f"{_SPEC}/ogcapi-features-3/1.0/conf/filter",
    f"{_SPEC}/ogcapi-features-3/1.0/conf/features-filter",
    f"{_SPEC}/ogcapi-features-5/1.0/conf/schemas",
    f"{_SPEC}/cql2/1.0/conf/cql2-text",
    f"{_SPEC}/cql2/1.0/conf/cql2-json",
    f"{_SPEC}/cql2/1.0/conf/basic-cql2",
    f"{_SPEC}/cql2/1.0/conf/advanced-comparison-operators",
    f"{_SPEC}/cql2/1.0/conf/case-insensitive-comparison",
    f"{_SPEC}/cql2/1.0/conf/accent-insensitive-comparison",
    f"{_SPEC}/cql2/1.0/conf/basic-spatial-functions",
    f"{_SPEC}/cql2/1.0/conf/spatial-functions",
    f"{_SPEC}/cql2/1.0/conf/arithmetic",
    f"{_SPEC}/cql2/1.0/conf/property-property",
)
RECORDS = (
    f"{_SPEC}/ogcapi-records-1/1.0/conf/record-core",
    f"{_SPEC}/ogcapi-records-1/1.0/conf/record-collection",
    f"{_SPEC}/ogcapi-records-1/1.0/conf/record-core-query-parameters",
    f"{_SPEC}/ogcapi-records-1/1.0/conf/json",
)
TILES = (
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/core",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/tileset",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/tilesets-list",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    f"{_SPEC}/ogcapi-tiles-1/1.0/conf/mvt",
)


def conformance(view: View) -> dict[str, Any]:
    """Classes that the service conforms to."""
    return {
        "conformsTo": [*COMMON, *FEATURES, *(RECORDS if view.catalogue else ()), *(TILES if view.tiles else ())],
    }


def landing(view: View) -> dict[str, Any]:
    """The front page of the service."""
    links = [
        link("self", f"{view.base}/", "Ce document"),
        link("service-desc", f"{view.base}/openapi", "Description du service (OpenAPI)", OPENAPI),
        link("conformance", f"{view.base}/conformance", "Classes de conformité"),
        link("data", f"{view.base}/collections", "Collections"),
    ]
    if view.tiles is not None:
        rel = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
        links.append(link(rel, f"{view.base}/tileMatrixSets", "Grilles de tuiles"))
    if view.catalogue is not None:
        rel = "http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog"
        links.append(link(rel, f"{view.base}/collections/{CATALOGUE}", "Catalogue"))
    if "/" in view.pages:
        links.append(link("service-doc", view.pages["/"], "Mode d’emploi", "text/html"))
    return {"title": view.title, "description": view.description, "attribution": view.publisher, "links": links}


def openapi(view: View) -> dict[str, Any]:
    """The OpenAPI document of what the caller may read; it points at nothing outside itself."""
    names = [c.id for c in view.reader.collections()]
    paths = _paths(names, catalogue=view.catalogue is not None, tiles=view.tiles is not None)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": view.title,
            "description": view.description or view.title,
            "version": "1.0.0",
            "contact": {"name": view.publisher},
        },
        "servers": [{"url": view.base}],
        # Without a token, what is open is answered.
        "security": [{}, *({name: []} for name in _TOKENS)],
        "paths": paths,
        "components": {
            "parameters": _PARAMETERS,
            "responses": {
                "Refused": _error("Paramètre refusé"),
                "Absent": _error("Inconnu"),
                "Token": _error("Jeton refusé", "application/problem+json"),
                "Quota": _error("Trop de questions", "application/problem+json"),
            },
            "schemas": {"Error": _ERROR, "Object": {"type": "object"}},
            "securitySchemes": _TOKENS,
        },
    }


def _paths(names: list[str], *, catalogue: bool, tiles: bool) -> dict[str, Any]:
    one = {"name": "collectionId", "in": "path", "required": True, "schema": {"type": "string", "enum": names}}
    collection = "/collections/{collectionId}"
    paths = {
        "/": _get("landing", "Accueil du service"),
        "/conformance": _get("conformance", "Classes de conformité"),
        "/openapi": _get("openapi", "Ce document", media=OPENAPI),
        "/collections": _get("collections", "Collections"),
    }
    if names:
        paths |= {
            collection: _get("collection", "Description d’une collection", [one]),
            f"{collection}/schema": _get("schema", "Schéma des objets", [one], media="application/schema+json"),
            f"{collection}/queryables": _get(
                "queryables", "Propriétés à filtrer", [one], media="application/schema+json"
            ),
            f"{collection}/items": _get("items", "Objets", [one, *_named(_ITEMS)], media="application/geo+json"),
            f"{collection}/items/{{featureId}}": _get(
                "item", "Un objet", [one, *_named(("featureId", "crs"))], media="application/geo+json"
            ),
        }
    if catalogue:
        records = f"/collections/{CATALOGUE}"
        paths |= {
            f"{records}/items": _get("records", "Fiches", _named(_RECORDS), media="application/geo+json"),
            f"{records}/items/{{featureId}}": _get(
                "record", "Une fiche", _named(("featureId",)), media="application/geo+json"
            ),
        }
    if tiles:
        paths["/tileMatrixSets"] = _get("tileMatrixSets", "Grilles de tuiles")
    return paths


def _get(operation: str, summary: str, parameters: list[Any] | None = None, media: str = "application/json") -> Any:
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": [*(parameters or []), {"$ref": "#/components/parameters/f"}],
            "responses": {
                "200": {
                    "description": summary,
                    "content": {media: {"schema": {"$ref": "#/components/schemas/Object"}}},
                },
                "400": {"$ref": "#/components/responses/Refused"},
                "401": {"$ref": "#/components/responses/Token"},
                "404": {"$ref": "#/components/responses/Absent"},
                "429": {"$ref": "#/components/responses/Quota"},
            },
        }
    }


def _error(description: str, media: str = "application/json") -> dict[str, Any]:
    return {"description": description, "content": {media: {"schema": {"$ref": "#/components/schemas/Error"}}}}


def _named(names: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _query(name: str, description: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema, **more}


_TOKENS = {
    "jeton": {"type": "http", "scheme": "bearer"},
    "jetonBasique": {
        "type": "http",
        "scheme": "basic",
        "description": "Nom quelconque, jeton comme mot de passe",
    },
}
_TEXT = {"type": "string"}
_CRS = {"type": "string", "format": "uri", "enum": list(KNOWN)}
_LIST = {"style": "form", "explode": False}
_ITEMS = ("limit", "offset", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs", "properties",
          "sortby", "skipGeometry", "resultType", "others")  # fmt: skip
_RECORDS = ("limit", "offset", "bbox", "datetime", "q", "type", "ids")
_PARAMETERS = {
    "f": _query("f", "Format", {"type": "string", "enum": ["json"]}),
    "limit": _query("limit", "Nombre d’objets", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}),
    "offset": _query("offset", "Objets passés", {"type": "integer", "minimum": 0, "maximum": FARTHEST, "default": 0}),
    "bbox": _query(
        "bbox", "Emprise : ouest, sud, est, nord",
        {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}, **_LIST,
    ),
    "bbox-crs": _query("bbox-crs", "Système de l’emprise", _CRS),
    "crs": _query("crs", "Système des géométries", _CRS),
    "datetime": _query("datetime", "Date, période ou intervalle", _TEXT),
    "filter": _query("filter", "Filtre CQL2", {"type": "string", "maxLength": nodes.MAX_LENGTH}),
    "filter-lang": _query("filter-lang", "Langue du filtre", {"type": "string", "enum": ["cql2-text", "cql2-json"]}),
    "filter-crs": _query("filter-crs", "Système des géométries du filtre", _CRS),
    "properties": _query("properties", "Propriétés voulues", {"type": "array", "items": _TEXT}, **_LIST),
    "sortby": _query("sortby", "Tri : +nom, -valeur", {"type": "array", "items": _TEXT}, **_LIST),
    "skipGeometry": _query("skipGeometry", "Sans géométrie", {"type": "boolean", "default": False}),
    "resultType": _query("resultType", "Objets, ou leur nombre seul", {"type": "string", "enum": ["results", "hits"]}),
    "others": _query(
        "others", "Égalité avec une propriété : nom=Arras",
        {"type": "object", "additionalProperties": _TEXT}, style="form", explode=True,
    ),
    "q": _query("q", "Mots cherchés", _TEXT),
    "type": _query("type", "Nature des fiches", {"type": "array", "items": _TEXT}, **_LIST),
    "ids": _query("ids", "Identifiants de fiches", {"type": "array", "items": _TEXT}, **_LIST),
    "featureId": {"name": "featureId", "in": "path", "required": True, "schema": _TEXT},
}  # fmt: skip
_ERROR = {
    "type": "object",
    "required": ["code"],
    "properties": {"code": _TEXT, "description": _TEXT, "hint": _TEXT},
}
