"""Where an import goes, what it would change there, and its becoming a version, once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from terril.apps.accounts.models import User
from terril.apps.agreements.policies import may
from terril.apps.agreements.queries import rights_changed
from terril.apps.agreements.reach import reaches
from terril.apps.audit.actions import actor_of, note
from terril.apps.catalogue.actions import address_of, stewards_of
from terril.apps.catalogue.models import Origin, Record, State
from terril.apps.contributions import desks, files
from terril.apps.contributions.errors import ContributionError
from terril.apps.contributions.looking import loadable, report_of
from terril.apps.contributions.models import Import
from terril.apps.contributions.policies import drafting, editable
from terril.apps.notices.actions import notify
from terril.core.access import Action, Subject
from terril.core.errors import AccessError, Location
from terril.core.records import Kind, Openness
from terril.core.text import fold
from terril.pipeline.datasets import DatasetStore, Version
from terril.pipeline.importing import Mapping, TableDifference, table_difference
from terril.pipeline.importing.glance import periods_of
from terril.pipeline.importing.staging import adopt

#: What one may say of a new record; anything else is ours to decide.
DRAFTED = ("title", "description", "producer", "licence", "vintage", "frequency", "openness")
#: Rows past which a difference is only counted.
_COMPARED = 500_000


def prefix_of(organisation: str) -> str:
    """First part of the identifiers of an organisation's datasets."""
    return re.sub(r"[^a-z0-9]+", "_", fold(organisation)).strip("_")


def aim_at_record(work: Import, subject: Subject, record: int) -> None:
    """Say that an import is a version of a record.

    Raises
    ------
    AccessError
        If the subject may not give it one.
    ContributionError
        If the import is over, or if the record is not read so.
    """
    found = editable(subject).filter(pk=record).first()
    if found is None:
        raise AccessError("fiche inconnue, ou que vous ne pouvez pas modifier", location=Location(field="record"))
    declared = found.identifier in desks.desk().workspace.packs.sources
    if declared and work.source != found.identifier:
        raise ContributionError(
            "cette fiche est d’une source déclarée : son fichier est lu comme elle le dit",
            location=Location(field="record"),
            hint="choisir cette source à l’étape « reconnu »",
        )
    if work.source and work.source != found.identifier:
        raise ContributionError(
            "ce fichier est lu comme une autre source", location=Location(field="record"), hint="choisir sa fiche"
        )
    _aim(work, record=found, draft={})


def aim_at_new(work: Import, subject: Subject, told: dict[str, Any]) -> None:
    """Say that an import is the first version of a new record, a draft of the organisation.

    Parameters
    ----------
    told : ``slug`` and any of :data:`DRAFTED`.

    Raises
    ------
    AccessError
        If the subject drafts nothing for the organisation of the import.
    ContributionError
        If something said will not do.
    """
    if not drafting(subject).filter(pk=work.organisation_id).exists():
        raise AccessError("vous ne créez pas de fiche pour cette organisation")
    if work.source:
        raise ContributionError(
            "ce fichier est lu comme une source déclarée", hint="choisir « aucune » source à l’étape « reconnu »"
        )
    identifier = f"{prefix_of(work.organisation_id)}/{told.get('slug', '')}"
    if not re.fullmatch(r"[a-z0-9_]+/[a-z][a-z0-9_]{1,58}", identifier):
        raise ContributionError(
            "identifiant mal formé",
            location=Location(field="slug", value=str(told.get("slug", ""))[:60]),
            hint="des minuscules sans accent, des chiffres et des tirets bas",
        )
    if Record.objects.filter(kind=Kind.DATASET.value, identifier=identifier).exists():
        raise ContributionError("cet identifiant est pris", location=Location(field="slug"), hint="en choisir un autre")
    openness = told.get("openness") or Openness.ORGANISATIONS.value
    if openness not in set(Openness) or not str(told.get("title", "")).strip():
        raise ContributionError("titre ou ouverture manquants", location=Location(field="title"))
    kept = {name: str(told.get(name, "")).strip() for name in DRAFTED} | {"openness": str(openness)}
    _aim(work, record=None, draft={"identifier": identifier, **kept})


