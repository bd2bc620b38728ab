"""A release keeps its secrets: pattern used again, ledger, attack of the public files before they are published."""

from __future__ import annotations

import secrets
import stat
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from terril.core.errors import SecrecyError
from terril.core.indicators.formula import parse_formula
from terril.core.indicators.spec import Indicator
from terril.core.observations import Observation
from terril.core.releases import SourceRelease
from terril.core.sources import Source
from terril.core.standing import Slice
from terril.core.status import Status
from terril.core.territories.estimation import estimate
from terril.core.territories.model import Level, TerritoryKey
from terril.engine.materialise import VersionFile
from terril.engine.protection.apply import Pattern, table_of
from terril.pipeline import secrecy
from terril.pipeline.build import Builder
from terril.pipeline.ledger import LedgerStore
from terril.pipeline.releases import ReleaseStore
from terril.pipeline.secrecy import Protector
from tests.support.country import version_table, write_geography

FIRMS = [
    {"code": "01001", "ca": 500, "n": 30},
    {"code": "01002", "ca": 400, "n": 20},
    {"code": "01003", "ca": 70, "n": 2},
    {"code": "02001", "ca": 300, "n": 15},
    {"code": "02002", "ca": 200, "n": 12},
]
RULE = {"minimum_count": {"count": "n", "below": 3, "measures": ["ca"]}}


def source(**secrecy_rules) -> Source:
    return Source.model_validate(
        {
            "id": "t/ca", "label": "Entreprises", "producer": "essai", "licence": "essai", "vintage": "2021",
            "format": "csv", "geography": {"level": "commune", "column": "code", "cog": 2024},
            "period": {"column": "period"}, "secrecy": secrecy_rules,
            "columns": [{"name": "ca", "source": "ca", "unit": "EUR"}, {"name": "n", "source": "n", "unit": ""}],
        }
    )  # fmt: skip


def indicator(identifier: str = "e/ca", column: str = "ca", unit: str = "EUR", **fields) -> Indicator:
    given = {
        "id": identifier, "label": identifier, "definition": "essai", "unit": unit, "aggregation": "sum",
        "missing": "propagate", "inputs": {"p": {"dataset": "t/ca", "column": column}}, "formula": "p", **fields,
    }  # fmt: skip
    return Indicator.model_validate(given)


