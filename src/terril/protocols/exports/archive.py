"""A ZIP archive: the CSV file, its description, and a page to read first."""

from __future__ import annotations

import io
import textwrap
import zipfile

from terril.core.text import NBSP, typeset
from terril.protocols.exports.delimited import to_csv, to_csvw
from terril.protocols.exports.extract import Column, Extract, clean
from terril.protocols.exports.workbook import MEANINGS

_WIDTH = 90
READ_ME = "LISEZMOI.txt"
#: The oldest date an archive can hold: the same extract makes the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


def to_zip(extract: Extract, stem: str = "donnees") -> bytes:
    """``<stem>.csv``, ``<stem>.csv-metadata.json`` and ``LISEZMOI.txt``; the same bytes for the same extract."""
    table = f"{stem}.csv"
    files = {
        table: to_csv(extract),
        f"{table}-metadata.json": to_csvw(extract, table),
        READ_ME: read_me(extract, stem).encode("utf-8", "replace"),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.external_attr = 0o644 << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def read_me(extract: Extract, stem: str = "donnees") -> str:
    """What there is to know before using the file, in French."""
    title = clean(extract.title)
    parts = [
        f"{title}\n{'=' * min(len(title), _WIDTH)}",
        _filled(extract.description),
        "\n".join(_filled(f"{label}{NBSP}: {text}") for label, text in extract.about.said),
        f"Pour citer ces données\n\n{_filled(extract.citation)}" if extract.citation else "",
        "\n".join(
            [
                "Fichiers\n",
                f"- {stem}.csv{NBSP}: les données (UTF-8, virgule entre les champs, point décimal).",
                f"- {stem}.csv-metadata.json{NBSP}: leur description (CSV on the Web, W3C).",
            ]
        ),
        "\n".join(["Colonnes\n", *(_filled(f"- {_column(c)}") for c in extract.columns)]),
        "\n".join(["Statuts\n", *(_filled(f"- {s.label}{NBSP}: {MEANINGS[s]}") for s in extract.statuses)])
        if extract.statuses
        else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _column(column: Column) -> str:
    unit = f" ({column.unit})" if column.unit else ""
    said = f". {column.description}" if column.description else ""
    return f"{column.name}{NBSP}: {column.label}{unit}{said}"


def _filled(text: str) -> str:
    """Text in lines one can read in any editor; addresses are never broken."""
    return textwrap.fill(
        typeset(clean(text)), _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
