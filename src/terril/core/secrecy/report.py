"""What an attack on a small table found, in French lines."""

from __future__ import annotations

from dataclasses import dataclass

from terril.core.text import NBSP, format_number


@dataclass(frozen=True, slots=True)
class Verdict:
    """A hidden cell and what an attacker deduces of it.

    Parameters
    ----------
    name : row and column.
    value : its value; None where the producer hid it from us too.
    primary : hidden by a rule or by the producer; otherwise only to protect others.
    low, high : what the attacker deduces; ``high`` may be infinite.
    needed_low, needed_high : interval that the deduction must contain, for a primary cell.
    leaks : whether it does not.
    """

    name: str
    value: float | None
    primary: bool
    low: float
    high: float
    needed_low: float
    needed_high: float
    leaks: bool

    @property
    def deduced(self) -> str:
        """What the attacker writes down."""
        if self.high - self.low < 1e-6:
            return f"vaut exactement {_number(self.low)}"
        high = "sans limite" if self.high == float("inf") else _number(self.high)
        return f"entre {_number(self.low)} et {high}"


@dataclass(frozen=True, slots=True)
class Report:
    """A table as it would be published, and what attacking it gives.

    Parameters
    ----------
    columns : labels.
    rows : label of each row, and what its cells show: a value, ``s`` (primary) or ``i`` (secondary).
    verdicts : hidden cells, row by row.
    optimal : whether no pattern hides less.
    cost : total of the values hidden only to protect others.
    """

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float | str, ...]], ...]
    verdicts: tuple[Verdict, ...]
    optimal: bool
    cost: float

    @property
    def leaks(self) -> tuple[Verdict, ...]:
        """Primary cells bounded too tightly."""
        return tuple(v for v in self.verdicts if v.leaks)

    def lines(self) -> list[str]:
        """The table, then each attack, then the verdict."""
        secondary = sum(not v.primary for v in self.verdicts)
        return [
            self.title,
            *([self.note] if self.note else []),
            "",
            *self._table(),
            "",
            f"s{NBSP}: secret primaire ({len(self.verdicts) - secondary}) · i{NBSP}: secret induit ({secondary})",
            "",
            "Ce qu'un lecteur en déduit",
            *(_line(v) for v in self.verdicts),
            "",
            self._verdict(secondary),
        ]

    def _table(self) -> list[str]:
        body = [(label, *(c if isinstance(c, str) else _number(c) for c in cells)) for label, cells in self.rows]
        grid = [("", *self.columns), *body]
        widths = [max(len(line[i]) for line in grid) for i in range(len(self.columns) + 1)]
        return [
            "  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True)))
            for line in grid
        ]

    def _verdict(self, secondary: int) -> str:
        primary = len(self.verdicts) - secondary
        if self.leaks:
            return f"FUITE{NBSP}: {len(self.leaks)} cellule(s) secrète(s) sur {primary} se déduisent trop précisément."
        safe = f"Aucune fuite{NBSP}: {primary} cellule(s) secrète(s), toutes protégées."
        if not secondary:
            return safe
        best = f"{NBSP}; aucun autre choix ne cache moins" if self.optimal else ""
        return f"{safe} {secondary} cellule(s) induite(s), {_number(self.cost)} unités cachées en plus{best}."


def _line(verdict: Verdict) -> str:
    value = "inconnue de nous" if verdict.value is None else _number(verdict.value)
    needed = (
        f"{NBSP}; il faut au moins {_number(verdict.needed_low)} à {_number(verdict.needed_high)}"
        if verdict.primary
        else ""
    )
    mark = " → FUITE" if verdict.leaks else ""
    kind = "s" if verdict.primary else "i"
    return f"  {kind}  {verdict.name} ({value}){NBSP}: {verdict.deduced}{needed}{mark}"


def _number(value: float) -> str:
    rounded = round(value, 2)
    return format_number(rounded, 0 if rounded == int(rounded) else 2)
