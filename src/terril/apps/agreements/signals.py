"""Any change to what rights are made of raises their revision, in the transaction that makes it."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save

from terril.apps.agreements.dependences import follow
from terril.apps.agreements.models import Acceptance, Agreement, Clause, Grant, Party, Undertaking
from terril.apps.agreements.queries import rights_changed
from terril.apps.catalogue.models import Record
from terril.apps.organisations.models import Membership, Organisation, Team

_MADE_OF = (Acceptance, Agreement, Clause, Grant, Membership, Organisation, Party, Record, Team, Undertaking)


def _raised(**_: Any) -> None:
    rights_changed()


def _followed(instance: Record, raw: bool = False, **_: Any) -> None:
    # A fixture brings its own dependences.
    if not raw:
        follow(instance)


def connect() -> None:
    """Listen to what rights are made of. A bulk write sends no signal: who makes one calls ``rights_changed``."""
    for model in _MADE_OF:
        for signal in (post_save, post_delete):
            signal.connect(_raised, sender=model, dispatch_uid=f"rights-{model.__name__}-{id(signal)}")
    post_save.connect(_followed, sender=Record, dispatch_uid="rights-dependences")
    m2m_changed.connect(_raised, sender=Membership.teams.through, dispatch_uid="rights-teams")
