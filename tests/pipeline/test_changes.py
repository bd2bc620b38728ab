"""What changed lately, from manifests laid out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from terril.core.releases import Manifest
from terril.pipeline.changes import ChangeKind, changes
from terril.pipeline.releases import ReleaseStore

Sources = dict[str, str]
#: Indicator → fingerprint of its data, and what it reads (a source, or another indicator).
Indicators = dict[str, tuple[str, str]]


class Bench:
    def __init__(self, home: Path) -> None:
        self.store = ReleaseStore(home)
        self.folder = home / "releases"
        self.ids: list[str] = []

    def release(self, sources: Sources, indicators: Indicators, *, first: bool = False) -> None:
        number = len(self.ids) + 1
        release = f"2026010{number}T000000"
        previous = None if first or not self.ids else self.ids[-1]
        manifest = Manifest.model_validate(
            {
                "id": release, "created_at": f"2026-01-0{number}T00:00:00+00:00",
                "previous": previous if not first else None, "engine": "1", "vintage": 2026, "tables": {},
                "sources": {i: source(i, v) for i, v in sources.items()},
                "indicators": {i: indicator(i, d, r) for i, (d, r) in indicators.items()},
                "not_computable": {}, "buckets": {},
            }
        )  # fmt: skip
        if previous is None and not first:
            manifest = manifest.model_copy(update={"previous": "gone"})
        folder = self.folder / release
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(manifest.model_dump_json())
        (self.folder / "current").write_text(release)
        self.ids.append(release)

    def told(self) -> list[tuple[str, str]]:
        return [(c.kind.value, c.id) for c in changes(self.store)]


def source(identifier: str, version: str) -> dict[str, Any]:
    return {
        "id": identifier, "version": version, "vintage": "2021", "producer": "p", "licence": "l", "label": "s",
        "files": [], "retrieved_at": "",
    }  # fmt: skip


def indicator(identifier: str, data: str, reads: str) -> dict[str, Any]:
    role = "source" if reads.startswith("p/") else "indicator"
    use = {"input": "a", "period": "2021", role: reads}
    return {"id": identifier, "data": data, "metadata": "m", "components": {}, "periods": {"2021": [use]}, "files": {}}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_nothing_before_the_first_build(bench: Bench) -> None:
    assert changes(bench.store) == ()


def test_everything_is_new_in_the_first_release(bench: Bench) -> None:
    bench.release({"p/s": "1"}, {"t/i": ("1", "p/s")}, first=True)
    assert bench.told() == [("source_loaded", "p/s"), ("indicator_new", "t/i")]
    assert changes(bench.store)[0].date == "2026-01-01T00:00:00+00:00"
    assert changes(bench.store)[0].vintage == "2021"


def test_nothing_is_said_of_the_oldest_kept_when_others_came_before(bench: Bench) -> None:
    bench.release({"p/s": "1"}, {"t/i": ("1", "p/s")})
    assert bench.told() == []


def test_newest_first_and_each_kind(bench: Bench) -> None:
    bench.release({"p/s": "1"}, {"t/i": ("1", "p/s")}, first=True)
    bench.release({"p/s": "1", "p/z": "1"}, {"t/i": ("1", "p/s"), "t/j": ("1", "p/z")})
    bench.release({"p/s": "2", "p/z": "1"}, {"t/i": ("2", "p/s"), "t/j": ("1", "p/z"), "t/k": ("1", "t/i")})
    assert bench.told() == [
        ("source_updated", "p/s"), ("indicator_new", "t/k"), ("indicator_recalculated", "t/i"),
        ("source_loaded", "p/z"), ("indicator_new", "t/j"),
        ("source_loaded", "p/s"), ("indicator_new", "t/i"),
    ]  # fmt: skip


def test_a_child_is_recalculated_with_the_source_of_its_parent(bench: Bench) -> None:
    bench.release({"p/s": "1"}, {"t/i": ("1", "p/s"), "t/k": ("1", "t/i")})
    bench.release({"p/s": "2"}, {"t/i": ("2", "p/s"), "t/k": ("2", "t/i")})
    found = {c.id: c for c in changes(bench.store) if c.kind == ChangeKind.INDICATOR_RECALCULATED}
    assert found["t/k"].because == ("p/s",)


def test_a_changed_definition_is_no_news_of_a_source(bench: Bench) -> None:
    bench.release({"p/s": "1"}, {"t/i": ("1", "p/s")})
    bench.release({"p/s": "1"}, {"t/i": ("2", "p/s")})
    assert bench.told() == []


def test_an_indicator_whose_values_did_not_change_is_not_told(bench: Bench) -> None:
    bench.release({"p/s": "1"}, {"t/i": ("1", "p/s")})
    bench.release({"p/s": "2"}, {"t/i": ("1", "p/s")})
    assert bench.told() == [("source_updated", "p/s")]


def test_a_release_put_back_in_force_hides_the_later_ones(bench: Bench) -> None:
    bench.release({"p/s": "1"}, {}, first=True)
    bench.release({"p/s": "2"}, {})
    bench.store.restore(bench.ids[0])
    assert bench.told() == [("source_loaded", "p/s")]


def test_a_damaged_manifest_does_not_silence_the_others(bench: Bench) -> None:
    bench.release({"p/s": "1"}, {}, first=True)
    bench.release({"p/s": "2"}, {})
    bench.release({"p/s": "3"}, {})
    (bench.folder / bench.ids[1] / "manifest.json").write_text("{")
    assert bench.told() == [("source_updated", "p/s"), ("source_loaded", "p/s")]


def test_a_release_set_aside_is_not_between_two_others(bench: Bench) -> None:
    bench.release({"p/s": "1"}, {"t/i": ("1", "p/s")}, first=True)
    bench.release({"p/s": "2"}, {"t/i": ("2", "p/s")})
    bench.release({"p/s": "3"}, {"t/i": ("3", "p/s")})
    manifest = bench.store.manifest(bench.ids[2]).model_copy(update={"previous": bench.ids[0]})
    (bench.folder / bench.ids[2] / "manifest.json").write_text(manifest.model_dump_json())
    assert {c.release for c in changes(bench.store)} == {bench.ids[0], bench.ids[2]}
