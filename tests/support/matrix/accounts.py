"""Addresses of accounts."""

from __future__ import annotations

from tests.support.matrix.line import JSON, Address, answers, everyone, signed_in

_POST = ("POST",)
_ACTS = answers(302, 405, 405, 405, 405)
#: Who is signed in is led to what they have open.
_DOOR = answers(200, 302, 302, 302, 302)
#: Asked again who they are, a short while after they said it.
_AGAIN = signed_in(302)
_SECOND = "compte/double-authentification/"

ACCOUNTS = (
    Address("compte/", "/compte/", signed_in()),
    Address("compte/nom/", "/compte/nom/", _ACTS, methods=_POST),
    Address("compte/sessions/", "/compte/sessions/", signed_in()),
    Address("compte/sessions/<slug:session>/fermer/", "/compte/sessions/absente/fermer/", _ACTS, methods=_POST),
    Address("compte/donnees/", "/compte/donnees/", signed_in()),
    Address("compte/donnees/donnees.json", "/compte/donnees/donnees.json", signed_in(), type=JSON),
    Address("compte/effacer/", "/compte/effacer/", _ACTS, methods=_POST),
    Address("compte/efface/", "/compte/efface/"),
    Address("compte/invitation/<str:token>/", "/compte/invitation/devinee/", everyone(404), methods=_POST),
    Address("compte/connexion/", "/compte/connexion/", _DOOR, methods=_POST),
    Address("compte/deconnexion/", "/compte/deconnexion/", signed_in(), methods=_POST),
    Address("compte/inactif/", "/compte/inactif/"),
    Address("compte/verification/", "/compte/verification/", signed_in(), methods=_POST),
    Address("compte/adresse/", "/compte/adresse/", signed_in(), methods=_POST),
    Address("compte/adresse/a-confirmer/", "/compte/adresse/a-confirmer/"),
    Address("compte/adresse/confirmer/<str:key>/", "/compte/adresse/confirmer/devinee/", methods=_POST),
    Address("compte/mot-de-passe/", "/compte/mot-de-passe/", signed_in(), methods=_POST),
    Address("compte/mot-de-passe/choisir/", "/compte/mot-de-passe/choisir/", _AGAIN, methods=_POST),
    Address("compte/mot-de-passe/oublie/", "/compte/mot-de-passe/oublie/", methods=_POST),
    Address("compte/mot-de-passe/oublie/envoye/", "/compte/mot-de-passe/oublie/envoye/"),
    Address("compte/mot-de-passe/nouveau/fait/", "/compte/mot-de-passe/nouveau/fait/"),
    Address(
        r"^compte/mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        "/compte/mot-de-passe/nouveau/1-devinee/",
        methods=_POST,
    ),
    Address(_SECOND, "/compte/double-authentification/", signed_in()),
    Address(f"{_SECOND}code/", "/compte/double-authentification/code/", everyone(302), methods=_POST),
    Address(f"{_SECOND}verification/", "/compte/double-authentification/verification/", _AGAIN, methods=_POST),
    Address(f"{_SECOND}activer/", "/compte/double-authentification/activer/", _AGAIN, methods=_POST),
    Address(
        f"{_SECOND}retirer/",
        "/compte/double-authentification/retirer/",
        answers(302, 404, 404, 404, 404),
        methods=_POST,
    ),
    Address(f"{_SECOND}secours/", "/compte/double-authentification/secours/", answers(302, 404, 404, 404, 404)),
    Address(f"{_SECOND}secours/nouveaux/", "/compte/double-authentification/secours/nouveaux/", _AGAIN, methods=_POST),
    Address(
        f"{_SECOND}secours/codes.txt",
        "/compte/double-authentification/secours/codes.txt",
        answers(302, 404, 404, 404, 404),
        type="text/plain",
    ),
    Address("compte/identite/", "/compte/identite/", signed_in(), methods=_POST),
    Address("compte/identite/annulee/", "/compte/identite/annulee/"),
    # No identity provider here: tests/web/test_identity.py has one.
    Address(
        "compte/identite/<slug:provider_id>/connexion/",
        "/compte/identite/oidc/connexion/",
        everyone(404),
        methods=_POST,
    ),
    Address("compte/identite/<slug:provider_id>/retour/", "/compte/identite/oidc/retour/", everyone(404)),
)
