"""Records of what the packs declare, and of their organisations: made, followed, archived."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from terril.apps.catalogue.declared import Declared
from terril.apps.catalogue.models import Origin, Record, State
from terril.apps.organisations.models import Organisation
from terril.pipeline.workspace import Workspace

#: What a person may decide of a declared record: the pack does not change it afterwards.
DECIDABLE = ("openness", "steward_id", "state", "embargo", "theme", "keywords", "conforms_to", "territory")


@transaction.atomic
def synchronise(workspace: Workspace) -> int:
    """Make the records of a workspace what its packs say, save what was decided here.

    Returns
    -------
    Records created, changed or archived.
    """
    steward = _organisations(workspace)
    known = {(r.kind, r.identifier): r for r in Record.objects.filter(origin=Origin.PACK)}
    contributed = Record.objects.exclude(origin=Origin.PACK).order_by()
    others = {(kind, identifier): pk for pk, kind, identifier in contributed.values_list("pk", "kind", "identifier")}
    changed = 0
    for kind, identifier, told in Declared(workspace, steward):
        record = known.pop((kind, identifier), None)
        if record is None and (kind, identifier) in others:
            record = _adopted(others[kind, identifier])
        changed += _follow(record, kind, identifier, told)
    for left in known.values():
        if left.state != State.ARCHIVED:
            left.state = State.ARCHIVED
            left.save()
            changed += 1
    return changed


def _organisations(workspace: Workspace) -> str | None:
    """Organisations as declared; the agency, if there is one, is the steward of what the packs declare."""
    for declared in workspace.packs.organisations.values():
        told = {
            "label": declared.label,
            "kind": declared.kind,
            "siren": declared.siren or "",
            "territory": declared.territory or "",
            "declared": True,
        }
        found = Organisation.objects.filter(pk=declared.id).first()
        if found is None:
            Organisation.objects.create(pk=declared.id, **told)
        elif any(getattr(found, name) != value for name, value in told.items()):
            for name, value in told.items():
                setattr(found, name, value)
            found.save()
    agencies = (o.id for o in workspace.packs.organisations.values() if o.kind == "agency")
    return next(agencies, None)


def _adopted(key: int) -> Record:
    """The record that someone contributed before a pack declared what it is about.

    The pack describes it from now on; who may read it, and all that was decided of it, does not change by itself.
    """
    record = Record.objects.get(pk=key)
    record.origin = Origin.PACK
    record.decided = sorted({*record.decided, *DECIDABLE})
    record.revision += 1
    record.save()
    return record


def _follow(record: Record | None, kind: str, identifier: str, told: Mapping[str, Any]) -> int:
    if record is None:
        state = {"state": State.PUBLISHED, "created": timezone.now()}
        Record.objects.create(kind=kind, identifier=identifier, origin=Origin.PACK, **state, **told)
        return 1
    kept = {name: value for name, value in told.items() if name not in record.decided}
    if record.state == State.ARCHIVED and "state" not in record.decided:
        kept["state"] = State.PUBLISHED
    if all(getattr(record, name) == value for name, value in kept.items()):
        return 0
    for name, value in kept.items():
        setattr(record, name, value)
    record.revision += 1
    record.save()
    return 1
