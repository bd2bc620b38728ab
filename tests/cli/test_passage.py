"""``terril passage``: guess, carry, report, code."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.architecture.files import ROOT
from tests.support.command import Command

EXAMPLE = ROOT / "docs" / "exemples" / "passage-depuis-1968.md"
FOUR = (
    "CODGEO;pop;med;zone\n62447;2222;19000;A\n62461;855;20000;A\n62549;1100;18000;A\n62743;300;21000;B\n62002;2500;;A\n"
)


@pytest.fixture
def terril(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.fixture
def four(tmp_path: Path) -> Path:
    path = tmp_path / "quatre.csv"
    path.write_text(FOUR, encoding="utf-8")
    return path


def test_the_page_of_the_guide_is_what_the_command_says(terril: Command, tmp_path: Path) -> None:
    terril("passage", "report", "--from", "1968", "--to", "2026", "--format", "markdown", "-o", str(tmp_path / "p.md"))
    again = f"terril passage report --from 1968 --format markdown -o {EXAMPLE.relative_to(ROOT)}"
    assert (tmp_path / "p.md").read_text(encoding="utf-8") == EXAMPLE.read_text(encoding="utf-8"), f"run: {again}"


def test_the_report_is_one_in_every_format(terril: Command) -> None:
    told = terril.json("passage", "report")
    assert (told["before"], told["after"]) == (37840, 34875)
    assert sum(told["counts"].values()) == told["before"]
    rows = terril.csv("passage", "report")
    assert [int(r["merged"]) for r in rows] == [y["merged"] for y in told["years"]]
    shown = terril("passage", "report").replace("\u202f", " ")
    assert "37 840" in shown and "Par décennie" in shown
    assert "doit suivre" in _refused(terril, "passage", "report", "--from", "2020", "--to", "2010")


def test_a_file_is_carried_with_its_statuses_and_a_report(terril: Command, four: Path, tmp_path: Path) -> None:
    out = tmp_path / "sortie.csv"
    terril(
        "passage", "carry", str(four), "--additive", "pop", "--median", "med:pop", "--typology", "zone", "-o", str(out)
    )
    assert "2024 le plus vraisemblable" in terril.errors and "4 réunies" in terril.errors
    rows = {r["CODGEO"]: r for r in csv.DictReader(out.read_text(encoding="utf-8").splitlines())}
    hesdin = rows["62447"]
    assert (hesdin["pop"], hesdin["pop__status"], hesdin["passage"]) == ("4477", "ok", "merged")
    assert (hesdin["med__status"], hesdin["zone"], hesdin["zone__status"]) == ("estimated", "", "missing")
    assert (rows["62002"]["med"], rows["62002"]["med__status"]) == ("", "missing")


def test_the_report_of_a_file_may_be_json_or_rows(terril: Command, four: Path, tmp_path: Path) -> None:
    command = ("passage", "carry", str(four), "--from", "2024", "--additive", "pop", "-o", str(tmp_path / "s.parquet"))
    terril(*command, "--format", "json")
    assert json.loads(terril.errors)["counts"] == {"same": 1, "renamed": 0, "merged": 4, "split": 0, "refused": 0}
    terril(*command, "--format", "csv")
    assert terril.errors.splitlines()[:2] == ["code,name,outcome,targets,reason", "62447,Hesdin,merged,62447,"]


def test_back_in_time_a_commune_is_divided_by_population(terril: Command, tmp_path: Path) -> None:
    file, out = tmp_path / "f.csv", tmp_path / "s.csv"
    file.write_text("code,pop\n62447,4480\n", encoding="utf-8")
    command = ("passage", "carry", str(file), "--from", "2026", "--to", "2024", "--additive", "pop", "-o", str(out))
    terril(*command)
    assert "rien ne dit comment la partager" in terril.errors
    terril(*command, "--weight", "population")
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert {r["pop__status"] for r in rows} == {"estimated"}
    assert len(rows) == 4 and sum(int(r["pop"]) for r in rows) == 4480


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "que porter"),
        (("--ratio", "taux"), "rapport illisible"),
        (("--additive", "pop", "--from", "jadis"), "année illisible"),
        (("--additive", "pop", "--from", "1900"), "aucune nomenclature connue pour 1900"),
        (("--additive", "zone"), "nombre illisible"),
        (("--additive", "pop", "--column", "code"), "colonne absente"),
    ],
)
def test_what_cannot_be_is_refused_with_a_remedy(
    terril: Command, four: Path, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    assert told in _refused(terril, "passage", "carry", str(four), *arguments, "-o", str(tmp_path / "s.csv"))
    assert not (tmp_path / "s.csv").exists()


def test_a_year_too_uncertain_is_asked_for(terril: Command, tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_text("code,pop\n62447,1\n", encoding="utf-8")
    said = _refused(terril, "passage", "carry", str(file), "--additive", "pop", "-o", str(tmp_path / "s.csv"))
    assert "millésime incertain" in said and "--from" in said


def test_movements_stand_for_the_tables(terril: Command, tmp_path: Path) -> None:
    file, movements, out = tmp_path / "f.csv", tmp_path / "mvt.csv", tmp_path / "s.csv"
    file.write_text("code,pop\n62119,10\n62001,5\n62002,7\n", encoding="utf-8")
    heads = "MOD,DATE_EFF,TYPECOM_AV,COM_AV,LIBELLE_AV,TYPECOM_AP,COM_AP,LIBELLE_AP"
    rows = ["31,2027-01-01,COM,62001,Un,COM,62001,Un", "31,2027-01-01,COM,62002,Deux,COM,62001,Un"]
    movements.write_text("\n".join([heads, *rows]) + "\n", encoding="utf-8")
    told = ("passage", "carry", str(file), "--from", "2026", "--to", "2027", "--additive", "pop", "-o", str(out))
    terril(*told, "--column", "code", "--movements", str(movements))
    assert [(r["code"], r["pop"]) for r in csv.DictReader(out.read_text(encoding="utf-8").splitlines())] == [
        ("62001", "12"),
        ("62119", "10"),
    ]
    assert "réunie à 62001 Un" in terril("passage", "code", "62002", "--movements", str(movements))
    movements.write_text(
        "\n".join([heads, *rows, "31,2027-01-01,COM,62001,Un,COM,62002,Deux"]) + "\n", encoding="utf-8"
    )
    assert "en boucle" in _refused(terril, *told, "--movements", str(movements))


def test_a_vintage_is_guessed_and_the_reasons_told(terril: Command, four: Path) -> None:
    told = terril.json("passage", "guess", str(four))
    assert (told["column"], told["first"], told["last"], told["level"]) == ("CODGEO", 1943, 2024, "commune")
    assert "62461 Huby-Saint-Leu" in terril("passage", "guess", str(four), "--column", "CODGEO")
    assert terril.csv("passage", "guess", str(four))[0].keys() == {"year", "probability"}


def test_the_story_of_a_code_is_told(terril: Command) -> None:
    assert "réunie à 62447 Hesdin-la-Forêt" in terril("passage", "code", "62461", "--at", "2016")
    assert terril.json("passage", "code", "2a004")["chapters"][0]["first"] == 1976
    assert "--at 2024" in _refused(terril, "passage", "code", "62461", "--at", "2026")
    assert "aucune commune" in _refused(terril, "passage", "code", "00000")


def _refused(terril: Command, *arguments: str) -> str:
    terril(*arguments, code=1)
    return terril.errors.replace("\u00a0", " ")


@pytest.mark.reference_data
def test_the_guide_shows_what_the_commands_say(terril: Command, tmp_path: Path, reference_data: Path) -> None:
    guide = (ROOT / "docs" / "guide" / "millesimes-cog.md").read_text(encoding="utf-8").replace("\u00a0", " ")
    file = str(reference_data / "territoire" / "filosofi_2021_communes.csv")
    guessed = terril("passage", "guess", file)
    told = ("--from", "2021", "--to", "2026", "--additive", "NBMENFISC21,NBPERSMENFISC21", "--median")
    terril("passage", "carry", file, *told, "MED21", "-o", str(tmp_path / "s.csv"))
    for line in (guessed + terril.errors).splitlines():
        assert line.replace("\u00a0", " ").replace("\u202f", " ") in guide
    terril("passage", "carry", file, *told, "MED21:NBPERSMENFISC21", "-o", str(tmp_path / "s.csv"))
    rows = csv.DictReader((tmp_path / "s.csv").read_text(encoding="utf-8").splitlines())
    assert {r["MED21"]: r["MED21__status"] for r in rows if r["CODGEO"] == "62447"} == {"18816": "estimated"}
    assert "18 816 €, de statut *estimé*" in guide
