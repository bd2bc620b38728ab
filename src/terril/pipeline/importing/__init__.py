"""From a file that no source describes to a dataset version: recognised, mapped, checked, loaded."""

from __future__ import annotations

from terril.pipeline.importing.desk import ImportDesk
from terril.pipeline.importing.differences import CellChange, TableDifference, table_difference
from terril.pipeline.importing.mapping import ColumnPlan, Mapping
from terril.pipeline.importing.preview import Preview

__all__ = ["CellChange", "ColumnPlan", "ImportDesk", "Mapping", "Preview", "TableDifference", "table_difference"]
