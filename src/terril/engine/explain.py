"""Where a figure comes from: the tree of its inputs, rows, passages and sources, read again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from terril.core.indicators.expansion import Expanded, Reading
from terril.core.indicators.spec import Input
from terril.core.indicators.trace import TraceNode
from terril.core.indicators.units import input_unit
from terril.core.observations import Observation
from terril.core.parameters import Parameter
from terril.core.releases import SourceRelease
from terril.core.sources import Source
from terril.core.status import Status, worst
from terril.core.territories.model import Level, TerritoryKey
from terril.core.text import format_number
from terril.engine.protection.base import unmasked
from terril.engine.query import Reader
from terril.engine.session import quote

#: Rows and members shown under one input; the rest is counted.
SHOWN = 12
Rows = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Explainer:
    """What explanations need besides observations.

    Parameters
    ----------
    reader : the release, within a scope.
    expanded : what each indicator reads.
    sources : source definitions, by identifier.
    paths : ``data.parquet`` of the version of each source used by the release.
    passage, epci_passage : Parquet tables of the passages.
    members : codes of the territories of a level inside a territory.
    name : name of a territory, for people.
    describe : what happened to an old commune code, in French; empty when nothing did.
    absent : old communes that a source read in a COG year should hold for a current commune, and does not.
    parameters : dated national parameters, by identifier.
    share : part of a commune split since that goes to one of its pieces, by population.
    """

    reader: Reader
    expanded: Mapping[str, Expanded]
    sources: Mapping[str, Source]
    paths: Mapping[str, Path]
    passage: Path
    epci_passage: Path
    members: Callable[[TerritoryKey, Level], Sequence[str]]
    name: Callable[[TerritoryKey], str]
    describe: Callable[[str, int], str]
    absent: Callable[[str, int, Collection[str]], Sequence[str]]
    share: Callable[[str, int, str], float]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)

    def explain(self, observation: Observation) -> TraceNode:
        """The tree of one observation."""
        expanded = self.expanded[observation.indicator]
        indicator = expanded.indicator
        hidden = observation.status == Status.SECRET and not self._raw(observation)
        where = f"{self.name(observation.territory)} ({observation.territory})"
        inputs = tuple(self._input(expanded, name, observation, hidden) for name in indicator.inputs)
        formula = TraceNode(
            "formula",
            f"{indicator.formula}",
            details={
                "agrégation": _AGGREGATIONS[indicator.aggregation],
                "absents": _MISSING[indicator.missing],
            },
            children=inputs,
        )
        notes = [TraceNode("caution", indicator.caution)] if indicator.caution else []
        notes += [TraceNode("method", indicator.method)] if indicator.method else []
        notes += [
            TraceNode("reference", r.title, details={"adresse": r.url} if r.url else {}) for r in indicator.references
        ]
        return TraceNode(
            "observation",
            f"{indicator.label} — {where}, {observation.period}",
            observation.value,
            indicator.unit,
            observation.status.word,
            {
                "indicateur": indicator.label,
                "période": observation.period,
                "publication": self.reader.manifest.id,
                "audience": self.reader.scope.audience,
            },
            (formula, *notes),
        )

    def _input(self, expanded: Expanded, name: str, observation: Observation, hidden: bool) -> TraceNode:
        readings = expanded.read_by(name, observation.period)
        entry = expanded.indicator.inputs[name]
        if entry.parameter is not None:
            return self._parameter(expanded, name, observation.period, readings)
        nodes = [self._reading(expanded, name, r, observation, hidden) for r in readings]
        if len(nodes) == 1:
            return nodes[0]
        values = [n.value for n in nodes if n.value is not None]
        total = sum(values) if len(values) == len(nodes) else None
        mean = entry.rolled == "mean"
        said = f"{'moyenne' if mean else 'somme'} de {len(nodes)} périodes"
        read = ", ".join(r.read for r in readings)
        status = worst([_BY_WORD[n.status or ""] for n in nodes])
        value = total / len(nodes) if mean and total is not None else total
        periods = tuple(
            replace(n, kind="period", label=f"{name}, {r.read}") for n, r in zip(nodes, readings, strict=True)
        )
        return TraceNode(
            "input", name, value, nodes[0].unit, status.word, {"période lue": read, "lecture": said}, periods
        )

    def _parameter(self, expanded: Expanded, name: str, period: str, readings: Sequence[Reading]) -> TraceNode:
        """A national parameter, with the page where it can be read again."""
        declared = self.parameters[str(readings[0].parameter)]
        details = {"paramètre": declared.id, "période lue": ", ".join(r.read for r in readings)}
        source = declared.reference
        reference = TraceNode("reference", source.title, details={"adresse": source.url} if source.url else {})
        label = TraceNode("parameter", declared.label, details={"valeurs relues le": declared.valid_on})
        value = expanded.constant(name, period)
        return TraceNode("input", name, value, declared.unit, Status.OK.word, details, (label, reference))

    def _reading(
        self, expanded: Expanded, name: str, reading: Reading, observation: Observation, hidden: bool
    ) -> TraceNode:
        """What an input reads in one period."""
        entry = expanded.indicator.inputs[name]
        if reading.indicator is not None:
            return self._parent(name, reading, observation.territory)
        source = self.sources[str(reading.source)]
        rows = [self._shared(r) for r in self._rows(entry, reading, observation.territory)]
        indicators = {i: e.indicator for i, e in self.expanded.items()}
        unit = input_unit(entry, self.sources, indicators, self.parameters)
        zero = expanded.indicator.missing == "zero"
        ranked = zero or entry.order is not None
        holes = () if ranked else self._holes(rows, source.id, observation.territory)
        status = _status(rows, ranked, bool(holes), entry, source)
        weighted = expanded.indicator.weight not in (None, name) and len(rows) > 1
        # A partial sum would pass for a total, and a weighted mean is no sum.
        untold = hidden or weighted or status >= Status.MISSING
        total = None if untold else _total(entry, rows)
        public = not self._raw(observation)
        lines = (*self._row_nodes(rows, unit, hidden, source.secrecy.has_rules, public), *holes)
        children = (*(lines if self._shows(entry, source, rows) else _UNSHOWN), self._source_node(reading))
        details = self._details(entry, reading, len(rows), observation.territory)
        if entry.merged is not None and len(rows) > 1 and status < Status.MISSING:
            details["estimation"] = (
                f"« {name} » est la moyenne des valeurs des {len(rows)} anciennes communes, pondérée par "
                f"« {entry.merged.weight} » : une estimation, aucun producteur ne publie ce chiffre."
            )
        return TraceNode("input", name, total, unit, status.word, details, children)

    def _raw(self, observation: Observation) -> bool:
        """Whether who asks reads this figure before statistical secrecy."""
        return self.reader.scope.raw_at(observation.indicator, observation.territory)

    def _shows(self, entry: Input, source: Source, rows: Rows) -> bool:
        """Whether who asks may see these rows, each at its own level: a figure of an EPCI opens no commune."""
        scope, columns = self.reader.scope, [c for c in (entry.column, entry.times, entry.over) if c]
        keys = (TerritoryKey(Level(r["level"]), r["code" if r["level"] == Level.IRIS else "current"]) for r in rows)
        return source.id not in scope.closed and all(scope.shows_rows(source.id, key, columns) for key in keys)

    def _details(self, entry: Input, reading: Reading, rows: int, territory: TerritoryKey) -> dict[str, Any]:
        found: dict[str, Any] = {"période lue": reading.read, "lignes": rows, "lecture": _said(entry, rows)}
        if territory.level not in (Level.COMMUNE, self.sources[str(reading.source)].geography.level):
            found["territoires membres"] = len(self._codes(str(reading.source), territory))
        return found

    def _parent(self, name: str, reading: Reading, territory: TerritoryKey) -> TraceNode:
        found = self.reader.slice(
            str(reading.indicator), level=territory.level, codes=[territory.code], periods=[reading.read]
        )
        told = {"indicateur": reading.indicator, "période lue": reading.read}
        if not found:
            return TraceNode("input", name, status=Status.MISSING.word, details=told)
        child = self.explain(found[0])
        return TraceNode("input", name, child.value, child.unit, child.status, told, (child,))

    def _codes(self, source: str, territory: TerritoryKey) -> Sequence[str]:
        base = self.sources[source].geography.level
        if base == "mixed" or base == territory.level:
            return [territory.code]
        # An IRIS is found by its commune: there is no list of them.
        return self.members(territory, Level.COMMUNE if base == Level.IRIS else Level(base))

    def _rows(self, entry: Input, reading: Reading, territory: TerritoryKey) -> list[dict[str, Any]]:
        source = self.sources[str(reading.source)]
        base = source.geography.level
        # Our own marks on rows are no verdict on their sum: the pattern judged it.
        scan = f"({unmasked(source, f'read_parquet({quote(str(self.paths[source.id]))})')})"
        through_passage = base == Level.COMMUNE or (base == Level.IRIS and territory.level != Level.IRIS)
        level = str(territory.level) if base == "mixed" else str(base)
        part, status = _part(entry)
        clauses = ["v.level = ?", "v.period = ?"]
        parameters: list[Any] = [level, reading.read]
        for dimension, wanted in entry.where.items():
            clauses.append(f'v."{dimension}" IN (SELECT unnest(?))')
            parameters.append([wanted] if isinstance(wanted, str) else list(wanted))
        if through_passage:
            origin = (
                f"{scan} v JOIN read_parquet({quote(str(self.passage))}) p ON p.old_code = left(v.code, 5) "
                "AND v.cog BETWEEN p.cog_from AND p.cog_to"
            )
            target, extra = "p.code", "p.code AS current, p.targets, p.kind"
        elif base == Level.EPCI:
            origin = (
                f"{scan} v LEFT JOIN read_parquet({quote(str(self.epci_passage))}) p ON p.old_code = v.code "
                "AND v.cog BETWEEN p.cog_from AND p.cog_to"
            )
            target = "coalesce(p.code, v.code)"
            extra = f"{target} AS current, 1 AS targets, coalesce(p.kind, 'unknown') AS kind"
            status = f"CASE WHEN p.kind IN ('same', 'recode') THEN {status} ELSE greatest({status}, {_ABSENT}) END"
        else:
            origin, target, extra = f"{scan} v", "v.code", "v.code AS current, 1 AS targets, 'same' AS kind"
        if through_passage and base == Level.IRIS:
            clauses.append("p.targets = 1")
        clauses.append(f"{target} IN (SELECT unnest(?))")
        parameters.append(list(self._codes(source.id, territory)))
        read = f"{extra}{_weight(entry)}, {part} AS part, {status} AS status"
        sql = f"SELECT v.row, v.level, v.code, v.cog, {read} FROM {origin} WHERE {' AND '.join(clauses)} ORDER BY v.row"
        return _fetched(sql, parameters)

    def _shared(self, row: dict[str, Any]) -> dict[str, Any]:
        """The part of a row that goes to the commune of today, where the commune of then was split since."""
        if row["targets"] == 1:
            return row
        share = self.share(row["code"], row["cog"], row["current"])
        part = None if row["part"] is None else float(row["part"]) * share
        return {**row, "part": part, "share": share}

    def _holes(self, rows: Rows, source: str, territory: TerritoryKey) -> tuple[TraceNode, ...]:
        """What is absent, by name: members without a row, and old communes missing from an extract."""
        codes = self._codes(source, territory)
        found: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            found.setdefault(row["current"], []).append(row)
        base = self.sources[source].geography.level
        level = territory.level if base == "mixed" else Level(base)
        if level == Level.IRIS and territory.level != Level.IRIS:
            level = Level.COMMUNE
        absent = [f"{code} {self.name(TerritoryKey(level, code))}" for code in codes if code not in found]
        if base == Level.COMMUNE or (base == "mixed" and level == Level.COMMUNE):
            for code, present in found.items():
                cog = max(r["cog"] for r in present)
                absent += self.absent(code, cog, {r["code"] for r in present})
        if not absent:
            return ()
        listed = ", ".join(absent[:SHOWN]) + ("…" if len(absent) > SHOWN else "")
        told = f"sans donnée dans la source ({len(absent)}) : {listed}"
        return (TraceNode("note", told, status=Status.MISSING.word),)

    def _row_nodes(self, rows: Rows, unit: str, hidden: bool, ruled: bool, public: bool) -> tuple[TraceNode, ...]:
        if public and ruled:
            # A row may be a figure hidden to protect another, or finer than any that is published.
            return (TraceNode("note", "détail des lignes non montré : la source est soumise au secret statistique"),)
        nodes = []
        for row in rows[:SHOWN]:
            status = Status(row["status"])
            masked = hidden or (public and status == Status.SECRET) or row["part"] is None
            details: dict[str, Any] = {"ligne": row["row"], "code": row["code"], "COG": row["cog"]}
            if row["kind"] in _REFUSED:
                details["passage"] = _REFUSED[row["kind"]].format(row["cog"])
            elif row["kind"] != "same" and (story := self.describe(_old_commune(row), row["cog"])):
                details["passage"] = story
            if "share" in row:
                details["part répartie selon la population"] = f"{format_number(100 * row['share'], 1)} %"
            value = None if masked else float(row["part"])
            current = row["code"] if row["level"] == Level.IRIS else row["current"]
            label = self.name(TerritoryKey(Level(row["level"]), current))
            nodes.append(TraceNode("row", label, value, unit, status.word, details))
        if len(rows) > SHOWN:
            nodes.append(TraceNode("note", f"et {len(rows) - SHOWN} autres lignes"))
        return tuple(nodes)

    def _source_node(self, reading: Reading) -> TraceNode:
        used: SourceRelease = self.reader.manifest.sources[str(reading.source)]
        details = {
            "identifiant": used.id,
            "producteur": used.producer,
            "millésime": used.vintage_of(reading.read),
            "licence": used.licence,
            "fichiers": ", ".join(used.files),
            "version": used.version,
            "COG": ", ".join(map(str, used.cog)),
            "chargé le": used.retrieved_at,
        }
        return TraceNode("source", f"{used.producer}, {used.label}", details={k: v for k, v in details.items() if v})


_UNSHOWN = (TraceNode("note", "Les lignes ne sont pas montrées : vous avez accès aux chiffres, non aux données."),)
_ABSENT = int(Status.MISSING)
_BY_WORD = {s.word: s for s in Status}
#: EPCI whose figures are not those of the EPCI of today.
_REFUSED = {
    "changed": "ses communes de {} ne sont plus celles d'aujourd'hui : chiffre non repris",
    "unknown": "composition inconnue en {} : chiffre non repris",
}
_AGGREGATIONS = {
    "sum": "somme des membres",
    "ratio_of_sums": "rapport des sommes, jamais moyenne des rapports",
    "weighted_mean": "moyenne pondérée",
    "recount": "nouveau décompte",
    "none": "niveaux publiés seulement",
}
_MISSING = {
    "propagate": "un membre absent rend le total non disponible",
    "zero": "un membre absent vaut zéro",
}


def _status(rows: Sequence[dict[str, Any]], zero: bool, holes: bool, entry: Input, source: Source) -> Status:
    """Status of an input read on these rows: where absence counts zero, an empty cell is no fault."""
    found = [Status(r["status"]) for r in rows]
    if any(r["targets"] > 1 for r in rows):
        found.append(Status.ESTIMATED if source.split == "population" else Status.MISSING)
    if len(rows) > 1 and entry.measure == "value":
        # Two medians make no median, unless the author allows an estimate of a merger.
        distinct = len({r["code"] for r in rows}) == len(rows) and all(r["targets"] == 1 for r in rows)
        estimable = entry.merged is not None and distinct and any(float(r["weight"] or 0) for r in rows)
        found.append(Status.ESTIMATED if estimable else Status.MISSING)
        found += [Status(r["weight_status"]) for r in rows if entry.merged is not None]
    if len(rows) > 1 and entry.reconstructed:
        found.append(Status.ESTIMATED)
    if zero:
        found = [Status.OK if s == Status.MISSING else s for s in found]
    elif holes or not found:
        found.append(Status.MISSING)
    return worst(found)


def _fetched(sql: str, parameters: Sequence[Any]) -> list[dict[str, Any]]:
    with duckdb.connect(":memory:") as connection:
        relation = connection.execute(sql, list(parameters))
        names = [d[0] for d in relation.description]
        return [dict(zip(names, row, strict=True)) for row in relation.fetchall()]


def _old_commune(row: Mapping[str, Any]) -> str:
    """Code of the commune of a row: that of an IRIS begins with it."""
    return str(row["code"][:5] if row["level"] == Level.IRIS else row["code"])


def _weight(entry: Input) -> str:
    if entry.merged is None:
        return ""
    return f', v."{entry.merged.weight}" AS weight, v."{entry.merged.weight}__status" AS weight_status'


def _total(entry: Input, rows: Sequence[Mapping[str, Any]]) -> float | None:
    """What an input makes of its rows, all of them known."""
    parts = [float(r["part"] or 0) for r in rows]
    if entry.order is not None:
        return float(np.quantile(parts, entry.order)) if parts else None
    if entry.merged is not None and len(rows) > 1:
        weights = [float(r["weight"] or 0) for r in rows]
        return sum(p * w for p, w in zip(parts, weights, strict=True)) / sum(weights) if sum(weights) else None
    return sum(parts)


def _said(entry: Input, rows: int) -> str:
    if entry.measure == "count":
        text = "nombre de lignes"
    elif entry.order is not None:
        order = "médiane" if entry.measure == "median" else f"quantile d’ordre {format_number(entry.order, 2)}"
        text = f"{order} de {rows} lignes ({entry.column})"
    else:
        text = {"sum": "somme de ", "value": "valeur publiée de "}[entry.measure] + str(entry.column)
    if entry.times:
        text += f" × {entry.times}"
    if entry.over:
        text += f" ÷ {entry.over}"
    if entry.factor != 1:
        text += f" × {entry.factor:g}".replace(".", ",")
    kept = [f"{d} = {v if isinstance(v, str) else ', '.join(v)}" for d, v in entry.where.items()]
    return f"{text} où {' et '.join(kept)}" if kept else text


def _part(entry: Input) -> tuple[str, str]:
    if entry.measure == "count":
        return "1", "0"
    part, statuses = f'v."{entry.column}"::DOUBLE', [f'v."{entry.column}__status"']
    if entry.times:
        part += f' * v."{entry.times}"'
        statuses.append(f'v."{entry.times}__status"')
    if entry.over:
        part += f' / nullif(v."{entry.over}", 0)'
        statuses.append(f'v."{entry.over}__status"')
    if entry.factor != 1:
        part += f" * {entry.factor!r}"
    return part, f"greatest({', '.join(statuses)})" if len(statuses) > 1 else statuses[0]
