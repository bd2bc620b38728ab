"""One error tree: a code, a message in French, a place, a remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Location:
    """Where something is wrong.

    Parameters
    ----------
    file : name of the file, as the reader knows it.
    line, column : 1-based position in a text file (definitions, formulas).
    row : 1-based data row, header excluded.
    field : name of the column or of the key.
    value : offending value, as read.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    row: int | None = None
    field: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        parts = []
        if self.file:
            place = self.file
            if self.line is not None:
                place += f":{self.line}"
                if self.column is not None:
                    place += f":{self.column}"
            parts.append(place)
        if self.row is not None:
            parts.append(f"ligne {self.row}")
        if self.field is not None:
            parts.append(f"champ « {self.field} »")
        if self.value is not None:
            shown = self.value if len(self.value) <= 60 else self.value[:57] + "…"
            parts.append(f"valeur « {shown} »")
        return ", ".join(parts)


class TerrilError(Exception):
    """Base of every error a user may meet.

    Parameters
    ----------
    message : what is wrong, in French, one sentence.
    location : where.
    hint : the likely remedy, in French.
    """

    code = "terril"

    def __init__(self, message: str, *, location: Location | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.hint = hint

    def __str__(self) -> str:
        text = self.message
        if self.location is not None and (place := str(self.location)):
            text = f"{place} : {text}"
        return f"{text} → {self.hint}" if self.hint else text

    def as_dict(self) -> dict[str, object]:
        """The error as data, for JSON output and quality reports."""
        return {
            "code": self.code,
            "message": self.message,
            "location": str(self.location) if self.location else None,
            "hint": self.hint,
        }


class PackError(TerrilError):
    """A pack definition is wrong or missing."""

    code = "pack"


class FormulaError(TerrilError):
    """A formula cannot be read."""

    code = "formule"


class UnitError(TerrilError):
    """A formula mixes units that do not go together."""

    code = "unite"


class CycleError(TerrilError):
    """Indicators depend on each other in a circle."""

    code = "cycle"


class TerritoryError(TerrilError):
    """A territory is unknown or badly named."""

    code = "territoire"


class PeriodError(TerrilError):
    """A period cannot be read."""

    code = "periode"


class IngestError(TerrilError):
    """A file cannot become a dataset version. Nothing was loaded."""

    code = "ingestion"


class StoreError(TerrilError):
    """A disk, a lock or a stored file is at fault."""

    code = "stockage"


class BuildError(TerrilError):
    """A release cannot be built; the current one is untouched."""

    code = "construction"


class QueryError(TerrilError):
    """A question that the current release cannot answer."""

    code = "requete"


class QualityError(TerrilError):
    """An anomaly that cannot be decided as asked, or that stops a publication; the one in force stays."""

    code = "qualite"


class AccessError(TerrilError):
    """An audience or organisation that is unknown or not allowed."""

    code = "acces"


class SecrecyError(TerrilError):
    """Figures cannot be published without revealing hidden ones.

    Parameters
    ----------
    cells : indices of the cells at fault, for the caller to name.
    """

    code = "secret"

    def __init__(self, message: str, *, cells: Iterable[int] = (), **told: Any) -> None:
        super().__init__(message, **told)
        self.cells = tuple(int(c) for c in cells)
