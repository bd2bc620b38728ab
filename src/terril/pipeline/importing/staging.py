"""An import tried aside, in a folder of its own, before anything of the platform is touched; then adopted as it is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping as Told
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from terril.core.errors import IngestError, StoreError
from terril.core.progress import Progress, silent
from terril.ingestion.encoding import file_sha256
from terril.ingestion.recognition import Refusal
from terril.ingestion.tableschema import FaultGroup
from terril.ingestion.tableschema.report import SHOWN, Fault
from terril.pipeline.datasets import DatasetStore, Version
from terril.pipeline.importing.desk import ImportDesk
from terril.pipeline.importing.mapping import Mapping

#: What a version says of itself that is made anew where it is adopted.
_OWN = ("id", "sha256", "bytes")


@dataclass(frozen=True, slots=True)
class Staged:
    """What a trial gave.

    Parameters
    ----------
    version : as it would be; None where the file is refused.
    groups : faulty cells, those that are left out included.
    refused : why there is no version, where faults do not say it.
    """

    version: Version | None = None
    groups: tuple[FaultGroup, ...] = ()
    refused: Refusal | None = None


def stage(
    desk: ImportDesk, path: Path, plan: Mapping | str, folder: Path, progress: Progress = silent, shown: int = SHOWN
) -> Staged:
    """Load a file aside.

    Parameters
    ----------
    plan : of the import, or the identifier of a declared source.
    folder : where the trial goes; emptied first.
    shown : faults of a group given in full.

    Raises
    ------
    StoreError
        If the disk is at fault; nothing is left of the trial.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        return _stage(desk.aside(folder), path, plan, progress, shown)
    except IngestError as error:
        return Staged(refused=Refusal.of(error))


def _stage(desk: ImportDesk, path: Path, plan: Mapping | str, progress: Progress, shown: int) -> Staged:
    if isinstance(plan, str):
        outcome = desk.load_source(path, plan, progress)
    else:
        if plan.kind == "table" and (groups := desk.faults(path, plan, progress, shown)):
            return Staged(groups=groups)
        outcome = desk.load(path, plan, progress)
    return Staged(outcome.version, _rejects(outcome.quality))


def _rejects(quality: Told[str, Any]) -> tuple[FaultGroup, ...]:
    """Rows left out, as faults that do not keep the file from being loaded."""
    found: dict[tuple[str, str, str], list[Fault]] = {}
    for reject in quality.get("rejects", ()):
        key = (reject["field"], reject["rule"], reject["remedy"])
        found.setdefault(key, []).append(Fault(reject["row"], reject["field"], reject["value"]))
    groups = [
        FaultGroup("reject", field, rule, remedy, len(faults), tuple(faults), "warning")
        for (field, rule, remedy), faults in found.items()
    ]
    left = int(quality.get("rows_rejected", 0)) - sum(g.count for g in groups)
    if left > 0 and groups:
        first = groups[0]
        groups[0] = FaultGroup(
            first.rule, first.column, first.message, first.remedy, first.count + left, first.shown, "warning"
        )
    return tuple(groups)


def adopt(datasets: DatasetStore, staged: Version, identifier: str, told: Told[str, Any]) -> tuple[Version, bool]:
    """Make a version tried aside the one in use of a dataset.

    Parameters
    ----------
    told : what its ``version.json`` says in the place of what the trial said.

    Returns
    -------
    The version, and whether it is new.

    Raises
    ------
    StoreError
        If what was tried is no longer what it was, or if the disk refuses; nothing is changed.
    """
    if not staged.path.is_file() or file_sha256(staged.path) != staged.meta["sha256"]:
        raise StoreError("le fichier examiné n'est plus celui qui a été préparé", hint="recommencer l'import")
    meta = {k: v for k, v in staged.meta.items() if k not in _OWN} | dict(told) | {"source": identifier}
    with datasets.writing(identifier) as work:
        with staged.path.open("rb") as source, (work / "data.parquet").open("wb") as out:
            shutil.copyfileobj(source, out, 1 << 20)
            out.flush()
            os.fsync(out.fileno())
        return datasets.commit(identifier, work, meta)
