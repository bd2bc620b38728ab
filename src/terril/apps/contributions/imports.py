"""Bringing a file: dropped, examined, corrected, abandoned. Loading it is in ``loading``."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from terril.apps.accounts.models import User
from terril.apps.audit.actions import SYSTEM, actor_of, note
from terril.apps.contributions import files
from terril.apps.contributions.errors import ContributionError
from terril.apps.contributions.files import Dropped
from terril.apps.contributions.models import Import
from terril.apps.contributions.policies import homes
from terril.core.access import Subject
from terril.core.errors import AccessError, Location
from terril.ingestion.encoding import file_sha256

State = Import.State
#: Imports that a person may have under way at once.
MOST_OPEN = 20
#: Days without a sign after which an import is abandoned.
KEPT_DAYS = 30
#: Work that gave no sign for so long is dead: it may be taken up again.
DEAD = timedelta(minutes=10)
#: A file no larger is examined while its owner waits for the page, bytes.
AT_ONCE = 5 * 10**6
UNDER_WAY = (State.WAITING, State.LOOKING, State.READY, State.REFUSED, State.STOPPED)
_CORRIGIBLE = (State.READY, State.REFUSED, State.STOPPED)
_CHOICES = ("read", "schema", "source", "territory", "level", "cog", "period", "columns", "key")


def open_import(user: User, subject: Subject, organisation: str, dropped: Sequence[Dropped]) -> Import:
    """Keep a file that someone drops, in a folder of its own.

    Parameters
    ----------
    organisation : in whose name.
    dropped : one file, or a shapefile and its companions.

    Raises
    ------
    AccessError
        If the person contributes for no such organisation.
    ContributionError
        If there is no file, if it is too large, or if too many imports are under way.
    StoreError
        If the disk refuses; nothing is left.
    """
    home = homes(subject).filter(pk=organisation).first()
    if home is None:
        raise AccessError("vous ne contribuez pas pour cette organisation", location=Location(value=organisation))
    if not dropped:
        raise ContributionError("aucun fichier déposé", hint="choisir un fichier")
    size = sum(one.size or 0 for one in dropped)
    if size > settings.IMPORT_BYTES:
        raise files.too_large(settings.IMPORT_BYTES)
    if Import.objects.filter(owner=user, state__in=UNDER_WAY).count() >= MOST_OPEN:
        raise ContributionError(f"{MOST_OPEN} imports en cours au plus", hint="en terminer ou en abandonner un d’abord")
    identifier = uuid4()
    path = files.keep(identifier, dropped, settings.IMPORT_BYTES)
    try:
        with transaction.atomic():
            made = Import.objects.create(
                pk=identifier, owner=user, organisation=home, name=files.shown_name(dropped[0].name or ""),
                size=path.stat().st_size, digest=file_sha256(path),
            )  # fmt: skip
            note("import.opened", made, actor_of(user), organisation=home.pk, bytes=made.size)
    except BaseException:
        files.remove(identifier)
        raise
    return made


def correct(work: Import, choices: dict[str, Any]) -> Import:
    """Keep what one chooses in the place of what was recognised: the file is to be examined again.

    Raises
    ------
    ContributionError
        If the import is over, or being examined.
    """
    told = {k: v for k, v in choices.items() if k in _CHOICES}
    changed = _open(work.pk, _CORRIGIBLE).update(
        state=State.WAITING, choices=told, touched=timezone.now(), stopping=False, step="", done=0, total=0
    )
    if not changed:
        raise ContributionError("cet import est en cours d’examen, ou terminé", hint="recharger la page")
    work.refresh_from_db()
    return work


def resume(work: Import) -> Import:
    """Take up again what was interrupted, or gave no sign for long; nothing is done where it goes on."""
    dead = Q(state=State.LOOKING, beat__lt=timezone.now() - DEAD)
    found = Import.objects.filter(Q(state=State.STOPPED) | dead, pk=work.pk)
    found.update(state=State.WAITING, stopping=False, step="", done=0, total=0, touched=timezone.now())
    work.refresh_from_db()
    return work


def stop(work: Import) -> None:
    """Ask work under way to stop: it does at its next sign; what waits is stopped at once."""
    _open(work.pk, (State.LOOKING,)).update(stopping=True)
    _open(work.pk, (State.WAITING,)).update(state=State.STOPPED)


def drop(work: Import, by: User | None) -> None:
    """Abandon an import: nothing is left of its file.

    Raises
    ------
    ContributionError
        If it was loaded: a version is not taken back so.
    """
    with transaction.atomic():
        changed = _open(work.pk, UNDER_WAY).update(state=State.DROPPED, touched=timezone.now(), stopping=True)
        if not changed:
            raise ContributionError("cet import est terminé", hint="une version versée se rétablit depuis sa fiche")
        note("import.dropped", work, actor_of(by) if by else SYSTEM, organisation=work.organisation_id)
    files.remove(work.pk)


def purge(now: datetime | None = None) -> int:
    """Abandon imports that were left, and remove folders that no import owns; how many were abandoned."""
    moment = now or timezone.now()
    left = Import.objects.filter(state__in=UNDER_WAY, touched__lt=moment - timedelta(days=KEPT_DAYS))
    purged = 0
    for work in left.order_by("pk"):
        drop(work, None)
        purged += 1
    _sweep(moment)
    return purged


def _sweep(moment: datetime) -> None:
    folder = files.imports_folder()
    known = {i.hex for i in Import.objects.filter(state__in=UNDER_WAY).values_list("pk", flat=True)}
    for found in folder.iterdir() if folder.is_dir() else ():
        # One that was just made may not be in the database yet.
        old = moment.timestamp() - found.stat().st_mtime > timedelta(days=1).total_seconds()
        if found.name not in known and old:
            shutil.rmtree(found, ignore_errors=True)


def _open(identifier: UUID, states: Collection[Any]) -> QuerySet[Import]:
    return Import.objects.filter(pk=identifier, state__in=states)