class Place:
    """A working folder with one source that has a rule, whose rule and perimeters a test may change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = ReleaseStore(folder)
        self.geography = write_geography(folder)
        self.source = source(**RULE)
        self.indicators = {i.id: i for i in (indicator(), indicator("e/n", "n", ""))}
        self.tables = {"des appartenances": "1"}
        self.path = folder / "v1.parquet"
        pq.write_table(version_table(FIRMS, "commune", ["ca", "n"], ()), self.path)

    def perimeter(self, code: str, communes: list[str]) -> None:
        """Declare one more perimeter."""
        given = [("commune", c, "perimeter", code) for c in communes]
        names = self.geography.memberships.column_names
        more = pa.table({name: [row[i] for row in given] for i, name in enumerate(names)})
        self.geography = replace(self.geography, memberships=pa.concat_tables([self.geography.memberships, more]))
        self.tables = {"des appartenances": code}

    def builder(self) -> Builder:
        described = SourceRelease(
            id="t/ca", version="v1", vintage="2021", producer="essai", licence="essai", label="Entreprises",
            files=("ca.csv",), retrieved_at="2026-01-01",
        )  # fmt: skip
        version = VersionFile(self.source, "v1", self.path, "rows")
        return Builder(self.store, self.geography, {"t/ca": version}, {"t/ca": described}, self.tables, 2026)

    def build(self, **options):
        self.last = self.builder()
        return self.last.build(self.indicators, {"t/ca": self.source}, **options)

    def plan(self):
        found = self.builder().plan(self.indicators, {"t/ca": self.source})
        return {s.indicator: (s.action, s.reasons) for s in found.steps}

    def public(self, identifier: str = "e/ca", release: str | None = None) -> dict[str, float | None]:
        path = self.store.path(release or self.store.current_id()) / "public" / "indicators" / f"{identifier}.parquet"
        return {f"{r['level']}:{r['code']}": r["value"] for r in pq.read_table(path).to_pylist()}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_release_hides_the_figure_and_what_would_tell_it_and_keeps_the_rest(place):
    place.build()
    public = place.public()
    assert public["commune:01003"] is None
    assert public["country:FR"] == 1470
    assert None in (public["epci:y"], public["commune:02002"])
    assert place.public("e/n")["commune:01003"] == 2
    restricted = place.store.path(place.store.current_id()) / "restricted" / "indicators" / "e" / "ca.parquet"
    assert all(r["value"] is not None for r in pq.read_table(restricted).to_pylist())


def test_an_unchanged_build_does_no_secrecy_work(place, monkeypatch):
    place.build()

    def untouched(*_, **__):
        raise AssertionError("secrecy was computed again")

    monkeypatch.setattr(secrecy, "sheets_of", untouched)
    assert place.build()[1] is None
    place.indicators["e/n"] = indicator("e/n", "n", "", formula="2 * p")
    before = place.store.current_id()
    assert {i: a for i, (a, _) in place.plan().items()} == {"e/ca": "keep", "e/n": "recompute"}
    monkeypatch.undo()
    place.build()
    assert place.store.current_id() != before


def test_a_pattern_that_depends_on_the_same_things_is_used_again(place, monkeypatch):
    place.build()
    first = place.public()
    place.indicators["e/ca"] = indicator(formula="1 * p")
    made = []
    monkeypatch.setattr(secrecy, "protect_sheets", lambda *a, **k: made.append(a))
    place.build()
    assert made == []
    assert place.public() == first


def test_a_changed_rule_is_the_cause_that_a_plan_names(place):
    place.build()
    place.source = source(minimum_count={"count": "n", "below": 13, "measures": ["ca"]})
    plan = place.plan()
    assert plan["e/ca"][0] == "recompute"
    assert any("secret statistique de t/ca" in reason for reason in plan["e/ca"][1])


def test_an_indicator_that_reads_no_ruled_measure_has_no_part_in_it(place):
    place.build()
    manifest = place.store.require()
    assert "secret t/ca" in manifest.indicators["e/ca"].components
    assert "secret t/ca" not in manifest.indicators["e/n"].components


def test_two_full_builds_give_the_same_bytes(place):
    _, first = place.build()
    _, second = place.build(full=True)
    assert first.id != second.id
    digests = [{i: {r: f.sha256 for r, f in x.files.items()} for i, x in m.indicators.items()} for m in (first, second)]
    assert digests[0] == digests[1]


def test_two_places_hide_the_same_cells(place, tmp_path):
    place.build()
    (tmp_path / "other").mkdir()
    other = Place(tmp_path / "other")
    other.build()
    assert other.public() == place.public()


def test_a_perimeter_added_later_tells_nothing_of_what_was_hidden(place):
    place.build()
    first = place.public()
    # The one commune that is left out, on either side.
    place.perimeter("presque", ["01001", "01002", "02001", "02002"])
    place.perimeter("sans_b", ["01001", "01003", "02001"])
    place.build()
    second = place.public()
    assert first["commune:01003"] is None
    assert second["commune:01003"] is None
    # What was published stays so; the country minus the new perimeter would be the figure.
    assert {k: second[k] for k, v in first.items() if v is not None} == {
        k: v for k, v in first.items() if v is not None
    }
    assert second["country:FR"] == 1470
    assert second["perimeter:presque"] is None


def test_a_perimeter_removed_is_still_known(place):
    place.perimeter("presque", ["01001", "01002", "02001"])
    place.build()
    first = place.public()
    assert first["perimeter:presque"] is not None
    geography = write_geography(place.folder)
    place.geography, place.tables = geography, {"des appartenances": "retour"}
    place.perimeter("reste", ["01003"])
    place.build()
    second = place.public()
    assert second["perimeter:reste"] is None
    assert second["commune:01003"] is None


def test_a_rule_that_comes_late_says_what_was_already_published(place):
    place.source = source()
    place.build()
    assert place.public()["commune:01003"] == 70
    place.source = source(**RULE)
    place.build()
    assert place.public()["commune:01003"] is None
    (note,) = place.last.secrecy.notes
    assert "ca, commune:01003, 2021" in note
    assert "déjà été publié" in note


def test_a_damaged_release_is_no_obstacle_and_what_it_told_is_said_to_be_lost(place):
    place.source = source()
    place.build()
    (place.store.path(place.store.current_id()) / "manifest.json").write_text("{", encoding="utf-8")
    place.source = source(**RULE)
    place.build(full=True)
    assert place.public()["commune:01003"] is None
    assert any("n’est pas connu" in note for note in place.last.secrecy.notes)


def test_the_ledger_is_for_the_operator_alone(place):
    place.build()
    folder = place.folder / "secrecy"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    told = pq.read_table(folder / "t" / "ca" / "told.parquet").to_pylist()
    assert {r["cell"] for r in told} == {"ca"}
    assert 70 not in {r["value"] for r in told}


def test_a_sabotaged_pattern_stops_the_publication(place, monkeypatch):
    place.build()
    first = place.store.current_id()
    monkeypatch.setattr(secrecy, "protect_sheets", lambda s, *_: Pattern(s, table_of([])))
    place.source = source(minimum_count={"count": "n", "below": 4, "measures": ["ca"]})
    with pytest.raises(SecrecyError, match="commune:01003") as caught:
        place.build()
    assert "rien n’est publié" in caught.value.hint
    assert place.store.current_id() == first
    monkeypatch.setattr(
        secrecy, "protect_sheets", lambda s, *_: Pattern(s, table_of([("ca", "commune", "01003", "2021", "primary")]))
    )
    with pytest.raises(SecrecyError, match=r"ca, commune:01003, 2021 \(entre 70 et 70"):
        place.build()
    assert place.store.current_id() == first


def _differencing(place: Place) -> None:
    """Two releases, each safe alone: a perimeter with the small commune, then the same without it."""
    place.indicators = {"e/ca": indicator(levels=["perimeter"])}
    base = place.geography
    place.perimeter("avec", ["01001", "01002", "01003"])
    place.build()
    assert place.public()["perimeter:avec"] == 970
    place.geography = base
    place.perimeter("sans", ["01001", "01002"])
    place.build()


def test_the_difference_between_two_releases_tells_nothing(place):
    _differencing(place)
    # 970 − 900 would be the two firms of the commune.
    assert place.public()["perimeter:sans"] is None


def test_without_a_ledger_the_difference_would_tell_it(place, monkeypatch):
    monkeypatch.setattr(Protector, "ledgers", property(lambda _: LedgerStore(place.folder / secrets.token_hex(4))))
    monkeypatch.setattr(Protector, "_seed", lambda *_: None)
    _differencing(place)
    assert place.public()["perimeter:sans"] == 900


@pytest.mark.parametrize("root", ["public", "restricted"])
def test_ranks_and_drawn_perimeters_stand_on_protected_cells_only(place, root):
    """Whatever root is read: the raw value that stands beside a secret is for the operator's eyes, not for sums."""
    place.build()
    path = place.store.path(place.store.current_id()) / root / "indicators" / "e" / "ca.parquet"
    rows = [r for r in pq.read_table(path).to_pylist() if r["level"] == "commune"]
    cells = {
        r["code"]: Observation("e/ca", TerritoryKey(Level.COMMUNE, r["code"]), "2021", r["value"], Status(r["status"]))
        for r in rows
    }
    ranked = Slice.of(cells.values())
    assert ranked.value("01003") == (None, Status.SECRET)
    assert ranked.rank("01003") is None
    whole = estimate(place.indicators["e/ca"], parse_formula("p"), cells, {"01001": 1.0, "01003": 0.5})
    assert (whole.value, whole.status) == (None, Status.SECRET)
