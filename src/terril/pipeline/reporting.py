"""The report of an unattended refresh: what happened, what is published, and who must act."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from terril.core.errors import TerrilError
from terril.core.text import NBSP
from terril.pipeline.freshness import Freshness, written


class Code(IntEnum):
    """Exit codes of ``terril refresh``."""

    DONE = 0
    FAILED = 1
    REVIEW = 2
    UNSENT = 3
    RUNNING = 75


class Who(StrEnum):
    """Who must act."""

    PRODUCER = "producteur"
    ANALYST = "analyste"
    OPERATOR = "exploitant"


class Outcome(StrEnum):
    """What became of a source."""

    LOADED = "nouvelle version chargée"
    UNCHANGED = "inchangée chez le producteur"
    REFUSED = "fichier refusé, la version d’avant reste en usage"
    UNREACHABLE = "producteur injoignable, la version d’avant reste en usage"
    MANUAL = "à télécharger à la main"
    WOULD = "serait demandée"


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one source.

    Parameters
    ----------
    fresh : how fresh it was.
    outcome : what was done.
    detail : why, or which version; in French.
    who : who must act; None where nobody has to.
    """

    fresh: Freshness
    outcome: Outcome
    detail: str = ""
    who: Who | None = None

    @property
    def text(self) -> str:
        """The line as it is read."""
        return ". ".join(part for part in (f"{self.fresh.source.id}{NBSP}: {self.outcome}", self.detail) if part)


@dataclass(slots=True)
class Report:
    """What a refresh did.

    Parameters
    ----------
    started : moment (aware).
    lines : sources, those asked first.
    release : identifier of the release published; None where nothing changed or nothing could be.
    summary : what the release changes, one line each.
    stopped : why the publication waits for someone; None where it does not.
    failed : why it could not be made; None where it could.
    rehearsal : nothing was fetched nor published.
    """

    started: datetime
    lines: list[Line] = field(default_factory=list)
    release: str | None = None
    summary: list[str] = field(default_factory=list)
    stopped: TerrilError | None = None
    failed: TerrilError | None = None
    rehearsal: bool = False

    @property
    def code(self) -> Code:
        """Exit code."""
        if self.failed is not None:
            return Code.FAILED
        if self.stopped is not None:
            return Code.REVIEW
        broken = any(line.outcome in (Outcome.REFUSED, Outcome.UNREACHABLE) for line in self.lines)
        return Code.FAILED if broken else Code.DONE

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell: nothing published, nobody to act."""
        return self.code is Code.DONE and self.release is None and not any(line.who for line in self.lines)

    @property
    def result(self) -> str:
        """The result in a few words: the subject of the e-mail."""
        if self.failed is not None:
            return "échec, la publication en vigueur le reste"
        if self.stopped is not None:
            return "arrêtée pour relecture, la publication en vigueur le reste"
        if self.rehearsal:
            return "essai, rien n’est changé"
        told = f"publiée ({self.release})" if self.release else "rien de nouveau à publier"
        return f"{told}, des sources ont échoué" if self.code is Code.FAILED else told

    def text(self) -> str:
        """The whole report."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"Actualisation du {written(self.started)}{NBSP}: {self.result}."
        for why in (self.failed, self.stopped):
            if why is not None:
                yield from ("", str(why))
        yield from self._to_do()
        if self.summary:
            yield from ("", "Ce que change la publication", *(f"- {line}" for line in self.summary))
        if self.lines:
            yield from ("", "Sources", *(f"- {line.text}" for line in self.lines))

    def _to_do(self) -> Iterator[str]:
        waiting = [(who, line) for who in Who for line in self.lines if line.who is who]
        others = [(Who.ANALYST, self.stopped)] if self.stopped is not None else []
        others += [(Who.OPERATOR, self.failed)] if self.failed is not None else []
        if waiting or others:
            yield from ("", "Qui doit agir")
        for who, error in others:
            if error is not None:
                yield f"- {who}{NBSP}: {error.hint or error.message}"
        for who, line in waiting:
            yield f"- {who}{NBSP}: {line.text}"
