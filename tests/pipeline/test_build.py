"""Plans, releases, and what is left when a build fails: on the invented country."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from terril.core.access import OPERATOR, PUBLIC
from terril.core.errors import BuildError, QueryError, StoreError
from terril.core.indicators.spec import Indicator
from terril.core.parameters import Parameter
from terril.core.releases import SourceRelease
from terril.core.sources import Source
from terril.core.status import Status
from terril.core.territories.model import Level, TerritoryKey
from terril.engine.materialise import VersionFile
from terril.engine.query import Reader
from terril.pipeline.build import Builder
from terril.pipeline.releases import KEPT, ReleaseStore
from tests.support.country import version_table, write_geography

ROWS = [
    {"code": c, "pop": n} for c, n in (("01001", 100), ("01002", 200), ("01003", 300), ("02001", 300), ("02002", 100))
]


def source(identifier: str = "t/pop") -> Source:
    return Source.model_validate(
        {
            "id": identifier, "label": identifier, "producer": "essai", "licence": "essai", "vintage": "recensement {period}",
            "format": "csv", "geography": {"level": "commune", "column": "code", "cog": 2024}, "period": {"column": "period"},
            "columns": [{"name": "pop", "source": "pop", "unit": "hab"}],
        }
    )  # fmt: skip


def indicator(identifier: str = "d/pop", **fields) -> Indicator:
    given = {
        "id": identifier, "label": "Population", "definition": "essai", "unit": "hab", "aggregation": "sum",
        "missing": "propagate", "inputs": {"p": {"dataset": "t/pop", "column": "pop"}}, "formula": "p", **fields,
    }  # fmt: skip
    return Indicator.model_validate(given)


class Place:
    """A working folder with one source, whose rows and indicators a test may change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = ReleaseStore(folder)
        self.geography = write_geography(folder)
        self.indicators = {
            i.id: i for i in (indicator(), indicator("d/double", inputs={"p": {"indicator": "d/pop"}}, formula="2 * p"))
        }
        self.parameters: dict[str, Parameter] = {}
        self.load("v1", ROWS)

    def load(self, version: str, rows: list[dict]) -> None:
        path = self.folder / f"{version}.parquet"
        pq.write_table(version_table(rows, "commune", ["pop"], ()), path)
        self.version = VersionFile(source(), version, path, "rows")

    def builder(self) -> Builder:
        described = SourceRelease(
            id="t/pop", version=self.version.version, vintage="recensement {period}", producer="essai", licence="essai",
            label="Population", files=("pop.csv",), retrieved_at="2026-01-01",
        )  # fmt: skip
        tables = {"de passage": "1"}
        versions = {"t/pop": self.version}
        return Builder(
            self.store, self.geography, versions, {"t/pop": described}, tables, 2026, parameters=self.parameters
        )

    def prices(self, values: dict[str, float]) -> None:
        said = {"label": "Indice", "unit": "", "reference": {"title": "essai"}, "valid_on": "2025-01-01"}
        self.parameters = {"prix/indice": Parameter.model_validate({"id": "prix/indice", "values": values, **said})}

    def plan(self, **options) -> dict[str, tuple[str, tuple[str, ...]]]:
        found = self.builder().plan(self.indicators, {"t/pop": source()}, **options)
        return {s.indicator: (s.action, s.reasons) for s in found.steps}

    def build(self, **options):
        return self.builder().build(self.indicators, {"t/pop": source()}, **options)

    def value(self, scope=OPERATOR, code: str = "x", identifier: str = "d/pop") -> float | None:
        manifest = self.store.require()
        reader = Reader(self.store.path(manifest.id), manifest, scope)
        try:
            (found,) = reader.slice(identifier, level=Level.EPCI, codes=[code])
            return found.value
        finally:
            reader.close()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_first_build_then_nothing_to_do(place):
    assert {a for a, _ in place.plan().values()} == {"add"}
    _, manifest = place.build()
    assert manifest is not None
    assert manifest.indicators["d/pop"].periods["2021"][0].vintage == "recensement 2021"
    assert place.value() == 600
    assert place.value(identifier="d/double") == 1200
    assert {a for a, _ in place.plan().values()} == {"keep"}
    assert place.build()[1] is None
    assert place.store.current_id() == manifest.id


