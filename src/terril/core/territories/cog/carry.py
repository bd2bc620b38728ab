"""Carrying a table of communes from a nomenclature to another, both ways in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from terril.core.status import Status
from terril.core.territories.cog.columns import (
    Additive,
    Geometric,
    Measure,
    Median,
    Numbers,
    Ratio,
    Statuses,
    Typology,
    check_measures,
)  # fmt: skip
from terril.core.territories.cog.errors import PassageError
from terril.core.territories.cog.links import Kind
from terril.core.territories.cog.measured import divide, mean, recompute, sum_of, unite, vote
from terril.core.territories.cog.report import Estimate, Fate, Report, Total
from terril.core.territories.cog.route import Absent, Route, Weights, route
from terril.core.territories.cog.timeline import Timeline
from terril.core.text import NBSP


@dataclass(frozen=True, eq=False)
class Things:
    """A column that holds no numbers: classes or shapes, with the status of each."""

    values: tuple[Any, ...]
    status: Statuses

    def at(self, place: int) -> Any:
        """One value, ``None`` where there is none."""
        return self.values[place] if self.status[place] < Status.MISSING else None

    def __len__(self) -> int:
        return len(self.values)


Column: TypeAlias = Numbers | Things


@dataclass(frozen=True, eq=False)
class Carried:
    """A table in another nomenclature.

    Parameters
    ----------
    codes, names : the communes reached, sorted by code.
    kinds : what each is made of; ``REFUSED`` where a part of it is not known.
    columns : values and statuses, by name, in the order declared.
    report : the account of the passage.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    kinds: tuple[Kind, ...]
    columns: Mapping[str, Column]
    report: Report

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def value(self, code: str, name: str) -> Any:
        """Value of a commune, ``None`` where there is none; numbers are exact decimals."""
        return self.columns[name].at(self.codes.index(code))

    def status(self, code: str, name: str) -> Status:
        """Status of the value of a commune."""
        return Status(int(self.columns[name].status[self.codes.index(code)]))


def carry(
    codes: Sequence[str | None],
    columns: Mapping[str, Any],
    measures: Sequence[Measure],
    timeline: Timeline,
    start: int,
    end: int,
    *,
    weights: Weights | None = None,
    absent: Absent = "missing",
) -> Carried:
    """Carry a table from the communes of 1 January ``start`` to those of 1 January ``end``.

    Parameters
    ----------
    codes : commune of each row, each once; municipal districts may stand for theirs.
    columns : by name, as many values as rows: :class:`Numbers`, arrays or sequences of numbers, classes or shapes.
    measures : how each column is to be carried; those not declared are left out.
    timeline : the history of communes.
    weights : by what to divide a commune that splits; without it, its rows are refused by name.
    absent : what a commune that the table does not hold has: ``missing`` (nothing known: the commune it joins is
        refused) or ``zero``.

    Returns
    -------
    The communes reached, with exact sums: numerators and denominators first, divided last.

    Raises
    ------
    PassageError
        When a column is absent, of another length or unreadable, a measure lacks what it is computed from, a commune
        is there twice, or a year is not known.
    """
    check_measures(measures, [*columns])
    for name, values in columns.items():
        if len(values) != len(codes):
            raise PassageError(
                f"la colonne {name} a {len(values)} valeurs pour {len(codes)} communes",
                hint="donner une valeur, ou rien, pour chaque ligne",
            )
    way = route(codes, timeline, start, end, weights=weights, absent=absent)
    work = _Work(way, columns)
    carried = {m.name: work.carry(m) for m in sorted(measures, key=lambda m: not isinstance(m, Additive))}
    names = tuple(way.timeline.name(code, end) for code in way.new_codes)
    report = work.report(start, end, names)
    kinds = tuple(way.target_kind(place) for place in range(len(way.reached)))
    return Carried(way.new_codes, names, kinds, {m.name: carried[m.name] for m in measures}, report)


