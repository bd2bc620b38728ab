"""What was carried, merged, divided, estimated or refused: said in French, in JSON and in rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from terril.core.territories.cog.links import Kind
from terril.core.text import NBSP, format_number

#: Columns of :meth:`Report.rows`.
ROW_COLUMNS = ("code", "name", "outcome", "targets", "reason")
_LISTED = 20


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one row: its commune, as it stood, the communes it leads to, and why if it is refused."""

    code: str
    name: str
    kind: Kind
    targets: tuple[str, ...] = ()
    reason: str = ""

    def __str__(self) -> str:
        start = f"{self.code} {self.name}".strip()
        if self.kind == Kind.REFUSED:
            return f"{start}{NBSP}: {self.reason}"
        return f"{start} → {', '.join(self.targets)}"


@dataclass(frozen=True, slots=True)
class Total:
    """An additive column before and after: ``before == after + refused + withheld``.

    ``refused`` is what refused rows held; ``withheld`` what went into a value that another part makes secret or not
    available; ``unreadable`` counts the cells read that bore no value.
    """

    before: Decimal
    after: Decimal
    refused: Decimal
    withheld: Decimal
    unreadable: int

    @property
    def balanced(self) -> bool:
        """Whether what was lost is all accounted for."""
        return self.before == self.after + self.refused + self.withheld

    @property
    def conserved(self) -> bool:
        """Whether nothing was lost."""
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value that is estimated: of which commune, in which column, by which method."""

    code: str
    name: str
    column: str
    method: str


@dataclass(frozen=True)
class Report:
    """The account of a table carried from the nomenclature of ``start`` to that of ``end``.

    Parameters
    ----------
    start, end : years of the nomenclatures.
    rows : number of rows read; :attr:`counts` partitions them.
    communes : number of communes given.
    counts : number of rows of each kind, every kind being there.
    fates : rows that are not the same, in the order of the table.
    estimates : estimated values.
    unavailable : communes left without a value by the passage itself, in a column that cannot be recomputed.
    totals : of each additive column.
    notes : what else the reader must know, in French.
    """

    start: int
    end: int
    rows: int
    communes: int
    counts: Mapping[Kind, int]
    fates: tuple[Fate, ...]
    estimates: tuple[Estimate, ...]
    unavailable: tuple[Estimate, ...]
    totals: Mapping[str, Total]
    notes: tuple[str, ...] = ()

    def of_kind(self, kind: Kind) -> tuple[Fate, ...]:
        """Rows of one kind; none is kept of those that are the same."""
        return tuple(f for f in self.fates if f.kind == kind)

    def as_rows(self) -> list[dict[str, str]]:
        """One dictionary a row that is not the same, with :data:`ROW_COLUMNS`."""
        return [
            {
                "code": f.code,
                "name": f.name,
                "outcome": f.kind.value,
                "targets": " ".join(f.targets),
                "reason": f.reason,
            }
            for f in self.fates
        ]

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON holds it; totals are exact decimals, written as text."""
        return {
            "from": self.start,
            "to": self.end,
            "rows": self.rows,
            "communes": self.communes,
            "counts": {kind.value: count for kind, count in self.counts.items()},
            "totals": {
                name: {part: str(getattr(t, part)) for part in ("before", "after", "refused", "withheld")}
                | {"unreadable": t.unreadable, "conserved": t.conserved}
                for name, t in self.totals.items()
            },
            "estimated": [_estimate(e) for e in self.estimates],
            "unavailable": [_estimate(e) for e in self.unavailable],
            "changed": self.as_rows(),
            "notes": list(self.notes),
        }

    def lines(self, listed: int = _LISTED) -> list[str]:
        """The report in French, line by line; ``listed`` rows of a kind are named at most."""
        head = f"Du COG {self.start} au COG {self.end}{NBSP}: {_count(self.rows, 'ligne lue', 'lignes lues')}, "
        out = [head + f"{_count(self.communes, 'commune rendue', 'communes rendues')}."]
        out.append(", ".join(f"{format_number(n)} {kind.label}" for kind, n in self.counts.items()) + ".")
        for kind in (Kind.RENAMED, Kind.MERGED, Kind.SPLIT, Kind.REFUSED):
            out += _section(kind.label.capitalize(), [str(f) for f in self.of_kind(kind)], listed)
        out += _section("Estimées", [_told(e) for e in self.estimates], listed)
        out += _section("Non disponibles", [_told(e) for e in self.unavailable], listed)
        out += _section("Totaux", [_balance(name, t) for name, t in self.totals.items()], len(self.totals))
        return out + list(self.notes)

    def __str__(self) -> str:
        return "\n".join(self.lines())


def _count(number: int, one: str, many: str) -> str:
    return f"{format_number(number)} {one if number < 2 else many}"


def _section(title: str, told: list[str], listed: int) -> list[str]:
    if not told:
        return []
    more = [f"  … et {format_number(len(told) - listed)} de plus"] if len(told) > listed else []
    return [f"{title}{NBSP}:", *(f"  {text}" for text in told[:listed]), *more]


def _estimate(found: Estimate) -> dict[str, str]:
    return {"code": found.code, "name": found.name, "column": found.column, "method": found.method}


def _told(found: Estimate) -> str:
    return f"{found.code} {found.name}".strip() + f", {found.column}{NBSP}: {found.method}"


def _balance(name: str, total: Total) -> str:
    before, after = _exact(total.before), _exact(total.after)
    told = f"{name}{NBSP}: {before} avant, {after} après"
    lost = [
        f"{_exact(value)} {words}"
        for value, words in (
            (total.refused, "dans les lignes refusées"),
            (total.withheld, "dans des valeurs secrètes ou non disponibles"),
        )
        if value
    ]
    if lost:
        told += f" ({', '.join(lost)})"
    elif total.conserved:
        told += ", conservé"
    return told


def _exact(value: Decimal) -> str:
    exponent = value.as_tuple().exponent
    return format_number(float(value), max(-int(exponent), 0))
