"""Passages of nomenclature in packs: the NAF that is shipped, and what is refused in those one writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from terril.core.nomenclatures.crosswalk import Crosswalks
from terril.pipeline.packs import load_packs
from terril.pipeline.packs.check import check_packs

PACK = "id: essai\nlabel: Essai\n"
PASSAGE = "id: essai/p\nlabel: P\nof: a\nto: b\n"
SOURCE = """id: essai/s
label: S
producer: E
licence: L
vintage: "2021"
format: csv
geography: {level: commune, column: c, cog: 2024}
period: {value: "2021"}
columns:
  - {name: naf, source: N, type: text, nomenclature: {of: a, to: b, sums: [n]}}
  - {name: n, source: V}
"""


def test_the_divisions_of_the_naf_are_covered_and_nest():
    crosswalks = Crosswalks(load_packs().passages.values())
    divisions = crosswalks.between("naf2_a88", "naf2_a38")
    sections = crosswalks.between("naf2_a88", "naf2_a21")
    assert (len(divisions.moves), len(divisions.targets), len(sections.targets)) == (88, 38, 21)
    assert not divisions.splits
    assert not sections.splits
    assert "".join(sections.targets) == "ABCDEFGHIJKLMNOPQRSTU"
    # Sections are runs of divisions: the codes rise with the letters.
    letters = [sections.carry(code)[0].code for code in sorted(sections.moves)]
    assert letters == sorted(letters)
    known = {"01": ("AZ", "A"), "21": ("CF", "C"), "33": ("CM", "C"), "62": ("JC", "J"), "88": ("QB", "Q")}
    assert {c: (divisions.carry(c)[0].code, sections.carry(c)[0].code) for c in known} == known


def written(folder: Path, passage: str, table: str | None = None, source: str = "") -> list[str]:
    (folder / "passages").mkdir()
    (folder / "pack.yaml").write_text(PACK.replace("essai", folder.name), encoding="utf-8")
    (folder / "passages" / "p.yaml").write_text(passage, encoding="utf-8")
    if table is not None:
        (folder / "passages" / "t.csv").write_text(table, encoding="utf-8")
    if source:
        (folder / "sources").mkdir()
        (folder / "sources" / "s.yaml").write_text(source, encoding="utf-8")
    return [str(e) for e in check_packs(folders={folder.name: folder}).errors]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "essai").mkdir()
    return tmp_path / "essai"


def test_rows_may_lie_in_a_table(folder):
    assert written(folder, PASSAGE + "table: t.csv\nweight: w\n", "old,new,w\n1,x,0.5\n1,y,0.5\n2,x,\n") == []


@pytest.mark.parametrize(
    ("passage", "table", "words"),
    [
        ("table: t.csv\n", None, "table introuvable"),
        ("table: ../t.csv\n", "old,new\n1,x\n", "table introuvable"),
        ("table: t.csv\n", "ancien,new\n1,x\n", "n'a pas de colonne « old »"),
        ("table: t.csv\n", "old,new\n1,\n", "ligne sans code"),
        ("table: t.csv\n", "old,new\n", "soit des « rows »"),
        ("table: t.csv\nweight: w\n", "old,new,w\n1,x,un\n", "poids illisible"),
        ("table: t.csv\nweight: w\n", "old,new,w\n1,x,0.5\n1,y,0.4\n", "font 0.9"),
        ("rows: [{old: 1, new: x, weight: 0.5}, {old: 1, new: y, weight: 0.4}]\n", None, "font 0.9"),
        ("", None, "soit des « rows »"),
    ],
)
def test_what_does_not_hold_is_refused_with_its_file(folder, passage, table, words):
    (error,) = written(folder, PASSAGE + passage, table)
    assert words in error
    assert "p.yaml" in error


ROWS = "rows: [{old: 1, new: x}, {old: 2, new: x}]\n"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (SOURCE, ""),
        (SOURCE.replace("to: b", "to: c"), "aucun passage déclaré de « a » à « c »"),
        (SOURCE.replace("sums: [n]", "sums: [m]"), "mesure inconnue « m »"),
        (SOURCE.replace("type: text", "type: integer"), "type text"),
    ],
)
def test_what_a_source_asks_of_a_passage_is_checked(folder, source, words):
    errors = written(folder, PASSAGE + ROWS, source=source)
    assert any(words in e for e in errors) if words else errors == []


def test_a_source_of_objects_asks_for_no_split(folder):
    rows = "rows: [{old: 1, new: x, weight: 0.5}, {old: 1, new: y, weight: 0.5}]\n"
    (error,) = written(folder, PASSAGE + rows, source=SOURCE + "rows: micro\n")
    assert "ne se partage pas" in error
