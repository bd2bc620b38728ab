"""What a check found."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "avis"
    ERROR = "erreur"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report.

    Parameters
    ----------
    level : how bad it is.
    message : what was found, in French.
    hint : what to do; empty where nothing is to be done.
    """

    level: Level
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """What checks look at.

    Parameters
    ----------
    home : working folder.
    environment : settings, as the environment gives them.
    now : the moment, aware.
    """

    home: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def production(self) -> bool:
        """Whether others are to reach this installation: some settings are then required."""
        named = ("DATABASE_URL", "TERRIL_HOSTS", "TERRIL_HTTPS")
        return any(self.environment.get(name) for name in named)


Check = Callable[[Situation], Iterable[Finding]]


def fine(message: str) -> Finding:
    """Nothing to do."""
    return Finding(Level.OK, message)


def warning(message: str, hint: str) -> Finding:
    """Works, but for how long."""
    return Finding(Level.WARNING, message, hint)


def error(message: str, hint: str) -> Finding:
    """To be mended."""
    return Finding(Level.ERROR, message, hint)


@dataclass(frozen=True, slots=True)
class Line:
    """A finding, with the check that made it."""

    check: str
    finding: Finding

    def as_dict(self) -> dict[str, str]:
        """The line as data."""
        return {
            "check": self.check, "level": str(self.finding.level), "message": self.finding.message,
            "action": self.finding.hint,
        }  # fmt: skip


def examine(checks: Mapping[str, Check], situation: Situation) -> list[Line]:
    """What each check found, in order."""
    return [Line(name, found) for name, check in checks.items() for found in check(situation)]


def exit_code(lines: Iterable[Line]) -> int:
    """0: nothing to do; 1: an error; 2: warnings alone."""
    levels = {line.finding.level for line in lines}
    return 1 if Level.ERROR in levels else 2 if Level.WARNING in levels else 0
