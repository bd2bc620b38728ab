"""Addresses of contribution: imports and corrections are their owner's, unknown to anyone else."""

from __future__ import annotations

from tests.support.matrix.line import Address, answers, signed_in

_WORK = "contribuer/<uuid:work>/"
_NONE = "/contribuer/00000000-0000-4000-8000-000000000000/"
_GONE = answers(302, 404, 404, 404, 404)
_POST = answers(302, 405, 405, 405, 405)
_PROPOSAL = "contribuer/corrections/<int:proposal>/"
_RECORD = "contribuer/corriger/<int:record>/"

CONTRIBUTIONS = (
    Address("contribuer/", "/contribuer/", signed_in()),
    Address("contribuer/deposer/", "/contribuer/deposer/", _POST, methods=("POST",)),
    Address(_WORK, _NONE, _GONE),
    Address(f"{_WORK}avancement/", f"{_NONE}avancement/", _GONE, methods=("POST",)),
    Address(f"{_WORK}interrompre/", f"{_NONE}interrompre/", _GONE, methods=("POST",)),
    Address(f"{_WORK}abandonner/", f"{_NONE}abandonner/", _GONE, methods=("POST",)),
    Address(f"{_WORK}reconnu/", f"{_NONE}reconnu/", _GONE, methods=("POST",)),
    Address(f"{_WORK}fautes/", f"{_NONE}fautes/", _GONE),
    Address(f"{_WORK}fautes.csv", f"{_NONE}fautes.csv", _GONE),
    Address(f"{_WORK}apercu/", f"{_NONE}apercu/", _GONE),
    Address(f"{_WORK}destination/", f"{_NONE}destination/", _GONE, methods=("POST",)),
    Address(f"{_WORK}confirmer/", f"{_NONE}confirmer/", _GONE, methods=("POST",)),
    Address(f"{_WORK}fait/", f"{_NONE}fait/", _GONE),
    Address(f"{_WORK}source.yaml", f"{_NONE}source.yaml", _GONE),
    Address("contribuer/corrections/", "/contribuer/corrections/", signed_in()),
    Address(_PROPOSAL, "/contribuer/corrections/999999/", _GONE),
    Address(f"{_PROPOSAL}decider/", "/contribuer/corrections/999999/decider/", _POST, methods=("POST",)),
    Address(f"{_PROPOSAL}annuler/", "/contribuer/corrections/999999/annuler/", _POST, methods=("POST",)),
    Address(f"{_PROPOSAL}retirer/", "/contribuer/corrections/999999/retirer/", _POST, methods=("POST",)),
    Address(_RECORD, "/contribuer/corriger/999999/", _GONE, methods=("POST",)),
    Address(f"{_RECORD}lignes/", "/contribuer/corriger/999999/lignes/", _GONE),
    Address(f"{_RECORD}lignes/ajouter/", "/contribuer/corriger/999999/lignes/ajouter/", _GONE, methods=("POST",)),
    Address(f"{_RECORD}lignes/<int:number>/", "/contribuer/corriger/999999/lignes/1/", _GONE, methods=("POST",)),
)
