"""Examining a file: what it is, what is wrong with it, and the version that it would be, tried aside."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone
from pydantic import TypeAdapter

from terril.apps.agreements.queries import subject_of
from terril.apps.contributions import desks, files
from terril.apps.contributions.errors import ContributionError, InterruptedWorkError
from terril.apps.contributions.models import Import
from terril.apps.contributions.planning import NONE, planned, reading_of, schema_of
from terril.apps.contributions.policies import editable
from terril.core.errors import TerrilError
from terril.core.progress import Progress, silent
from terril.ingestion.recognition import Confidence, Diagnosis, Refusal
from terril.ingestion.tableschema import FaultGroup, Report
from terril.pipeline.importing import ImportDesk, Mapping
from terril.pipeline.importing.staging import stage

State = Import.State
#: Seconds between two signs of work under way.
_PACE = 1.0
#: Faults of a rule that are given to the producer, at most.
EVERY = 100_000


class Pulse:
    """Tells the database how far the work is, and stops it where its owner asked.

    Parameters
    ----------
    identifier : of the import.
    """

    def __init__(self, identifier: UUID) -> None:
        self._identifier = identifier
        self._last = 0.0
        self.step = ""

    def __call__(self, done: int, total: int, label: str) -> None:
        """Called as the work goes on.

        Raises
        ------
        InterruptedWorkError
            If its owner asked to stop.
        """
        now = time.monotonic()
        if now - self._last < _PACE:
            return
        self._last = now
        told = f"{self.step} : {label}" if label else self.step
        found = Import.objects.filter(pk=self._identifier, state=State.LOOKING, stopping=False)
        if not found.update(done=done, total=total, step=told[:120], beat=timezone.now()):
            raise InterruptedWorkError("examen interrompu")


def look(identifier: UUID) -> None:
    """Examine a file that waits; nothing is done where another already does."""
    waiting = Import.objects.filter(pk=identifier, state=State.WAITING)
    if not waiting.update(state=State.LOOKING, beat=timezone.now(), stopping=False):
        return
    work = Import.objects.get(pk=identifier)
    try:
        found = _look(work, Pulse(identifier))
    except InterruptedWorkError:
        found = {"state": State.STOPPED}
    except TerrilError as error:
        found = {"state": State.REFUSED, "faults": {"refused": asdict(Refusal.of(error))}, "staged": {}}
    except BaseException:
        _end(identifier, {"state": State.STOPPED})
        raise
    _end(identifier, found)


def _end(identifier: UUID, found: dict[str, Any]) -> None:
    # What was abandoned meanwhile stays so.
    told = {"step": "", "stopping": False, "touched": timezone.now(), **found}
    Import.objects.filter(pk=identifier, state=State.LOOKING).update(**told)


def _look(work: Import, pulse: Pulse) -> dict[str, Any]:
    desk, path = desks.desk(), files.verified(work.pk, work.digest)
    pulse.step = "lecture du fichier"
    diagnosis = desk.diagnose(path, read=reading_of(work.choices), progress=pulse)
    found: dict[str, Any] = {"diagnosis": diagnosis.as_dict(), "mapping": {}, "source": "", "staged": {}}
    if diagnosis.refused is not None:
        return found | {"state": State.REFUSED, "faults": {"refused": asdict(diagnosis.refused)}}
    source = _source(work, diagnosis)
    plan: Mapping | str = source or planned(desk, path, diagnosis, work.choices)
    pulse.step = "contrôle du schéma"
    report = check(desk, path, work, diagnosis, pulse)
    pulse.step = "essai de chargement"
    staged = stage(desk, path, plan, files.trial_of(work.pk), pulse)
    faults = {
        "report": report.as_dict() if report else None,
        "groups": [asdict(g) for g in staged.groups],
        "refused": asdict(staged.refused) if staged.refused else None,
    }
    return found | {
        "state": State.READY,
        "source": source,
        "mapping": plan.as_dict() if isinstance(plan, Mapping) else {},
        "faults": faults,
        "staged": {"id": staged.version.id, "source": staged.version.source} if staged.version else {},
    }


def _source(work: Import, diagnosis: Diagnosis) -> str:
    """The declared source that reads the file: one that the owner may give a version."""
    chosen = work.choices.get("source", "")
    if chosen == NONE:
        return ""
    told = diagnosis.source
    if not chosen and told is not None and told.confidence is not Confidence.DOUBTFUL:
        chosen = told.value
    allowed = editable(subject_of(work.owner)).filter(identifier=chosen).exists()
    if chosen and not allowed and work.choices.get("source"):
        raise ContributionError("cette source n’est pas de celles que vous pouvez mettre à jour")
    return chosen if chosen and allowed and chosen in desks.desk().workspace.packs.sources else ""


def check(
    desk: ImportDesk, path: Path, work: Import, diagnosis: Diagnosis, progress: Progress, shown: int | None = None
) -> Report | None:
    """The file held against its schema, where it has one."""
    schema, _ = schema_of(work.choices, diagnosis)
    if not schema:
        return None
    given = {} if shown is None else {"shown": shown}
    return desk.check(path, diagnosis, schema, progress, **given)


def every_fault(work: Import) -> list[FaultGroup]:
    """Faults of a file, all of them up to a bound: what is taken back to its producer.

    Raises
    ------
    TerrilError
        If the file is no longer there, or can no longer be read.
    """
    told = refusal_of(work)
    refused = [FaultGroup("refused", "", told.message, told.hint, 1)] if told else []
    if not work.diagnosis or not (work.mapping or work.source):
        return refused + groups_of(work)
    desk, path = desks.desk(), files.verified(work.pk, work.digest)
    diagnosis = Diagnosis.from_dict(work.diagnosis)
    report = check(desk, path, work, diagnosis, silent, EVERY)
    found = [*refused, *(report.groups if report else ())]
    plan = Mapping.from_dict(work.mapping) if work.mapping else None
    if plan is not None and plan.kind == "table" and told is None:
        return found + list(desk.faults(path, plan, shown=EVERY))
    return found + groups_of(work, schema=False)


_GROUPS: TypeAdapter[tuple[FaultGroup, ...]] = TypeAdapter(tuple[FaultGroup, ...])


def report_of(work: Import) -> Report | None:
    """How the file stands against its schema; None where it is held against none."""
    told = work.faults.get("report")
    return Report.from_dict(told) if told else None


def groups_of(work: Import, *, schema: bool = True) -> list[FaultGroup]:
    """Faults told of a file, grouped: those of its schema first."""
    report = report_of(work) if schema else None
    own: Sequence[FaultGroup] = _GROUPS.validate_python(work.faults.get("groups") or ())
    return [*(report.groups if report else ()), *own]


def refusal_of(work: Import) -> Refusal | None:
    """Why the file cannot be loaded as it is read, where faults do not say it."""
    told = work.faults.get("refused")
    return Refusal(**told) if told else None


def bound(work: Import) -> bool:
    """Whether the file must conform to the schema that it is held against."""
    return bool(work.diagnosis) and schema_of(work.choices, Diagnosis.from_dict(work.diagnosis))[1]


def loadable(work: Import) -> bool:
    """Whether the file may become a version as it is."""
    report = report_of(work)
    conforms = report is None or report.ok or not bound(work)
    return work.state == State.READY and bool(work.staged) and conforms
