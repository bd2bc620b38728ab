"""The real tables: what is known of the nation must come out right."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
import shapely

from terril.core.territories.index import Territories, national_memberships
from terril.core.territories.model import Level
from terril.core.territories.passage import Passage
from terril.pipeline.territories.load import about, load_passage, load_territories


@pytest.fixture
def nation(tables: Path) -> Territories:
    return load_territories()


@pytest.fixture
def passage(tables: Path) -> Passage:
    return load_passage()


def targets(passage: Passage, code: str, cog: int) -> set[str]:
    return {c.code for c in passage.carry(code, cog)}


@pytest.mark.parametrize(
    ("code", "cogs", "expected"),
    [
        ("62447", (1943, 2024, 2025, 2026), {"62447"}),
        ("62461", (1943, 2019, 2020, 2024), {"62447"}),
        ("62549", (2024,), {"62447"}),
        ("62743", (2024,), {"62447"}),
        ("62119", (1943, 1990), {"62119"}),
        ("62119", (1991, 1993), {"62119", "62847"}),
        ("62119", (1994, 1997), {"62119", "62847", "62126"}),
        ("62119", (1998, 2007), {"62119", "62847"}),
        ("62119", (2008, 2026), {"62119"}),
        ("62110", (1995,), {"62473"}),
        ("62575", (1995,), {"62473"}),
        ("62482", (1987,), {"62178"}),
        ("62210", (2018,), {"62154"}),
        ("80072", (1973,), {"62881"}),
        ("20004", (1975,), {"2A004"}),
        ("38510", (1967,), {"69298"}),
        ("75101", (1943, 2026), {"75056"}),
        ("97501", (2019, 2026), {"97501"}),
        ("60054", (2023,), {"60054", "60694"}),
        ("12076", (2024,), {"12218"}),
    ],
)
def test_recorded_facts(passage: Passage, code: str, cogs: tuple[int, ...], expected: set[str]) -> None:
    for cog in cogs:
        assert targets(passage, code, cog) == expected, cog


@pytest.mark.parametrize(
    ("code", "cog"),
    [
        ("62461", 2025),
        ("62847", 1991),
        ("62847", 2007),
        ("62126", 1994),
        ("62210", 2019),
        ("62110", 1996),
        ("2A004", 1975),
    ],
)
def test_codes_that_did_not_exist(passage: Passage, code: str, cog: int) -> None:
    assert not passage.is_valid(code, cog)
    assert passage.refusal(code, cog) is not None


def test_hesdin_alone_is_a_merger(passage: Passage) -> None:
    (hesdin,) = passage.carry("62447", 2024)
    assert (hesdin.kind, hesdin.since) == ("merge", 2025)
    assert passage.ancestors("62447", 2024) == ("62447", "62461", "62549", "62743")
    assert passage.ancestors("62447", 2025) == ("62447",)
    assert passage.describe("62461", 2024) == ("62461 Huby-Saint-Leu, réunie à 62447 Hesdin-la-Forêt en 2025",)


@pytest.mark.parametrize(
    ("cog", "communes"),
    # INSEE counts, overseas departments included; Mayotte's 17 communes are in the history before 2012.
    [(2012, 36700), (2013, 36681), (2015, 36658), (2016, 35885), (2017, 35416), (2018, 35357), (2019, 34970),
     (2021, 34965), (2022, 34955), (2023, 34945), (2024, 34935), (2025, 34875), (2026, 34875)],
)  # fmt: skip
def test_every_year_has_its_communes_and_reaches_all_of_today(passage: Passage, cog: int, communes: int) -> None:
    codes = {c for c in passage.valid_codes(cog) if not c.startswith(("975", "977", "978", "98"))}
    assert len(codes) == communes
    current = passage.valid_codes(2026)
    reached = {target for code in codes for target in targets(passage, code, cog)}
    assert reached <= current
    assert len(reached) == 34875


def test_every_row_leads_to_a_current_commune(passage: Passage, nation: Territories, tables: Path) -> None:
    rows = pq.read_table(tables / "passage.parquet").to_pylist()
    communes = {t.key.code for t in nation.of_level(Level.COMMUNE)}
    assert {r["code"] for r in rows} == communes
    assert all(1943 <= r["cog_from"] <= r["cog_to"] <= 2026 for r in rows)
    assert {r["kind"] for r in rows if r["targets"] > 1} == {"split"}
    assert all((r["since"] is None) == (r["kind"] == "same") for r in rows if r["old_code"] in communes)


def test_communes_without_a_mother_are_named(passage: Passage) -> None:
    unreached = {
        c for c in passage.valid_codes(2026) if not passage.ancestors(c, 1976) and not c.startswith(("97", "98"))
    }
    assert unreached <= set(about()["passage"]["created_without_mother"])
    assert "91692" in unreached  # Les Ulis, 1977
    assert passage.suppressed["77362"] == 1949


def test_counts_and_memberships(nation: Territories, tables: Path) -> None:
    counts = {level: len(nation.of_level(level)) for level in Level}
    assert (counts[Level.COMMUNE], counts[Level.EPCI], counts[Level.DEPARTMENT], counts[Level.REGION]) == (
        34875 + 94, 1255, 101, 18,
    )  # fmt: skip
    rows = {tuple(r.values()) for r in pq.read_table(tables / "memberships.parquet").to_pylist()}
    assert set(national_memberships(nation)) == rows
    france = nation.get("country:FR")
    assert len(nation.communes("country:FR")) == 34875
    assert france.population == sum(t.population or 0 for t in nation.of_level(Level.REGION)) == 68350798
    assert nation.census_year == 2023


def test_contours_are_whole_and_valid(nation: Territories, tables: Path) -> None:
    for level in (Level.COMMUNE, Level.EPCI, Level.DEPARTMENT, Level.REGION):
        table = pq.read_table(tables / "contours" / f"{level}.parquet")
        expected = [t.key.code for t in nation.of_level(level) if t.zone != "com"]
        assert table.column("code").to_pylist() == expected
        geometries = shapely.from_wkb(table.column("geometry").to_pylist())
        assert shapely.is_valid(geometries).all()
        assert not shapely.is_empty(geometries).any()
    assert all(t.area_ha for t in nation.of_level(Level.COMMUNE) if t.zone != "com")


@pytest.mark.parametrize(
    ("text", "key", "matched"),
    [
        ("huby", "commune:62447", "Huby-Saint-Leu, commune déléguée"),
        ("bethune", "commune:62119", ""),
        ("St Pol sur Ternoise", "commune:62767", ""),
        ("62119", "commune:62119", "code 62119"),
        ("CABBALR", "epci:200072460", "CABBALR"),
        ("cc7v", "epci:200044030", "CC7V"),
        ("sept vallees", "epci:200044030", ""),
        ("œuf en ternois", "commune:62633", ""),
        ("betune", "commune:62119", ""),
        ("paris", "commune:75056", ""),
    ],
)
def test_search(nation: Territories, text: str, key: str, matched: str) -> None:
    hit = nation.search(text)[0]
    assert (str(hit.territory.key), hit.matched) == (key, matched)


@pytest.mark.parametrize(
    ("key", "now"),
    [
        ("commune:62461", ["commune:62447"]),
        ("commune:75101", ["commune:75056"]),
        ("epci:246200992", []),
        ("commune:62119", []),
        ("commune:99999", []),
    ],
)
def test_old_codes_lead_to_what_they_became(nation: Territories, key: str, now: list[str]) -> None:
    assert [str(k) for k in nation.successors(key)] == now


def test_departments_and_regions_have_their_article(nation: Territories) -> None:
    articles = {k: nation.get(k).article for k in ("department:62", "department:80", "department:02", "region:32")}
    assert articles == {"department:62": "le", "department:80": "la", "department:02": "l’", "region:32": "les"}
    assert nation.get("region:53").article == ""
