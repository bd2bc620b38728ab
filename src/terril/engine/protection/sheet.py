"""A sheet of measure cells: one family of measures, one period, every territory of every level."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from terril.core.secrecy.model import LinkedTable
from terril.core.secrecy.rules import dominance_level, dominated, too_few
from terril.core.secrecy.spec import Dominance
from terril.core.sources import Source
from terril.engine.protection.base import Base, Flags, Floats
from terril.engine.protection.classes import Classes, wholes
from terril.engine.protection.known import Known
from terril.engine.protection.places import Places
from terril.engine.protection.readings import Family, Wanted
from terril.engine.protection.relations import relations

Serie = tuple[int, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells of a family at one period.

    Parameters
    ----------
    source, period : what they are of.
    family : measures.
    places : territories.
    series : column and classes of each row of the sheet; those that nobody reads are there for the sums they make.
    keys : key of the measure read, by row; empty where nobody reads it.
    values : ``(s, t)`` figures, whole numbers of ``unit``; NaN where the producer hides a part of them.
    exists : ``(s, t)`` whether the source has anything there.
    published : ``(s, t)`` whether an indicator would show it, secrecy aside.
    primary : ``(s, t)`` hidden by a rule, or by the producer.
    widths : ``(s, t)`` how far from a primary cell a deduction must reach.
    linked : whether its sums can be protected; otherwise whatever holds a secret is secret.
    unit : what 1 is, in the unit of the measure.
    """

    source: Source
    period: str
    family: Family
    places: Places
    series: tuple[Serie, ...]
    keys: tuple[str, ...]
    values: Floats
    exists: Flags
    published: Flags
    primary: Flags
    widths: Floats
    linked: bool
    unit: float
    classes: Classes

    def table(self, known: Known) -> tuple[LinkedTable, NDArray[np.int64]]:
        """The cells that exist as ``core.secrecy`` reads them, and where each is in the sheet (flat).

        Sums of an earlier release over territories that are no more come last: they have no place in the sheet.
        """
        flat = np.flatnonzero(self.exists)
        links = relations(self.places, self.series, self.classes, self.source, self.family, self.exists, self.values)
        links, values, fixed = known.added(self, flat, links)
        published, primary = self.published.ravel()[flat], self.primary.ravel()[flat] & ~fixed[: len(flat)]
        extra = len(values) - len(flat)
        amounts = np.nan_to_num(values)
        # A cell of 100 weighs ten times a cell of 1: what is lost is felt less than in proportion.
        told = np.concatenate([published, np.ones(extra, bool)]) & ~np.isnan(values)
        weight = np.where(told, 1 + np.sqrt(amounts * self.unit), 0.0)
        primary = np.concatenate([primary, np.zeros(extra, bool)])
        width = np.where(primary, np.concatenate([self.widths.ravel()[flat], np.zeros(extra)]), 0.0)
        return LinkedTable(values, links, weight, primary, np.minimum(width, amounts), width, fixed), flat

    def propagated(self) -> Flags:
        """``(s, t)`` what is hidden where nothing can be protected: whatever holds a secret."""
        hidden = self.primary | np.isnan(self.values)
        if self.family.figure.startswith(("quantile", "valeur")):
            return hidden
        for s, (column, held) in enumerate(self.series):
            for part, (other, classes) in enumerate(self.series):
                if other == column and classes <= held:
                    hidden[s] |= hidden[part]
        return np.asarray(hidden | ((hidden[:, : self.places.base].astype(float) @ self.places.holds.T) > 0))


def lay_sheet(source: Source, period: str, family: Family, classes: Classes, base: Base, places: Places) -> Sheet:
    """Sum what a source gives over every territory, and judge each cell by the rules."""
    read = {(_column(family, w), classes.held(w.measured.where)): w for w in family.wanted}
    singles = [(j, frozenset({k})) for j in range(len(family.columns)) for k in range(classes.count)]
    series = tuple(dict.fromkeys([*singles, *(s for s in read if s[1])]))
    summed = _Summed(source, family, classes, _placed(base, places), places, base.unit)
    values = np.stack([summed.values(s) for s in series])
    exists = np.stack([summed.rows(s) > 0 for s in series])
    published = np.stack([summed.published(s, read.get(s)) for s in series])
    primary = np.stack([summed.primary(s, read.get(s)) for s in series])
    widths = np.stack([summed.width(s) for s in series])
    unread = np.array([len(held) == 1 for _, held in series])[:, None] & (np.arange(places.size) < places.base)
    primary |= unread & np.isnan(values)
    negative = bool((np.nan_to_num(values[:, : places.base]) < 0).any())
    linked = not (negative or family.figure or str(source.geography.level) == "mixed")
    keys = tuple(read[s].measured.key if s in read else "" for s in series)
    return Sheet(
        source, period, family, places, series, keys, values, exists, published & exists, primary & exists,
        widths, linked, base.unit, classes,
    )  # fmt: skip


