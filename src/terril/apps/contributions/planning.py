"""From what was recognised, and what one chose in its place, to a plan of import."""

from __future__ import annotations

from collections.abc import Mapping as Told
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from terril.apps.contributions.errors import ContributionError
from terril.core.errors import Location
from terril.core.sources import Reading
from terril.core.territories.model import Level
from terril.ingestion.recognition import Confidence, Diagnosis, Territory, Vintage
from terril.pipeline.importing import ColumnPlan, ImportDesk, Mapping

#: Dataset under which a version is tried, before one says what it is.
TRIAL = "essai/essai"
TYPES = ("text", "integer", "number", "boolean", "date")
#: Choices: how the file is read, which schema it is held against, which source reads it, what its columns are.
NONE = "-"
_CHOSEN = "choisi"
_READ = ("encoding", "delimiter", "decimal", "sheet", "header_row", "layer", "crs", "longitude", "latitude")


def reading_of(choices: Told[str, Any]) -> Reading | None:
    """How the file is read, where one chose it.

    Raises
    ------
    ContributionError
        If the choice cannot be.
    """
    told = {k: v for k, v in choices.get("read", {}).items() if k in _READ and v not in ("", None)}
    if not told:
        return None
    try:
        return Reading(**told)
    except ValidationError as error:
        raise _unfit(error) from error


def schema_of(choices: Told[str, Any], diagnosis: Diagnosis) -> tuple[str, bool]:
    """The schema that the file is held against, and whether it must conform: one that is chosen binds."""
    chosen = choices.get("schema", "")
    if chosen == NONE:
        return "", False
    if chosen:
        return chosen, True
    return (diagnosis.schema.value, False) if diagnosis.schema else ("", False)


def corrected(diagnosis: Diagnosis, choices: Told[str, Any]) -> Diagnosis:
    """The diagnosis with what one chose in the place of what was guessed.

    Raises
    ------
    ContributionError
        If a level, a year or a column is none.
    """
    territory = choices.get("territory", "")
    if territory == NONE:
        return replace(diagnosis, territory=None, vintage=None)
    if territory:
        if diagnosis.column(territory) is None:
            raise ContributionError("colonne inconnue", location=Location(field="territoire", value=territory))
        level = choices.get("level") or (diagnosis.territory.level if diagnosis.territory else Level.COMMUNE.value)
        if level not in set(Level):
            raise ContributionError("niveau inconnu", location=Location(field="niveau", value=level))
        diagnosis = replace(diagnosis, territory=Territory(level, territory, Confidence.CERTAIN, _CHOSEN))
    year = choices.get("cog")
    if year:
        diagnosis = replace(diagnosis, vintage=Vintage(year, year, year, Confidence.CERTAIN, _CHOSEN))
    return diagnosis


def planned(desk: ImportDesk, path: Path, diagnosis: Diagnosis, choices: Told[str, Any]) -> Mapping:
    """The plan of import.

    Raises
    ------
    ContributionError
        If what was chosen does not hold together.
    IngestError
        If the file can no longer be read.
    """
    schema, _ = schema_of(choices, diagnosis)
    told = corrected(diagnosis, choices)
    period = choices.get("period") or None
    try:
        plan = desk.suggest(path, told, TRIAL, schema=schema, period=period)
        columns = tuple(_chosen(c, choices.get("columns", {}).get(c.source, {}), plan.kind) for c in plan.columns)
        kept = {c.name for c in columns if c.is_kept}
        key = _key(choices.get("key", ""), plan, kept)
        return Mapping.model_validate(plan.model_dump() | {"columns": columns, "key": key})
    except ValidationError as error:
        raise _unfit(error) from error


def _chosen(column: ColumnPlan, told: Told[str, str], kind: str) -> ColumnPlan:
    """A column as one chose it: its type, and whether it is kept."""
    changes: dict[str, Any] = {}
    type_ = told.get("type", "")
    if type_ in TYPES:
        changes["type"] = type_
        if kind == "territories" and column.is_kept:
            changes["role"] = "measure" if type_ in ("integer", "number") else "dimension"
    kept = told.get("kept", "")
    if kept == "no" and column.is_kept:
        changes["role"] = "ignored"
    elif kept == "yes" and not column.is_kept:
        changes["role"] = "dimension" if kind == "territories" else "attribute"
    return column.model_copy(update=changes)


def _key(chosen: str, plan: Mapping, kept: set[str]) -> tuple[str, ...]:
    if chosen == NONE:
        return ()
    if chosen:
        return (chosen,) if chosen in kept else ()
    return plan.key if set(plan.key) <= kept else ()


def _unfit(error: ValidationError) -> ContributionError:
    first = error.errors()[0]
    place = ".".join(str(p) for p in first["loc"]) or None
    if first["type"] == "value_error":
        return ContributionError(str(first["ctx"]["error"]), location=Location(field=place))
    return ContributionError(
        "ce choix ne convient pas", location=Location(field=place, value=str(first.get("input", ""))[:60])
    )
