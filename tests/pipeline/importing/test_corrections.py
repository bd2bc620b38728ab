"""Rows read within rights, corrected into a new version; what no column could hold is refused with its place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from terril.core.access import Reading, Window
from terril.core.errors import IngestError, StoreError
from terril.core.status import Status
from terril.core.territories.model import Level, TerritoryKey
from terril.pipeline.datasets import DatasetStore, Version, VersionWriter
from terril.pipeline.importing.corrections import Corrector, Edit, Op, Standing, parsed
from terril.pipeline.importing.glance import first_shapes, periods_of, territories_of
from terril.pipeline.importing.rows import VersionRows, read_version

FIGURES = pa.table(
    {
        "row": pa.array([1, 2, 3], pa.int64()),
        "level": ["commune", "commune", "epci"],
        "code": ["62119", "62498", "200072460"],
        "cog": pa.array([2025, 2025, 2025], pa.int16()),
        "period": ["2021", "2021", "2022"],
        "logements": pa.array([Decimal("120.00"), Decimal("7.50"), Decimal("9.00")], pa.decimal128(18, 2)),
        "logements__status": pa.array([int(Status.OK), int(Status.SECRET), int(Status.OK)], pa.uint8()),
    }
)
SITES = pa.table(
    {
        "row": pa.array([1, 2, 3], pa.int64()),
        "nom": ["Moulins", "Lac", "Fosse"],
        "surface": pa.array([12.5, 3.0, None], pa.float64()),
        "active": pa.array([True, False, None], pa.bool_()),
    }
)


def version(home: Path, table: pa.Table, **meta: Any) -> Version:
    store = DatasetStore(home)
    with store.writing("essai/jeu") as work:
        with VersionWriter(work, table.schema) as writer:
            for batch in table.to_batches():
                writer.write(batch)
        return store.commit("essai/jeu", work, {"rows": table.num_rows, **meta})[0]


def test_rows_are_texts_and_a_secret_is_only_said_to_be_one(tmp_path: Path):
    rows = VersionRows(version(tmp_path, FIGURES))
    assert rows.columns == ("level", "code", "cog", "period", "logements")
    assert [r.cells["logements"] for r in rows.found("", 0, 9)[1]] == ["120", "secret", "9"]
    assert rows.found("62498", 0, 9)[0] == 1
    # What is hidden is not found by its value either.
    assert rows.found("7.5", 0, 9)[0] == 0


def test_rows_are_those_of_the_territories_that_may_be_read(tmp_path: Path):
    made = version(tmp_path, FIGURES)
    own = Reading((Window(None, frozenset({TerritoryKey(Level.COMMUNE, "62119")})),))
    rows = VersionRows(made, {"cog"}, own)
    assert len(rows) == 1
    assert "cog" not in rows.columns
    assert rows.row(3) is None
    assert len(VersionRows(made, (), Reading(()))) == 0


def test_rows_of_a_table_are_those_of_the_territory_that_its_column_says(tmp_path: Path):
    table = SITES.append_column("insee", pa.array(["62119", "62498", "inconnu"]))
    own = Reading((Window(None, frozenset({TerritoryKey(Level.COMMUNE, "62498")})),))
    assert len(VersionRows(version(tmp_path, table), (), own)) == 0
    place = {"level": "commune", "column": "insee"}
    rows = VersionRows(version(tmp_path / "other", table, territory=place), {"insee"}, own)
    assert [row.cells["nom"] for row in rows.found("", 0, 9)[1]] == ["Lac"]
    assert "insee" not in rows.columns


def test_a_figure_corrected_takes_its_status_with_it(tmp_path: Path):
    made = version(tmp_path, FIGURES)
    cells = VersionRows(made).row(1).cells
    corrector = Corrector(made)
    found = corrector.apply(DatasetStore(tmp_path), [Edit(Op.CELL, cells, 1, "logements", "")], {"why": "x"})
    table = read_version(found)
    assert table["logements"].to_pylist()[0] is None
    assert table["logements__status"].to_pylist() == [int(Status.MISSING), int(Status.SECRET), int(Status.OK)]
    assert found.meta["why"] == "x"
    assert DatasetStore(tmp_path).current("essai/jeu").id == found.id


def test_a_secret_figure_is_not_corrected(tmp_path: Path):
    made = version(tmp_path, FIGURES)
    cells = VersionRows(made).row(2).cells
    with pytest.raises(IngestError, match="secret"):
        Corrector(made).check(Edit(Op.CELL, cells, 2, "logements", "8"))


def test_a_row_added_may_not_take_a_key(tmp_path: Path):
    made = version(tmp_path, FIGURES)
    corrector = Corrector(made)
    twin = Edit(Op.ADD, {"level": "commune", "code": "62119", "period": "2021", "logements": "3"})
    assert corrector.judge(twin).standing is Standing.GONE
    with pytest.raises(IngestError, match="même clé"):
        corrector.apply(DatasetStore(tmp_path), [twin], {})
    with pytest.raises(IngestError, match="obligatoire"):
        corrector.check(Edit(Op.ADD, {"logements": "3"}))
    assert DatasetStore(tmp_path).current("essai/jeu").id == made.id


def test_a_table_without_key_finds_its_rows_by_number_and_content(tmp_path: Path):
    made = version(tmp_path, SITES)
    corrector, cells = Corrector(made), VersionRows(made).row(2).cells
    assert corrector.judge(Edit(Op.CELL, cells, 2, "nom", "x")).standing is Standing.FITS
    other = {**cells, "nom": "Étang"}
    assert corrector.judge(Edit(Op.CELL, other, 2, "nom", "x")).now == "Lac"
    assert corrector.judge(Edit(Op.REMOVE, other, 2)).standing is Standing.CHANGED
    assert corrector.judge(Edit(Op.REMOVE, {**other, "surface": "9"}, 2)).standing is Standing.GONE


def test_many_edits_are_one_version(tmp_path: Path):
    made = version(tmp_path, SITES)
    rows = VersionRows(made)
    edits = [
        Edit(Op.CELL, rows.row(1).cells, 1, "surface", "1 234,5"),
        Edit(Op.CELL, rows.row(1).cells, 1, "active", "non"),
        Edit(Op.REMOVE, rows.row(2).cells, 2),
        Edit(Op.ADD, {"nom": "Neuve", "surface": "2"}),
    ]
    found = Corrector(made).apply(DatasetStore(tmp_path), edits, {})
    table = read_version(found).to_pylist()
    assert [(r["row"], r["nom"], r["surface"], r["active"]) for r in table] == [
        (1, "Moulins", 1234.5, False), (3, "Fosse", None, None), (4, "Neuve", 2.0, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("12,5", pa.float64(), 12.5),
        ("12.5", pa.float64(), 12.5),
        ("1 000", pa.int64(), 1000),
        ("3", pa.decimal128(18, 2), Decimal("3.00")),
        ("2024-02-29", pa.date32(), date(2024, 2, 29)),
        ("Oui", pa.bool_(), True),
        ("  ", pa.int64(), None),
    ],
)
def test_a_text_is_read_as_its_column(text: str, kind: pa.DataType, value: Any):
    assert parsed(text, kind, "c") == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("douze", pa.float64()), ("1,5", pa.int64()), ("NaN", pa.float64()), ("Infinity", pa.decimal128(18, 2)),
        ("2023-02-29", pa.date32()), ("peut-être", pa.bool_()), ("99999999999999999999", pa.int64()),
        ("1e30", pa.decimal128(18, 2)),
    ],
)  # fmt: skip
def test_a_text_that_is_none_of_its_column_is_refused(text: str, kind: pa.DataType):
    with pytest.raises(IngestError) as raised:
        parsed(text, kind, "c")
    assert raised.value.location.field == "c"


def test_an_unknown_column_and_a_purged_version_are_refused(tmp_path: Path):
    made = version(tmp_path, SITES)
    with pytest.raises(IngestError, match="inconnue"):
        Corrector(made).check(Edit(Op.CELL, {}, 1, "geometry", "x"))
    purged = DatasetStore(tmp_path).purge(made, "essai")
    with pytest.raises(StoreError):
        VersionRows(purged)


def test_what_a_version_looks_like(tmp_path: Path):
    made = version(tmp_path, FIGURES)
    assert periods_of(made) == ("2021", "2022")
    assert territories_of(made) == (Level.COMMUNE, ("62119", "62498"))
    assert first_shapes(made) == []
    other = version(tmp_path, SITES)
    assert periods_of(other) is None
    assert territories_of(other) is None
