"""Decisions, written one after the other and never erased: ``<home>/quality/decisions.jsonl``."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import ValidationError

from terril.core.errors import Location, StoreError
from terril.core.quality.anomalies import Anomaly, Cell
from terril.core.spec import Spec
from terril.pipeline.releases import disk_errors

Action = Literal["accept", "correct", "refuse", "undo"]
#: Actions, as people read them.
ACTIONS: dict[str, str] = {"accept": "acceptée", "correct": "corrigée", "refuse": "refusée"}
_LOCK_SECONDS = 30


class Decision(Spec):
    """One line of the journal.

    Parameters
    ----------
    at : moment, ISO 8601, UTC.
    by : who decided.
    key : key of the anomaly, or of the cell that was corrected without one.
    reason : why; never empty.
    anomaly : the anomaly as it was seen.
    fact : digest of what was seen: the decision is to be looked at again when it changes.
    cell, was, value : for a correction or a refused figure, the figure, what it was, and what it becomes.
    version : for a whole version refused, its identifier.
    """

    at: str
    by: str
    action: Action
    key: str
    reason: str
    anomaly: Anomaly | None = None
    fact: str = ""
    cell: Cell | None = None
    was: str | None = None
    value: str | None = None
    version: str | None = None


class Journal:
    """Decisions of a working folder.

    Parameters
    ----------
    home : working folder.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / "quality" / "decisions.jsonl"

    def read(self) -> tuple[list[Decision], list[StoreError]]:
        """Every decision that can be read, the oldest first, and the lines that cannot.

        A last line cut short by a power failure was never confirmed to anyone: it is left aside.
        """
        if not self.path.is_file():
            return [], []
        with disk_errors():
            content = self.path.read_bytes()
        whole = content.rpartition(b"\n")[0]
        decisions: list[Decision] = []
        damaged: list[StoreError] = []
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                decisions.append(Decision.model_validate_json(line))
            except ValidationError:
                damaged.append(self._damaged(number))
        return decisions, damaged

    def _damaged(self, number: int) -> StoreError:
        return StoreError(
            "ligne illisible dans le journal des décisions",
            location=Location(file=self.path.name, line=number),
            hint="la rétablir d'après une sauvegarde, ou la supprimer : les autres lignes restent valables",
        )

    def standing(self, *, strict: bool = False) -> dict[str, Decision]:
        """The decision that holds for each key: the last, unless it was undone.

        Raises
        ------
        StoreError
            With ``strict``, if a line cannot be read: nothing is built on decisions that may lack.
        """
        decisions, damaged = self.read()
        if strict and damaged:
            raise damaged[0]
        found: dict[str, Decision] = {}
        for decision in decisions:
            if decision.action == "undo":
                found.pop(decision.key, None)
            else:
                found[decision.key] = decision
        return found

    def append(self, decision: Decision) -> None:
        """Write a decision, and make sure the disk has it.

        Raises
        ------
        StoreError
            If the disk refuses, or another process keeps the journal.
        """
        with disk_errors():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with FileLock(self.path.with_suffix(".lock"), timeout=_LOCK_SECONDS):
                    self._write(decision)
            except Timeout as error:
                raise StoreError("le journal des décisions est occupé", hint="recommencer dans un instant") from error

    def _write(self, decision: Decision) -> None:
        with self.path.open("ab+") as file:
            end = file.seek(0, os.SEEK_END)
            if end:
                file.seek(end - 1)
                if file.read(1) != b"\n":
                    self._drop_cut_line(file.fileno())
            file.write(decision.model_dump_json(exclude_none=True).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _drop_cut_line(self, descriptor: int) -> None:
        whole = self.path.read_bytes().rpartition(b"\n")[0]
        os.ftruncate(descriptor, len(whole) + 1 if whole else 0)


def corrections(decisions: Iterable[Decision], source: str) -> list[Decision]:
    """Decisions that change a figure of a source, in the order they were taken."""
    return sorted(
        (d for d in decisions if d.cell is not None and d.cell.source == source and d.action in ("correct", "refuse")),
        key=lambda d: (d.at, d.key),
    )


def refused_versions(decisions: Iterable[Decision], source: str) -> frozenset[str]:
    """Versions of a source that were refused as a whole."""
    return frozenset(
        d.version
        for d in decisions
        if d.action == "refuse" and d.version and d.anomaly is not None and d.anomaly.subject == source
    )
