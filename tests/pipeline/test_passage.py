"""Files carried: read in every format, weighed, written; Filosofi 2021 as the example."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from terril.core.errors import IngestError, QueryError
from terril.core.status import Status
from terril.core.territories.cog import (
    EQUAL,
    Additive,
    Geometric,
    Median,
    PassageError,
    Ratio,
    Timeline,
    Typology,
    carry,
)  # fmt: skip
from terril.pipeline.passage import (
    as_table,
    carry_table,
    find_codes,
    load_movements,
    numbers,
    read_table,
    united,
    weights,
    write_table,
)  # fmt: skip
from terril.pipeline.territories.load import load_timeline
from tests.core.territories.cog.invented import invented

CSV = "Commune;Nom;Pop;Zone;Pop__status\n01001;Ville;1 000,5;A;ok\n01002;Bourg;300;A;provisional\n1003;Hameau;s;B;secret\n"


@pytest.fixture
def timeline() -> Timeline:
    return invented()


@pytest.fixture
def nation() -> Timeline:
    return load_timeline()


def written(folder: Path, text: str, name: str = "fichier.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_csv_xlsx_and_parquet_say_the_same(tmp_path: Path, timeline: Timeline) -> None:
    cells = [line.split(";") for line in CSV.splitlines()]
    book = openpyxl.Workbook()
    for row in cells:
        book.active.append(row)
    book.save(tmp_path / "f.xlsx")
    columns = {head: [row[n] for row in cells[1:]] for n, head in enumerate(cells[0])}
    pq.write_table(pa.table(columns), tmp_path / "f.parquet")
    paths = [written(tmp_path, CSV), tmp_path / "f.xlsx", tmp_path / "f.parquet"]
    for path in paths:
        table = read_table(path)
        assert find_codes(table, timeline) == "Commune"
        found = numbers(table, "Pop")
        assert [found.at(n) for n in range(3)] == [Decimal("1000.5"), Decimal("300.0"), None]
        assert found.status.tolist() == [Status.OK, Status.PROVISIONAL, Status.SECRET]


def test_headers_below_titles_are_found_by_what_is_asked(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Population des communes"], ["Insee, 2021"], ["code", "pop"], ["01001", 12]):
        book.active.append(row)
    book.save(tmp_path / "f.xlsx")
    table = read_table(tmp_path / "f.xlsx", hints=["pop"])
    assert numbers(table, "pop").at(0) == 12
    assert table.column("code").to_pylist() == ["01001"]


def test_what_is_carried_is_written_with_its_statuses_and_read_again(tmp_path: Path, timeline: Timeline) -> None:
    table = read_table(written(tmp_path, CSV.replace(";s;B;secret", ";7;B;ok")))
    measures = [Additive("Pop"), Typology("Zone", "largest", "Pop")]
    carried = carry_table(table, "Commune", measures, timeline, 2000, 2005)
    for name in ("sortie.csv", "sortie.parquet"):
        write_table(as_table(carried, "Commune"), tmp_path / name)
        back = read_table(tmp_path / name)
        assert list(back.columns) == ["Commune", "name", "passage", "Pop", "Pop__status", "Zone", "Zone__status"]
        found = numbers(back, "Pop")
        assert (found.at(0), found.status.tolist()) == (Decimal("1307.5"), [Status.PROVISIONAL])
        assert back.column("Zone__status").to_pylist() == ["estimated"]


def test_numbers_are_written_exactly(timeline: Timeline) -> None:
    values = [Decimal("-0.05"), None, Decimal("12.3"), 2**70]
    codes = ["01001", "01002", "01003", "01004"]
    for given in (values[:3], values):
        found = carry(codes[: len(given)], {"v": given}, [Additive("v")], timeline, 2000, 2001)
        assert as_table(found).column("v").to_pylist() == given


def test_a_cell_that_is_no_number_is_refused_with_its_place(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "code;pop\n01001;12\n01002;environ 3\n"))
    with pytest.raises(IngestError, match=r"fichier.csv, ligne 2, champ « pop », valeur « environ 3 ».*--secret"):
        numbers(table, "pop")
    assert numbers(table, "pop", ["environ 3"]).status.tolist() == [Status.OK, Status.SECRET]


def test_a_commune_twice_is_refused_with_its_place(tmp_path: Path, timeline: Timeline) -> None:
    table = read_table(written(tmp_path, "code;pop\n01001;12\n01001;3\n"))
    with pytest.raises(PassageError, match=r"fichier\.csv, ligne 1, champ « code », valeur « 01001 »"):
        carry_table(table, "code", [Additive("pop")], timeline, 2000, 2005)


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        ("", "vide.csv", "fichier vide"),
        ("code;pop\n", "vide.csv", "aucune ligne"),
        ("a;b\n1;2\n", "f.csv", "aucune colonne de codes"),
        ("a;b\n1;2\n", "f.doc", "format de fichier inconnu"),
    ],
)
def test_a_file_that_is_no_table_of_communes_is_refused(
    tmp_path: Path, timeline: Timeline, text: str, name: str, told: str
) -> None:
    with pytest.raises(IngestError, match=told):
        find_codes(read_table(written(tmp_path, text, name)), timeline)


def test_an_absent_column_or_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="colonne absente : pop → colonnes trouvées : code"):
        read_table(written(tmp_path, "code\n01001\n"), ["pop"])
    with pytest.raises(IngestError, match="fichier absent"):
        read_table(tmp_path / "rien.csv")
    with pytest.raises(QueryError, match="format de sortie"):
        write_table(pa.table({}), tmp_path / "f.doc")


def test_weights_are_known_by_name_or_read_from_a_file(tmp_path: Path, timeline: Timeline) -> None:
    assert weights("equal", timeline, 2006) is EQUAL
    single = weights(str(written(tmp_path, "code;poids\n1006;3\n01007;1\n")), timeline, 2006)
    assert [float(s) for s in single.shares("01006", ["01006", "01007"]) or ()] == [0.75, 0.25]
    pairs = weights(str(written(tmp_path, "a;b;w\n01006;01006;1\n01006;01007;0\n")), timeline, 2006)
    assert pairs.shares("01006", ["01006", "01007"]) == [1, 0]
    with pytest.raises(QueryError, match="poids inconnu : habitants"):
        weights("habitants", timeline, 2006)
    with pytest.raises(IngestError, match="deux colonnes"):
        weights(str(written(tmp_path, "code\n01006\n")), timeline, 2006)


def test_reference_weights_are_those_of_the_same_ground(nation: Timeline) -> None:
    population = weights("population", nation, 2024).of
    assert 2000 < population["62447"] < 2500
    assert weights("population", nation, 2026).of["62447"] > 4000
    assert "62461" not in weights("population", nation, 2026).of
    assert weights("area", nation, 2026).of["62447"] > 0
    assert "62447" not in weights("area", nation, 2024).of


def test_contours_are_united(timeline: Timeline) -> None:
    boxes = [shapely.box(n, 0, n + 1, 1) for n in range(3)]
    found = carry(["01001", "01002", "01003"], {"contour": boxes}, [Geometric("contour", united)], timeline, 2000, 2005)
    assert found.value("01001", "contour").equals(shapely.box(0, 0, 3, 1))


@pytest.mark.reference_data
def test_filosofi_2021_is_carried_to_the_communes_of_today(reference_data: Path, nation: Timeline) -> None:
    table = read_table(reference_data / "territoire" / "filosofi_2021_communes.csv")
    persons = numbers(table, "NBPERSMENFISC21")
    refused = carry_table(table, "CODGEO", [Additive("NBPERSMENFISC21"), Median("MED21")], nation, 2021, 2026)
    assert (len(table.rows), len(refused.codes)) == (322, 319)
    assert refused["NBPERSMENFISC21"].total() == persons.total() == 677664
    assert refused.report.totals["NBPERSMENFISC21"].conserved
    assert (refused.value("62447", "MED21"), refused.status("62447", "MED21")) == (None, Status.MISSING)
    allowed = carry_table(
        table, "CODGEO", [Additive("NBPERSMENFISC21"), Median("MED21", "NBPERSMENFISC21")], nation, 2021, 2026
    )
    assert (allowed.value("62447", "MED21"), allowed.status("62447", "MED21")) == (18816, Status.ESTIMATED)
    assert [e.code for e in allowed.report.estimates] == ["62447"]
    untouched = [n for n, code in enumerate(allowed.codes) if code != "62447"]
    before = dict(zip(table.column("CODGEO").to_pylist(), range(322), strict=True))
    given = numbers(table, "MED21")
    assert all(allowed["MED21"].at(n) == given.at(before[allowed.codes[n]]) for n in untouched)


@pytest.mark.reference_data
def test_a_ratio_of_counts_is_recomputed_for_hesdin(reference_data: Path, nation: Timeline) -> None:
    table = read_table(reference_data / "territoire" / "filosofi_2021_communes.csv")
    size = Ratio("taille", "NBPERSMENFISC21", "NBMENFISC21", decimals=3)
    found = carry_table(
        table, "CODGEO", [Additive("NBPERSMENFISC21"), Additive("NBMENFISC21"), size], nation, 2021, 2026
    )
    assert found.value("62447", "taille") == Decimal("1.957")


@pytest.mark.reference_data
def test_the_shared_file_of_movements_is_read(reference_data: Path) -> None:
    read = load_movements(reference_data / "territoire" / "mouvements_communes.csv", 2026)
    assert read.links(2021, 2026).to("62549") == ("62447",)
    assert read.name("62447", 2026) == "Hesdin-la-Forêt"
    with pytest.raises(PassageError, match="colonne absente : MOD"):
        load_movements(reference_data / "territoire" / "filosofi_2021_communes.csv")
