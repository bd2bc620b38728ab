"""An indicator over drawn or declared perimeters, from a release: which territories weigh, and how much."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from terril.core.errors import Location, QueryError
from terril.core.indicators.formula import Formula
from terril.core.indicators.spec import Indicator
from terril.core.indicators.units import resolved_formula
from terril.core.observations import Observation
from terril.core.sources import Source
from terril.core.status import Status
from terril.core.territories.estimation import Estimate, estimate, refusal
from terril.core.territories.model import Level, TerritoryKey
from terril.core.text import NBSP
from terril.engine.query import Reader
from terril.pipeline.datasets import DatasetStore, Version
from terril.pipeline.territories.load import data_folder, load_passage
from terril.pipeline.workspace import Workspace
from terril.publishing.perimeters import CUT_LEVELS, Contours, Drawn, coverage_note, point_shares

#: How shares are measured, before the « : » of the source of points where there is one.
METHODS = ("area", "points", "population")
_METHOD = re.compile(r"^(area|population|points:([a-z0-9_]+/[a-z0-9_]+)(?::([a-z][a-z0-9_]*))?)$")


@dataclass(frozen=True, slots=True)
class Member:
    """A territory that counts in an estimate: its share inside, and its published figure."""

    key: TerritoryKey
    name: str
    share: float
    observation: Observation | None


@dataclass(frozen=True, slots=True)
class Estimated:
    """An indicator estimated over a perimeter.

    Parameters
    ----------
    perimeter : name of the perimeter.
    period : period of the figures.
    method : how shares were measured, in French.
    estimate : the figure.
    members : territories that count, by code.
    notes : what was understood, repaired or replaced, in French.
    """

    perimeter: str
    period: str
    method: str
    estimate: Estimate
    members: tuple[Member, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Weights:
    shares: Mapping[str, float]
    method: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Points:
    """Located rows: WKB, current commune and size of each."""

    wkb: Sequence[bytes]
    communes: Sequence[str]
    sizes: np.ndarray[tuple[int], np.dtype[np.float64]]
    label: str
    left_out: int


class Estimation:
    """Estimates over perimeters, from one release and for one scope.

    Parameters
    ----------
    workspace : gives definitions, territories and the versions that bear points.
    reader : the release; protected cells only where its scope is public.
    """

    def __init__(self, workspace: Workspace, reader: Reader) -> None:
        self._workspace = workspace
        self._reader = reader
        self._contours = Contours(data_folder())
        self._located: dict[str, _Points] = {}

    def over(
        self, indicator: str, perimeters: Sequence[Drawn | TerritoryKey], method: str, period: str | None = None
    ) -> list[Estimated]:
        """An indicator over perimeters, in their order.

        Parameters
        ----------
        perimeters : drawn, or keys of territories of the packs or of the nation.
        method : ``area``, ``population`` or ``points:<source>[:<column>]``.
        period : the latest known at the level of the members when None.

        Raises
        ------
        QueryError
            If the indicator cannot be estimated, or has no figure where it would be needed.
        """
        if not _METHOD.match(method):
            raise QueryError(
                "méthode inconnue",
                location=Location(value=method),
                hint="choisir area, population, ou points:<source> (par exemple points:education/annuaire)",
            )
        self._reader.released(indicator)
        definition = self._workspace.packs.indicators[indicator]
        packs = self._workspace.packs
        formula = resolved_formula(definition, self._workspace.sources, packs.indicators, packs.parameters)
        reason = refusal(definition, formula)
        if reason is not None:
            raise QueryError(reason, location=Location(value=indicator))
        level, found = self._level(indicator, period)
        return [self._one(definition, formula, level, found, perimeter, method) for perimeter in perimeters]

    def _level(self, indicator: str, period: str | None) -> tuple[Level, str]:
        """The finest level at which the indicator is published and has contours, and the period read."""
        covered = [c for c in self._reader.coverage(indicator) if period in (None, c.period)]
        for level in CUT_LEVELS:
            periods = [c.period for c in covered if c.level == level]
            if periods:
                return level, periods[-1]
        told = ", ".join(self._reader.released(indicator).periods)
        raise QueryError(
            "aucun chiffre par commune ni par intercommunalité à partager",
            location=Location(value=f"{indicator}, {period or 'dernière période'}"),
            hint=f"périodes connues{NBSP}: {told}",
        )

    def _one(
        self,
        indicator: Indicator,
        formula: Formula,
        level: Level,
        period: str,
        perimeter: Drawn | TerritoryKey,
        method: str,
    ) -> Estimated:
        if isinstance(perimeter, Drawn):
            weights, name = self._weights(perimeter, level, method), perimeter.name
        else:
            weights, name = self._declared(perimeter, level), self._workspace.territories.get(perimeter).name
        codes = list(weights.shares)
        cells = {
            o.territory.code: o for o in self._reader.slice(indicator.id, level=level, codes=codes, periods=[period])
        }
        figure = estimate(indicator, formula, cells, weights.shares)
        members = tuple(
            Member(key, self._workspace.territories.get(key).name, share, cells.get(code))
            for code, share in weights.shares.items()
            for key in (TerritoryKey(level, code),)
        )
        return Estimated(name, period, weights.method, figure, members, weights.notes)

    # -- shares ------------------------------------------------------------------------------------------

    def _declared(self, key: TerritoryKey, level: Level) -> _Weights:
        """Members of a territory already known: whole, or nothing can be said at this level."""
        territories = self._workspace.territories
        members = territories.members(key, level)
        held = frozenset[str]().union(*(territories.communes(m) for m in members))
        if not members or held != territories.communes(key):
            raise QueryError(
                f"ce périmètre n'est pas une réunion de territoires du niveau {level.label}, seul publié",
                location=Location(value=str(key)),
                hint="donner son contour dans un fichier GeoJSON, pour une estimation par la surface",
            )
        return _Weights({m.code: 1.0 for m in members}, _exactly(len(members), level))

    def _weights(self, perimeter: Drawn, level: Level, method: str) -> _Weights:
        found = self._contours.shares(perimeter, level)
        if not found.weights:
            raise QueryError("le périmètre ne touche aucun territoire connu", location=Location(value=perimeter.name))
        note = coverage_note(found.covered)
        notes = (*perimeter.notes, *([note] if note else []))
        if all(w == 1 for w in found.weights.values()):
            return _Weights(found.weights, _exactly(len(found.weights), level), notes)
        by_area = _Weights(found.weights, f"part de la surface de chaque {level.label}", notes)
        if method == "area":
            return by_area
        points = self._people() if method == "population" else self._named_points(method)
        if points is None:
            told = "aucune population à une maille plus fine que la commune n'est chargée : part de la surface employée"
            return replace(by_area, notes=(*notes, told))
        return self._by_points(perimeter, level, points, by_area)

    def _by_points(self, perimeter: Drawn, level: Level, points: _Points, by_area: _Weights) -> _Weights:
        if level is Level.COMMUNE:
            codes = points.communes
        else:
            holders = {c.key.code: c.epci or "" for c in self._workspace.territories.of_level(Level.COMMUNE)}
            codes = [holders.get(c, "") for c in points.communes]
        shares = point_shares(perimeter, points.wkb, codes, points.sizes)
        bare = [c for c, w in by_area.shares.items() if w < 1 and c not in shares]
        # A territory wholly inside is whole, wherever its points were put.
        kept = {c: 1.0 if w == 1 else shares.get(c, w) for c, w in by_area.shares.items()}
        notes = list(by_area.notes)
        if bare:
            names = ", ".join(self._workspace.territories.get(TerritoryKey(level, c)).name for c in bare[:5])
            more = "…" if len(bare) > 5 else ""
            notes.append(f"sans point à compter, donc à la surface{NBSP}: {names}{more}")
        if points.left_out:
            notes.append(f"{points.left_out} points sans commune d'aujourd'hui ou sans valeur, non comptés")
        return _Weights({c: w for c, w in kept.items() if w > 0}, points.label, tuple(notes))

    # -- points ------------------------------------------------------------------------------------------

    @cached_property
    def _versions(self) -> dict[str, Version]:
        store = DatasetStore(self._workspace.home)
        scope = self._reader.scope
        # Points are rows: who may not see them weighs nothing by them.
        known = [s for s in store.sources() if s not in scope.closed | scope.hidden and s not in scope.rows]
        found = {s: store.current(s) for s in known if s in self._workspace.sources}
        return {s: v for s, v in found.items() if v is not None}

    def _named_points(self, method: str) -> _Points:
        match = _METHOD.match(method)
        source, column = (match.group(2), match.group(3)) if match else ("", None)
        place = Location(value=source)
        version = self._versions.get(source)
        if version is None:
            known = ", ".join(s for s, v in self._versions.items() if _has_shapes(v)) or "aucune"
            raise QueryError(
                "source non chargée", location=place, hint=f"sources localisées et chargées{NBSP}: {known}"
            )
        if not _has_shapes(version):
            raise QueryError("cette source n'a pas de points", location=place, hint="choisir une source localisée")
        definition = self._workspace.sources[source]
        if column is not None and definition.measure(column) is None:
            measures = ", ".join(m.name for m in definition.measures) or "aucune"
            raise QueryError("colonne inconnue", location=Location(field=column), hint=f"mesures{NBSP}: {measures}")
        counted = f"« {column} »" if column else "lignes"
        return self._read(version, definition, column, f"part des {counted} de la source {source}")

    def _people(self) -> _Points | None:
        """People counted at a finer mesh than the commune and located, where some loaded source has them."""
        for source, version in sorted(self._versions.items()):
            definition = self._workspace.sources[source]
            column = next((m.name for m in definition.measures if m.unit == "hab"), None)
            if column is None or definition.geography.level not in (Level.COMMUNE, Level.IRIS):
                continue
            if not _has_shapes(version):
                continue
            found = self._read(version, definition, column, f"part de la population, localisée par la source {source}")
            if len(found.communes) > len(set(found.communes)):
                return found
        return None

    def _read(self, version: Version, source: Source, column: str | None, label: str) -> _Points:
        key = f"{source.id}:{column}"
        if key not in self._located:
            self._located[key] = self._points(version, source, column, label)
        return self._located[key]

    def _points(self, version: Version, source: Source, column: str | None, label: str) -> _Points:
        if source.geography.level not in (Level.COMMUNE, Level.IRIS):
            place = Location(value=source.id)
            raise QueryError("les points de cette source ne disent pas leur commune", location=place)
        measures = [column, f"{column}__status"] if column else []
        table = pq.read_table(version.path, columns=["code", "cog", "period", "geometry", *measures])
        table = table.filter(pc.equal(table["period"], pc.max(table["period"])))
        kept = pc.is_valid(table["geometry"])
        if column:
            kept = pc.and_(kept, pc.less_equal(table[f"{column}__status"], int(Status.ESTIMATED)))
            kept = pc.and_(kept, pc.fill_null(pc.greater_equal(table[column], 0), False))
        communes = self._communes(table["code"].to_pylist(), table["cog"].to_pylist())
        mask = np.asarray(kept.to_numpy(), dtype=bool) & np.array([c is not None for c in communes], dtype=bool)
        sizes = table[column].cast("float64").to_numpy() if column else np.ones(len(mask))
        return _Points(
            [g for g, keep in zip(table["geometry"].to_pylist(), mask, strict=True) if keep],
            [c for c, keep in zip(communes, mask, strict=True) if keep and c is not None],
            np.asarray(sizes, dtype=np.float64)[mask],
            label,
            int((~mask).sum()),
        )

    def _communes(self, codes: Sequence[str], cogs: Sequence[int]) -> list[str | None]:
        """Commune of today of each row; None where it was split since, for its points do not say which piece."""
        passage = load_passage()
        known: dict[tuple[str, int], str | None] = {}
        for key in set(zip(codes, cogs, strict=True)):
            pieces = passage.carry(key[0][:5], key[1])
            known[key] = pieces[0].code if len(pieces) == 1 else None
        return [known[key] for key in zip(codes, cogs, strict=True)]


def _exactly(count: int, level: Level) -> str:
    return f"réunion exacte, rien n'est estimé ({level.label}{NBSP}: {count} en entier)"


def _has_shapes(version: Version) -> bool:
    return "geometry" in pq.read_schema(version.path).names
