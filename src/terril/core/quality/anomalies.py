"""An anomaly: what was found, where, and what to do about it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from terril.core.indicators.fingerprint import digest
from terril.core.quality.spec import SEVERITIES, Severity
from terril.core.spec import Spec

#: Kinds of checks, as people read them.
KINDS = {
    "bounds": "bornes",
    "totals": "totaux",
    "conservation": "somme des parties",
    "agreement": "accord de deux sources",
    "continuity": "continuité",
    "rows": "lignes",
    "spacing": "écart entre deux recensements",
    "small_population": "petits effectifs",
    "geometry": "position",
    "clock": "date",
    "correction": "correction",
}


class Cell(Spec):
    """One figure of a source: what a correction replaces.

    Parameters
    ----------
    territory : ``level:code``, as the version writes it.
    dimensions : value of each dimension of the row.
    """

    source: str
    territory: str
    period: str
    column: str
    dimensions: dict[str, str] = Field(default_factory=dict)

    @property
    def text(self) -> str:
        """The cell in one line."""
        dims = "".join(f", {k} {v}" for k, v in sorted(self.dimensions.items()))
        return f"{self.source}, {self.territory}, {self.period}, {self.column}{dims}"


class Anomaly(Spec):
    """Something that a check found.

    Parameters
    ----------
    about, subject : ``source`` or ``indicator``, and its identifier.
    kind : a key of :data:`KINDS`.
    message : the sentence, in French; the territory and period are said beside it.
    hint : what to do.
    territory, period, column, dimensions : the figure, where there is one.
    detail : tells apart two findings of one kind about one figure.
    value, other : the figure, and the one it was held against.
    rows : first rows of the file concerned.
    territories : first territories concerned, where there are several.
    sources : sources that the figure comes from.
    version : version of the source concerned.
    """

    about: Literal["source", "indicator"]
    subject: str
    kind: str
    severity: Severity
    message: str
    hint: str
    territory: str | None = None
    period: str | None = None
    column: str | None = None
    dimensions: dict[str, str] = Field(default_factory=dict)
    detail: str = ""
    value: float | None = None
    other: float | None = None
    rows: tuple[int, ...] = ()
    territories: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    version: str | None = None

    @property
    def key(self) -> str:
        """Stable name: the same place and rule, whatever the figure; a decision sticks to it."""
        place = [self.territory, self.period, self.column, self.dimensions, self.detail]
        return digest([self.subject, self.kind, *place])[:10]

    @property
    def fact(self) -> str:
        """Digest of what was seen: a decision holds while it does not change."""
        return digest([self.value, self.other, list(self.territories)])[:10]

    @property
    def cell(self) -> Cell | None:
        """The figure of a source that the anomaly is about; None for anything else."""
        if self.about != "source" or self.territory is None or self.period is None or self.column is None:
            return None
        return Cell(
            source=self.subject,
            territory=self.territory,
            period=self.period,
            column=self.column,
            dimensions=self.dimensions,
        )

    @property
    def whole_version(self) -> bool:
        """Whether it is about a version as a whole."""
        return self.about == "source" and self.kind in ("rows", "clock")


_RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}


def in_order(found: list[Anomaly]) -> list[Anomaly]:
    """The gravest first, then by subject, kind, territory and period."""
    return sorted(found, key=lambda a: (_RANK[a.severity], a.subject, a.kind, a.territory or "", a.period or "", a.key))