def test_a_label_is_relabelled_a_formula_recomputed_with_its_descendants_and_the_cause_is_named(place):
    place.build()
    place.indicators["d/pop"] = indicator(label="Habitants")
    assert place.plan() == {"d/pop": ("relabel", ("libellé, définition ou méthode",)), "d/double": ("keep", ())}
    place.build()
    place.indicators["d/pop"] = indicator(label="Habitants", formula="p + p")
    plan = place.plan()
    assert plan["d/pop"] == ("recompute", ("formule modifiée",))
    assert plan["d/double"] == ("recompute", ("formule modifiée, par d/pop",))
    place.build()
    assert place.value(identifier="d/double") == 2400


def test_a_lag_recomputes_the_indicator_and_its_descendants_only(place):
    place.load("v2", [{**r, "period": p} for r in ROWS for p in ("2020", "2021")])
    place.indicators["d/other"] = indicator("d/other")
    place.build()
    lagged = {"p": {"dataset": "t/pop", "column": "pop", "lag": 1}}
    place.indicators["d/pop"] = indicator(inputs=lagged)
    plan = place.plan()
    assert plan["d/pop"] == ("recompute", ("définition modifiée (entrées)",))
    assert plan["d/double"] == ("recompute", ("définition modifiée (entrées), par d/pop",))
    assert plan["d/other"] == ("keep", ())


def test_a_parameter_changed_is_named_and_one_that_nothing_reads_recomputes_nothing(place):
    inputs = {"p": {"dataset": "t/pop", "column": "pop"}, "i": {"parameter": "prix/indice"}}
    place.indicators["d/deflated"] = indicator("d/deflated", inputs=inputs, formula="p / i")
    place.prices({"2021": 1.5})
    place.build()
    place.prices({"2021": 1.5, "2022": 1.6})
    assert place.plan()["d/deflated"] == ("keep", ())
    place.prices({"2021": 1.25})
    assert place.plan()["d/deflated"] == ("recompute", ("paramètre prix/indice modifié",))
    assert place.plan()["d/pop"] == ("keep", ())
    manifest = place.build()[1]
    (use,) = (u for u in manifest.indicators["d/deflated"].periods["2021"] if u.parameter)
    assert (use.parameter, use.period, use.value) == ("prix/indice", "2021", 1.25)
    place.prices({"2020": 1})
    assert place.plan()["d/deflated"][0] == "remove"


def test_a_break_recomputes_what_it_forbids_and_relabels_the_rest(place):
    place.load("v2", [{**r, "period": p} for r in ROWS for p in ("2019", "2020", "2021")])
    two = {"p": {"dataset": "t/pop", "column": "pop"}, "avant": {"dataset": "t/pop", "column": "pop", "lag": 1}}
    place.indicators["d/pop"] = indicator(inputs=two, formula="p - avant")
    del place.indicators["d/double"]
    place.build()
    place.indicators["d/pop"] = indicator(inputs=two, formula="p - avant", breaks=[{"period": 2021, "reason": "x"}])
    assert place.plan()["d/pop"] == ("recompute", ("ruptures de série modifiées",))
    manifest = place.build()[1]
    released = manifest.indicators["d/pop"]
    assert list(released.periods) == ["2020"]
    assert released.dropped["2021"] == "rupture de série en 2021 : x"
    place.indicators["d/pop"] = indicator(inputs=two, formula="p - avant", breaks=[{"period": 2021, "reason": "y"}])
    assert place.plan()["d/pop"][0] == "relabel"


