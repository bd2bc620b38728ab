"""Addresses of organisations."""

from __future__ import annotations

from tests.support.matrix.line import Address, answers, signed_in

_ONE = "organisations/<slug:organisation>/"
_ACTS = answers(302, 405, 405, 405, 405)


def _act(route: str, path: str) -> Address:
    return Address(f"{_ONE}{route}", f"/organisations/cabbalr/{path}", _ACTS, methods=("POST",))


ORGANISATIONS = (
    Address("organisations/", "/organisations/", signed_in()),
    Address(_ONE, "/organisations/cabbalr/", signed_in()),
    Address(_ONE, "/organisations/absente/", answers(302, 404, 404, 404, 404)),
    _act("quitter/", "quitter/"),
    _act("inviter/", "inviter/"),
    _act("invitations/<int:invitation>/renvoyer/", "invitations/1/renvoyer/"),
    _act("invitations/<int:invitation>/retirer/", "invitations/1/retirer/"),
    _act("membres/<int:membership>/role/", "membres/1/role/"),
    _act("membres/<int:membership>/terminer/", "membres/1/terminer/"),
    _act("propositions/<int:proposal>/", "propositions/1/"),
    _act("equipes/", "equipes/"),
    _act("equipes/<int:team>/", "equipes/1/"),
    _act("equipes/<int:team>/supprimer/", "equipes/1/supprimer/"),
)
