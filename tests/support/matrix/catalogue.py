"""Addresses of the catalogue."""

from __future__ import annotations

from tests.support.matrix.line import Address, answers, everyone

_RECORD = "catalogue/<slug:word>/<path:identifier>/"
_OPEN = "/catalogue/donnees/essai/open/"
_POSTED = answers(302, 405, 405, 405, 405)
_STEWARD = answers(302, 403, 403, 200, 403)

CATALOGUE = (
    Address("catalogue/", "/catalogue/"),
    Address("catalogue/", "/catalogue/?q=logement&nature=indicateurs&territoire=epci:200072460&tri=titre"),
    Address("catalogue/suggestions/", "/catalogue/suggestions/?q=log"),
    Address("catalogue.<slug:form>", "/catalogue.ttl", type="text/turtle"),
    Address("catalogue.<slug:form>", "/catalogue.jsonld", type="application/ld+json"),
    Address("catalogue.<slug:form>", "/catalogue.rdf", type="application/rdf+xml"),
    Address("catalogue.<slug:form>", "/catalogue.exe", everyone(404)),
    Address("catalogue.<slug:form>", "/catalogue.ttl?page=900000", everyone(404)),
    # Records: one that is not known is not there.
    Address(_RECORD, "/catalogue/donnees/essai/members/", answers(404, 200, 200, 200, 200)),
    Address(_RECORD, "/catalogue/donnees/essai/organisations/", answers(404, 200, 200, 200, 200)),
    Address(_RECORD, "/catalogue/donnees/essai/confidential/", answers(404, 404, 404, 200, 200)),
    Address(_RECORD, "/catalogue/donnees/insee/population_reference/"),
    Address(_RECORD, "/catalogue/indicateurs/demographie/population/"),
    Address(_RECORD, "/catalogue/donnees/absent/absent/", everyone(404)),
    Address(_RECORD, "/catalogue/autres/essai/open/", everyone(404)),
    Address(_RECORD + "modifier/", _OPEN + "modifier/", _STEWARD),
    Address(_RECORD + "modifier/", "/catalogue/donnees/essai/confidential/modifier/", answers(302, 404, 404, 200, 403)),
    Address(_RECORD + "historique/", _OPEN + "historique/", _STEWARD),
    Address(_RECORD + "etat/", _OPEN + "etat/", _POSTED, methods=("POST",)),
    Address(_RECORD + "acces/", _OPEN + "acces/", _POSTED, methods=("POST",)),
    Address(_RECORD + "commentaires/", _OPEN + "commentaires/", _POSTED, methods=("POST",)),
    Address(_RECORD + "commentaires/<int:comment>/", _OPEN + "commentaires/1/", _POSTED, methods=("POST",)),
    # Harvests: for stewards, of their organisations.
    Address("catalogue/moissons/", "/catalogue/moissons/", answers(302, 403, 403, 200, 200)),
    Address("catalogue/moissons/<slug:source>/", "/catalogue/moissons/absent/", answers(302, 404, 404, 404, 404)),
    Address(
        "catalogue/moissons/<slug:source>/lancer/", "/catalogue/moissons/absent/lancer/", _POSTED, methods=("POST",)
    ),
)