def test_a_relabel_reuses_the_files_as_they_are(place):
    _, first = place.build()
    place.indicators["d/pop"] = indicator(label="Habitants")
    _, second = place.build()
    assert second.indicators["d/pop"].files == first.indicators["d/pop"].files
    paths = [place.store.path(m.id) / "public" / m.indicators["d/pop"].files["public"].path for m in (first, second)]
    assert paths[0].stat().st_ino == paths[1].stat().st_ino


def test_new_data_is_named_and_a_removed_indicator_goes(place):
    place.build()
    place.load("v2", [{**r, "pop": 1} for r in ROWS])
    del place.indicators["d/double"]
    plan = place.plan()
    assert plan["d/pop"] == ("recompute", ("source t/pop\u00a0: nouvelle version (pop.csv)",))
    assert plan["d/double"] == ("remove", ("n'est plus déclaré",))
    place.build()
    assert place.value() == 3
    with pytest.raises(QueryError):
        place.value(identifier="d/double")


def test_two_full_builds_give_the_same_bytes(place):
    _, first = place.build()
    _, second = place.build(full=True)
    assert first.id != second.id
    digests = [{i: {r: f.sha256 for r, f in x.files.items()} for i, x in m.indicators.items()} for m in (first, second)]
    assert digests[0] == digests[1]
    assert first.buckets == second.buckets


def test_the_last_five_are_kept_and_any_can_be_restored(place):
    built = [place.build(full=True)[1].id for _ in range(KEPT + 2)]
    assert place.store.ids() == built[-KEPT:]
    place.store.restore(built[-KEPT])
    assert place.store.current_id() == built[-KEPT]
    assert place.value() == 600
    with pytest.raises(StoreError, match="introuvable"):
        place.store.restore(built[0])


