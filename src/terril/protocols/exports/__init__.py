"""Figures taken away: a table with what is said of it, as CSV, CSVW, JSON, XLSX, ZIP; its citation; its JSON-LD."""

from terril.protocols.exports.archive import read_me, to_zip
from terril.protocols.exports.citation import cite
from terril.protocols.exports.delimited import to_csv, to_csvw, to_json
from terril.protocols.exports.extract import About, Column, Extract, Origin, Row, Value
from terril.protocols.exports.structured import as_script, dataset
from terril.protocols.exports.workbook import to_xlsx

__all__ = [
    "About", "Column", "Extract", "Origin", "Row", "Value", "as_script", "cite", "dataset", "read_me", "to_csv",
    "to_csvw", "to_json", "to_xlsx", "to_zip",
]  # fmt: skip
