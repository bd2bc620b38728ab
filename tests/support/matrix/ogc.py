"""Addresses of the OGC services: collections of rows follow the rights to the data, records those to know of it."""

from __future__ import annotations

from tests.support.matrix.line import JSON, Address, answers, everyone

GEOJSON = "application/geo+json"
_RESOURCE = "ogc/<path:path>"
_ROWS = "/ogc/collections/donnees.essai."
_RECORDS = "/ogc/collections/catalogue/items"
_POPULATION = "/ogc/collections/indicateurs.demographie.population"
#: An administrator reads no rows by being one.
_MEMBERS = answers(404, 200, 200, 200, 404)
_NAMED = answers(404, 200, 404, 200, 404)
_CONFIDENTIAL = answers(404, 404, 404, 200, 404)

OGC = (
    Address("ogc", "/ogc", type=JSON),
    Address("ogc/", "/ogc/", type=JSON),
    Address("ogc/", "/ogc/?f=html"),
    Address(_RESOURCE, "/ogc/openapi", type="application/vnd.oai.openapi+json"),
    Address(_RESOURCE, "/ogc/api", type="application/vnd.oai.openapi+json"),
    Address(_RESOURCE, "/ogc/conformance", type=JSON),
    Address(_RESOURCE, "/ogc/collections", type=JSON),
    Address(_RESOURCE, "/ogc/collections/communes", type=JSON),
    Address(_RESOURCE, "/ogc/collections/communes/items?bbox=2.5,50.4,2.7,50.6&limit=10", type=GEOJSON),
    Address(_RESOURCE, "/ogc/collections/communes/items/62119", type=GEOJSON),
    Address(_RESOURCE, "/ogc/collections/communes/items?filter=nom", everyone(400)),
    Address(_RESOURCE, "/ogc/collections/communes/queryables", type="application/schema+json"),
    Address(_RESOURCE, "/ogc/collections/communes/tiles", type=JSON),
    Address(_RESOURCE, "/ogc/collections/communes/tiles/WebMercatorQuad/8/86/129", everyone(303)),
    Address(_RESOURCE, f"{_POPULATION}/items?niveau=epci&limit=10", type=GEOJSON),
    Address(_RESOURCE, "/ogc/collections/absente/items", everyone(404)),
    Address(_RESOURCE, "/ogc/absente", everyone(404)),
    Address(_RESOURCE, f"{_ROWS}members", _MEMBERS, type=JSON),
    Address(_RESOURCE, f"{_ROWS}members/items", _MEMBERS, type=GEOJSON),
    Address(_RESOURCE, f"{_ROWS}organisations/items", _NAMED, type=GEOJSON),
    Address(_RESOURCE, f"{_ROWS}organisations/queryables", _NAMED, type="application/schema+json"),
    Address(_RESOURCE, f"{_ROWS}confidential/items", _CONFIDENTIAL, type=GEOJSON),
    Address(_RESOURCE, f"{_ROWS}confidential/items/1", _CONFIDENTIAL, type=GEOJSON),
    Address(_RESOURCE, _RECORDS, type=GEOJSON),
    Address(_RESOURCE, f"{_RECORDS}/dataset.essai.members", answers(404, 200, 200, 200, 200), type=GEOJSON),
    Address(_RESOURCE, f"{_RECORDS}/dataset.essai.confidential", answers(404, 404, 404, 200, 200), type=GEOJSON),
)