class _Work:
    """Columns being carried along a route."""

    def __init__(self, way: Route, columns: Mapping[str, Any]) -> None:
        self.way = way
        self.given = columns
        self.sums: dict[str, Numbers] = {}
        self.read: dict[str, Numbers] = {}
        self.totals: dict[str, Total] = {}
        self.methods: dict[str, str] = {}
        self.done: dict[str, Column] = {}

    def carry(self, measure: Measure) -> Column:
        """Carry one column; additive ones come first, others are computed from them."""
        if isinstance(measure, Additive):
            found: Column = self._add(measure)
        elif isinstance(measure, Ratio):
            given = self._numbers(measure.name) if measure.name in self.given else None
            found = recompute(measure, self.way, given, self.sums)
        elif isinstance(measure, Median):
            weight = self.read[measure.weight] if measure.weight is not None else None
            found = mean(measure, self.way, self._numbers(measure.name), weight)
            self.methods[measure.name] = f"moyenne pondérée par {measure.weight}" if weight is not None else ""
        elif isinstance(measure, Typology):
            weight = self.read[measure.weight] if measure.weight is not None else None
            found = Things(*vote(measure, self.way, list(self.given[measure.name]), weight))
            self.methods[measure.name] = "classe de la plus grande partie" if measure.rule == "largest" else ""
        else:
            found = self._shapes(measure)
        self.done[measure.name] = found
        return found

    def _numbers(self, name: str) -> Numbers:
        given = self.given[name]
        return given if isinstance(given, Numbers) else Numbers.of(given)

    def _add(self, measure: Additive) -> Numbers:
        read = self._numbers(measure.name).roomy()
        pairs = divide(self.way, read)
        found = sum_of(self.way, pairs)
        self.read[measure.name], self.sums[measure.name] = read, found
        if self.way.weights is not None:
            self.methods[measure.name] = f"partage selon {self.way.weights.label}"
        refused = np.zeros(len(read), dtype=bool)
        refused[[*self.way.reasons]] = True
        hidden = ~found.readable[self.way.target] & ~refused[self.way.row]
        self.totals[measure.name] = Total(
            read.total(), found.total(), read.total(refused), pairs.total(hidden), int((~read.readable).sum())
        )
        return found

    def _shapes(self, measure: Geometric) -> Things:
        self.methods[measure.name] = ""
        return Things(*unite(measure, self.way, list(self.given[measure.name])))

    def report(self, start: int, end: int, names: Sequence[str]) -> Report:
        """The account of what was carried."""
        way, size = self.way, len(self.way.codes)
        kinds = [way.row_kind(row) for row in range(size)]
        counts = Counter(kinds)
        fates = [self._fate(row, kind) for row, kind in enumerate(kinds) if kind != Kind.SAME]
        estimates, lost = [], []
        for name, column in self.done.items():
            merged = np.flatnonzero(~way.whole)
            for place in merged[column.status[merged] == Status.ESTIMATED].tolist():
                method = self.methods.get(name) or "calcul à partir de valeurs estimées"
                estimates.append(Estimate(way.new_codes[place], names[place], name, method))
            if name not in self.totals:
                gone = merged[(column.status[merged] == Status.MISSING) & way.complete[merged]]
                told = "ses parties ne suffisent pas à la calculer"
                lost += [Estimate(way.new_codes[place], names[place], name, told) for place in gone.tolist()]
        return Report(
            start,
            end,
            size,
            len(way.reached),
            {kind: counts[kind] for kind in Kind},
            tuple(fates),
            tuple(estimates),
            tuple(lost),
            self.totals,
            self._notes(start),
        )

    def _fate(self, row: int, kind: Kind) -> Fate:
        way = self.way
        code = way.codes[row]
        year = way.links.start
        targets = way.links.to(way.timeline.district_of.get(code, code))
        return Fate(code, way.timeline.name(code, year), kind, targets, way.reasons.get(row, ""))

    def _notes(self, start: int) -> tuple[str, ...]:
        links, notes = self.way.links, []
        if links.start != start:
            notes.append(
                f"Les changements de {start} ne sont pas datés{NBSP}: les codes sont lus au COG {links.start}, "
                "qui en refuse le moins."
            )
        if links.end in self.way.timeline.undated:
            before, after = self.way.timeline.undated[links.end]
            notes.append(
                f"Les changements entre les COG {before} et {after} ne sont pas datés{NBSP}: "
                f"au COG {links.end}, ils n’ont pas encore eu lieu."
            )
        return tuple(notes)
