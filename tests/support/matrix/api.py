"""Routes of the JSON interface."""

from __future__ import annotations

from tests.support.matrix.line import CSV, JSON, Address, answers, everyone

_TERRITORY = "api/v1/territoires/<niveau>/<code>"
_DATASET = "api/v1/jeux/<producteur>/<jeu>"
_V1 = "/api/v1"
GPKG = "application/geopackage+sqlite3"
#: A record open to named organisations is known of every member; nobody but its stewards knows of a confidential one.
_NAMED = answers(404, 200, 200, 200, 200)
_CONFIDENTIAL = answers(404, 404, 404, 200, 200)
#: An agreement opens its rows to Alice, and does not let her take them away.
_ROWS_OF_NAMED = answers(404, 200, 403, 200, 403)
_FILE_OF_NAMED = answers(404, 403, 403, 200, 403)
_FILE = "catalogue/<slug:word>/<path:identifier>/telecharger.<slug:form>"

API = (
    Address("api/", "/api/"),
    Address("api/v1/", f"{_V1}/", everyone(302)),
    Address("api/v1/openapi.json", f"{_V1}/openapi.json", type=JSON),
    Address("api/v1/territoires", f"{_V1}/territoires?q=lens", type=JSON),
    Address("api/v1/territoires", f"{_V1}/territoires", everyone(400)),
    Address(_TERRITORY, f"{_V1}/territoires/commune/62119", type=JSON),
    Address(_TERRITORY, f"{_V1}/territoires/commune/99999", everyone(404)),
    Address(f"{_TERRITORY}/semblables", f"{_V1}/territoires/commune/62119/semblables", type=JSON),
    Address(f"{_TERRITORY}/fiche", f"{_V1}/territoires/commune/62119/fiche", type=JSON),
    Address("api/v1/siren/<siren>", f"{_V1}/siren/200072460", type=JSON),
    Address("api/v1/indicateurs", f"{_V1}/indicateurs?theme=demographie", type=JSON),
    Address("api/v1/indicateurs/<theme>/<nom>", f"{_V1}/indicateurs/demographie/population", type=JSON),
    Address("api/v1/indicateurs/<theme>/<nom>", f"{_V1}/indicateurs/demographie/absent", everyone(404)),
    Address(
        "api/v1/observations",
        f"{_V1}/observations?indicateur=demographie/population&niveau=commune&dans=epci:200072460",
        type=JSON,
    ),
    Address(
        "api/v1/observations",
        f"{_V1}/observations?indicateur=demographie/population&territoire=commune:62119&format=csv",
        type=CSV,
    ),
    Address("api/v1/jeux", f"{_V1}/jeux?nature=dataset", type=JSON),
    Address(_DATASET, f"{_V1}/jeux/insee/population_reference", type=JSON),
    Address(_DATASET, f"{_V1}/jeux/essai/members", _NAMED, type=JSON),
    Address(_DATASET, f"{_V1}/jeux/essai/organisations", _NAMED, type=JSON),
    Address(_DATASET, f"{_V1}/jeux/essai/confidential", _CONFIDENTIAL, type=JSON),
    Address(f"{_DATASET}/versions", f"{_V1}/jeux/insee/population_reference/versions", type=JSON),
    Address(f"{_DATASET}/versions", f"{_V1}/jeux/essai/confidential/versions", _CONFIDENTIAL, type=JSON),
    Address(f"{_DATASET}/lignes", f"{_V1}/jeux/insee/population_reference/lignes?limite=5", type=JSON),
    Address(f"{_DATASET}/lignes", f"{_V1}/jeux/essai/organisations/lignes", _ROWS_OF_NAMED, type=JSON),
    # Files of the catalogue, and layers of indicators.
    Address(_FILE, "/catalogue/donnees/ign/superficie/telecharger.csv", type=CSV),
    Address(_FILE, "/catalogue/donnees/ign/superficie/telecharger.gpkg", type=GPKG),
    Address(_FILE, "/catalogue/donnees/ign/superficie/telecharger.exe", everyone(404)),
    Address(_FILE, "/catalogue/indicateurs/demographie/population/telecharger.gpkg", everyone(302)),
    Address(_FILE, "/catalogue/donnees/essai/organisations/telecharger.csv", _FILE_OF_NAMED, type=CSV),
    Address(
        "indicateurs/<slug:theme>/<slug:slug>/donnees.<slug:form>",
        "/indicateurs/demographie/population/donnees.gpkg?niveau=commune&dans=perimeter:artois",
        type=GPKG,
    ),
    Address("api/v1/organisations", f"{_V1}/organisations", answers(401, 200, 200, 200, 200), type=JSON),
)
