"""Addresses of agreements and rights."""

from __future__ import annotations

from tests.support.matrix.line import Address, answers, signed_in

_ONE = "conventions/<int:agreement>/"
_ESSAI = "/conventions/900001/"
#: Of a party, of nobody, of the keeper.
_WRITTEN = answers(302, 403, 404, 200, 200)
_POSTED = answers(302, 405, 404, 405, 405)
_RECORD = "<slug:word>/<path:identifier>/"
_KNOWN, _HIDDEN = "donnees/essai/organisations/", "donnees/essai/confidential/"
#: Only a steward decides; who may not know the record meets nothing.
_DECIDED = answers(302, 403, 403, 200, 200)
_UNKNOWN = answers(302, 404, 404, 200, 200)
_SENT = answers(302, 403, 403, 405, 405)
_OWN = answers(302, 405, 405, 405, 405)
_POST = ("POST",)

RIGHTS = (
    Address("conventions/", "/conventions/", signed_in()),
    Address("conventions/nouvelle/", "/conventions/nouvelle/", answers(302, 403, 403, 200, 200), methods=_POST),
    Address(_ONE, _ESSAI, answers(302, 200, 404, 200, 200)),
    Address(_ONE, "/conventions/999999/", answers(302, 404, 404, 404, 404)),
    Address(_ONE + "modifier/", _ESSAI + "modifier/", _WRITTEN, methods=_POST),
    Address(_ONE + "clause/", _ESSAI + "clause/", _WRITTEN, methods=_POST),
    Address(_ONE + "conditions/", _ESSAI + "conditions/", _WRITTEN, methods=_POST),
    Address(_ONE + "signature/", _ESSAI + "signature/", _POSTED, methods=_POST),
    Address(_ONE + "etat/", _ESSAI + "etat/", _POSTED, methods=_POST),
    Address(_ONE + "clauses/<int:clause>/retrait/", _ESSAI + "clauses/1/retrait/", _POSTED, methods=_POST),
    Address("droits/", "/droits/", signed_in()),
    Address(f"droits/fiche/{_RECORD}", f"/droits/fiche/{_KNOWN}", _DECIDED),
    Address(f"droits/fiche/{_RECORD}", f"/droits/fiche/{_KNOWN}?pour=cabbalr", _DECIDED),
    Address(f"droits/fiche/{_RECORD}", f"/droits/fiche/{_HIDDEN}", _UNKNOWN),
    Address(f"droits/autorisation/{_RECORD}", f"/droits/autorisation/{_KNOWN}", _SENT, methods=_POST),
    Address(f"droits/retrait/<int:grant>/{_RECORD}", f"/droits/retrait/1/{_KNOWN}", _SENT, methods=_POST),
    Address(f"droits/retablissement/<int:grant>/{_RECORD}", f"/droits/retablissement/1/{_KNOWN}", _SENT, methods=_POST),
    Address(f"droits/ouverture/{_RECORD}", f"/droits/ouverture/{_KNOWN}", _SENT, methods=_POST),
    Address(f"droits/engagement/{_RECORD}", f"/droits/engagement/{_KNOWN}", _SENT, methods=_POST),
    Address(f"droits/reponse/<int:number>/{_RECORD}", f"/droits/reponse/1/{_KNOWN}", _SENT, methods=_POST),
    Address("mes-acces/", "/mes-acces/", signed_in()),
    Address("mes-acces/conditions/<int:number>/", "/mes-acces/conditions/1/", _OWN, methods=_POST),
    Address(
        "mes-acces/engagements/<int:number>/signature/", "/mes-acces/engagements/1/signature/", _OWN, methods=_POST
    ),
    Address(
        "mes-acces/engagements/<int:number>/destruction/", "/mes-acces/engagements/1/destruction/", _OWN, methods=_POST
    ),
    Address("mes-acces/demandes/<int:number>/retrait/", "/mes-acces/demandes/1/retrait/", _OWN, methods=_POST),
)
