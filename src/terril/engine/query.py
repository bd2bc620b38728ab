"""Reading observations from a release, for one scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from terril.core.access import ReadScope
from terril.core.errors import Location, QueryError
from terril.core.observations import Observation, Provenance, provenance
from terril.core.periods import parse_period
from terril.core.releases import IndicatorRelease, Manifest, bucket_of
from terril.core.status import Status
from terril.core.territories.model import Level, TerritoryKey
from terril.engine.session import quote

_FIELDS = ("level", "code", "period", "value", "status", "numerator", "denominator")


class Reader:
    """Questions to one release, within one scope.

    Parameters
    ----------
    folder : folder of the release.
    manifest : its manifest.
    scope : what may be read; the root follows from it.
    """

    def __init__(self, folder: Path, manifest: Manifest, scope: ReadScope) -> None:
        self.folder = folder / scope.root
        self.manifest = manifest
        self.scope = scope
        self._connection = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "1GB"})

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
            reason = self.manifest.not_computable.get(indicator)
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
        return max(parse_period(p) for p in self.released(indicator).periods).text

    def provenance(self, indicator: str, period: str) -> Provenance:
        """Sources, vintages and licences behind a figure."""
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
        """
        released = self.released(indicator)
        wanted = [self.latest(indicator)] if periods is None else list(periods)
        filters: dict[str, list[str]] = {"level": [str(level)]} if level is not None else {}
        if wanted:
            filters["period"] = wanted
        if codes is not None:
            filters["code"] = list(codes)
        where, parameters = _where(filters)
        path = self.folder / released.files[self.scope.root].path
        return self._fetch(
            f"SELECT {', '.join(_FIELDS)} FROM read_parquet({quote(str(path))}) {where} ORDER BY level, code, period",
            parameters,
        )

    def slice(
        self,
        indicator: str,
        *,
        level: Level | None = None,
        codes: Sequence[str] | None = None,
        periods: Sequence[str] | None = None,
    ) -> list[Observation]:
        """The same as :class:`Observation` objects: a ranking, a series, a table."""
        return _observations(self.arrays(indicator, level=level, codes=codes, periods=periods), indicator)

    def profile(self, territory: TerritoryKey, *, every_period: bool = False) -> list[Observation]:
        """Every indicator of one territory, the latest period of each unless ``every_period``."""
        bucket = bucket_of(territory.level, territory.code)
        stored = self.manifest.buckets[self.scope.root].get(bucket)
        if stored is None:
            return []
        path = self.folder / stored.path
        arrays = self._fetch(
            f"SELECT indicator, {', '.join(_FIELDS)} FROM read_parquet({quote(str(path))}) "
            f"WHERE level = ? AND code = ? ORDER BY indicator, period",
            [str(territory.level), territory.code],
        )
        found = [o for o in _observations(arrays, None) if self.scope.allows(o.indicator)]
        if every_period:
            return found
        last = {i: self.latest(i) for i in {o.indicator for o in found}}
        return [o for o in found if o.period == last[o.indicator]]

    def _fetch(self, sql: str, parameters: Sequence[Any]) -> Mapping[str, Any]:
        try:
            arrays: Mapping[str, Any] = self._connection.execute(sql, list(parameters)).fetchnumpy()
            return arrays
        except duckdb.IOException as error:
            # The release was replaced five times over while this reader was open.
            raise QueryError(
                "cette publication n'est plus gardée", hint="recommencer : une autre l'a remplacée"
            ) from error


def _where(filters: Mapping[str, list[str]]) -> tuple[str, list[Any]]:
    # An equality lets DuckDB skip row groups by their statistics; a list does not always.
    clauses = [f"{c} = ?" if len(v) == 1 else f"{c} IN (SELECT unnest(?))" for c, v in filters.items()]
    parameters: list[Any] = [v[0] if len(v) == 1 else v for v in filters.values()]
    return (f"WHERE {' AND '.join(clauses)}" if clauses else ""), parameters


def _plain(array: Any) -> list[float | None]:
    if isinstance(array, np.ma.MaskedArray):
        return [None if m else float(v) for v, m in zip(array.data, np.ma.getmaskarray(array), strict=True)]
    return [None if v is None or v != v else float(v) for v in array.tolist()]


def _observations(arrays: Mapping[str, Any], indicator: str | None) -> list[Observation]:
    count = len(arrays["code"])
    names = [indicator] * count if indicator is not None else arrays["indicator"].tolist()
    parts = [_plain(arrays[c]) for c in ("value", "numerator", "denominator")]
    return [
        Observation(str(name), TerritoryKey(Level(level), code), period, value, Status(status), numerator, denominator)
        for name, level, code, period, status, value, numerator, denominator in zip(
            names,
            arrays["level"].tolist(),
            arrays["code"].tolist(),
            arrays["period"].tolist(),
            arrays["status"].tolist(),
            *parts,
            strict=True,
        )
    ]
