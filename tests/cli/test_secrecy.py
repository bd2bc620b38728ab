"""``terril secrecy audit``: on a small table, then on a release built from a pack with a rule."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.architecture.files import ROOT
from tests.support.command import Command

EXAMPLE = str(ROOT / "docs" / "exemples" / "secret.yaml")
#: Communes of the urban community of Arras, and one of Lens-Liévin: a department and two EPCI are not whole.
FIRMS = {"62041": (900, 40), "62014": (300, 12), "62004": (70, 2), "62023": (250, 9), "62498": (800, 30)}
PACK = {
    "pack.yaml": """\
id: essai
label: Essai
licence: MIT
extends: [france]
themes:
  - {id: essai, label: Essai, question: "Combien ?"}
""",
    "perimeters.yaml": """\
perimeters:
  - {id: quatre, label: Quatre communes, members: ["commune:62041", "commune:62014", "commune:62004", "commune:62023"]}
  - {id: trois, label: Trois communes, members: ["commune:62041", "commune:62014", "commune:62023"]}
""",
    "sources/ca.yaml": """\
id: essai/ca
label: Établissements
producer: Essai
licence: Essai
vintage: "2021"
format: csv
files: ["essai_ca.csv"]
geography: {level: commune, column: code, cog: 2026}
period: {value: "2021"}
columns:
  - {name: ca, source: ca, type: integer, unit: EUR}
  - {name: n, source: n, type: integer, unit: etablissement}
secrecy:
  minimum_count: {count: n, below: 3, measures: [ca]}
""",
    "indicators/essai/total.yaml": """\
id: essai/total
label: Chiffre d'affaires
definition: Essai.
unit: EUR
inputs:
  p: {dataset: essai/ca, column: ca}
formula: p
aggregation: sum
missing: propagate
""",
}


@pytest.fixture(scope="module")
def built(tables: Path, tmp_path_factory) -> Command:
    folder: Path = tmp_path_factory.mktemp("secrecy")
    for name, text in PACK.items():
        path = folder / "essai" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    rows = [f"{code};{ca};{n}" for code, (ca, n) in FIRMS.items()]
    file = folder / "essai_ca.csv"
    file.write_text("\n".join(["code;ca;n", *rows]) + "\n", encoding="utf-8")
    command = Command(folder / "home", folder / "essai")
    command("check")
    command("ingest", str(file), "--source", "essai/ca")
    command("build")
    return command


def test_the_worked_example_holds_and_leaks_without_its_secondary_suppression(tmp_path: Path) -> None:
    terril = Command(tmp_path)
    assert "Aucune fuite" in terril("secrecy", "audit", EXAMPLE)
    assert "FUITE" in terril("secrecy", "audit", EXAMPLE, "--without-secondary", code=1)
    told = terril.json("secrecy", "audit", EXAMPLE)
    assert {c["primary"] for c in told["cells"]} == {True, False}
    assert not any(c["leaks"] for c in told["cells"])


def test_a_table_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    terril = Command(tmp_path)
    path = tmp_path / "faux.yaml"
    path.write_text("title: [", encoding="utf-8")
    terril("secrecy", "audit", str(path), code=1)
    assert "faux.yaml" in terril.errors
    path.write_text("titre: Essai\n", encoding="utf-8")
    terril("secrecy", "audit", str(path), code=1)
    assert "mal déclaré" in terril.errors
    terril("secrecy", "audit", EXAMPLE, "--release", "x", code=1)
    assert "ou une publication" in terril.errors
    terril("secrecy", "audit", "--without-secondary", code=1)
    assert "qu'avec un tableau" in terril.errors


def test_the_release_in_force_is_attacked(built: Command) -> None:
    told = built.json("secrecy", "audit")
    assert told["leaks"] == []
    (source,) = told["sources"]
    assert (source["source"], source["primary"]) == ("essai/ca", 1)
    assert "aucune ne se devine" in built("secrecy", "audit")


def test_a_perimeter_that_differs_by_the_hidden_commune_is_hidden_or_the_other_is(built: Command) -> None:
    found = {
        (o["territory"], o["status"])
        for o in built.observations("essai/total", "--level", "perimeter", "--as", "public")
    }
    assert ("perimeter:quatre", "secret") in found or ("perimeter:trois", "secret") in found


def test_a_public_explanation_shows_no_row_of_a_ruled_source(built: Command) -> None:
    observations = built.observations("essai/total", "--level", "perimeter", "--as", "public")
    shown = next(o["territory"] for o in observations if o["status"] == "ok")
    public = json.dumps(built.json("explain", "essai/total", shown, "2021", "--as", "public"), ensure_ascii=False)
    assert "soumise au secret statistique" in public
    assert '"row"' not in public
    restricted = json.dumps(built.json("explain", "essai/total", shown, "2021"), ensure_ascii=False)
    assert '"row"' in restricted


def test_a_file_put_back_by_hand_is_found_out(built: Command, tmp_path: Path) -> None:
    release = (built.home / "releases" / "current").read_text(encoding="utf-8").strip()
    folder = built.home / "releases" / release
    public = folder / "public" / "indicators" / "essai" / "total.parquet"
    kept = public.read_bytes()
    try:
        public.write_bytes((folder / "restricted" / "indicators" / "essai" / "total.parquet").read_bytes())
        told = built("secrecy", "audit", "--format", "csv", code=1)
        assert "62004" in told
    finally:
        public.write_bytes(kept)
