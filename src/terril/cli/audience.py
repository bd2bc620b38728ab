"""In whose name a command reads: the operator, or narrowed by ``--as`` to what the policy opens to them."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from terril.core.access import ANYONE, OPERATOR, ReadScope, scope_for
from terril.core.errors import AccessError, Location, StoreError

if TYPE_CHECKING:
    from terril.pipeline.workspace import Workspace


def scope_as(workspace: Workspace, audience: str | None) -> ReadScope:
    """What an audience reads of a workspace, as rights are now.

    Parameters
    ----------
    audience : ``public``, or an organisation: a plain reader of it who accepted every term; the operator when None.

    Raises
    ------
    AccessError
        If the organisation is not known.
    StoreError
        If the state cannot be read.
    """
    if audience is None:
        return OPERATOR
    if not _has_state(workspace):
        return scope_for(audience, workspace.packs.organisations)
    from terril.config.setup import set_up

    set_up()
    from django.db import DatabaseError

    try:
        return _scope(workspace, audience)
    except DatabaseError as error:
        raise StoreError(
            "les droits ne peuvent pas être lus", hint="lancer « terril state migrate », ou vérifier DATABASE_URL"
        ) from error


def _has_state(workspace: Workspace) -> bool:
    return bool(os.environ.get("DATABASE_URL")) or (workspace.home / "state.sqlite3").is_file()


def _scope(workspace: Workspace, audience: str) -> ReadScope:
    from terril.apps.agreements.queries import subject_as
    from terril.apps.agreements.scopes import scope_of
    from terril.apps.organisations.models import Organisation

    if audience == "public":
        return replace(scope_of(ANYONE, workspace), audience=audience)
    if not Organisation.objects.filter(pk=audience).exists():
        known = Organisation.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)
        raise AccessError(
            "organisation inconnue",
            location=Location(value=audience),
            hint=f"choisir public ou l'une de : {', '.join(known) or '(aucune)'}",
        )
    return replace(scope_of(subject_as(audience), workspace), audience=audience)
