"""Harvesting another catalogue: each record made, changed or archived, each refusal kept with its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django_tasks import task

from terril.apps.audit.actions import SYSTEM, actor_of, note
from terril.apps.catalogue.errors import CatalogueError
from terril.apps.catalogue.models import HarvestItem, HarvestRun, HarvestSource, State
from terril.apps.catalogue.policies import require_harvesting
from terril.apps.catalogue.taking import take
from terril.core.access import Subject
from terril.core.errors import TerrilError
from terril.core.progress import Progress, silent
from terril.ingestion.client import Client
from terril.ingestion.harvest import Harvested, Protocol, harvest
from terril.pipeline.home import home_folder

Connect = Callable[[], Client]
#: Items written together: the network is never waited for inside a transaction.
_BATCH = 50
#: A run that has been silent for so long was cut short.
_SILENT = timedelta(hours=6)
_PERIODS = {
    HarvestSource.Rhythm.DAILY: timedelta(days=1),
    HarvestSource.Rhythm.WEEKLY: timedelta(days=7),
    HarvestSource.Rhythm.MONTHLY: timedelta(days=30),
}
#: A harvest due in the night is run a little before the hour of the last.
_EARLY = timedelta(hours=2)


def client() -> Client:
    """The one client of the platform, blind to private networks."""
    return Client(home_folder() / "cache" / "http")


@transaction.atomic
def declare(source: HarvestSource, by: Any, subject: Subject) -> HarvestSource:
    """Add a catalogue to harvest, or change one.

    Raises
    ------
    PermissionDenied
        If the subject is no steward of its organisation.
    """
    require_harvesting(subject, source.organisation)
    made = not source.pk
    if made:
        source.pk = _name(source.label)
    source.save(force_insert=made)
    act = "harvest.declared" if made else "harvest.changed"
    note(act, source, actor_of(by), organisation=source.organisation_id, address=source.address)
    return source


def _name(label: str) -> str:
    """A name that no other catalogue bears."""
    stem = slugify(label)[:30].strip("-") or "catalogue"
    # What follows « moissons/ » in addresses is the name of a catalogue.
    taken = set(HarvestSource.objects.filter(pk__startswith=stem).values_list("pk", flat=True))
    names = (stem, *(f"{stem}-{n}" for n in range(2, 10_000)))
    return next(name for name in names if name not in taken)


@transaction.atomic
def ask(source: HarvestSource, by: Any, subject: Subject) -> HarvestRun:
    """Ask that a catalogue be harvested: a worker does it.

    Raises
    ------
    PermissionDenied
        If the subject is no steward of its organisation.
    CatalogueError
        If it is being harvested.
    """
    require_harvesting(subject, source.organisation)
    made = _opened(source)
    transaction.on_commit(lambda: work.enqueue(made.pk, actor_of(by)))
    return made


def _opened(source: HarvestSource) -> HarvestRun:
    """A run of a catalogue; one at a time."""
    HarvestSource.objects.select_for_update().get(pk=source.pk)
    busy = (HarvestRun.Standing.WAITING, HarvestRun.Standing.RUNNING)
    recent = timezone.now() - _SILENT
    if source.runs.filter(standing__in=busy, asked__gte=recent).exists():
        raise CatalogueError("ce catalogue est déjà en cours de moissonnage", hint="attendre la fin de la moisson")
    return HarvestRun.objects.create(source=source)


def start_due() -> int:
    """Have every catalogue that is due harvested by a worker; how many there are."""
    started = 0
    for source in due(timezone.now()):
        with transaction.atomic():
            made = _opened(source)
            transaction.on_commit(lambda pk=made.pk: work.enqueue(pk, SYSTEM))
        started += 1
    return started


@task()
def work(run: int, by: str) -> None:
    """Harvest, out of a page."""
    found = HarvestRun.objects.select_related("source").filter(pk=run, standing=HarvestRun.Standing.WAITING).first()
    if found is not None:
        carry_out(found, by)


def harvest_now(source: HarvestSource, by: str = SYSTEM, progress: Progress = silent) -> HarvestRun:
    """Harvest a catalogue and wait for it.

    Raises
    ------
    CatalogueError
        If it is being harvested.
    """
    with transaction.atomic():
        made = _opened(source)
    return carry_out(made, by, progress)


def carry_out(run: HarvestRun, by: str, progress: Progress = silent, connect: Connect = client) -> HarvestRun:
    """Read a catalogue to its end; what was read before a failure stays, and nothing is archived then."""
    source = run.source
    run.standing = HarvestRun.Standing.RUNNING
    run.save()
    protocol = Protocol(source.protocol) if source.protocol else None
    try:
        with connect() as web:
            items = harvest(source.address, protocol, web)
            while batch := list(islice(items, _BATCH)):
                _write(batch, run)
                progress(run.read, 0, source.label)
        if not run.read:
            raise CatalogueError("le catalogue ne donne aucune fiche : rien n'a été archivé", hint="vérifier l'adresse")
        _archive(run)
    except TerrilError as error:
        run.standing, run.message = HarvestRun.Standing.FAILED, str(error)
    except BaseException:
        # Interrupted: said at once, so that the next one may start.
        run.standing, run.message = HarvestRun.Standing.FAILED, "moisson interrompue : la relancer"
        _end(run, by)
        raise
    else:
        run.standing = HarvestRun.Standing.DONE
    _end(run, by)
    return run


@transaction.atomic
def _end(run: HarvestRun, by: str) -> None:
    run.ended = timezone.now()
    run.save()
    counts = {name: getattr(run, name) for name in ("read", "created", "changed", "archived", "refused")}
    organisation = run.source.organisation_id
    note("harvest.run", run.source, by, organisation=organisation, standing=run.standing, **counts)


@transaction.atomic
def _write(batch: list[Harvested], run: HarvestRun) -> None:
    for found in batch:
        item = take(found, run.source, run)
        run.read += 1
        run.created += item.standing == HarvestItem.Standing.CREATED
        run.changed += item.standing == HarvestItem.Standing.CHANGED
        run.refused += item.standing == HarvestItem.Standing.REFUSED
    run.save()


@transaction.atomic
def _archive(run: HarvestRun) -> None:
    """Archive the records of items that the catalogue no longer has, save those decided here."""
    gone = HarvestItem.objects.filter(source=run.source).exclude(run=run).exclude(standing=HarvestItem.Standing.GONE)
    for item in gone.select_related("record"):
        item.standing = HarvestItem.Standing.GONE
        item.save()
        record = item.record
        if record is not None and record.state != State.ARCHIVED and "state" not in record.decided:
            record.state = State.ARCHIVED
            record.revision += 1
            record.save()
            run.archived += 1


def due(now: datetime) -> Iterator[HarvestSource]:
    """Catalogues whose rhythm says that they are to be read."""
    for source in HarvestSource.objects.filter(active=True).order_by("pk"):
        period = _PERIODS.get(source.rhythm)
        last = source.runs.order_by("-asked", "-pk").first()
        if period is not None and (last is None or last.asked + period - _EARLY <= now):
            yield source
