"""Reading observations from a release, for one scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from terril.core.access import ReadScope, Window
from terril.core.access.scope import RAW
from terril.core.errors import Location, QueryError
from terril.core.observations import Observation, Provenance, provenance
from terril.core.periods import parse_period
from terril.core.releases import IndicatorRelease, Manifest, bucket_of
from terril.core.status import Status
from terril.core.territories.model import Level, TerritoryKey
from terril.engine.session import quote

_VALUES = ("code", "value", "status", "numerator", "denominator")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Observations of an indicator at one level for one period: how many, and how many with a value."""

    level: Level
    period: str
    told: int
    valued: int


class Reader:
    """Questions to one release, within one scope.

    Parameters
    ----------
    folder : folder of the release.
    manifest : its manifest.
    scope : what may be read; the root, the levels and the territories follow from it.
    """

    def __init__(self, folder: Path, manifest: Manifest, scope: ReadScope) -> None:
        self.folder = folder
        self.manifest = manifest
        self.scope = scope
        self._latest: dict[str, str] = {}
        self._connection = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "1GB"})
        # A release never changes: what was read of a file's footer stays true.
        self._connection.execute("SET parquet_metadata_cache = true")

    def close(self) -> None:
        """Release the connection."""
        self._connection.close()

    def indicators(self) -> list[str]:
        """Identifiers that this scope may read, sorted."""
        return sorted(i for i in self.manifest.indicators if self.scope.allows(i))

    def released(self, indicator: str) -> IndicatorRelease:
        """What the manifest says of an indicator.

        Raises
        ------
        QueryError
            If it is not in the release, or not for this audience: the same answer, which reveals nothing.
        """
        found = self.manifest.indicators.get(indicator)
        if found is None or not self.scope.allows(indicator):
            reason = self.manifest.not_computable.get(indicator) if self.scope.allows(indicator) else None
            raise QueryError(
                f"pas d'observation pour cet indicateur{f' : {reason}' if reason else ''}",
                location=Location(value=indicator),
                hint="charger ses sources avec « terril ingest », puis « terril build »"
                if reason
                else "« terril check » liste les indicateurs déclarés",
            )
        return found

    def latest(self, indicator: str) -> str:
        """Most recent observation period of an indicator."""
        released = self.released(indicator)
        if indicator not in self._latest:
            self._latest[indicator] = max(parse_period(p) for p in released.periods).text
        return self._latest[indicator]

    def coverage(self, indicator: str) -> tuple[Coverage, ...]:
        """Where an indicator has observations: level by level, oldest period first."""
        origin, parameters = self._origin(indicator, ("level", "period", "value"), {})
        found = self._fetch(
            f"SELECT level, period, count(*) AS told, count(value) AS valued FROM ({origin}) GROUP BY level, period",
            parameters,
        )
        columns = (found[c].tolist() for c in ("level", "period", "told", "valued"))
        rows = [Coverage(_LEVELS[level], *rest) for level, *rest in zip(*columns, strict=True)]
        return tuple(sorted(rows, key=lambda c: (c.level, parse_period(c.period))))

    def provenance(self, indicator: str, period: str) -> Provenance:
        """Sources, vintages and licences behind a figure."""
        self.released(indicator)
        return provenance(self.manifest, indicator, period)

    def arrays(
        self,
        indicator: str,
        *,
        level: Level | None = None,
        codes: Sequence[str] | None = None,
        periods: Sequence[str] | None = None,
    ) -> Mapping[str, Any]:
        """Observations of one indicator as NumPy arrays, by column: what a map needs.

        Parameters
        ----------
        level : one level, or all.
        codes : territories kept; all when None.
        periods : periods kept; the latest when None, all when empty.

        Returns
        -------
        ``code, value, status, numerator, denominator``; ``level`` and ``period`` too where they vary.
        """
        self.released(indicator)
        wanted = [self.latest(indicator)] if periods is None else list(periods)
        filters: dict[str, list[str]] = {"level": [str(level)]} if level is not None else {}
        if wanted:
            filters["period"] = wanted
        if codes is not None:
            filters["code"] = list(codes)
        varying = [c for c in ("level", "period") if len(filters.get(c, ())) != 1]
        origin, parameters = self._origin(indicator, (*varying, *_VALUES), filters)
        # The file is sorted by level, period, code: one map needs no sort, unless it is read in two files.
        if varying:
            origin += " ORDER BY " + ", ".join(c for c in ("level", "code", "period") if c in (*varying, "code"))
        elif len(self.scope.parts(indicator)) > 1:
            origin += " ORDER BY code"
        return self._fetch(origin, parameters)

    def slice(
        self,
        indicator: str,
        *,
        level: Level | None = None,
        codes: Sequence[str] | None = None,
        periods: Sequence[str] | None = None,
    ) -> list[Observation]:
        """The same as :class:`Observation` objects: a ranking, a series, a table."""
        arrays = self.arrays(indicator, level=level, codes=codes, periods=periods)
        fixed = {"indicator": indicator}
        if "level" not in arrays:
            fixed["level"] = str(level)
        if "period" not in arrays:
            fixed["period"] = self.latest(indicator) if periods is None else periods[0]
        return _observations({**arrays, **_constants(len(arrays["code"]), **fixed)})

    def profile(self, territory: TerritoryKey, *, every_period: bool = False) -> list[Observation]:
        """Every indicator of one territory, the latest period of each unless ``every_period``."""
        found = self._profile(territory, self.scope.root, every_period=every_period)
        raw = frozenset(i for i, r in self.scope.readings.items() if r.raw_at(territory))
        if raw and self.scope.root != RAW:
            found = [o for o in found if o.indicator not in raw]
            found += [o for o in self._profile(territory, RAW, every_period=every_period) if o.indicator in raw]
        return sorted(found, key=lambda o: (o.indicator, parse_period(o.period)))

    def _profile(self, territory: TerritoryKey, root: str, *, every_period: bool) -> list[Observation]:
        bucket = bucket_of(territory.level, territory.code)
        stored = self.manifest.buckets[root].get(bucket)
        if stored is None:
            return []
        path = self.folder / root / stored.path
        # A bucket holds one level, sorted by code, indicator, period: one territory needs no sort.
        arrays = self._fetch(
            f"SELECT indicator, period, value, status, numerator, denominator FROM read_parquet({quote(str(path))}) "
            "WHERE code = ?",
            [territory.code],
        )
        names, periods = arrays["indicator"].tolist(), arrays["period"].tolist()
        last = {i: self.latest(i) for i in set(names) if self._may_read(i, territory)}
        kept = [
            row
            for row, (name, period) in enumerate(zip(names, periods, strict=True))
            if name in last and (every_period or period == last[name])
        ]
        found = {column: values[kept] for column, values in arrays.items()}
        return _observations(found | _constants(len(kept), level=str(territory.level), code=territory.code))

    def _may_read(self, indicator: str, territory: TerritoryKey) -> bool:
        return self.scope.allows(indicator) and self.scope.of(indicator).allows(territory)

    def _origin(
        self, indicator: str, columns: Sequence[str], filters: Mapping[str, list[str]]
    ) -> tuple[str, list[Any]]:
        """What is asked, and what the scope adds to every question: rights act inside the query.

        A figure is read in one root alone, even where the indicator is read in both.
        """
        released, clauses, parameters = self.released(indicator), [], list[Any]()
        for part in self.scope.parts(indicator):
            where, told = _equalities(filters)
            for windows, negated in ((part.windows, ""), (part.but or None, "NOT ")):
                if windows is not None:
                    inside = [_inside(w) for w in windows]
                    where.append(f"{negated}({' OR '.join(clause for clause, _ in inside) or 'false'})")
                    told += [p for _, some in inside for p in some]
            file = quote(str(self.folder / part.root / released.files[part.root].path))
            kept = f" WHERE {' AND '.join(where)}" if where else ""
            clauses.append(f"SELECT {', '.join(columns)} FROM read_parquet({file}){kept}")
            parameters += told
        return " UNION ALL ".join(clauses), parameters

    def _fetch(self, sql: str, parameters: Sequence[Any]) -> Mapping[str, Any]:
        try:
            arrays: Mapping[str, Any] = self._connection.execute(sql, list(parameters)).fetchnumpy()
            return arrays
        except duckdb.IOException as error:
            # The release was replaced five times over while this reader was open.
            raise QueryError(
                "cette publication n'est plus gardée", hint="recommencer : une autre l'a remplacée"
            ) from error


