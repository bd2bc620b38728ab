"""Invented schemas and files, in the forms of the national ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from terril.core.sources import Reading
from terril.ingestion.tableschema import Report, TableSchema, check_file, read_schema


def descriptor(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "essai", "title": "Schéma d'essai", "version": "1.0.0", "fields": list(fields), **more}


def schema(folder: Path, *fields: dict[str, Any], **more: Any) -> TableSchema:
    path = folder / "schema.json"
    path.write_text(json.dumps(descriptor(*fields, **more), ensure_ascii=False), encoding="utf-8")
    return read_schema(path)


def field(name: str, type_: str = "string", *, format_: str | None = None, **constraints: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"name": name, "type": type_, "constraints": constraints}
    return told | ({"format": format_} if format_ else {})


def checked(folder: Path, of: TableSchema, lines: list[list[str]], header: list[str] | None = None) -> Report:
    """A file of these lines held against a schema."""
    names = header or [f.name for f in of.fields]
    path = folder / "donnees.csv"
    quoted = [
        [c if ";" not in c and '"' not in c else '"' + c.replace('"', '""') + '"' for c in row]
        for row in [names, *lines]
    ]
    path.write_text("\n".join(";".join(row) for row in quoted) + "\n", encoding="utf-8")
    return check_file(path, of, Reading(delimiter=";", header_row=1))


def found(report: Report) -> dict[tuple[str, str], int]:
    """Faults by rule and column, warnings included."""
    return {(g.rule, g.column): g.count for g in report.groups}