def _aim(work: Import, *, record: Record | None, draft: dict[str, Any]) -> None:
    found = Import.objects.filter(pk=work.pk, state=Import.State.READY)
    if not found.update(record=record, draft=draft, touched=timezone.now()):
        raise ContributionError("cet import n’est plus à nommer", hint="recharger la page")
    work.refresh_from_db()


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What confirming would do.

    Parameters
    ----------
    current : identifier of the version in use; empty where there is none.
    difference : from it; None where there is none, or where both are too large to be compared in a page.
    cells : whether its cells may be shown to who asks.
    """

    current: str
    difference: TableDifference | None
    cells: bool


def foresee(work: Import, subject: Subject) -> Foreseen:
    """What confirming an import would change.

    Raises
    ------
    TerrilError
        If the trial, or the version in use, cannot be read.
    """
    store = desks.desk().datasets
    current = store.current(_identifier(work)) if work.record else None
    if work.record is None or current is None:
        return Foreseen("", None, cells=False)
    staged = staged_version(work)
    large = max(int(current.meta.get("rows", 0)), int(staged.meta.get("rows", 0))) > _COMPARED
    reach = reaches(subject, Action.DATA, [work.record])[work.record.pk]
    reading = reach.through()
    whole = bool(may(subject, Action.DATA, work.record)) and not reach.hidden and bool(reading and reading.whole)
    return Foreseen(current.id, None if large else table_difference(current, staged), whole)


def staged_version(work: Import) -> Version:
    """The version tried aside.

    Raises
    ------
    ContributionError
        If the import has none.
    StoreError
        If it cannot be read.
    """
    if not work.staged:
        raise ContributionError("ce fichier n’est pas chargeable tel quel", hint="voir les fautes")
    return DatasetStore(files.trial_of(work.pk)).version(work.staged["source"], work.staged["id"])


def _identifier(work: Import) -> str:
    return str(work.record.identifier if work.record else work.draft["identifier"])


def confirm(work: Import, user: User, subject: Subject, seen: str) -> Import:
    """Make an import the version in use of its record; asked twice, it is done once.

    Parameters
    ----------
    seen : version in use when the difference was shown; empty where there was none.

    Raises
    ------
    AccessError
        If the subject may no longer do so.
    ContributionError
        If the import is not ready, or if another version came meanwhile.
    StoreError
        If the disk refuses; nothing is changed.
    """
    store = desks.desk().datasets
    before: Version | None = None
    moved = False
    try:
        with transaction.atomic():
            locked = Import.objects.select_for_update(of=("self",)).get(pk=work.pk)
            if locked.state == Import.State.DONE:
                return locked
            record, new = _record(locked, user, subject)
            before = store.current(record.identifier)
            if (before.id if before else "") != seen:
                raise ContributionError(
                    "une autre version vient d’être versée", hint="relire les différences, puis confirmer"
                )
            staged = staged_version(locked)
            version, _ = adopt(store, staged, record.identifier, _told(locked, record))
            moved = True
            _follow(locked, record, version, new=new)
            _finish(locked, record, version)
            _tell(locked, record, version, user, new=new)
    except BaseException:
        # The database forgets what was done: the version in use must be what it was.
        if moved and before is not None:
            store.use(before)
        raise
    files.remove(work.pk)
    return locked


def _record(work: Import, user: User, subject: Subject) -> tuple[Record, bool]:
    """The record that the version goes to, locked, and whether it is new."""
    if not loadable(work):
        raise ContributionError("ce fichier n’est pas chargeable tel quel", hint="voir les fautes")
    if work.record_id is not None:
        if not editable(subject).filter(pk=work.record_id).exists():
            raise AccessError("vous ne pouvez plus modifier cette fiche")
        found = Record.objects.select_for_update(of=("self",)).get(pk=work.record_id)
        _conforms(work, found)
        return found, False
    if not work.draft:
        raise ContributionError("dire d’abord ce que devient ce fichier")
    if not drafting(subject).filter(pk=work.organisation_id).exists():
        raise AccessError("vous ne créez pas de fiche pour cette organisation")
    try:
        with transaction.atomic():
            made = Record.objects.create(
                kind=Kind.DATASET.value, origin=Origin.CONTRIBUTED, state=State.DRAFT, author=user,
                steward_id=work.organisation_id, **work.draft,
            )  # fmt: skip
    except IntegrityError as error:
        raise ContributionError("cet identifiant est pris", hint="en choisir un autre") from error
    return made, True


def _conforms(work: Import, record: Record) -> None:
    """A record that follows a schema only takes versions that conform to it."""
    library = desks.desk().schemas
    wanted = [s for s in library.schemas if s.name in record.conforms_to]
    if not wanted:
        return
    report = report_of(work)
    if report is None or report.schema != wanted[0].label or not report.ok:
        raise ContributionError(
            f"cette fiche suit le schéma « {wanted[0].label} » et le fichier ne s’y conforme pas",
            hint="choisir ce schéma à l’étape « reconnu », corriger les fautes",
        )


def _told(work: Import, record: Record) -> dict[str, Any]:
    """What the version says of where it comes from."""
    return {
        "label": record.title,
        "producer": record.producer,
        "licence": record.licence,
        "vintage": record.vintage,
        "contributed": {"organisation": work.organisation_id, "import": str(work.pk), "file": work.name},
    }


def _follow(work: Import, record: Record, version: Version, *, new: bool) -> None:
    """Make the record say what its version holds."""
    meta = version.meta
    box = (meta.get("geometry") or {}).get("bbox")
    if box:
        record.west, record.south, record.east, record.north = box
    periods = periods_of(version)
    if periods is not None:
        record.begin, record.end = periods
    if record.origin == Origin.CONTRIBUTED and work.mapping:
        kept = Mapping.from_dict(work.mapping).kept
        record.columns = [{"name": c.name, "label": c.label, "type": c.type, "unit": c.unit} for c in kept]
    if meta.get("schema") and meta["schema"] not in record.conforms_to and new:
        record.conforms_to = [*record.conforms_to, meta["schema"]]
    record.revision += 0 if new else 1
    record.save()
    rights_changed()


def _finish(work: Import, record: Record, version: Version) -> None:
    work.state, work.record, work.version = Import.State.DONE, record, version.id
    work.touched = timezone.now()
    work.save()


def _tell(work: Import, record: Record, version: Version, user: User, *, new: bool) -> None:
    note(
        "version.added", record, actor_of(user), organisation=work.organisation_id,
        version=version.id, rows=version.meta.get("rows", 0), new_record=new,
    )  # fmt: skip
    what = "brouillon à valider" if new else "nouvelle version"
    others = [u for u in stewards_of(record) if u.pk != user.pk]
    notify(others, "record", f"{record.title} : {what}, par {work.organisation}.", address_of(record))


def pack_source(work: Import) -> str:
    """The definition of a source for a pack that an import stands for; empty where it is none.

    Raises
    ------
    TerrilError
        If the plan cannot be one.
    """
    if not work.mapping or work.mapping.get("kind") != "territories" or work.record is None:
        return ""
    told = {
        "identifier": work.record.identifier, "label": work.record.title, "producer": work.record.producer,
        "licence": work.record.licence, "vintage": work.record.vintage, "description": work.record.description,
    }  # fmt: skip
    return desks.desk().source_text(Mapping.from_dict(work.mapping | told))