def _constants(size: int, **values: str) -> dict[str, Any]:
    return {column: np.full(size, value, dtype=object) for column, value in values.items()}


def _equalities(filters: Mapping[str, list[str]]) -> tuple[list[str], list[Any]]:
    # An equality lets DuckDB skip row groups by their statistics; a list does not always.
    clauses = [f"{c} = ?" if len(v) == 1 else f"{c} IN (SELECT unnest(?))" for c, v in filters.items()]
    return clauses, [v[0] if len(v) == 1 else v for v in filters.values()]


def _inside(window: Window) -> tuple[str, list[Any]]:
    clauses, parameters = ["true"], list[Any]()
    if window.levels is not None:
        clauses.append("level IN (SELECT unnest(?))")
        parameters.append(sorted(window.levels))
    if window.territories is not None:
        # An IRIS goes with its commune.
        place = "CASE WHEN level = 'iris' THEN 'commune:' || left(code, 5) ELSE level || ':' || code END"
        clauses.append(f"({place} IN (SELECT unnest(?)) OR level || ':' || code IN (SELECT unnest(?)))")
        parameters += [sorted(str(k) for k in window.territories)] * 2
    return f"({' AND '.join(clauses)})", parameters


def _plain(array: Any) -> list[float | None]:
    if isinstance(array, np.ma.MaskedArray):
        found: list[float | None] = array.tolist()
        return found
    return [None if v is None or v != v else float(v) for v in array.tolist()]


def _observations(arrays: Mapping[str, Any]) -> list[Observation]:
    texts = [arrays[c].tolist() for c in ("indicator", "level", "code", "period", "status")]
    numbers = [_plain(arrays[c]) for c in ("value", "numerator", "denominator")]
    return [
        Observation(indicator, TerritoryKey(_LEVELS[level], code), period, value, _STATUSES[status], top, bottom)
        for indicator, level, code, period, status, value, top, bottom in zip(*texts, *numbers, strict=True)
    ]


_LEVELS = {str(level): level for level in Level}
_STATUSES = {int(status): status for status in Status}
