"""Cells that have slid into a neighbouring column, and values cut in two by the separator."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from terril.core.text import fold
from terril.ingestion.contract import ROW, Ragged
from terril.ingestion.tableschema.model import FieldRule, TableSchema
from terril.ingestion.tableschema.report import SHOWN, ColumnsReport, Fault, FaultGroup
from terril.ingestion.tableschema.rules import fits

_ROWS = 500


def shifted(sample: pa.RecordBatch, schema: TableSchema, columns: ColumnsReport) -> list[FaultGroup]:
    """Columns whose values do not fit their field and fit the next one, or the one before.

    Parameters
    ----------
    sample : first rows of the file.
    """
    order = [f for f in schema.fields if f.name in columns.matched]
    texts = {f.name: _distinct(sample, columns.matched[f.name], schema) for f in order}
    groups = []
    for place, field in enumerate(order):
        values = texts[field.name]
        if field.is_free or not len(values) or fits(field, values) >= 0.5:
            continue
        for step, word in ((1, "suivante"), (-1, "précédente")):
            other = order[place + step] if 0 <= place + step < len(order) else None
            if other is not None and not other.is_free and fits(other, values) >= 0.9:
                groups.append(_slid(sample, field, other, columns.matched[field.name], word))
                break
    return groups + _cut(sample, order, columns)


def _distinct(sample: pa.RecordBatch, header: str, schema: TableSchema) -> pa.Array:
    found = pc.unique(pc.utf8_trim_whitespace(sample.column(header).slice(0, _ROWS)))
    return found.filter(pc.invert(pc.fill_null(pc.is_in(found, value_set=pa.array(schema.missing)), True)))


def _slid(sample: pa.RecordBatch, field: FieldRule, other: FieldRule, header: str, word: str) -> FaultGroup:
    rows, values = sample.column(ROW), sample.column(header)
    shown = tuple(
        Fault(rows[i].as_py(), header, (values[i].as_py() or "")[:120])
        for i in range(min(3, sample.num_rows))
        if values[i].as_py()
    )
    return FaultGroup(
        "shift", header, f"les valeurs sont celles de la colonne {word}, « {other.name} »",
        "remettre les cellules en face de leur en-tête : une cellule manque, ou est en trop, avant celle-ci",
        sample.num_rows, shown,
    )  # fmt: skip


def _cut(sample: pa.RecordBatch, order: Sequence[FieldRule], columns: ColumnsReport) -> list[FaultGroup]:
    """Values of a list that hold the separator, and stand in two cells: ``entrepôts, logistique``."""
    groups = []
    for field, other in pairwise(order):
        pieces = {word: [fold(p.strip()) for p in word.replace(";", ",").split(",")] for word in field.enum}
        pieces = {word: parts for word, parts in pieces.items() if len(parts) == 2}
        if not pieces:
            continue
        left = sample.column(columns.matched[field.name]).to_pylist()
        right = sample.column(columns.matched[other.name]).to_pylist()
        rows = sample.column(ROW).to_pylist()
        found = [
            Fault(
                row,
                columns.matched[field.name],
                f"{a} | {b}",
                f"écrire « {word} » dans une seule cellule, entre guillemets",
            )
            for row, a, b in zip(rows, left, right, strict=True)
            for word, parts in pieces.items()
            if [fold((a or "").strip()), fold((b or "").strip())] == parts
        ]
        if found:
            message = f"une valeur est coupée en deux cellules : la fin est dans « {other.name} »"
            remedy = "écrire la valeur entière entre guillemets ; les cellules suivantes reviennent à leur place"
            groups.append(
                FaultGroup("cut", columns.matched[field.name], message, remedy, len(found), tuple(found[:SHOWN]))
            )
    return groups


def ragged_group(ragged: Sequence[Ragged], width: int, last: str) -> FaultGroup | None:
    """Rows that have not as many cells as the header."""
    if not ragged:
        return None
    more = sum(r.cells > width for r in ragged)
    remedy = (
        "un champ contient le séparateur : l'écrire entre guillemets"
        if more * 2 >= len(ragged)
        else "des cellules manquent à la fin : laisser les séparateurs des cellules vides"
    )
    shown = tuple(Fault(r.row or 0, last, r.text[:160], f"{r.cells} cellules") for r in ragged[:SHOWN])
    return FaultGroup("ragged", "", f"lignes qui n'ont pas {width} cellules", remedy, len(ragged), shown)
