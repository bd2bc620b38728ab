"""Files held against a schema: columns, shifts, keys; ten thousand faults in one screen."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from terril.core.sources import Reading
from terril.ingestion.recognition import diagnose
from terril.ingestion.tableschema import Report, SchemaLibrary, TableSchema, check_file
from tests.ingestion.tableschema.builders import checked, field, found, schema


def sites(folder: Path) -> TableSchema:
    return schema(
        folder,
        field("site_id", required=True),
        field("site_type", required=True, enum=["friche industrielle", "friche agricole"]),
        field("site_date", "date", required=True),
        field("surface", "number", minimum=0),
        field("vocation", enum=["entrepôts, logistique", "mixte"]),
        field("etat", enum=["en projet", "existant"]),
        primaryKey=["site_id"],
    )


GOOD = [
    ["S1", "friche industrielle", "2024-01-01", "1.5", "mixte", "existant"],
    ["S2", "friche agricole", "2024-01-02", "", "", ""],
]


def test_a_sound_file(tmp_path: Path) -> None:
    report = checked(tmp_path, sites(tmp_path), GOOD)
    assert report.ok and report.groups == () and report.rows == 2
    assert Report.from_dict(report.as_dict()) == report


def test_each_fault_is_on_its_row(tmp_path: Path) -> None:
    lines = [*GOOD, ["", "friche", "01/02/2024", "-3", "", ""], ["S1", "friche agricole", "2024-01-03", "2,5", "", ""]]
    report = checked(tmp_path, sites(tmp_path), lines)
    assert found(report) == {
        ("required", "site_id"): 1, ("enum", "site_type"): 1, ("type", "site_date"): 1,
        ("minimum", "surface"): 1, ("type", "surface"): 1, ("unique", "site_id"): 1,
    }  # fmt: skip
    assert {g.rule for g, _ in report.on_row(3)} == {"required", "enum", "type", "minimum"}
    again = next(g for g in report.groups if g.rule == "unique")
    assert (again.shown[0].row, again.shown[0].remedy) == (4, "déjà à la ligne 1")


def test_columns_missing_extra_renamed_and_out_of_order(tmp_path: Path) -> None:
    header = ["Site ID", "site_date", "site_type", "surfaces", "commentaire"]
    lines = [["S1", "2024-01-01", "friche agricole", "1", "rien"]]
    report = checked(tmp_path, sites(tmp_path), lines, header)
    columns = report.columns
    assert columns.matched == {"site_id": "Site ID", "site_date": "site_date", "site_type": "site_type"}
    assert columns.renamed == {"Site ID": "site_id", "surfaces": "surface"}
    assert columns.extra == ("surfaces", "commentaire") and columns.optional == ("surface", "vocation", "etat")
    assert columns.misordered == ("site_date", "site_type") and report.ok
    remedies = {g.column: g.remedy for g in report.groups}
    assert remedies["surfaces"] == "la renommer « surface »" and "la retirer" in remedies["commentaire"]
    gone = checked(tmp_path, sites(tmp_path), [["2024-01-01"]], ["site_date"])
    assert not gone.ok and gone.columns.missing == ("site_id", "site_type")


def test_shifted_columns(tmp_path: Path) -> None:
    lines = [[f"S{n}", "2024-01-01", "1.5", "mixte", "existant", ""] for n in range(20)]
    report = checked(tmp_path, sites(tmp_path), lines)
    shifts = {g.column: g.message for g in report.groups if g.rule == "shift"}
    assert "« site_date »" in shifts["site_type"] and "suivante" in shifts["site_type"]
    assert "« etat »" in shifts["vocation"]


def test_a_value_cut_in_two(tmp_path: Path) -> None:
    lines = [["S1", "friche agricole", "2024-01-01", "1", "entrepôts", "logistique"]]
    report = checked(tmp_path, sites(tmp_path), lines)
    cut = next(g for g in report.groups if g.rule == "cut")
    assert (cut.column, cut.count) == ("vocation", 1)
    assert "« entrepôts, logistique » dans une seule cellule" in cut.shown[0].remedy


def test_ragged_rows(tmp_path: Path) -> None:
    of = sites(tmp_path)
    path = tmp_path / "a.csv"
    header = ";".join(f.name for f in of.fields)
    path.write_text(
        f"{header}\n" + ";".join(GOOD[0]) + "\nS9;friche agricole;2024-01-01;1;entrepôts; logistique;x\nS8;a\n"
    )
    report = check_file(path, of, Reading(delimiter=";", header_row=1))
    ragged = next(g for g in report.groups if g.rule == "ragged")
    assert ragged.count == 2 and [f.row for f in ragged.shown] == [2, 3] and not report.ok


def big(folder: Path, of: TableSchema, *, bad: bool) -> Report:
    lines = [
        [f"S{n % 9000 if bad else n}", f"friche {n}" if bad else "friche agricole", "01/01/2024" if bad else "2024-01-01", f"{n},5" if bad else f"{n}.5", "", ""]
        for n in range(10_000)
    ]  # fmt: skip
    return checked(folder, of, lines)


@pytest.mark.parametrize("bad", [False, True])
def test_ten_thousand_rows(tmp_path: Path, bad: bool) -> None:
    of = sites(tmp_path)
    begun = time.perf_counter()
    report = big(tmp_path, of, bad=bad)
    assert time.perf_counter() - begun < 3
    assert report.rows == 10_000 and report.ok is not bad
    if bad:
        assert report.faults == 31_000 and len(str(report.as_dict())) < 20_000
        assert all(len(g.shown) <= 10 for g in report.groups)


def test_library(tmp_path: Path) -> None:
    library = SchemaLibrary(tmp_path / "schemas")
    assert library.schemas == () and library.matches(["site_id"]) == ()
    of = sites(tmp_path)
    library.add(tmp_path / "schema.json")
    assert [s.name for s in library.schemas] == ["essai"] and library.get("essai") == of
    matches = library.matches([f.name for f in of.fields])
    assert (matches[0].score, matches[0].told.value, matches[0].told.confidence.value) == (1.0, "essai", "certain")
    assert library.matches(["a", "b", "c", "site_id"]) == ()
    (tmp_path / "faux.json").write_text("{}")
    with pytest.raises(Exception, match="schéma illisible"):
        library.add(tmp_path / "faux.json")
    assert [s.name for s in SchemaLibrary(tmp_path / "schemas").schemas] == ["essai"]


@pytest.mark.reference_data
def test_the_official_examples(reference_data: Path, tmp_path: Path) -> None:
    samples = reference_data / "echantillons"
    library = SchemaLibrary(tmp_path)
    for path in samples.rglob("*schema*.json"):
        library.add(path)
    told = {}
    for path in sorted(samples.rglob("*valide*")):
        diagnosis = diagnose(path)
        match = library.matches([c.name for c in diagnosis.columns], features=path.suffix == ".json")[0]
        assert match.told.confidence.value == "certain"
        report = check_file(path, match.schema, diagnosis.read)
        told[path.name] = {(g.rule, g.column) for g in report.groups}
    assert told["fichier-valide.csv"] == told["pole-eco.exemple-valide.csv"] == told["exemple-valide.json"] == set()
    assert told["terrain-eco.exemple-valide.csv"] == {("lambert", "terr_geomsurf")}
    assert told["etablissement.exemple-valide.csv"] == {("enum", "geocodage_qualite")}
    assert told["site-eco.exemple-valide.csv"] == {
        ("cut", "site_vocadomi"), ("enum", "site_vocadomi"), ("enum", "site_etat"), ("enum", "site_evol_urba"),
        ("enum", "site_moa_type"), ("lambert", "site_geomsurf"),
    }  # fmt: skip
