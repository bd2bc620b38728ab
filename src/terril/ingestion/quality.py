"""What happened to the rows of a file: kept, left out, refused, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from terril.core.status import Status

#: Faulty rows shown in full; the others are counted.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Reject:
    """A row not kept."""

    file: str
    row: int
    field: str
    value: str
    rule: str
    remedy: str

    def as_dict(self) -> dict[str, Any]:
        """The reject as data."""
        return {k: getattr(self, k) for k in ("file", "row", "field", "value", "rule", "remedy")}


@dataclass(slots=True)
class Quality:
    """The report of an ingestion, kept in ``version.json``.

    Parameters
    ----------
    read, kept, rejected : rows of the file (a melted row counts once in ``read``).
    left_out : rows the source says not to read, by reason.
    cog_fallbacks : rows whose commune code was read in another year than declared, by code.
    statuses : values by status, by measure.
    passages : rows by what became of their code, by column carried to another nomenclature, with the passages used.
    """

    read: int = 0
    kept: int = 0
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    cog_fallbacks: Counter[str] = field(default_factory=Counter)
    statuses: dict[str, Counter[str]] = field(default_factory=dict)
    territories: dict[str, set[str]] = field(default_factory=dict)
    passages: dict[str, dict[str, Any]] = field(default_factory=dict)

    def reject(self, item: Reject) -> None:
        """Show a reject, while there is room (the count is kept apart)."""
        if len(self.rejects) < SHOWN:
            self.rejects.append(item)

    def count_statuses(self, measure: str, statuses: Any) -> None:
        """Add an array of statuses of one measure."""
        counts = np.bincount(np.asarray(statuses), minlength=len(Status))
        tally = self.statuses.setdefault(measure, Counter())
        for status in Status:
            if counts[status]:
                tally[status.word] += int(counts[status])

    @property
    def examined(self) -> int:
        """Rows read less those the source leaves out."""
        return self.read - sum(self.left_out.values())

    def as_dict(self) -> dict[str, Any]:
        """The report as data, in a stable order."""
        return {
            "rows_read": self.read,
            "rows_kept": self.kept,
            "rows_rejected": self.rejected,
            "rejects": [r.as_dict() for r in self.rejects],
            "left_out": dict(sorted(self.left_out.items())),
            "cog_fallbacks": {
                "rows": sum(self.cog_fallbacks.values()),
                "codes": dict(self.cog_fallbacks.most_common(SHOWN)),
            },
            "statuses": {m: dict(sorted(c.items())) for m, c in self.statuses.items()},
            "territories": {level: len(codes) for level, codes in sorted(self.territories.items())},
            **({"passages": self.passages} if self.passages else {}),
        }
