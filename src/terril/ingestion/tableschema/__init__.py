"""National schemas: read, found by the headers of a file, and checked row by row."""

from __future__ import annotations

from terril.ingestion.tableschema.check import check_file
from terril.ingestion.tableschema.library import Match, SchemaLibrary
from terril.ingestion.tableschema.model import FieldRule, SchemaFault, TableSchema
from terril.ingestion.tableschema.reading import read_schema
from terril.ingestion.tableschema.report import ColumnsReport, Fault, FaultGroup, Report

__all__ = [
    "ColumnsReport", "Fault", "FaultGroup", "FieldRule", "Match", "Report", "SchemaFault", "SchemaLibrary",
    "TableSchema", "check_file", "read_schema",
]  # fmt: skip
