"""Codes carried to another nomenclature as a file is loaded: invented activities, invented IRIS."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from terril.core.errors import IngestError
from terril.core.nomenclatures.crosswalk import Crosswalks
from terril.core.nomenclatures.spec import NomenclaturePassage
from terril.core.status import Status
from terril.pipeline.datasets import DatasetStore
from terril.pipeline.ingest import Ingestion, Outcome, ingest_file
from tests.ingestion.builders import gazetteer, source

ACTIVITIES = NomenclaturePassage.model_validate(
    {"id": "essai/activites", "label": "Activités", "of": "fin", "to": "gros", "rows": [
        {"old": "10", "new": "C"}, {"old": "11", "new": "C"}, {"old": "20", "new": "B"},
        {"old": "30", "new": "D", "weight": 0.3}, {"old": "30", "new": "E", "weight": 0.7}]}
)  # fmt: skip
QUARTERS = NomenclaturePassage.model_validate(
    {"id": "essai/quartiers", "label": "Quartiers", "of": "iris_avant", "to": "iris_apres", "others": "same", "rows": [
        {"old": "990010101", "new": "990010109"}, {"old": "990010102", "new": "990010109"}]}
)  # fmt: skip

COLUMNS = [
    {"name": "naf", "source": "NAF", "type": "text", "nomenclature": {"of": "fin", "to": "gros", "sums": ["postes"]}},
    {"name": "postes", "source": "POSTES", "type": "integer"},
    {"name": "salaire", "source": "SALAIRE", "scale": 0},
]


def ingest(tmp_path: Path, text: str, **changes: Any) -> Outcome:
    path = tmp_path / "f.csv"
    path.write_text(text, encoding="utf-8")
    places = replace(gazetteer(), crosswalks=Crosswalks([ACTIVITIES, QUARTERS]))
    return ingest_file(path, source(**changes), Ingestion(DatasetStore(tmp_path / "h"), places))


def jobs(tmp_path: Path, text: str, **nomenclature: Any) -> Outcome:
    first = COLUMNS[0] | {"nomenclature": COLUMNS[0]["nomenclature"] | nomenclature}
    header = "CODGEO;NAF;POSTES;SALAIRE\n"
    return ingest(tmp_path, header + text, columns=[first, *COLUMNS[1:]], key=["naf"], secrecy={"flags": ["s"]})


def rows(outcome: Outcome, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(r[n] for n in names) for r in pq.read_table(outcome.version.path).to_pylist()]


def test_merged_rows_keep_their_line_and_what_adds_up(tmp_path):
    outcome = jobs(tmp_path, "99001;10;5;2000\n99001;11;7;3000\n99001;20;2;1500\n")
    assert rows(outcome, "row", "naf", "naf__old", "postes", "postes__status") == [
        (1, "C", "10", 5, 0), (2, "C", "11", 7, 0), (3, "B", "20", 2, 0)
    ]  # fmt: skip
    # A mean wage does not follow a merger; it follows a change of code.
    assert rows(outcome, "salaire", "salaire__status") == [(None, Status.MISSING), (None, Status.MISSING), (1500, 0)]
    told = outcome.quality["passages"]["naf"]
    assert (told["passages"], told["rows"]) == (["essai/activites"], {"merge": 2, "recode": 1})


def test_a_split_is_estimated_and_conserves_its_total(tmp_path):
    outcome = jobs(tmp_path, "99001;30;5;2000\n99002;30;s;2000\n99003;30;;1\n")
    found = rows(outcome, "row", "code", "naf", "postes", "postes__status")
    assert found == [
        (1, "99001", "D", 2, Status.ESTIMATED), (1, "99001", "E", 3, Status.ESTIMATED),
        (2, "99002", "D", None, Status.SECRET), (2, "99002", "E", None, Status.SECRET),
        (3, "99003", "D", None, Status.MISSING), (3, "99003", "E", None, Status.MISSING),
    ]  # fmt: skip


def test_an_unknown_code_is_refused_by_name(tmp_path):
    with pytest.raises(IngestError, match="absent du passage") as refused:
        jobs(tmp_path, "99001;10;5;1\n99002;77;5;1\n")
    place = refused.value.location
    assert (place.row, place.field, place.value) == (2, "NAF", "77")
    assert "unknown" in refused.value.hint


def test_or_put_in_the_declared_category(tmp_path):
    outcome = jobs(tmp_path, "99001;77;5;1\n99001;;3;1\n", unknown="Z")
    assert rows(outcome, "naf", "naf__old", "postes") == [("Z", "77", 5), (None, "", 3)]
    assert outcome.quality["passages"]["naf"]["rows"] == {"unknown": 1, "absent": 1}


def test_the_same_code_twice_is_still_a_double(tmp_path):
    with pytest.raises(IngestError, match="clé en double"):
        jobs(tmp_path, "99001;10;5;1\n99001;10;6;1\n")


def test_an_object_is_not_cut(tmp_path):
    with pytest.raises(IngestError, match="ne se partage pas"):
        ingest(tmp_path, "CODGEO;NAF;POSTES;SALAIRE\n99001;10;1;1\n", columns=COLUMNS, rows="micro", secrecy={})


def test_a_passage_that_is_not_declared_is_said(tmp_path):
    with pytest.raises(IngestError, match="aucun passage déclaré"):
        jobs(tmp_path, "99001;10;5;1\n", to="ailleurs")


def test_iris_of_an_older_vintage_are_carried(tmp_path):
    geography = {"level": "iris", "column": "IRIS", "cog": 2024,
                 "nomenclature": {"of": "iris_avant", "to": "iris_apres", "sums": ["pop"]}}  # fmt: skip
    columns = [{"name": "pop", "source": "POP", "scale": 1}]
    text = "IRIS;POP\n990010101;1,5\n990010102;2\n990020000;3\n"
    outcome = ingest(tmp_path, text, geography=geography, columns=columns, secrecy={})
    assert rows(outcome, "code", "code__old", "pop") == [
        ("990010109", "990010101", Decimal("1.5")), ("990010109", "990010102", Decimal("2.0")),
        ("990020000", "990020000", Decimal("3.0")),
    ]  # fmt: skip
