"""Addresses of the applications and of tokens."""

from __future__ import annotations

from tests.support.matrix.line import Address, answers, signed_in

_OF = "applications/organisation/<slug:organisation>/"
_AULA = "/applications/organisation/aula/"
#: The stewards of the agency arrange its applications; nothing is there for the others.
_STEWARD = answers(302, 404, 404, 200, 404)
_BUTTON = answers(302, 404, 404, 405, 404)

APPLICATIONS = (
    Address("applications/", "/applications/"),
    Address("applications/", "/applications/?organisation=absente"),
    Address("applications/favoris/", "/applications/favoris/", signed_in(405), methods=("POST",)),
    Address(_OF, _AULA, _STEWARD),
    # A contributor belongs to it, and does not arrange it.
    Address(_OF, "/applications/organisation/cabbalr/", answers(302, 403, 404, 404, 404)),
    Address(_OF + "deplacer/", _AULA + "deplacer/", _BUTTON, methods=("POST",)),
    Address(_OF + "montrer/", _AULA + "montrer/", _BUTTON, methods=("POST",)),
    Address(_OF + "annuler/", _AULA + "annuler/", _BUTTON, methods=("POST",)),
    Address(_OF + "tuile/", _AULA + "tuile/", _STEWARD, methods=("POST",)),
    Address(_OF + "tuile/<int:tile>/", _AULA + "tuile/1/", _STEWARD, methods=("POST",)),
    Address(_OF + "tuile/<int:tile>/", _AULA + "tuile/999/", answers(302, 404, 404, 404, 404), methods=("POST",)),
    Address(_OF + "tuile/<int:tile>/retirer/", _AULA + "tuile/1/retirer/", _BUTTON, methods=("POST",)),
    Address(_OF + "tuile/<int:tile>/remettre/", _AULA + "tuile/1/remettre/", _BUTTON, methods=("POST",)),
    Address("compte/jetons/", "/compte/jetons/", signed_in()),
    Address("compte/jetons/creer/", "/compte/jetons/creer/", signed_in(405), methods=("POST",)),
    Address("compte/jetons/<int:token>/revoquer/", "/compte/jetons/1/revoquer/", signed_in(405), methods=("POST",)),
)
