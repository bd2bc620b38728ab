"""A release computed by Spark, and the comparison of both engines: on the invented country."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from terril.core.access import OPERATOR
from terril.core.territories.model import Level
from terril.engine.query import Reader
from terril.engine.spark.session import missing
from terril.engine.spark.workshop import SparkWorkshop
from terril.pipeline.engines import build_on_spark, compare_engines
from tests.pipeline.test_build import Place

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(missing() is not None, reason=" : ".join(missing() or ())),
]


@pytest.fixture
def building(tmp_path: Path) -> Iterator[Any]:
    place = Place(tmp_path)
    workspace = SimpleNamespace(home=tmp_path, packs=SimpleNamespace(indicators=place.indicators), sources={})
    workspace.sources = {v.source.id: v.source for v in place.builder().versions.values()}
    yield SimpleNamespace(workspace=workspace, builder=place.builder, store=place.store)
    # Nothing of Spark stays, whatever happened.
    assert not list((tmp_path / ".spark").iterdir())


def test_both_engines_agree_and_nothing_is_published(building):
    found = compare_engines(building)
    assert (found.indicators, found.disagreements) == (2, ())
    assert found.observations > 20 and found.spark > 0 and found.duckdb > 0
    assert building.store.current_id() is None


def test_what_differs_is_found(building, monkeypatch):
    honest = SparkWorkshop.sql
    monkeypatch.setattr(
        SparkWorkshop, "sql", lambda self, e: f"SELECT * REPLACE (value + 1e-9 AS value) FROM ({honest(self, e)})"
    )
    found = compare_engines(building)
    assert {d.indicator for d in found.disagreements} == {"d/pop", "d/double"}
    assert {d.what for d in found.disagreements} == {"value"}


def test_spark_publishes_when_asked(building):
    _, manifest = build_on_spark(building)
    assert manifest is not None and building.store.current_id() == manifest.id
    reader = Reader(building.store.path(manifest.id), manifest, OPERATOR)
    values = {str(o.territory): o.value for o in reader.slice("d/double", level=Level.EPCI)}
    reader.close()
    assert values == {"epci:x": 1200.0, "epci:y": 800.0}
    # The same data: DuckDB has nothing to compute again.
    plan = building.builder().plan(building.workspace.packs.indicators, building.workspace.sources)
    assert not plan.changes
