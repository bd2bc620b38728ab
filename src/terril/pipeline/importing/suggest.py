"""A first plan of import from a diagnosis: what one would answer, left to be corrected."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from terril.core.sources import Format
from terril.core.territories.model import Level
from terril.ingestion.contract import DEFAULT_LIMITS, Limits
from terril.ingestion.recognition.model import ColumnGuess, ColumnKind, Confidence, Diagnosis, Told
from terril.ingestion.recognition.opening import open_whole
from terril.ingestion.tableschema.model import TableSchema
from terril.pipeline.importing.mapping import RESERVED, ColumnPlan, Mapping, Period, column_name

_TYPES = {
    ColumnKind.INTEGER: "integer",
    ColumnKind.DECIMAL: "number",
    ColumnKind.LONGITUDE: "number",
    ColumnKind.LATITUDE: "number",
    ColumnKind.BOOLEAN: "boolean",
    ColumnKind.DATE: "date",
}
_SCHEMA_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean", "date": "date"}
#: Rows among which a key is looked for.
_ROWS = 20_000


def suggest(
    path: Path,
    diagnosis: Diagnosis,
    identifier: str,
    *,
    schema: TableSchema | None = None,
    period: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Mapping:
    """Suggest a plan.

    Parameters
    ----------
    path : the file, of which the first rows are read again to find what tells them apart.
    identifier : ``producer/dataset``.
    schema : national schema that it follows, where it does.
    period : of the whole file, where one knows it and the file does not say it.

    Raises
    ------
    IngestError
        If the file can no longer be read.
    """
    if period is not None:
        diagnosis = replace(diagnosis, period=Told(f"value:{period}", Confidence.CERTAIN, "choisie"))
    kind = "territories" if schema is None and _is_of_territories(diagnosis) else "table"
    columns = _columns(diagnosis, kind, schema)
    words = _words(diagnosis)
    plan = Mapping(
        identifier=identifier,
        label=_label(diagnosis, schema),
        kind=kind,
        format=diagnosis.connector or Format.CSV,
        read=diagnosis.read,
        cog=diagnosis.vintage.year if diagnosis.vintage else None,
        vintage=_vintage(diagnosis),
        columns=columns,
        shape=_shape(diagnosis, schema),
        schema_name=schema.name if schema else "",
        **words,
        **(_of_territories(diagnosis) if kind == "territories" else _of_places(diagnosis)),
    )
    return plan.model_copy(update={"key": _key(path, plan, schema, limits)})


def _of_territories(diagnosis: Diagnosis) -> dict[str, Any]:
    """What only figures of territories have."""
    territory = diagnosis.territory
    if territory is None:
        return {}
    return {
        "level": territory.level,
        "territory": territory.column,
        "level_column": territory.level_column or None,
        "levels": {word: Level(level) for word, level in territory.levels.items()},
        "period": _period(diagnosis),
    }


def _of_places(diagnosis: Diagnosis) -> dict[str, Any]:
    """The column that says where the rows of a table are, of one level."""
    territory = diagnosis.territory
    if territory is None or territory.level not in set(Level):
        return {}
    return {"level": territory.level, "territory": territory.column}


def _label(diagnosis: Diagnosis, schema: TableSchema | None) -> str:
    stem = diagnosis.file.rpartition(".")[0] or diagnosis.file
    return schema.title if schema else stem.replace("_", " ").strip()


def _level(diagnosis: Diagnosis) -> str:
    return diagnosis.territory.level if diagnosis.territory else ""


def _is_of_territories(diagnosis: Diagnosis) -> bool:
    """Whether rows are figures of territories: a code, a number, a period, and no shape of its own."""
    if not _level(diagnosis) or diagnosis.geometry is not None or diagnosis.period is None:
        return False
    return any(c.kind.is_number for c in diagnosis.columns)


def _vintage(diagnosis: Diagnosis) -> str:
    told = diagnosis.period
    return told.value.removeprefix("value:") if told and told.value.startswith("value:") else ""


def _period(diagnosis: Diagnosis) -> Period | None:
    told = diagnosis.period
    if told is None:
        return None
    origin, _, value = told.value.partition(":")
    if origin == "columns":
        return Period(prefix=value)
    if origin == "column":
        guess = diagnosis.column(value)
        return Period(column=value, date="year" if guess and guess.kind is ColumnKind.DATE else None)
    return Period(value=value)


def _columns(diagnosis: Diagnosis, kind: str, schema: TableSchema | None) -> tuple[ColumnPlan, ...]:
    structural = _structural(diagnosis) if kind == "territories" else set()
    names: set[str] = set(RESERVED)
    plans = []
    for guess in diagnosis.columns:
        if guess.name in structural:
            continue
        plan = _plan(guess, kind, schema, names)
        names.add(plan.name)
        plans.append(plan)
    return tuple(plans)


def _structural(diagnosis: Diagnosis) -> set[str]:
    territory, period = diagnosis.territory, diagnosis.period
    found = {territory.column, territory.level_column} if territory else set()
    if period is not None and period.value.startswith("column:"):
        found.add(period.value.removeprefix("column:"))
    return found


def _plan(guess: ColumnGuess, kind: str, schema: TableSchema | None, names: Collection[str]) -> ColumnPlan:
    field = schema.field(guess.name) if schema else None
    name = column_name("colonne" if guess.name.startswith("__vide__") else guess.name, frozenset(names))
    type_ = _TYPES.get(guess.kind, "text")
    if kind == "table" and guess.confidence is not Confidence.CERTAIN and guess.kind.is_number:
        # A table is not summed: what is not wholly numbers is kept as it is written.
        type_ = "text"
    if field is not None:
        # A schema knows better than a sample; dates that are years alone stay texts.
        type_ = _SCHEMA_TYPES.get(field.type, "text") if field.format in ("default", "%Y-%m-%d") else "text"
    role = "attribute"
    if guess.personal:
        role = "personal"
    elif guess.kind is ColumnKind.EMPTY and field is None:
        role = "ignored"
    elif kind == "territories":
        role = "measure" if guess.kind.is_number else "dimension"
    label = (field.title if field else "") or ("" if guess.name.startswith("__vide__") else guess.name)
    return ColumnPlan(source=guess.name, name=name, label=label, role=role, type=type_, scale=_scale(guess))


def _scale(guess: ColumnGuess) -> int:
    decimals = [len(e.replace(",", ".").partition(".")[2].rstrip("%")) for e in guess.examples]
    return min(9, max(4, *decimals)) if decimals else 4


def _words(diagnosis: Diagnosis) -> dict[str, tuple[str, ...]]:
    """Words of absence, by what they mean: those of columns of text aside."""
    found: dict[str, dict[str, None]] = {"secret": {}, "missing": {"": None}, "not_applicable": {}}
    for guess in diagnosis.columns:
        if guess.kind is not ColumnKind.TEXT:
            for word, meaning in guess.missing.items():
                found[meaning].setdefault(word)
    return {meaning: tuple(words) for meaning, words in found.items()}


def _shape(diagnosis: Diagnosis, schema: TableSchema | None) -> str | None:
    """A column that holds geometries as text, where the file has no shapes of its own: points before areas."""
    if diagnosis.geometry is not None:
        return None
    for kind in (ColumnKind.SHAPE, ColumnKind.POINT):
        found = next((c for c in diagnosis.columns if c.kind is kind and c.confidence is not Confidence.DOUBTFUL), None)
        if found is not None:
            return found.name
    return None


def _key(path: Path, plan: Mapping, schema: TableSchema | None, limits: Limits) -> tuple[str, ...]:
    """Columns that tell rows apart: those of the schema, else the fewest found on the first rows; none if none do."""
    by_header = {c.source: c.name for c in plan.kept}
    if schema is not None and schema.key:
        found = [c.name for c in plan.kept if any(schema.field(c.source) is schema.field(k) for k in schema.key)]
        return tuple(found) if len(found) == len(schema.key) else ()
    with open_whole(path, plan.read, limits, lenient=True, shapes=False) as table:
        batch = next(iter(table.batches), None)
    if batch is None:
        return ()
    batch = batch.slice(0, _ROWS)
    if plan.kind == "table":
        return _identifier(batch, plan)
    fixed = [h for h in (plan.territory, plan.level_column, plan.period.column if plan.period else None) if h]
    candidates = [c.source for c in plan.kept if c.role == "dimension"]
    return tuple(by_header[h] for h in _fewest(batch, fixed, candidates))


def _identifier(batch: pa.RecordBatch, plan: Mapping) -> tuple[str, ...]:
    for column in plan.kept:
        named = column.name.startswith(("id", "code")) or column.name.endswith(("id", "_pk", "code", "siret"))
        values = batch.column(column.source)
        if (
            named
            and batch.num_rows > 1
            and pc.count_distinct(values).as_py() == batch.num_rows
            and not values.null_count
        ):
            return (column.name,)
    return ()


def _fewest(batch: pa.RecordBatch, fixed: list[str], candidates: list[str]) -> list[str]:
    """Candidates added one by one, the one that tells most rows apart first, until each row is alone."""
    chosen: list[str] = []
    count = _combinations(batch, fixed)
    while count < batch.num_rows:
        best, most = None, count
        for header in candidates:
            if header not in chosen and (found := _combinations(batch, [*fixed, *chosen, header])) > most:
                best, most = header, found
        if best is None:
            return chosen
        chosen.append(best)
        count = most
    return chosen


def _combinations(batch: pa.RecordBatch, headers: list[str]) -> int:
    """Number of distinct combinations of some columns."""
    if not headers:
        return min(1, int(batch.num_rows))
    table = pa.Table.from_batches([batch.select(headers)])
    return int(table.group_by(headers, use_threads=False).aggregate([]).num_rows)
