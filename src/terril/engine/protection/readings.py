"""Which measures indicators read of a source that has rules, and which of them add up with each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import networkx as nx

from terril.core.indicators.fingerprint import digest
from terril.core.indicators.spec import Indicator
from terril.core.sources import Source
from terril.core.territories.model import COMPUTED_LEVELS

Where = tuple[tuple[str, tuple[str, ...]], ...]
Measure = tuple[str | None, str | None, str | None]
#: Raised when the same rules give another pattern.
_METHOD = "1"
_RULES = {"secrecy", "totals", "geography", "rows", "split", "coverage"}


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure as an indicator reads it: what a measure cell is, territory and period aside.

    Parameters
    ----------
    column : measure of the source; None: its rows, counted.
    times, over : measures by which it is multiplied or divided, row by row.
    where : values kept, by dimension, sorted.
    figure : what is published as it stands and adds up with nothing (``value``, ``quantile 0.5``…); empty
        for what is summed.
    """

    column: str | None
    times: str | None = None
    over: str | None = None
    where: Where = ()
    figure: str = ""

    @property
    def measure(self) -> Measure:
        """Column, and what multiplies and divides it."""
        return (self.column, self.times, self.over)

    @property
    def columns(self) -> frozenset[str]:
        """Measures of the source that it is made of."""
        return frozenset(c for c in self.measure if c is not None)

    @property
    def key(self) -> str:
        """Its name in stores and messages: ``ca * part [naf = A|B]``."""
        text = self.column or "lignes"
        text += f" * {self.times}" if self.times else ""
        text += f" / {self.over}" if self.over else ""
        kept = ", ".join(f"{d} = {'|'.join(v)}" for d, v in self.where)
        text += f" [{kept}]" if kept else ""
        return f"{text} ({self.figure})" if self.figure else text


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the indicators publish a measure.

    Parameters
    ----------
    measured : the measure.
    levels : levels at which some indicator publishes it.
    zero : whether some indicator counts an absent row as zero.
    """

    measured: Measured
    levels: frozenset[str]
    zero: bool


@dataclass(frozen=True, slots=True)
class Family:
    """Measures of a source that add up with each other.

    Parameters
    ----------
    columns : columns linked by the totals that the source declares; None stands for rows counted.
    times, over : measures that multiply and divide them.
    wanted : what the indicators read of them.
    figure : the figure, where nothing adds up.
    """

    columns: tuple[str | None, ...]
    times: str | None
    over: str | None
    wanted: tuple[Wanted, ...]
    figure: str = ""

    @property
    def measures(self) -> frozenset[str]:
        """Measures of the source that these cells are made of."""
        return frozenset(c for c in (*self.columns, self.times, self.over) if c is not None)


def measured_by(indicator: Indicator, name: str) -> Measured:
    """The measure that an input of an indicator reads."""
    entry = indicator.inputs[name]
    where = tuple(
        (dimension, (kept,) if isinstance(kept, str) else tuple(sorted(kept)))
        for dimension, kept in sorted(entry.where.items())
    )
    found = Measured(entry.column, entry.times, entry.over, where)
    if entry.order is not None:
        return replace(found, figure=f"quantile {entry.order:g}")
    if indicator.aggregation == "none" and entry.measure == "value":
        return replace(found, figure="valeur")
    if indicator.weight in (None, name):
        return found
    return _weighed(indicator, name, found)


def _weighed(indicator: Indicator, name: str, found: Measured) -> Measured:
    """Under a weighted mean, what adds up is the measure times its weight."""
    entry, weight = indicator.inputs[name], indicator.inputs[str(indicator.weight)]
    same = (weight.dataset, weight.where) == (entry.dataset, entry.where)
    if same and entry.measure == "sum" and not (entry.times or entry.over or weight.times or weight.over):
        return replace(found, times=weight.column)
    return replace(found, figure="moyenne pondérée")


def read_of(
    source: Source, indicators: Mapping[str, Indicator], columns: Collection[str] | None = None
) -> tuple[Wanted, ...]:
    """Everything the indicators read of a source, sorted.

    Parameters
    ----------
    columns : those of the version in use: what an older one lacks cannot be read; any where not given.
    """
    found: dict[Measured, Wanted] = {}
    for indicator in indicators.values():
        for name, entry in indicator.inputs.items():
            lacking = columns is not None and not set(entry.columns) <= set(columns)
            if source.id not in entry.datasets or lacking:
                continue
            measured = measured_by(indicator, name)
            levels = _levels(source, indicator)
            known = found.get(measured, Wanted(measured, frozenset(), False))
            found[measured] = Wanted(measured, known.levels | levels, known.zero or indicator.missing == "zero")
    return tuple(found[m] for m in sorted(found, key=lambda m: m.key))


def _levels(source: Source, indicator: Indicator) -> frozenset[str]:
    base = str(source.geography.level)
    if indicator.aggregation == "none" and base != "mixed":
        return frozenset({base})
    return frozenset(str(level) for level in (indicator.levels or COMPUTED_LEVELS))


def families(source: Source, wanted: Iterable[Wanted]) -> tuple[Family, ...]:
    """Measures grouped by what adds up; only groups that some rule concerns."""
    linked = _linked(source)
    grouped: dict[tuple[object, ...], list[Wanted]] = {}
    for one in wanted:
        measured = one.measured
        plain = not (measured.times or measured.over or measured.figure)
        columns = linked.get(str(measured.column), (measured.column,)) if plain else (measured.column,)
        alone = measured.key if measured.figure else ""
        grouped.setdefault((columns, measured.times, measured.over, measured.figure, alone), []).append(one)
    found = [Family(c, t, o, tuple(read), f) for (c, t, o, f, _), read in grouped.items()]  # type: ignore[arg-type]
    return tuple(f for f in found if _concerned(source, f))


def _linked(source: Source) -> dict[str, tuple[str | None, ...]]:
    graph: nx.Graph[str] = nx.Graph()
    for total in source.totals:
        if total.dimension is None:
            graph.add_edges_from((total.total, part) for part in total.parts)
    return {node: tuple(sorted(group)) for group in nx.connected_components(graph) for node in group}


def _concerned(source: Source, family: Family) -> bool:
    return bool(family.measures & source.secrecy.measures) or (None in family.columns and source.secrecy.counts_rows)


def protected_keys(source: Source, wanted: Iterable[Wanted]) -> frozenset[str]:
    """Keys of the measures read of a source that some rule may hide; empty where it has no rule."""
    if not source.secrecy.has_rules:
        return frozenset()
    return frozenset(w.measured.key for f in families(source, wanted) for w in f.wanted)


@dataclass(frozen=True, slots=True)
class Ruled:
    """A source whose rules hide something that indicators read.

    Parameters
    ----------
    fingerprint : digest of what its pattern depends on, earlier releases aside.
    wanted : what is read of it.
    keys : keys of the measures that some rule may hide.
    """

    fingerprint: str
    wanted: tuple[Wanted, ...]
    keys: frozenset[str]

    def concerns(self, indicator: Indicator, source: str) -> bool:
        """Whether an indicator reads a measure that some rule may hide."""
        named = [n for n, e in indicator.inputs.items() if source in e.datasets]
        return any(measured_by(indicator, n).key in self.keys for n in named)


def ruled_sources(
    indicators: Mapping[str, Indicator],
    sources: Mapping[str, Source],
    versions: Mapping[str, str],
    columns: Mapping[str, Collection[str]],
    tables: Mapping[str, str],
) -> dict[str, Ruled]:
    """Sources loaded whose rules hide something that indicators read.

    Parameters
    ----------
    versions, columns : version in use of each loaded source, and its columns.
    tables : digests of the territory tables.
    """
    found = {}
    for identifier, version in sorted(versions.items()):
        source = sources[identifier]
        if not source.secrecy.has_rules:
            continue
        wanted = read_of(source, indicators, columns[identifier])
        keys = protected_keys(source, wanted)
        if keys:
            read = [[w.measured.key, sorted(w.levels), w.zero] for w in wanted]
            rules = source.model_dump(mode="json", include=_RULES)
            found[identifier] = Ruled(digest([_METHOD, rules, version, dict(tables), read]), wanted, keys)
    return found
