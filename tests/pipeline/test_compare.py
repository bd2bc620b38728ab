"""Two releases compared, and a former one put back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from terril.core.access import OPERATOR, PUBLIC
from terril.core.errors import BuildError, QueryError, StoreError
from terril.core.status import Status
from terril.engine.compare import StatusChange
from terril.pipeline.building import Building
from terril.pipeline.compare import Comparison, compare, pair, previous_of, sentence
from terril.pipeline.comparisons import comparison
from terril.pipeline.datasets import DatasetStore
from terril.pipeline.loading import Loader
from terril.pipeline.releases import ReleaseStore
from terril.pipeline.restoring import restore
from tests.support.town import Town, rows


class Place:
    def __init__(self, folder: Path) -> None:
        self.folder, self.town = folder, Town(folder)
        self.store, self.datasets = ReleaseStore(self.town.home), DatasetStore(self.town.home)

    def load(self, name: str, text: str) -> None:
        file = self.folder / f"{name}.csv"
        file.write_text(text)
        Loader(self.town.workspace()).ingest_file(file)

    def build(self) -> str:
        _, manifest = Building(self.town.workspace()).build()
        assert manifest is not None
        return manifest.id

    def plan(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        return {s.indicator: (s.action, s.reasons) for s in Building(self.town.workspace()).plan().steps}

    def compared(self, **options) -> Comparison:
        return compare(self.store, *pair(self.store), **options)

    def tree(self) -> dict[str, tuple[int, int]]:
        """Every file of the home, but the locks."""
        found = (p for p in self.town.home.rglob("*") if p.is_file() and not p.name.endswith("lock"))
        return {str(p.relative_to(self.town.home)): (p.stat().st_mtime_ns, p.stat().st_size) for p in found}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.load("a", rows(100, 200, 300))
    found.load("b", rows(1, 2, 3))
    found.build()
    return found


def one(found: Comparison, indicator: str):
    return next(c for c in found.indicators if c.indicator == indicator)


def communes(found) -> dict[str, tuple[float, float]]:
    return {m.territory.code: (m.before, m.after) for m in found.differences.largest if m.territory.level == "commune"}


def test_what_moved_by_how_much_and_why(place):
    place.load("a", rows(150, 200, 300, 40))
    place.build()
    found = place.compared()
    pop = one(found, "t/pop")
    assert (pop.kind, pop.because) == ("changed", ("source essai/a\u00a0: nouvelle version (a.csv)",))
    assert communes(pop) == {"62119": (100.0, 150.0)}
    assert one(found, "t/double").because == ("source essai/a\u00a0: nouvelle version (a.csv), par t/pop",)
    assert found.unchanged == 1, "t/other reads another source"
    assert "2\u00a0indicateurs ont des valeurs changées" in sentence(found)


def test_counts_are_those_of_the_files(place):
    place.load("a", "code;annee;pop\n62119;2023;100\n62498;2023;250\n62041;2023;7\n")
    place.build()
    found = one(place.compared(scope=OPERATOR), "t/pop").differences
    total = found.same + found.new + found.moved + found.slight
    assert total == place.store.require().indicators["t/pop"].files["restricted"].rows
    assert found.moved >= 1


def test_a_threshold_sets_slight_moves_apart(place):
    place.load("a", rows(101, 400, 300))
    place.build()
    strict, loose = place.compared(), place.compared(threshold=0.02)
    assert one(strict, "t/pop").differences.slight == 0
    assert communes(one(loose, "t/pop")) == {"62498": (200.0, 400.0)}
    assert one(loose, "t/pop").differences.slight > 0


def test_a_value_that_becomes_secret_is_counted_and_its_former_value_not_told(place):
    text = (place.town.pack / "sources" / "a.yaml").read_text()
    rule = "secrecy: {minimum_count: {count: pop, below: 150, measures: [pop]}}\n"
    (place.town.pack / "sources" / "a.yaml").write_text(text + rule)
    place.load("a", rows(100, 200, 300) + "\n")
    place.build()
    for scope in (PUBLIC, OPERATOR):
        found = one(place.compared(scope=scope), "t/pop").differences
        changes = [c for c in found.statuses if c.after is Status.SECRET]
        assert changes and all(isinstance(c, StatusChange) and c.count >= 1 for c in changes)
        assert "62119" not in {m.territory.code for m in found.largest}


def test_new_gone_relabelled_and_recalculated_are_four_things(place):
    place.town.indicator("t/new", "dataset: essai/b, column: pop")
    (place.town.pack / "indicators" / "t" / "other.yaml").unlink()
    place.town.indicator("t/pop", "dataset: [essai/a, essai/b], column: pop", label="Population")
    place.town.indicator("t/double", "indicator: t/pop", formula="p + p")
    place.build()
    found = place.compared()
    assert {c.indicator: c.kind for c in found.indicators} == {
        "t/new": "new", "t/other": "gone", "t/pop": "relabelled", "t/double": "recalculated",
    }  # fmt: skip
    assert one(found, "t/double").because == ("formule modifiée",)
    assert all(c.differences is None for c in found.indicators)


def test_a_source_told_otherwise_relabels_what_stands_on_it_and_recalculates_nothing(place):
    source = place.town.pack / "sources" / "a.yaml"
    source.write_text(source.read_text().replace("licence: essai", "licence: Licence Ouverte"))
    reason = ("source essai/a\u00a0: licence",)
    assert place.plan() == {"t/pop": ("relabel", reason), "t/double": ("relabel", reason), "t/other": ("keep", ())}
    place.build()
    found = place.compared()
    assert {c.indicator: (c.kind, c.because) for c in found.indicators} == {
        "t/pop": ("relabelled", reason), "t/double": ("relabelled", reason),
    }  # fmt: skip


def test_one_indicator_alone_and_an_unknown_one(place):
    place.load("a", rows(5, 6, 7))
    place.build()
    assert [c.indicator for c in place.compared(only=["t/double"]).indicators] == ["t/double"]
    with pytest.raises(QueryError, match="t/double"):
        place.compared(only=["t/doubl"])


def test_a_first_release_has_nothing_to_be_compared_with(place):
    with pytest.raises(QueryError, match="aucune publication plus ancienne"):
        pair(place.store)
    with pytest.raises(StoreError, match="introuvable"):
        pair(place.store, "absente")


def test_a_comparison_is_kept_and_a_damaged_one_made_again(place):
    place.load("a", rows(5, 6, 7))
    place.build()
    before, after = pair(place.store)
    made = comparison(place.store, before, after)
    (kept,) = (place.town.home / "cache" / "comparisons").glob("*.json")
    assert comparison(place.store, before, after) == made == place.compared()
    kept.write_text("{")
    assert comparison(place.store, before, after) == made
    assert json.loads(kept.read_text())


# -- restore --------------------------------------------------------------------------------------


def test_only_the_pointer_changes_and_what_comes_next_is_said(place):
    (place.town.home / "secrecy").mkdir()
    (place.town.home / "secrecy" / "ledger.json").write_text("{}")
    first = place.store.current_id()
    place.load("a", rows(5, 6, 7))
    second = place.build()
    before = place.tree()
    found = restore(place.store, place.datasets, first)
    changed = {p for p, state in place.tree().items() if before.get(p) != state}
    assert changed == {"releases/current", "releases/.restored"}
    assert (found.aside, found.changed) == ((second,), ("essai/a",))
    assert first in found.lines()[0] and second in found.lines()[1]
    assert place.plan()["t/double"] == ("recompute", ("source essai/a\u00a0: nouvelle version (a.csv), par t/pop",))
    third = place.build()
    assert place.store.ids() == [first, second, third] and previous_of(place.store, third) == first
    assert not place.store.restored()


def test_a_release_that_is_not_whole_is_not_put_back(place):
    first = place.store.require()
    place.load("a", rows(5, 6, 7))
    second = place.build()
    (place.store.path(first.id) / "public" / first.indicators["t/pop"].files["public"].path).unlink()
    with pytest.raises(StoreError, match="incomplète"):
        restore(place.store, place.datasets, first.id)
    assert place.store.current_id() == second


def test_figures_of_a_version_destroyed_since_are_not_put_back(place):
    first = place.store.require()
    version = place.datasets.current("essai/a")
    place.load("a", rows(5, 6, 7))
    second = place.build()
    place.datasets.purge(version, "demande d'une commune")
    with pytest.raises(StoreError, match="demande d'une commune"):
        restore(place.store, place.datasets, first.id)
    assert place.store.current_id() == second


def test_nothing_is_put_back_while_a_build_is_under_way_nor_what_is_not_kept(place):
    first = place.store.current_id()
    with place.store.lock(wait=False), pytest.raises(BuildError):
        restore(place.store, place.datasets, first)
    with pytest.raises(StoreError, match="introuvable"):
        restore(place.store, place.datasets, "absente")
