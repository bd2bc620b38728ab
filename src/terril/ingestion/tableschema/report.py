"""What is wrong with a file, grouped so that ten thousand faults read in one screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter

#: Faults of a group shown in full; the others are counted.
SHOWN = 10
#: Groups kept, the largest first.
GROUPS = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """One faulty cell: 1-based data row, column, value as read, and its own remedy."""

    row: int
    column: str
    value: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """Cells of one column that break one rule.

    Parameters
    ----------
    rule : ``required``, ``type``, ``enum``, ``pattern``, ``minimum``, ``unique``, ``lambert``, ``ragged``…
    message : the rule, in French.
    remedy : the likely remedy, in French.
    count : faulty cells in all.
    shown : the first of them.
    severity : ``error`` keeps a file from conforming; ``warning`` does not.
    """

    rule: str
    column: str
    message: str
    remedy: str
    count: int
    shown: tuple[Fault, ...] = ()
    severity: Literal["error", "warning"] = "error"


@dataclass(frozen=True, slots=True)
class ColumnsReport:
    """How the columns of a file answer a schema.

    Parameters
    ----------
    matched : field → header.
    missing : fields that no header bears; ``optional`` those of them that may be left out.
    extra : headers of no field.
    renamed : header → field that it is likely to be.
    misordered : fields that do not stand in the order of the schema.
    """

    matched: Mapping[str, str]
    missing: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    misordered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A file held against a schema.

    Parameters
    ----------
    schema : its label; ``schema_faults`` are faults of its own.
    rows : data rows checked.
    groups : faults, the gravest and the most numerous first.
    """

    schema: str
    rows: int
    columns: ColumnsReport
    groups: tuple[FaultGroup, ...] = ()
    schema_faults: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the file conforms."""
        return not any(g.severity == "error" for g in self.groups)

    @property
    def faults(self) -> int:
        """Faulty cells, warnings aside."""
        return sum(g.count for g in self.groups if g.severity == "error")

    def on_row(self, row: int) -> tuple[tuple[FaultGroup, Fault], ...]:
        """Faults shown of one data row."""
        return tuple((g, f) for g in self.groups for f in g.shown if f.row == row)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON holds it."""
        found: dict[str, Any] = _adapter().dump_python(self, mode="json")
        return found

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Report:
        """A report from what :meth:`as_dict` gave."""
        return _adapter().validate_python(data)


@cache
def _adapter() -> TypeAdapter[Report]:
    return TypeAdapter(Report)
