"""Files taken away: what is written is what was there, and nothing is not zero."""

from __future__ import annotations

import csv
import io
import json
import math
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from terril.core.errors import QueryError
from terril.core.status import Status
from terril.protocols.exports import (
    About,
    Column,
    Extract,
    Origin,
    as_script,
    cite,
    dataset,
    read_me,
    to_csv,
    to_csvw,
    to_json,
    to_xlsx,
    to_zip,
    workbook,
)

COLUMNS = (
    Column(name="code", label="Code", description="Code Insee de la commune"),
    Column(name="territoire", label="Territoire"),
    Column(name="habitants", label="Habitants", type="integer", unit="habitants"),
    Column(name="valeur", label="Taux de pauvreté", type="number", unit="%", decimals=1),
    Column(name="statut", label="Statut", type="status", of="valeur"),
)
ABOUT = About(
    origins=(
        Origin(producer="Insee", label="Filosofi", vintage="2021", licence="Licence Ouverte 2.0"),
        Origin(producer="Insee", label="Recensement", vintage="2023", licence="Licence Ouverte 2.0"),
    ),
    perimeter="Communes de l’Artois",
    periods="2021",
    method="Part des habitants sous le seuil.",
    caution="Les petites communes sont cachées.",
    release="20261122T0421-5e7f",
    released="2026-11-22",
    address="https://portail.example/indicateurs/revenus/taux_pauvrete/",
)
ROWS = (
    ("62498", "Lens", 32920, 32.4, Status.OK),
    ("62119", "Béthune", 25224, 0.0, Status.ESTIMATED),
    ("62001", "Ablain", 1900, None, Status.SECRET),
    ("62002", "=HYPERLINK(\"http://x\")", None, None, Status.MISSING),
)  # fmt: skip


def extract(*rows: tuple[Any, ...], **fields: Any) -> Extract:
    given_fields: dict[str, Any] = {
        "title": "Taux de pauvreté, communes de l’Artois, 2021",
        "description": "Part des habitants dont le niveau de vie est sous le seuil : 60 % de la médiane.",
        "columns": COLUMNS,
        "rows": rows or ROWS,
        "about": ABOUT,
        "citation": "Insee. Taux de pauvreté.",
    }
    return Extract(**given_fields | fields)


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def sheets(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


# -- invariants -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.MISSING, Status.SECRET, Status.NOT_APPLICABLE])
def test_no_value_may_stand_beside_a_status_that_hides_it(status: Status) -> None:
    with pytest.raises(ValueError, match="beside the status"):
        extract(("1", "A", 1, 0.0, status))


def test_who_reads_before_secrecy_has_the_secret_and_its_word() -> None:
    found = read(to_csv(extract(rows=(("1", "A", 1, 4.0, Status.SECRET),), raw=True)))
    assert found[1] == ["1", "A", "1", "4", "secret statistique"]
    with pytest.raises(ValueError, match="beside the status"):
        extract(rows=(("1", "A", 1, 4.0, Status.MISSING),), raw=True)


def test_rows_fit_their_columns() -> None:
    with pytest.raises(ValueError, match="one value a column"):
        extract(("1", "A"))
    with pytest.raises(ValueError, match="one name"):
        extract(columns=(COLUMNS[0], COLUMNS[0]), rows=(("a", "b"),))


# -- CSV ----------------------------------------------------------------------------------------------------


def test_csv_is_what_the_standard_says() -> None:
    content = to_csv(extract())
    assert not content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == 5
    assert content.splitlines()[0] == b"code,territoire,habitants,valeur,statut"
    assert content.splitlines()[1].decode() == "62498,Lens,32920,32.4,publié"


def test_nothing_is_empty_and_zero_is_zero() -> None:
    rows = read(to_csv(extract()))
    assert rows[2][3:] == ["0", "estimé"]
    assert rows[3][3:] == ["", "secret statistique"]
    assert rows[4][2:] == ["", "", "non disponible"]


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\u00a0=1", "\r=1", "＝1"])
def test_no_text_is_a_formula(start: str) -> None:
    field = read(to_csv(extract(("1", start, 1, -3.5, Status.OK))))[1]
    assert field[1].startswith("'")
    assert field[3] == "-3.5", "a negative number is no formula"


@given(
    st.lists(
        st.tuples(
            st.text(max_size=20),
            st.one_of(st.none(), st.integers(-(10**12), 10**12)),
            st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True)),
        ),
        max_size=15,
    )
)
def test_csv_reads_back(rows: list[tuple[str, int | None, float | None]]) -> None:
    told = tuple(("c", t, n, v, Status.OK if v is not None else Status.MISSING) for t, n, v in rows)
    back = read(to_csv(extract(title="x", rows=told)))
    assert len(back) == len(rows) + 1
    for (text, whole, value), line in zip(rows, back[1:], strict=True):
        assert len(line) == 5
        assert line[1].lstrip("'") == cleaned(text).lstrip("'")
        assert line[2] == ("" if whole is None else str(whole))
        if value is None or not math.isfinite(value):
            assert line[3] == ""
        else:
            assert float(line[3]) == value