def _column(family: Family, wanted: Wanted) -> int:
    return family.columns.index(wanted.measured.column)


def _placed(base: Base, places: Places) -> Mapping[str, Any]:
    """What a source gives, in the order of the territories; nothing where it has no row."""
    index = places.index()
    at = np.array([index[key] for key in base.codes], np.int64)

    def put(given: Any) -> Any:
        laid = np.zeros((*given.shape[:-1], places.base), given.dtype)
        laid[..., at] = given
        return laid

    names = ("rows", "values", "secret", "missing", "counts", "uncounted", "largest", "whole")
    return {name: put(getattr(base, name)) for name in names}


@dataclass(frozen=True, slots=True)
class _Summed:
    """Sums of the classes of a series over every territory."""

    source: Source
    family: Family
    classes: Classes
    base: Mapping[str, Any]
    places: Places
    unit: float

    def _over(self, given: Any) -> Floats:
        return np.asarray(self.places.holds @ given.astype(float))

    def _picked(self, name: str, serie: Serie) -> Any:
        column, held = serie
        given = self.base[name]
        return (given[column] if given.ndim == 3 else given)[sorted(held)]

    def rows(self, serie: Serie) -> Floats:
        return self._over(self._picked("rows", serie).any(axis=0))

    def values(self, serie: Serie) -> Floats:
        hidden = self._over(self._picked("secret", serie).any(axis=0)) > 0
        return np.where(hidden, np.nan, self._over(self._picked("values", serie).sum(axis=0)))

    def published(self, serie: Serie, wanted: Wanted | None) -> Flags:
        if wanted is None:
            return np.zeros(self.places.size, bool)
        missing = self._over(self._picked("missing", serie).any(axis=0)) > 0
        whole = (self.rows(serie) == self.places.members) & ~missing
        asked = np.isin(self.places.levels, sorted(wanted.levels))
        return np.asarray(asked & (whole | wanted.zero))

    def primary(self, serie: Serie, wanted: Wanted | None) -> Flags:
        judged = np.zeros(self.places.size, bool)
        figure = self.family.figure
        values = np.nan_to_num(self.values(serie))
        if self._concerned(self._minimum()):
            judged |= self._few(serie)
        rules = self.source.secrecy
        if (rule := self._dominance()) is not None and not figure:
            judged |= dominated(values, self._top(serie), rule.share)
        if rules.homogeneous is not None and self._concerned(rules.homogeneous.measures) and not figure:
            whole = self._whole(serie, wanted)
            judged |= (values > 0) & (whole > 0) & (values >= rules.homogeneous.share * whole)
        return judged

    def width(self, serie: Serie) -> Floats:
        """How far a deduction must reach: a share of the figure, one of its unit at least."""
        values = np.nan_to_num(self.values(serie))
        found = np.maximum(self.source.secrecy.protection * values, 1 / self.unit)
        rule = self._dominance()
        return found if rule is None else np.maximum(found, dominance_level(values, self._top(serie), rule.share))

    def _dominance(self) -> Dominance | None:
        rule = self.source.secrecy.dominance
        return rule if rule is not None and self._concerned(rule.measures) else None

    def _minimum(self) -> Collection[str | None]:
        rule = self.source.secrecy.minimum_count
        if rule is None:
            return ()
        return (*rule.measures, None) if rule.count is None else rule.measures

    def _concerned(self, measures: Collection[str | None]) -> bool:
        made_of = {*self.family.columns, self.family.times, self.family.over} - (
            set() if None in self.family.columns else {None}
        )
        return bool(made_of & set(measures))

    def _few(self, serie: Serie) -> Flags:
        rule = self.source.secrecy.minimum_count
        counts = self._over(self._picked("counts", serie).sum(axis=0))
        untold = self._over(self._picked("uncounted", serie).any(axis=0)) > 0
        below = rule.below if rule is not None else 0
        return np.asarray(too_few(counts, below) | (too_few(counts, below, zero_is_public=False) & untold))

    def _top(self, serie: Serie) -> Floats:
        """Largest contributor of a sum: the largest of its parts."""
        largest = self._picked("largest", serie).max(axis=0)
        starts, holds = self.places.holds.indptr, self.places.holds.indices
        # Every territory holds one of the base at least.
        return np.asarray(np.maximum.reduceat(largest[holds], starts[:-1]))

    def _whole(self, serie: Serie, wanted: Wanted | None) -> Floats:
        rule = self.source.secrecy.homogeneous
        if rule is not None and rule.total is not None:
            return self._over(self._picked("whole", serie).sum(axis=0))
        wider = wholes(self.source, self.family).get(wanted.measured.where) if wanted is not None else None
        if wider is None:
            return np.zeros(self.places.size)
        return np.nan_to_num(self.values((serie[0], self.classes.held(wider))))
