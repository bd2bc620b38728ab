"""Schemas read: constraints put back where they were meant, what is no schema refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from terril.core.errors import IngestError
from terril.ingestion.tableschema import read_schema
from tests.ingestion.tableschema.builders import checked, field, found, schema


def test_misplaced_constraints_are_honoured_and_told(tmp_path: Path) -> None:
    of = schema(
        tmp_path, {"name": "etat", "type": "string", "constraints": {"required": True}, "enum": ["vacant", "occupé"]}
    )
    assert of.fields[0].enum == ("vacant", "occupé") and of.fields[0].required
    assert [(f.field, "hors de « constraints »" in f.message) for f in of.faults] == [("etat", True)]
    report = checked(tmp_path, of, [["vide"], ["vacant"]])
    assert found(report) == {("enum", "etat"): 1} and len(report.schema_faults) == 1


def test_a_constraint_in_its_place_prevails(tmp_path: Path) -> None:
    of = schema(tmp_path, {"name": "n", "type": "integer", "constraints": {"minimum": 3}, "minimum": 1})
    assert of.fields[0].minimum == "3" and len(of.faults) == 1


def test_everything_of_a_field(tmp_path: Path) -> None:
    of = schema(
        tmp_path,
        {"name": "b", "type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]},
        field("d", "date", format_="%d/%m/%Y", minimum="2020-01-01", maximum="2024-12-31"),
        {"name": "x", "type": "number", "decimalChar": ",", "groupChar": " ", "constraints": {}},
        field("t", minLength=2, maxLength=5, unique=True, pattern="[a-z]+"),
        missingValues=["", "ND"],
        primaryKey="t",
    )
    b, d, x, t = of.fields
    assert b.true_values == ("oui",) and d.format == "%d/%m/%Y" and (x.decimal, x.group) == (",", " ")
    assert (t.min_length, t.max_length, t.unique, t.pattern) == (2, 5, True, "[a-z]+")
    assert of.missing == ("", "ND") and of.key == ("t",) and of.label == "Schéma d'essai (version 1.0.0)"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"fields": []}',
        '{"fields": [{"type": "string"}]}',
        '{"a": 1}',
        '{"properties": {"features": 3}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_schema(tmp_path: Path, content: str) -> None:
    (tmp_path / "s.json").write_text(content)
    with pytest.raises(IngestError, match="schéma illisible"):
        read_schema(tmp_path / "s.json")


def test_a_pattern_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="illisible"):
        schema(tmp_path, field("t", pattern="(["))


def test_schema_of_features(tmp_path: Path) -> None:
    inner = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "string"},
            "etat": {"type": "string", "enum": ["EN SERVICE"]},
            "largeur": {"type": "number", "minimum": 0},
            "noms": {"type": "array"},
        },
    }
    nested = {"properties": {"features": {"items": {"properties": {"properties": inner}}}}}
    (tmp_path / "amenagements.schema.json").write_text(json.dumps(nested))
    of = read_schema(tmp_path / "amenagements.schema.json")
    assert of.features and of.name == "amenagements"
    assert [(f.name, f.type, f.required) for f in of.fields] == [
        ("id", "string", True), ("etat", "string", False), ("largeur", "number", False), ("noms", "array", False),
    ]  # fmt: skip


@pytest.mark.reference_data
def test_official_schemas(reference_data: Path) -> None:
    misplaced = {
        p.name: len(read_schema(p).faults)
        for p in sorted((reference_data / "echantillons" / "cnig_sites_eco").glob("*.schema.json"))
    }
    assert sum(misplaced.values()) == 11 and misplaced["site-eco.schema.json"] == 5
    assert len(read_schema(reference_data / "echantillons" / "irve" / "schema-statique.json").fields) == 40
    assert read_schema(next((reference_data / "echantillons" / "cyclables").glob("schema*.json"))).features