def cleaned(text: str) -> str:
    return workbook.clean(text)


# -- CSVW, JSON ---------------------------------------------------------------------------------------------


def test_csvw_describes_the_header() -> None:
    document = json.loads(to_csvw(extract(), "taux.csv"))
    assert document["@context"] == ["http://www.w3.org/ns/csvw", {"@language": "fr"}]
    assert document["url"] == "taux.csv"
    columns = document["tableSchema"]["columns"]
    header = read(to_csv(extract()))[0]
    assert [c["name"] for c in columns] == header
    assert all(name in c["titles"]["fr"] for name, c in zip(header, columns, strict=True))
    assert [c["datatype"] for c in columns] == ["string", "string", "integer", "number", "string"]
    assert columns[3]["schema:unitText"] == "%"
    assert "secret statistique" in columns[4]["dc:description"]
    assert document["dc:license"] == ["Licence Ouverte 2.0"]
    assert document["dc:source"] == ["Insee, Filosofi, 2021", "Insee, Recensement, 2023"]
    assert document["dc:issued"] == "2026-11-22"
    assert document["dc:bibliographicCitation"]
    bare = json.loads(to_csvw(extract(about=About(), citation="")))
    assert "dc:source" not in bare


def test_json_keeps_nothing_and_codes() -> None:
    document = json.loads(to_json(extract()))
    assert document["rows"][2] == {
        "code": "62001", "territoire": "Ablain", "habitants": 1900, "valeur": None, "statut": "secret",
    }  # fmt: skip
    assert document["rows"][3]["territoire"] == "=HYPERLINK(\"http://x\")"  # fmt: skip
    assert document["about"]["sources"][0]["producer"] == "Insee"


# -- XLSX ---------------------------------------------------------------------------------------------------


def test_the_workbook_holds_real_numbers() -> None:
    book = sheets(to_xlsx(extract()))
    assert book.sheetnames == ["Données", "À propos"]
    sheet = book["Données"]
    assert [c.value for c in sheet[1]] == [
        "Code",
        "Territoire",
        "Habitants (habitants)",
        "Taux de pauvreté (%)",
        "Statut",
    ]
    assert [c.value for c in sheet[2]] == ["62498", "Lens", 32920, 32.4, "publié"]
    assert [c.value for c in sheet[3]][3:] == [0, "estimé"]
    assert [c.value for c in sheet[4]][3:] == [None, "secret statistique"]
    assert (sheet["D2"].number_format, sheet["C2"].number_format) == ("#,##0.0", "0")
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:E5"
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["B"].width > 8


def test_no_cell_is_a_formula() -> None:
    sheet = sheets(to_xlsx(extract()))["Données"]
    assert (sheet["B5"].data_type, sheet["B5"].value) == ("s", "=HYPERLINK(\"http://x\")")  # fmt: skip
    assert sheet["B5"].quotePrefix


def test_the_second_sheet_says_what_there_is_to_know() -> None:
    rows = [[c.value for c in row] for row in sheets(to_xlsx(extract()))["À propos"].iter_rows()]
    said = dict(rows)
    assert said["Titre"] == "Taux de pauvreté, communes de l’Artois, 2021"
    assert [text for label, text in rows if label == "Source"] == ["Insee, Filosofi, 2021", "Insee, Recensement, 2023"]
    assert said["Licence"] == "Licence Ouverte 2.0"
    assert said["Publié le"] == "2026-11-22"
    assert said["Citation"] == "Insee. Taux de pauvreté."
    assert said["Taux de pauvreté"] == "Unité : %."
    assert "ce n’est pas un zéro" in said["Statut « secret statistique »"]
    assert "Statut « sans objet »" not in said


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.text(max_size=20),
            st.one_of(st.none(), st.floats(-1e12, 1e12, allow_nan=False)),
        ),
        max_size=5,
    )
)
def test_the_workbook_reads_back(rows: list[tuple[str, float | None]]) -> None:
    told = tuple(("c", t, 1, v, Status.OK if v is not None else Status.SECRET) for t, v in rows)
    sheet = sheets(to_xlsx(extract(rows=told)))["Données"]
    for (text, value), line in zip(rows, list(sheet.iter_rows(min_row=2)), strict=True):
        assert (line[1].value or "") == cleaned(text)
        assert line[3].value == (None if value is None else pytest.approx(value))


