"""Addresses of the administration, and of what the platform does of personal data."""

from __future__ import annotations

from tests.support.matrix.line import CSV, Address, answers

#: David's session of administration is open; to others nothing is there.
_OPEN = answers(404, 404, 404, 404, 200)
_ACTS = answers(404, 404, 404, 404, 405)
_ROOT = "administration/"

ADMINISTRATION = (
    Address(_ROOT, "/administration/", _OPEN),
    Address(f"{_ROOT}ouvrir/", "/administration/ouvrir/", answers(302, 404, 404, 404, 200), methods=("POST",)),
    Address(f"{_ROOT}fermer/", "/administration/fermer/", _ACTS, methods=("POST",)),
    Address(f"{_ROOT}comptes/", "/administration/comptes/", _OPEN),
    Address(f"{_ROOT}comptes/<int:account>/", "/administration/comptes/1/", _ACTS, methods=("POST",)),
    Address(f"{_ROOT}organisations/", "/administration/organisations/", _OPEN, methods=("POST",)),
    Address(
        f"{_ROOT}organisations/<slug:organisation>/", "/administration/organisations/call/", _ACTS, methods=("POST",)
    ),
    Address(f"{_ROOT}journal/", "/administration/journal/", _OPEN),
    Address(f"{_ROOT}journal/journal.csv", "/administration/journal/journal.csv", _OPEN, type=CSV),
    Address(f"{_ROOT}frequentation/", "/administration/frequentation/", _OPEN),
    Address(
        f"{_ROOT}frequentation/frequentation.csv", "/administration/frequentation/frequentation.csv", _OPEN, type=CSV
    ),
    Address("donnees-personnelles/", "/donnees-personnelles/"),
)
