"""What the columns of a version say of the cells of a file."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from terril.core.errors import IngestError
from terril.core.status import Status
from terril.ingestion.contract import Limits
from terril.pipeline.ingest import Outcome, ingest_file
from tests.ingestion.builders import ABSORBED, COMMUNES, EPCI, ingestion, rows, source, write_csv


def ingest(tmp_path: Path, text: str, name: str = "f.csv", limits: Limits | None = None, **changes: Any) -> Outcome:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    options = {"limits": limits} if limits else {}
    return ingest_file(path, source(**changes), ingestion(tmp_path / "h", **options))


def data(outcome: Outcome) -> list[dict[str, Any]]:
    assert outcome.version is not None
    return pq.read_table(outcome.version.path).to_pylist()


def test_schema(tmp_path: Path) -> None:
    outcome = ingest_file(write_csv(tmp_path / "f.csv", rows()), source(), ingestion(tmp_path / "h"))
    assert outcome.version is not None
    assert pq.read_schema(outcome.version.path) == pa.schema(
        [
            ("row", pa.int64()), ("level", pa.string()), ("code", pa.string()), ("cog", pa.int16()),
            ("period", pa.string()), ("nom", pa.string()),
            ("med", pa.decimal128(18, 0)), ("med__status", pa.uint8()),
            ("taux", pa.decimal128(18, 1)), ("taux__status", pa.uint8()),
        ]
    )  # fmt: skip


def test_statuses(tmp_path: Path) -> None:
    outcome = ingest(tmp_path, "CODGEO;MED;TAUX\n99001;10;s\n99002;;so\n99003;nd;0\n")
    found = [(r["med"], Status(r["med__status"]), r["taux"], Status(r["taux__status"])) for r in data(outcome)]
    assert found == [
        (10, Status.OK, None, Status.SECRET),
        (None, Status.MISSING, None, Status.NOT_APPLICABLE),
        (None, Status.MISSING, Decimal("0.0"), Status.OK),
    ]
    assert outcome.quality["statuses"]["taux"] == {"not_applicable": 1, "ok": 1, "secret": 1}


def test_codes_are_cleaned(tmp_path: Path) -> None:
    text = "CODGEO;MED;TAUX\n1001;1;1\n2a004;1;1\n99001.0;1;1\n 99 002 ;1;1\n"
    assert [r["code"] for r in data(ingest(tmp_path, text))] == ["01001", "2A004", "99001", "99002"]


def test_old_code_is_read_in_its_own_year(tmp_path: Path) -> None:
    outcome = ingest(tmp_path, f"CODGEO;MED;TAUX\n99001;1;1\n{ABSORBED};2;2\n")
    assert [(r["code"], r["cog"]) for r in data(outcome)] == [("99001", 2024), (ABSORBED, 2018)]
    assert outcome.quality["cog_fallbacks"] == {"rows": 1, "codes": {f"{ABSORBED} → 2018": 1}}


def test_few_strangers_are_rejected_and_reported(tmp_path: Path) -> None:
    lines = [*rows(60), ["98765", "1", "1", "x"]]
    outcome = ingest_file(write_csv(tmp_path / "f.csv", lines), source(), ingestion(tmp_path / "h"))
    assert (outcome.rows_read, outcome.rows_kept, outcome.rows_rejected) == (61, 60, 1)
    assert outcome.quality["rejects"] == [
        {
            "file": "f.csv", "row": 61, "field": "CODGEO", "value": "98765",
            "rule": "commune inconnue à toutes les dates",
            "remedy": "corriger le code, ou vérifier « geography.level »",
        }
    ]  # fmt: skip
    assert "1 lignes rejetées" in outcome.message


def test_cog_and_period_by_column_with_values_left_out(tmp_path: Path) -> None:
    outcome = ingest(
        tmp_path,
        "CODGEO;COG;MED;TAUX\n99001;2015;1;1\n99001;2016;2;1\n99001;2022;3;1\n",
        geography={"level": "commune", "column": "CODGEO", "cog": "COG"},
        period={"column": "COG", "map": {2015: "2013", 2016: 2014, 2022: None}},
    )
    assert [(r["cog"], r["period"], r["med"]) for r in data(outcome)] == [(2015, "2013", 1), (2016, "2014", 2)]
    assert outcome.quality["left_out"] == {"période « 2022 »": 1}


@pytest.mark.parametrize(
    ("spec", "text", "period"),
    [
        ({}, "janvier_2020", "2020-01"),
        ({}, "2021", "2021"),
        ({"date": "year"}, "2019-01-01", "2019"),
        ({"date": "month"}, "04/08/2023", "2023-08"),
        ({"date": "quarter"}, "2023-11-30 00:00:00", "2023-Q4"),
    ],
)
def test_period_writings(tmp_path: Path, spec: dict[str, str], text: str, period: str) -> None:
    changes = {"period": {"column": "P", **spec}}
    assert data(ingest(tmp_path, f"CODGEO;P;MED;TAUX\n99001;{text};1;1\n", **changes))[0]["period"] == period


def test_period_of_the_file_name(tmp_path: Path) -> None:
    text, spec = "CODGEO;MED;TAUX\n99001;1;1\n", {"from_name": r"(20\d\d)"}
    assert data(ingest(tmp_path, text, "revenus_2023.csv", period=spec))[0]["period"] == "2023"
    with pytest.raises(IngestError, match="nom du fichier"):
        ingest(tmp_path, text, "revenus.csv", period=spec)


@pytest.mark.parametrize(("column", "field"), [("P", "P"), ("COG", "COG")])
def test_unreadable_period_or_year(tmp_path: Path, column: str, field: str) -> None:
    spec = {
        "geography": {"level": "commune", "column": "CODGEO", "cog": "COG"},
        "period": {"column": "P"},
    }
    line = {"P": "2021", "COG": "2020"} | {column: "hier"}
    with pytest.raises(IngestError) as caught:
        ingest(tmp_path, f"CODGEO;P;COG;MED;TAUX\n99001;{line['P']};{line['COG']};1;1\n", **spec)
    where = caught.value.location
    assert where is not None and (where.row, where.field, where.value) == (1, field, "hier")


_MELT = {"columns": [{"name": "nom", "source": "NOM", "type": "text"}]}


def test_melt_into_period(tmp_path: Path) -> None:
    outcome = ingest(
        tmp_path,
        "CODGEO;p13_pop;p14_pop;NOM\n99001;1;2;a\n99002;3;s;b\n",
        period={"melted": True},
        melt={"pattern": r"^p(\d\d)_pop$", "into": "period", "key": r"20\1", "name": "population", "type": "integer"},
        **_MELT,
    )
    found = [(r["row"], r["code"], r["period"], r["population"], r["nom"]) for r in data(outcome)]
    assert found == [
        (1, "99001", "2013", 1, "a"), (2, "99002", "2013", 3, "b"),
        (1, "99001", "2014", 2, "a"), (2, "99002", "2014", None, "b"),
    ]  # fmt: skip
    assert outcome.version is not None and outcome.version.meta["rows"] == 4
    assert outcome.quality["rows_kept"] == 2


@pytest.mark.parametrize(("empty", "status"), [("zero", Status.OK), ("missing", Status.MISSING)])
def test_melt_into_dimension_and_empty_cells(tmp_path: Path, empty: str, status: Status) -> None:
    outcome = ingest(
        tmp_path,
        f"siren;111;112\n{EPCI};1,5;\n",
        geography={"level": "epci", "column": "siren", "cog": 2018},
        columns=[],
        melt={"pattern": r"^(\d{3})$", "into": "classe", "name": "surface", "empty": empty, "unit": "ha"},
    )
    found = [(r["classe"], r["surface"], Status(r["surface__status"])) for r in data(outcome)]
    assert found == [("111", Decimal("1.5000"), Status.OK), ("112", Decimal(0) if empty == "zero" else None, status)]


def test_codes_counted_in_a_list(tmp_path: Path) -> None:
    columns = [
        {"name": "quartiers", "source": "Q", "type": "integer", "count_of": ","},
        {"name": "codes", "source": "Q", "type": "text"},
    ]
    outcome = ingest(tmp_path, 'CODGEO;Q\n99001;"QN1, QN2,QN1"\n99002;\n99003;QN3\n', columns=columns)
    assert [(r["quartiers"], r["codes"]) for r in data(outcome)] == [(2, "QN1, QN2,QN1"), (0, None), (1, "QN3")]


def test_minimum_count_hides_and_keeps_the_value_beside(tmp_path: Path) -> None:
    rule = {"flags": ["s"], "minimum_count": {"count": "med", "below": 11, "measures": ["taux"]}}
    outcome = ingest(tmp_path, "CODGEO;MED;TAUX\n99001;10;5\n99002;11;6\n99003;s;7\n99004;;8\n", secrecy=rule)
    found = [(r["taux"], Status(r["taux__status"])) for r in data(outcome)]
    assert found == [(5, Status.SECRET), (6, Status.OK), (7, Status.SECRET), (8, Status.OK)]


def test_rows_kept_by_where(tmp_path: Path) -> None:
    text = "CODGEO;TYPE;MED;TAUX\n99001;COM;1;1\n99002;COMD;2;2\n"
    outcome = ingest(tmp_path, text, where={"TYPE": ["COM"]})
    assert [(r["row"], r["code"]) for r in data(outcome)] == [(1, "99001")]
    assert outcome.quality["left_out"] == {"« TYPE » hors de COM": 1}


def test_kinds_before_a_separator(tmp_path: Path) -> None:
    geography = {
        "level": "mixed", "column": "land", "cog": 2025, "separator": "_",
        "levels": {"EPCI": "epci", "REGION": "region"},
    }  # fmt: skip
    outcome = ingest(tmp_path, f"land;MED;TAUX\nEPCI_{EPCI};1;1\nREGION_32;2;2\nSCOT_12;3;3\n", geography=geography)
    assert [(r["level"], r["code"]) for r in data(outcome)] == [("epci", EPCI), ("region", "32")]
    assert outcome.quality["left_out"] == {"niveau « SCOT » non retenu": 1}


def test_key_of_no_level_is_a_fault(tmp_path: Path) -> None:
    geography = {"level": "mixed", "column": "cle", "cog": 2025}
    with pytest.raises(IngestError, match="clé de territoire illisible"):
        ingest(tmp_path, "cle;MED;TAUX\nepci:990000001;1;1\nepcii:990000001;2;2\n", geography=geography)
    with pytest.raises(IngestError, match="intercommunalité"):
        ingest(tmp_path, "cle;MED;TAUX\nepci:123456789;2;2\n", geography=geography)


def test_iris_is_known_by_its_commune(tmp_path: Path) -> None:
    spec = {"level": "iris", "column": "IRIS", "cog": 2024}
    text = f"IRIS;MED;TAUX\n990010101;1;1\n10010102;1;1\n{ABSORBED}0000;1;1\n"
    found = [(r["level"], r["code"], r["cog"]) for r in data(ingest(tmp_path, text, geography=spec))]
    assert found == [("iris", "990010101", 2024), ("iris", "010010102", 2024), ("iris", f"{ABSORBED}0000", 2018)]


def test_level_that_nobody_can_check(tmp_path: Path) -> None:
    spec = {"level": "perimeter", "column": "P", "cog": 2024}
    with pytest.raises(IngestError, match="impossible à vérifier"):
        ingest(tmp_path, "P;MED;TAUX\npma;1;1\n", geography=spec)


def test_personal_columns_never_reach_the_version(tmp_path: Path) -> None:
    columns = [
        {"name": "med", "source": "MED"},
        {"name": "maire", "source": "NOM", "type": "text", "personal": True},
    ]
    outcome = ingest_file(write_csv(tmp_path / "f.csv", rows()), source(columns=columns), ingestion(tmp_path / "h"))
    assert outcome.version is not None
    assert "maire" not in pq.read_schema(outcome.version.path).names
    assert b"F\xc3\xa9e" not in outcome.version.path.read_bytes()


def test_booleans_and_alternative_headers(tmp_path: Path) -> None:
    columns = [
        {"name": "tlv", "source": ["TLV_26", "tlv"], "type": "boolean"},
        {"name": "med", "source": ["MED22", "MED21"]},
    ]
    found = data(ingest(tmp_path, "CODGEO;TLV;med21\n99001;Oui;1\n99002;0;2\n99003;;3\n", columns=columns))
    assert [(r["tlv"], r["med"]) for r in found] == [("true", 1), ("false", 2), (None, 3)]


def test_same_bytes_whatever_the_batches(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", rows(60))
    first = ingest_file(path, source(), ingestion(tmp_path / "a", limits=Limits(batch_rows=7))).version
    second = ingest_file(path, source(), ingestion(tmp_path / "b")).version
    assert first is not None and second is not None and first.id == second.id


def test_coverage_by_epci_observed(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "f.csv", rows())
    outcome = ingest_file(path, source(coverage="observed_epci"), ingestion(tmp_path / "h"))
    assert outcome.version is not None
    assert outcome.version.meta["coverage"] == {"rule": "observed_epci", "epci": [EPCI]}
    assert len(COMMUNES) == 60
