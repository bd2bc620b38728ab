"""The real history of communes, carried: what is known of the nation must come out right, both ways."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from terril.core.territories.cog import (
    EQUAL,
    Additive,
    Kind,
    Timeline,
    carry,
    guess_vintage,
    national_report,
    read_movements,
    replay,
    story,
    tell,
)
from terril.core.territories.cog.national import is_collectivity
from terril.core.territories.passage import Passage
from terril.pipeline.territories.load import load_passage, load_timeline


@pytest.fixture
def nation(tables: Path) -> Timeline:
    return load_timeline()


@pytest.fixture
def passage(tables: Path) -> Passage:
    return load_passage()


@pytest.mark.parametrize("year", [1943, 1968, 1975, 1990, 1999, 2008, 2016, 2019, 2021, 2024, 2025, 2026])
def test_the_timeline_and_the_passage_are_one_truth(nation: Timeline, passage: Passage, year: int) -> None:
    links = nation.links(year, nation.last)
    assert set(links.old) >= passage.valid_codes(year)
    for code in links.old:
        carried = passage.carry(code, year)
        assert links.to(code) == tuple(sorted(c.code for c in carried)), code
        kinds = {"same": Kind.SAME, "recode": Kind.RENAMED, "merge": Kind.MERGED, "split": Kind.SPLIT}
        assert links.kind(code) == (kinds[carried[0].kind] if carried else Kind.REFUSED), code


@pytest.mark.parametrize(
    ("start", "end", "code", "targets"),
    [
        (2024, 2026, "62461", ("62447",)),
        (2026, 2024, "62447", ("62447", "62461", "62549", "62743")),
        (1990, 1991, "62847", ("62119",)),
        (1990, 2010, "62847", ("62847",)),
        (1995, 2010, "62119", ("62119", "62126", "62847")),
        (1968, 1976, "20004", ("2A004",)),
        (2026, 1968, "2A004", ("20004",)),
        (1967, 1968, "78228", ("91228",)),
        (1967, 1968, "75012", ("92012",)),
        (1968, 1967, "93066", ("75066",)),
        (1967, 2026, "78646", ("78646",)),
        (1968, 2026, "80810", ("80810",)),
        (2017, 2026, "15141", ("15031", "15035", "15047", "15141", "15171")),
        (2019, 2026, "97501", ("97501",)),
        (1968, 2026, "97501", ()),
    ],
)
def test_recorded_facts(nation: Timeline, start: int, end: int, code: str, targets: tuple[str, ...]) -> None:
    assert nation.links(start, end).to(code) == targets


@pytest.mark.parametrize(("year", "count"), [(1968, 37840), (1999, 36694), (2016, 35885), (2019, 34970), (2025, 34875)])
def test_each_year_has_the_communes_that_were_counted(nation: Timeline, year: int, count: int) -> None:
    assert sum(not is_collectivity(c) for c in nation.communes(year)) == count


def test_the_seine_and_the_seine_et_oise_are_recoded_in_1968(nation: Timeline) -> None:
    found = national_report(nation, 1967, 1968)
    assert found.departments[("78", "91")] == 198
    assert sum(n for (old, _), n in found.departments.items() if old == "75") == 80
    assert (found.counts[Kind.RENAMED], found.counts[Kind.REFUSED]) == (534, 0)


@pytest.mark.parametrize(("start", "end"), [(1968, 2026), (1990, 2008), (2026, 1968), (2021, 2026), (2020, 2026)])
def test_national_totals_are_conserved(nation: Timeline, start: int, end: int) -> None:
    codes = sorted(nation.communes(start))
    people = np.random.default_rng(start).integers(0, 10_000, len(codes))
    report = carry(codes, {"p": people}, [Additive("p")], nation, start, end, weights=EQUAL).report
    total = report.totals["p"]
    assert (total.withheld, total.balanced, sum(report.counts.values())) == (0, True, len(codes))
    # What is refused led nowhere: suppressed, or born since, without kin in the record.
    assert all(nation.links(start, end).to(f.code) == () for f in report.of_kind(Kind.REFUSED))


def test_movements_drawn_from_the_history_give_it_back(nation: Timeline) -> None:
    rows = [row for year in range(nation.first, nation.last) for row in _movements(nation, year)]
    read = replay(read_movements(rows), last=nation.last, communes=nation.communes(nation.last))
    created = {code for year in range(nation.first, nation.last) for code in nation.links(year, year + 1).unborn}
    #: Parts that come back under another code than their own, which only rows of parts would tell.
    untold = {"55273", "60455"}
    for start, end in ((1943, 2026), (1968, 2026), (1975, 1999), (2015, 2024), (2026, 1990)):
        gap = set(read.links(start, end)) ^ set(nation.links(start, end))
        assert {(a, b) for a, b in gap if not {a, b} & (created | untold)} == set()


def _movements(nation: Timeline, year: int) -> list[dict[str, str | None]]:
    links = nation.links(year, year + 1)
    found = []
    for kind in (Kind.RENAMED, Kind.MERGED, Kind.SPLIT):
        for old in links.of_kind(kind):
            for new in links.to(old):
                event = "41" if kind == Kind.RENAMED else "31" if new in links.place else "32"
                found.append(
                    {"MOD": event, "DATE_EFF": f"{year + 1}-01-01", "TYPECOM_AV": "COM", "COM_AV": old,
                     "LIBELLE_AV": "", "TYPECOM_AP": "COM", "COM_AP": new, "LIBELLE_AP": ""}
                )  # fmt: skip
    return found


@pytest.mark.parametrize("year", [1968, 1990, 1999, 2010, 2016, 2019, 2021, 2022, 2023, 2024, 2026])
@pytest.mark.parametrize("department", ["", "62"])
def test_the_vintage_of_a_nomenclature_and_of_an_extract_is_found(nation: Timeline, year: int, department: str) -> None:
    codes = [c for c in nation.communes(year) if c.startswith(department)]
    found = guess_vintage(codes, nation)
    assert found.first is not None and found.last is not None
    assert found.first <= year <= found.last
    assert found.score > (0.95 if not department and year != 2019 else 0.5)
    assert "extrait partiel" in "\n".join(tell(found, nation)) or not department


def test_delegated_communes_given_for_communes_are_told(nation: Timeline) -> None:
    said = "\n".join(tell(guess_vintage([*nation.communes(2026), "62461"], nation), nation))
    assert "62461 Huby-Saint-Leu (COG 2024) n’est pas du COG 2026, où leur territoire est à 62447" in said


def test_2020_reads_the_codes_of_2019_and_of_2021(nation: Timeline) -> None:
    for year in (2019, 2020, 2021):
        codes = sorted(nation.communes(year))
        found = carry(codes, {"n": [1] * len(codes)}, [Additive("n")], nation, 2020, 2026, weights=EQUAL)
        assert found.report.counts[Kind.REFUSED] <= 2
        assert found["n"].total() >= len(codes) - 2


def test_the_story_of_hesdin(nation: Timeline) -> None:
    first, last = story("62447", nation).chapters
    assert (first.last, first.name, last.name) == (2024, "Hesdin", "Hesdin-la-Forêt")
    assert "elle réunit 62461 Huby-Saint-Leu, 62549 Marconne et 62743 Sainte-Austreberthe" in first.ended


def test_the_national_report_partitions_the_communes(nation: Timeline) -> None:
    found = national_report(nation, 1968, 2026)
    assert sum(found.counts.values()) == found.before == 37840
    assert found.counts == {
        Kind.SAME: 32948, Kind.RENAMED: 362, Kind.MERGED: 4527, Kind.SPLIT: 2, Kind.REFUSED: 1,
    }  # fmt: skip
    assert [n.code for n in found.suppressed] == ["08227"]
    assert {"34344", "91692"} <= {n.code for n in found.created}
    assert found.departments[("20", "2B")] + found.departments[("20", "2A")] == 357
    assert found.largest[0].code == "14371"
    assert sum(step.merged for _, step in found.decades()) == sum(step.merged for step in found.steps)


@pytest.mark.reference_data
def test_the_shared_movements_agree_with_the_history(nation: Timeline, reference_data: Path) -> None:
    from terril.pipeline.passage import load_movements  # noqa: PLC0415 - needed by this test alone

    read = load_movements(reference_data / "territoire" / "mouvements_communes.csv", nation.last)
    #: Libercourt was taken from Carvin in 1947: the file says so, the other record does not.
    told_once = {("62215", "62907"), ("62907", "62215")}
    for start in range(nation.first, nation.last + 1, 3):
        for end in (1943, 1968, 1991, 1996, 2008, 2019, 2024, 2026):
            known = {(a, b) for a, b in nation.links(start, end) if a in read.place or b in read.place}
            assert set(read.links(start, end)) ^ known <= told_once
