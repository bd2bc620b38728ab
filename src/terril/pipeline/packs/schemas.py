"""JSON Schemas of the files of a pack, for editors that complete and underline while one types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from terril.core.packs import Pack
from terril.pipeline.packs.descriptions import description
from terril.pipeline.packs.loader import FOLDERS, LISTS

#: Keys that no file bears: reading a breakdown sets them.
_SET_ON_READING = {"indicator": ("part_of", "category")}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _ForYaml(GenerateJsonSchema):
    """A text that YAML reads as a number (``vintage: 2021``) is right, and must not be underlined."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        inner = super().function_before_schema(schema)
        return inner | {"type": ["string", "number"]} if inner.get("type") == "string" else inner


def schemas() -> dict[str, dict[str, Any]]:
    """Schema of each kind of file, by file name."""
    found = {"pack.schema.json": _of_pack()}
    for kind, model in FOLDERS.values():
        schema = _of(model)
        for key in _SET_ON_READING.get(kind, ()):
            schema["properties"].pop(key)
        found[f"{kind}.schema.json"] = _finished(schema, f"Terril : {kind}")
    for key, (_, model) in LISTS.items():
        found[f"{key}.schema.json"] = _of_list(key, model)
    return found


def write_schemas(folder: Path) -> list[Path]:
    """Write every schema, and remove those of a kind that is no more."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = schemas()
    for stale in folder.glob("*.schema.json"):
        if stale.name not in wanted:
            stale.unlink()
    for name, schema in wanted.items():
        (folder / name).write_text(as_text(schema), encoding="utf-8")
    return [folder / name for name in wanted]


def as_text(schema: dict[str, Any]) -> str:
    """The writing kept on disk."""
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _of(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(schema_generator=_ForYaml)
    for name, part in [(model.__name__, schema), *schema.get("$defs", {}).items()]:
        part.pop("description", None)  # docstrings speak to programmers
        for key, property_ in part.get("properties", {}).items():
            property_.pop("title", None)
            if (meaning := description(name, key)) is not None:
                property_["description"] = meaning
    return schema


def _of_pack() -> dict[str, Any]:
    schema = _of(Pack)
    for key in FOLDERS:  # one file a definition: they have no place in pack.yaml
        schema["properties"].pop(key)
    return _finished(schema, "Terril : pack.yaml")


def _of_list(key: str, model: type[BaseModel]) -> dict[str, Any]:
    item = _of(model)
    definitions = item.pop("$defs", {})
    definitions[model.__name__] = item
    schema = {
        "type": "object",
        "properties": {
            key: {
                "type": "array",
                "items": {"$ref": f"#/$defs/{model.__name__}"},
                "description": description("Pack", key),
            }
        },
        "required": [key],
        "additionalProperties": False,
        "$defs": definitions,
    }
    return _finished(schema, f"Terril : {key}.yaml")


def _finished(schema: dict[str, Any], title: str) -> dict[str, Any]:
    used = json.dumps({k: v for k, v in schema.items() if k != "$defs"})
    schema["$defs"] = _reachable(schema.get("$defs", {}), used)
    return {"$schema": _DIALECT, **schema, "title": title}


def _reachable(definitions: dict[str, Any], text: str) -> dict[str, Any]:
    """Only the definitions that are referred to, directly or not."""
    kept: dict[str, Any] = {}
    waiting = [text]
    while waiting:
        current = waiting.pop()
        for name, definition in definitions.items():
            if name not in kept and f'"#/$defs/{name}"' in current:
                kept[name] = definition
                waiting.append(json.dumps(definition))
    return kept