def test_a_failed_build_leaves_the_release_in_force(place, monkeypatch):
    _, first = place.build()
    place.load("v2", [{**r, "pop": 1} for r in ROWS])

    def full_disk(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("terril.pipeline.build.bucket", full_disk)
    with pytest.raises(StoreError, match="disque plein"):
        place.build()
    monkeypatch.undo()
    assert place.store.current_id() == first.id
    assert place.value() == 600
    assert place.store.ids() == [first.id]
    assert not list(place.store.folder.glob(".staging-*"))
    place.build()
    assert place.value() == 3


def _held(folder: Path, ready, end) -> None:
    with ReleaseStore(folder).lock(wait=True):
        ready.set()
        end.wait(20)


def test_a_second_build_says_so_or_waits(place):
    context = multiprocessing.get_context("spawn")
    ready, end = context.Event(), context.Event()
    other = context.Process(target=_held, args=(place.folder, ready, end))
    other.start()
    assert ready.wait(20)
    assert place.store.is_locked()
    with pytest.raises(BuildError, match="en cours"):
        place.build(wait=False)
    end.set()
    assert place.build(wait=True)[1] is not None
    other.join(20)


def _killed(folder: Path, ready) -> None:
    place = Place(folder)
    place.load("v2", [{**r, "pop": 7} for r in ROWS])

    def stop(done: int, total: int, label: str) -> None:
        if done == 1:
            ready.set()
            time.sleep(60)

    place.build(progress=stop)


def test_kill_9_in_the_middle_of_a_build(place):
    _, first = place.build()
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    victim = context.Process(target=_killed, args=(place.folder, ready))
    victim.start()
    assert ready.wait(30)
    assert victim.pid is not None
    os.kill(victim.pid, signal.SIGKILL)
    victim.join(20)
    assert list(place.store.folder.glob(".staging-*")), "the victim was killed before or after its work"
    assert place.store.current_id() == first.id
    assert place.value() == 600
    place.load("v2", [{**r, "pop": 7} for r in ROWS])
    place.build()
    assert place.value() == 21
    assert not list(place.store.folder.glob(".staging-*"))


def test_a_reader_keeps_its_release_while_another_is_published(place):
    _, first = place.build()
    reader = Reader(place.store.path(first.id), first, PUBLIC)
    place.load("v2", [{**r, "pop": 1} for r in ROWS])
    place.build()
    assert reader.slice("d/pop", level=Level.EPCI, codes=["x"])[0].value == 600
    for _ in range(KEPT):
        place.build(full=True)
    with pytest.raises(QueryError, match="plus gardée"):
        reader.slice("d/pop", level=Level.EPCI, codes=["x"])
    reader.close()


def test_profile_gives_the_latest_period_of_each_indicator(place):
    place.load("v3", [{**r, "period": p} for r in ROWS for p in ("2020", "2021")])
    _, manifest = place.build()
    reader = Reader(place.store.path(manifest.id), manifest, PUBLIC)
    key = TerritoryKey(Level.COMMUNE, "01002")
    assert [(o.indicator, o.period, o.value) for o in reader.profile(key)] == [
        ("d/double", "2021", 400),
        ("d/pop", "2021", 200),
    ]
    assert len(reader.profile(key, every_period=True)) == 4
    assert reader.profile(TerritoryKey(Level.COMMUNE, "99999")) == []
    reader.close()


def test_a_masked_indicator_is_answered_as_an_absent_one(place):
    _, manifest = place.build()
    scope = type(PUBLIC)("public", "essai", frozenset({"d/pop"}))
    reader = Reader(place.store.path(manifest.id), manifest, scope)
    messages = []
    for identifier in ("d/pop", "d/nothing"):
        with pytest.raises(QueryError) as caught:
            reader.slice(identifier)
        messages.append(caught.value.message)
    assert messages[0] == messages[1]
    assert {o.indicator for o in reader.profile(TerritoryKey(Level.COMMUNE, "01002"))} == {"d/double"}
    reader.close()


def test_secret_value_is_in_the_restricted_root_only(place):
    table = version_table(ROWS, "commune", ["pop"], ())
    path = place.folder / "v4.parquet"
    hidden = table.set_column(table.schema.get_field_index("pop__status"), "pop__status",
                              [[int(Status.SECRET) if c == "01003" else 0 for c in table["code"].to_pylist()]])  # fmt: skip
    hidden = hidden.cast(table.schema)
    pq.write_table(hidden, path)
    place.version = VersionFile(source(), "v4", path, "rows")
    place.build()
    assert place.value(OPERATOR, "y") == 400
    assert place.value(PUBLIC, "y") is None
    assert place.value(PUBLIC, "x") == 600
    manifest = place.store.require()
    public = place.store.path(manifest.id) / "public" / manifest.indicators["d/pop"].files["public"].path
    assert "01003" not in [r["code"] for r in pq.read_table(public).to_pylist() if r["value"] is not None]


def test_a_version_older_than_a_column_is_to_be_loaded_again(place):
    place.indicators["d/pop"] = indicator(inputs={"p": {"dataset": "t/pop", "column": "menages", "unit": "hab"}})
    action, (reason,) = place.plan()["d/pop"]
    assert action == "unavailable"
    assert "menages" in reason
    assert "charger à nouveau" in reason


def test_a_commune_that_the_tables_do_not_know_stops_the_build(place):
    _, first = place.build()
    place.load("v9", [*ROWS, {"code": "99999", "pop": 1}])
    with pytest.raises(BuildError, match="99999"):
        place.build()
    assert place.store.current_id() == first.id


def test_a_damaged_manifest_is_said_and_a_full_build_mends_it(place):
    _, first = place.build()
    (place.store.path(first.id) / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="--full"):
        place.build()
    _, second = place.build(full=True)
    assert place.store.current_id() == second.id
    assert place.value() == 600


def test_no_release_yet_says_what_to_do(tmp_path):
    with pytest.raises(QueryError, match="terril build"):
        ReleaseStore(tmp_path).require()
