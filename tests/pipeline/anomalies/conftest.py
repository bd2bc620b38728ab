"""An agency of the invented country: one source, one indicator, a gate before each publication."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from terril.core.indicators.spec import Indicator
from terril.core.releases import SourceRelease
from terril.core.sources import Source
from terril.engine.materialise import VersionFile
from terril.pipeline.anomalies.desk import Desk
from terril.pipeline.anomalies.gate import Gate
from terril.pipeline.anomalies.journal import Journal
from terril.pipeline.anomalies.overlay import Settled, settle
from terril.pipeline.build import Builder
from terril.pipeline.datasets import DatasetStore, Version
from terril.pipeline.releases import ReleaseStore
from tests.support.country import version_table, write_geography

#: 01003 has more than the bound; the others are in order.
POP = {"01001": 100, "01002": 200, "01003": 900, "02001": 300, "02002": 100}


class Agency:
    """A working folder whose rows, checks and decisions a test may change."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.geography = write_geography(home)
        self.datasets = DatasetStore(home)
        self.releases = ReleaseStore(home)
        self.checks: list[dict[str, Any]] = [{"kind": "bounds", "column": "pop", "max": 500}]
        self.totals: list[dict[str, Any]] = []
        self.settled: list[Settled] = []

    @property
    def source(self) -> Source:
        return Source.model_validate(
            {"id": "t/pop", "label": "Population", "producer": "essai", "licence": "essai", "vintage": "2021",
             "format": "csv", "geography": {"level": "commune", "column": "code", "cog": 2024},
             "period": {"column": "period"}, "checks": self.checks, "totals": self.totals,
             "columns": [{"name": "pop", "source": "pop", "unit": "hab", "scale": 2}]}
        )  # fmt: skip

    @property
    def indicators(self) -> dict[str, Indicator]:
        given = {"id": "d/pop", "label": "Population", "definition": "essai", "unit": "hab", "aggregation": "sum",
                 "missing": "propagate", "inputs": {"p": {"dataset": "t/pop", "column": "pop"}}, "formula": "p"}  # fmt: skip
        return {"d/pop": Indicator.model_validate(given)}

    @property
    def desk(self) -> Desk:
        return Desk(self.home, {"t/pop": self.source})

    def load(self, pop: dict[str, Any] = POP, at: str = "2026-01-01T00:00:00+00:00") -> Version:
        """A version made of these figures, in use."""
        rows = [{"code": code, "pop": value} for code, value in pop.items()]
        with self.datasets.writing("t/pop") as work:
            pq.write_table(version_table(rows, "commune", ["pop"], ()), work / "data.parquet")
            meta = {"source": "t/pop", "retrieved_at": at, "rows": len(rows), "coverage": {"rule": "rows"}}
            return self.datasets.commit("t/pop", work, meta)[0]

    @property
    def current(self) -> Version:
        found = self.datasets.current("t/pop")
        assert found is not None
        return found

    def pop(self, version: Version | None = None) -> dict[str, float | None]:
        """Figures of a version, by commune."""
        rows = pq.read_table((version or self.current).path).to_pylist()
        return {r["code"]: None if r["pop"] is None else float(r["pop"]) for r in rows}

    def build(self):
        """Settle decisions, build, and publish if the gate lets it through."""
        self.settled = settle(self.datasets, Journal(self.home).standing(strict=True).values())
        version = self.current
        file = VersionFile(self.source, version.id, version.path, "rows")
        described = SourceRelease(
            id="t/pop", version=version.id, vintage="2021", producer="essai", licence="essai", label="Population",
            files=("pop.csv",), retrieved_at=version.meta["retrieved_at"],
        )  # fmt: skip
        known = [a for s in self.settled for a in s.anomalies]
        gate = Gate(self.home, self.indicators, {"t/pop": self.source}, known)
        builder = Builder(
            self.releases, self.geography, {"t/pop": file}, {"t/pop": described}, {"de passage": "1"}, 2026, gate
        )
        return builder.build(self.indicators, {"t/pop": self.source})

    def key(self, kind: str = "bounds") -> str:
        """Key of the one anomaly of a kind."""
        (found,) = [e.anomaly.key for e in self.desk.entries() if e.anomaly.kind == kind]
        return found

    def states(self) -> dict[str, str]:
        """State of each anomaly, by kind."""
        return {e.anomaly.kind: e.state for e in self.desk.entries()}


@pytest.fixture
def agency(tmp_path: Path) -> Agency:
    """The source loaded, nothing built."""
    made = Agency(tmp_path)
    made.load()
    return made
