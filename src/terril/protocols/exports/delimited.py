"""CSV (RFC 4180), its description (CSV on the Web, W3C), and JSON."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from terril.core.status import Status
from terril.protocols.exports.extract import Column, Extract, Value, clean, number

#: A spreadsheet that opens a CSV file runs what starts so.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_TYPES = {"text": "string", "status": "string", "number": "number", "integer": "integer"}


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe is put before what would start one."""
    cleaned = clean(text)
    return f"'{cleaned}" if cleaned.lstrip(" \u00a0").startswith(_FORMULA) else cleaned


def to_csv(extract: Extract) -> bytes:
    """The rows: UTF-8, comma, decimal point, names of columns as header. No value is an empty field.

    Statuses are written in French words; all the decimals are kept.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([c.name for c in extract.columns])
    for row in extract.rows:
        writer.writerow([_field(c, value) for c, value in zip(extract.columns, row, strict=True)])
    return out.getvalue().encode("utf-8")


def _field(column: Column, value: Value) -> str | int | float | None:
    if isinstance(value, Status):
        return value.label
    if column.type in ("number", "integer"):
        return number(value)
    return None if value is None else neutral(str(value))


def to_csvw(extract: Extract, url: str = "donnees.csv") -> bytes:
    """What the CSV file of this address holds: the JSON document that CSV on the Web expects beside it.

    Source
    ------
    W3C, Metadata Vocabulary for Tabular Data (2015).
    """
    about = extract.about
    document: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "fr"}],
        "url": url,
        "dc:title": extract.title,
        "dc:description": extract.description,
        "dc:language": "fr",
        "dc:publisher": about.publisher,
        "dc:license": list(about.licences),
        "dc:source": [o.text for o in about.origins],
        "dc:coverage": about.perimeter,
        "dc:temporal": about.periods,
        "dc:issued": about.released,
        "dc:identifier": about.address,
        "dc:bibliographicCitation": extract.citation,
        "dc:provenance": about.method,
        "notes": [about.caution] if about.caution else [],
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": [_described(c) for c in extract.columns]},
    }
    return _json({key: value for key, value in document.items() if value not in ("", [])})


def _described(column: Column) -> dict[str, Any]:
    # A reader checks the header against the titles: the name is one of them.
    described: dict[str, Any] = {
        "name": column.name,
        "titles": {"fr": list(dict.fromkeys((column.name, column.label)))},
        "datatype": _TYPES[column.type],
        "dc:description": column.description,
        "schema:unitText": column.unit,
    }
    if column.type == "status":
        words = ", ".join(s.label for s in Status)
        described["dc:description"] = (column.description or "Statut de la valeur") + f" ({words})"
    return {key: value for key, value in described.items() if value != ""}


def to_json(extract: Extract) -> bytes:
    """The same as one JSON document: columns, rows as objects, and what is said of them."""
    names = [c.name for c in extract.columns]
    document = {
        "title": extract.title,
        "description": extract.description,
        "citation": extract.citation,
        "about": {
            "sources": [_origin(o) for o in extract.about.origins],
            "perimeter": extract.about.perimeter,
            "periods": extract.about.periods,
            "method": extract.about.method,
            "caution": extract.about.caution,
            "release": extract.about.release,
            "released": extract.about.released,
            "address": extract.about.address,
            "publisher": extract.about.publisher,
        },
        "columns": [
            {"name": c.name, "label": c.label, "type": c.type, "unit": c.unit, "description": c.description}
            for c in extract.columns
        ],
        "rows": [
            dict(zip(names, (_plain(c, v) for c, v in zip(extract.columns, row, strict=True)), strict=True))
            for row in extract.rows
        ],
    }
    return _json(document)


def _origin(origin: Any) -> dict[str, str]:
    return {name: getattr(origin, name) for name in ("producer", "label", "vintage", "licence", "address")}


def _plain(column: Column, value: Value) -> str | int | float | None:
    if isinstance(value, Status):
        return value.word
    if column.type in ("number", "integer"):
        return number(value)
    return None if value is None else clean(str(value))


def _json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8", "replace")
