"""What the packs, the versions loaded and the release in force say of their datasets and indicators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from terril.core.catalogue.holder import holder
from terril.core.errors import TerritoryError
from terril.core.indicators.graph import all_sources
from terril.core.indicators.spec import Indicator
from terril.core.periods import parse_period
from terril.core.records import Kind, Openness
from terril.core.releases import Manifest
from terril.core.sources import Source
from terril.core.territories.model import Level, TerritoryKey
from terril.pipeline.datasets import DatasetStore, Version
from terril.pipeline.workspace import Workspace

Told = tuple[str, str, dict[str, Any]]


class Declared:
    """Records of a workspace, as its packs say them.

    Parameters
    ----------
    steward : the organisation that answers for what the packs declare.
    """

    def __init__(self, workspace: Workspace, steward: str | None) -> None:
        self._workspace = workspace
        self._steward = steward
        self._store = DatasetStore(workspace.home)
        current = workspace.releases.current_id()
        self._manifest: Manifest | None = workspace.releases.manifest(current) if current is not None else None

    def __iter__(self) -> Iterator[Told]:
        for identifier, source in self._workspace.sources.items():
            yield Kind.DATASET.value, identifier, self._dataset(source)
        for identifier, indicator in self._workspace.packs.indicators.items():
            yield Kind.INDICATOR.value, identifier, self._indicator(indicator)

    def _dataset(self, source: Source) -> dict[str, Any]:
        version = self._store.current(source.id)
        begin, end = _span(version.meta.get("periods") or self._read_periods(source.id)) if version else ("", "")
        homepage = [{"title": "Page du producteur", "address": source.homepage}] if source.homepage else []
        return {
            "title": source.label,
            "description": source.description,
            "producer": source.producer,
            "licence": source.licence,
            "frequency": source.frequency,
            "vintage": _vintage(source.vintage, begin, end),
            "theme": self._theme_of(source.id),
            "territory": self._territory(version) if version else "",
            "begin": begin,
            "end": end,
            "columns": [_column(c) for c in source.columns if not c.personal],
            "links": homepage,
            "provenance": "Fichiers du producteur, lus tels quels.",
            "openness": source.access.value,
            "steward_id": self._steward,
        }

    def _indicator(self, indicator: Indicator) -> dict[str, Any]:
        sources = all_sources(self._workspace.packs.indicators, indicator.id)
        released = self._manifest.indicators.get(indicator.id) if self._manifest else None
        begin, end = _span(released.periods if released else ())
        known = self._workspace.sources
        producers = dict.fromkeys(known[s].producer for s in sources if s in known)
        return {
            "title": indicator.label,
            "description": indicator.definition,
            "producer": ", ".join(producers)[:200],
            "theme": indicator.theme,
            "territory": str(TerritoryKey(Level.COUNTRY, "FR")) if self._national(sources) else "",
            "begin": begin,
            "end": end,
            "sources": list(sources),
            "provenance": "Calculé par Terril à partir des jeux de données cités, selon la méthode de sa page.",
            "openness": Openness.OPEN.value,
            "steward_id": self._steward,
        }

    def _national(self, sources: Iterable[str]) -> bool:
        versions = [self._store.current(s) for s in sources]
        loaded = [v for v in versions if v is not None]
        return bool(loaded) and all(v.meta.get("coverage", {}).get("rule") == "national" for v in loaded)

    def _read_periods(self, source: str) -> set[str]:
        """Periods of a source that some released indicator reads."""
        released = self._manifest.indicators.values() if self._manifest else ()
        uses = (use for one in released for some in one.periods.values() for use in some)
        return {use.period for use in uses if use.source == source}

    def _theme_of(self, source: str) -> str:
        """The theme of most of the indicators that read a source."""
        indicators = self._workspace.packs.indicators
        counts = Counter(i.theme for i in indicators.values() if source in i.datasets)
        return min(counts, key=lambda theme: (-counts[theme], theme)) if counts else ""

    def _territory(self, version: Version) -> str:
        if version.meta.get("coverage", {}).get("rule") == "national":
            return str(TerritoryKey(Level.COUNTRY, "FR"))
        found = holder(self._workspace.territories, _territories(version))
        return str(found) if found is not None else ""


def _territories(version: Version) -> set[TerritoryKey]:
    """Territories that a version has rows of; none where it cannot be read."""
    try:
        table = pq.read_table(version.path, columns=["level", "code"])
    except (OSError, pa.ArrowException):
        return set()
    keys = pc.unique(pc.binary_join_element_wise(table["level"], table["code"], ":")).to_pylist()
    found = set()
    for key in keys:
        try:
            found.add(TerritoryKey.parse(key))
        except TerritoryError:
            continue
    return found


def _span(periods: Iterable[str]) -> tuple[str, str]:
    ordered = sorted(periods, key=parse_period)
    return (ordered[0], ordered[-1]) if ordered else ("", "")


def _vintage(told: str, begin: str, end: str) -> str:
    if "{period}" not in told:
        return told
    return told.replace("{period}", begin if begin == end else f"{begin} à {end}").strip()


def _column(column: Any) -> Mapping[str, str]:
    return {"name": column.name, "label": column.label, "type": str(column.type), "unit": column.unit}
