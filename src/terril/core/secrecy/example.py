"""A small table written by hand: what its rules hide, and what an attacker reads of it all the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import Field, ValidationError, model_validator
from scipy import sparse

from terril.core.errors import Location, SecrecyError
from terril.core.secrecy.audit import audit, bounds
from terril.core.secrecy.model import LinkedTable, Protection
from terril.core.secrecy.protect import protect
from terril.core.secrecy.report import Report, Verdict
from terril.core.secrecy.rules import dominance_level, dominated, share_of_value, too_few
from terril.core.spec import Name, Spec


class Sum(Spec):
    """A row (or a column) that is the sum of others."""

    total: Name
    parts: tuple[Name, ...] = Field(min_length=1)


class Totals(Spec):
    """Sums among rows, and among columns."""

    rows: tuple[Sum, ...] = ()
    columns: tuple[Sum, ...] = ()


class Rules(Spec):
    """What hides a cell.

    Parameters
    ----------
    minimum_count : units that a cell needs at least; units are ``counts``, or the values themselves.
    dominance : share that the ``largest`` contributor may not exceed.
    protection : half-width of the interval that must remain, as a share of the value; one unit at least.
    """

    minimum_count: int | None = Field(default=None, ge=1)
    dominance: float | None = Field(default=None, gt=0, lt=1)
    protection: float = Field(default=0.15, gt=0, lt=1)


#: What is wrong with a key, by the kind of fault.
_FAULTS = {"missing": "clé absente", "extra_forbidden": "clé inconnue"}

Rows = Mapping[Name, tuple[float | None, ...]]


class Example(Spec):
    """A table of rows by columns, its sums and its rules.

    Parameters
    ----------
    rows, columns : identifiers and labels, in the order of reading.
    values : for each row, a value a column; ``null`` where the producer hid it.
    counts, largest : the same shape: units in each cell, contribution of its largest one.
    public : cells (row, column) published before: they can no longer be hidden.
    """

    title: str
    note: str = ""
    rows: dict[Name, str] = Field(min_length=1)
    columns: dict[Name, str] = Field(min_length=1)
    totals: Totals = Totals()
    rules: Rules
    values: Rows
    counts: Rows | None = None
    largest: Rows | None = None
    public: tuple[tuple[Name, Name], ...] = ()

    @model_validator(mode="after")
    def _well_formed(self) -> Example:
        for key, cells in (("values", self.values), ("counts", self.counts), ("largest", self.largest)):
            if cells is not None and set(cells) != set(self.rows):
                odd = ", ".join(sorted(set(cells) ^ set(self.rows)))
                raise ValueError(f"« {key} » ne donne pas exactement les lignes déclarées (voir {odd})")
            for row, found in (cells or {}).items():
                if len(found) != len(self.columns):
                    raise ValueError(f"« {key} », ligne {row} : {len(found)} valeurs pour {len(self.columns)} colonnes")
                if any(v is not None and v < 0 for v in found):
                    raise ValueError(f"« {key} », ligne {row} : une valeur négative")
        for known, sums in ((self.rows, self.totals.rows), (self.columns, self.totals.columns)):
            if unknown := sorted({n for s in sums for n in (s.total, *s.parts)} - set(known)):
                raise ValueError(f"« totals » cite {', '.join(unknown)}, qui n'est pas déclaré")
        if self.rules.dominance is not None and self.largest is None:
            raise ValueError("la règle de dominance demande « largest »")
        return self

    @property
    def names(self) -> list[str]:
        """Name of each cell, row by row."""
        return [f"{row}, {column}" for row in self.rows.values() for column in self.columns.values()]

    def table(self) -> LinkedTable:
        """The linked table: one cell a row and column, row by row; hiding a cell costs its value.

        Raises
        ------
        SecrecyError
            When a cell published before is unknown, or hidden by the producer.
        """
        values = self._array(self.values)
        counts, largest = (self._array(given or self.values) for given in (self.counts, self.largest))
        few = too_few(counts, self.rules.minimum_count) if self.rules.minimum_count else np.zeros(values.size, bool)
        share = self.rules.dominance
        ruled = dominated(values, largest, share) if share else np.zeros(values.size, bool)
        width = share_of_value(values, self.rules.protection)
        above = np.where(ruled, np.maximum(width, dominance_level(values, largest, share)), width) if share else width
        return LinkedTable(
            values=values,
            relations=self._relations(),
            weight=np.maximum(1.0, np.nan_to_num(values)),
            primary=np.isnan(values) | few | ruled,
            below=width,
            above=above,
            fixed=self._fixed(),
        )

    def report(self, *, secondary: bool = True) -> Report:
        """Protect the table, then attack it: with its secondary suppression, or with the primary one alone.

        Raises
        ------
        SecrecyError
            When a total contradicts its parts (the cells are named), or a rule cannot be satisfied.
        """
        try:
            table = self.table().checked()
            found = protect(table).require_all()
        except SecrecyError as error:
            named = "; ".join(self.names[c] for c in error.cells[:8])
            raise SecrecyError(f"{error.message} : {named}", hint=error.hint, cells=error.cells) from error
        return self._attacked(table, found, found.hidden if secondary else table.hidden)

    def _attacked(self, table: LinkedTable, found: Protection, hidden: Any) -> Report:
        low, high = bounds(table, hidden)
        attack = audit(table, hidden)
        leaking = {leak.cell for leak in attack.leaks}
        unknown = np.isnan(self._array(self.values))
        verdicts = tuple(
            Verdict(
                name=self.names[c],
                value=None if unknown[c] else float(table.values[c]),
                primary=bool(table.primary[c]),
                low=float(low[c]),
                high=float(high[c]),
                needed_low=float(max(0.0, table.values[c] - table.below[c])),
                needed_high=float(table.values[c] + table.above[c]),
                leaks=int(c) in leaking,
            )
            for c in np.flatnonzero(hidden)
        )
        width = len(self.columns)
        cells = np.array([_shown(table, hidden, c) for c in range(table.size)], dtype=object).reshape(-1, width)
        return Report(
            title=self.title,
            note=self.note,
            columns=tuple(self.columns.values()),
            rows=tuple(zip(self.rows.values(), map(tuple, cells.tolist()), strict=True)),
            verdicts=verdicts,
            optimal=found.optimal and bool(np.array_equal(hidden, found.hidden)),
            cost=float(table.weight[hidden & ~table.primary].sum()),
        )

    def _array(self, given: Rows) -> Any:
        return np.array([np.nan if v is None else v for row in self.rows for v in given[row]], dtype=np.float64)

    def _fixed(self) -> Any:
        fixed = np.zeros((len(self.rows), len(self.columns)), dtype=bool)
        rows, columns = list(self.rows), list(self.columns)
        for row, column in self.public:
            if row not in self.rows or column not in self.columns:
                raise SecrecyError(f"cellule déjà publiée inconnue : {row}, {column}", hint="voir « public »")
            fixed[rows.index(row), columns.index(column)] = True
        return fixed.ravel()

    def _relations(self) -> Any:
        height, width = len(self.rows), len(self.columns)
        by_row, by_column = _sums(self.totals.rows, list(self.rows)), _sums(self.totals.columns, list(self.columns))
        return sparse.csr_array(
            sparse.vstack(
                [sparse.kron(by_row, sparse.eye_array(width)), sparse.kron(sparse.eye_array(height), by_column)]
            )
        )


def read(document: object, file: str | None = None) -> Example:
    """An example from what its file declares.

    Parameters
    ----------
    document : the mapping that the file holds.
    file : its name, for errors.

    Raises
    ------
    SecrecyError
        When the declaration is not understood: which key, and why.
    """
    try:
        return Example.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        why = first.get("ctx", {}).get("error") or _FAULTS.get(first["type"], "valeur inattendue")
        raise SecrecyError(
            f"tableau mal déclaré : {why}",
            location=Location(file=file, field=".".join(map(str, first["loc"])) or None),
            hint="voir l'exemple du guide « Secret statistique »",
        ) from error


def _sums(sums: tuple[Sum, ...], names: list[str]) -> Any:
    matrix = sparse.lil_array((len(sums), len(names)), dtype=np.float64)
    for i, one in enumerate(sums):
        matrix[i, names.index(one.total)] = -1
        for part in one.parts:
            matrix[i, names.index(part)] = 1
    return matrix


def _shown(table: LinkedTable, hidden: Any, cell: int) -> float | str:
    if not hidden[cell]:
        return float(table.values[cell])
    return "s" if table.primary[cell] else "i"
