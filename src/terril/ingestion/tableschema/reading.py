"""Reading a schema: Table Schema through frictionless, and JSON Schemas of GeoJSON features."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from frictionless import FrictionlessException, Schema

from terril.core.errors import IngestError, Location
from terril.ingestion.tableschema.model import FieldRule, SchemaFault, TableSchema

_BYTES = 8 * 1024**2
_FIELDS = 2000
_CONSTRAINTS = ("required", "unique", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength")


def read_schema(path: Path) -> TableSchema:
    """Read a schema from a file.

    Raises
    ------
    IngestError
        If it is no schema, or one that cannot be checked.
    """
    if path.stat().st_size > _BYTES:
        raise _unreadable(path.name, f"{path.stat().st_size / 10**6:.0f} Mo")
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _unreadable(path.name, str(error)) from error
    if not isinstance(data, dict):
        raise _unreadable(path.name, "un objet JSON est attendu")
    if "fields" in data:
        return _table_schema(data, path)
    if _feature_properties(data) is not None:
        return _feature_schema(data, path)
    raise _unreadable(path.name, "ni « fields » ni propriétés de GeoJSON")


def _unreadable(name: str, why: str) -> IngestError:
    return IngestError(
        f"schéma illisible : {why[:200]}",
        location=Location(file=name),
        hint="prendre le fichier schema.json publié sur schema.data.gouv.fr",
    )


def _table_schema(data: dict[str, Any], path: Path) -> TableSchema:
    try:
        schema = Schema.from_descriptor(data)
    except FrictionlessException as error:
        raise _unreadable(path.name, str(error)) from error
    if not schema.fields or len(schema.fields) > _FIELDS:
        raise _unreadable(path.name, f"{len(schema.fields)} champs")
    faults: list[SchemaFault] = []
    fields = tuple(_field(f, faults) for f in schema.fields)
    _check_patterns(fields, path.name)
    return TableSchema(
        name=str(data.get("name") or _stem(path)),
        title=str(data.get("title") or data.get("name") or _stem(path)),
        version=str(data.get("version") or ""),
        fields=fields,
        missing=tuple(schema.missing_values),
        key=tuple(schema.primary_key),
        address=str(data.get("path") or data.get("homepage") or ""),
        faults=tuple(faults),
    )


def _stem(path: Path) -> str:
    return path.name.removesuffix(".json").removesuffix(".schema") or path.name


def _field(field: Any, faults: list[SchemaFault]) -> FieldRule:
    """A field as frictionless read it, what it left aside put back where it was meant."""
    constraints = dict(field.constraints)
    for key in _CONSTRAINTS:
        if key in field.custom:
            faults.append(
                SchemaFault(
                    field.name, f"« {key} » est écrit hors de « constraints » : un validateur ordinaire l'ignore"
                )
            )
            constraints.setdefault(key, field.custom[key])
    words: dict[str, Any] = {}
    if field.type == "boolean":
        words = {"true_values": tuple(field.true_values), "false_values": tuple(field.false_values)}
    example = field.example
    return FieldRule(
        name=field.name,
        title=field.title or "",
        description=field.description or "",
        example=example if isinstance(example, str) else json.dumps(example, ensure_ascii=False) if example else "",
        type=field.type,
        format=field.format or "default",
        decimal=str(getattr(field, "decimal_char", ".") or "."),
        group=str(getattr(field, "group_char", "") or ""),
        **_rules(constraints),
        **words,
    )


def _rules(constraints: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "required": bool(constraints.get("required")),
        "unique": bool(constraints.get("unique")),
        "enum": tuple(str(v) for v in constraints.get("enum") or ()),
        "pattern": str(constraints.get("pattern") or ""),
        "minimum": "" if constraints.get("minimum") is None else str(constraints["minimum"]),
        "maximum": "" if constraints.get("maximum") is None else str(constraints["maximum"]),
        "min_length": constraints.get("minLength"),
        "max_length": constraints.get("maxLength"),
    }


def _check_patterns(fields: tuple[FieldRule, ...], name: str) -> None:
    for field in fields:
        try:
            re.compile(field.pattern)
        except re.error as error:
            raise _unreadable(name, f"motif du champ « {field.name} » : {error}") from error


def _feature_properties(data: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The schema of the properties of features, in the JSON Schema of a FeatureCollection."""
    found: Any = data
    for key in ("properties", "features", "items", "properties", "properties"):
        if not isinstance(found, dict):
            return None
        found = found.get(key)
    return found if isinstance(found, dict) and isinstance(found.get("properties"), dict) else None


def _feature_schema(data: dict[str, Any], path: Path) -> TableSchema:
    properties = _feature_properties(data) or {}
    required = set(properties.get("required") or ())
    fields = tuple(
        FieldRule(
            name=name,
            description=str(told.get("description") or ""),
            example=str((told.get("examples") or [""])[0]),
            type=str(told.get("type") or "any"),
            format=_FORMATS.get(str(told.get("format")), "default"),
            **_rules({**told, "required": name in required}),
        )
        for name, told in properties["properties"].items()
        if isinstance(told, dict)
    )
    _check_patterns(fields, path.name)
    title = str(data.get("title") or _stem(path).replace("_", " "))
    return TableSchema(_stem(path), title, fields, version=str(data.get("version") or ""), features=True)


_FORMATS = {"email": "email", "uri": "uri"}