def test_a_sheet_has_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_ROWS", 4)
    with pytest.raises(QueryError, match="trop de lignes"):
        to_xlsx(extract())


def test_a_very_long_text_is_cut() -> None:
    sheet = sheets(to_xlsx(extract(("1", "é" * 40_000, 1, 2.0, Status.OK))))["Données"]
    assert len(sheet["B2"].value) == 32_767
    assert sheet.column_dimensions["B"].width == 60


def test_an_empty_extract_is_a_file_all_the_same() -> None:
    empty = extract(rows=())
    assert read(to_csv(empty)) == [["code", "territoire", "habitants", "valeur", "statut"]]
    assert sheets(to_xlsx(empty))["Données"].max_row == 1
    assert json.loads(to_json(empty))["rows"] == []


# -- ZIP ------------------------------------------------------------------------------------------------------


def test_the_archive_holds_the_table_its_description_and_a_page_to_read() -> None:
    content = to_zip(extract(), "taux")
    assert content == to_zip(extract(), "taux")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["taux.csv", "taux.csv-metadata.json", "LISEZMOI.txt"]
        assert archive.read("taux.csv") == to_csv(extract())
        assert json.loads(archive.read("taux.csv-metadata.json"))["url"] == "taux.csv"
        text = archive.read("LISEZMOI.txt").decode()
    assert text == read_me(extract(), "taux")


def test_the_page_to_read_is_french() -> None:
    text = read_me(extract())
    assert text.startswith("Taux de pauvreté, communes de l’Artois, 2021\n====")
    for part in (
        "Périmètre\u00a0: Communes de l’Artois",
        "Pour citer ces données",
        "- valeur\u00a0: Taux de pauvreté (%)",
    ):
        assert part in text
    assert "- secret statistique\u00a0: La valeur existe" in text
    assert max(map(len, text.splitlines())) <= 90


# -- citation, JSON-LD --------------------------------------------------------------------------------------------


def test_citation() -> None:
    assert cite(
        title="Population, communes de l’Artois",
        producers="Insee, recensement",
        vintage="2023",
        release="22 novembre 2026",
        address="https://portail.example/x/",
    ) == (
        "Insee, recensement. Population, communes de l’Artois, millésime 2023. "
        "Calculs Terril, publication du 22 novembre 2026. Disponible à l’adresse\u00a0: https://portail.example/x/"
    )
    assert cite(title="Population, 2023", producers="", release="") == "Population, 2023. Calculs Terril."
    assert cite(title="Population, 2023", producers="Insee.", release="", vintage="2023") == (
        "Insee. Population, 2023. Calculs Terril."
    )


def test_json_ld() -> None:
    document = dataset(extract(), {"csv": "https://portail.example/donnees.csv"})
    assert (document["@context"], document["@type"]) == ("https://schema.org", "Dataset")
    assert document["creator"] == [{"@type": "Organization", "name": "Insee"}]
    assert document["license"][0]["url"].startswith("https://www.etalab.gouv.fr/")
    assert document["variableMeasured"] == [{"@type": "PropertyValue", "name": "Taux de pauvreté", "unitText": "%"}]
    assert document["distribution"][0]["encodingFormat"] == "text/csv"
    assert document["spatialCoverage"]["name"] == "Communes de l’Artois"
    assert "distribution" not in dataset(extract())
    bare = dataset(extract(about=About(publisher="")))
    assert not {"creator", "publisher", "license", "spatialCoverage"} & set(bare)


def test_json_ld_cannot_leave_its_element() -> None:
    text = as_script(dataset(extract(title="</script><script>alert(1)&")))
    assert "<" not in text
    assert "&" not in text
    assert json.loads(text)["name"] == "</script><script>alert(1)&"
