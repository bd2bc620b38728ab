"""Headers of a file held against the fields of a schema: missing, extra, renamed, out of order."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from terril.core.text import fold
from terril.ingestion.headers import header_key
from terril.ingestion.tableschema.model import TableSchema
from terril.ingestion.tableschema.report import ColumnsReport, FaultGroup


def _loose(name: str) -> str:
    """A name with nothing but letters and digits: ``Site ID`` and ``site_id`` are one."""
    return "".join(c for c in fold(name) if c.isalnum())


def match_columns(headers: Sequence[str], schema: TableSchema) -> ColumnsReport:
    """Match headers with fields: by name, then by name written otherwise; near names are suggested only."""
    exact = {h: h for h in headers}
    by_key = {header_key(h): h for h in reversed(headers)}
    by_loose = {_loose(h): h for h in reversed(headers)}
    matched: dict[str, str] = {}
    renamed: dict[str, str] = {}
    for field in schema.fields:
        found = exact.get(field.name) or by_key.get(header_key(field.name)) or by_loose.get(_loose(field.name))
        if found is not None and found not in matched.values():
            matched[field.name] = found
            if found != field.name:
                renamed[found] = field.name
    absent = [f for f in schema.fields if f.name not in matched]
    extra = [h for h in headers if h not in matched.values()]
    left = {_loose(f.name): f.name for f in absent}
    for header in extra:
        near = get_close_matches(_loose(header), list(left), n=1, cutoff=0.75)
        if near:
            renamed[header] = left.pop(near[0])
    return ColumnsReport(
        matched=matched,
        missing=tuple(f.name for f in absent if f.required),
        optional=tuple(f.name for f in absent if not f.required),
        extra=tuple(extra),
        renamed=renamed,
        misordered=_misordered(headers, schema, matched),
    )


def _misordered(headers: Sequence[str], schema: TableSchema, matched: dict[str, str]) -> tuple[str, ...]:
    place = {h: i for i, h in enumerate(headers)}
    order = [f.name for f in schema.fields if f.name in matched]
    found = sorted(order, key=lambda name: place[matched[name]])
    return tuple(name for name, other in zip(found, order, strict=True) if name != other)


def column_groups(columns: ColumnsReport, schema: TableSchema) -> list[FaultGroup]:
    """Faults of the columns themselves."""
    near = {field: header for header, field in columns.renamed.items()}
    groups = []
    for name in columns.missing:
        remedy = f"la colonne « {near[name]} » est sans doute celle-ci : la renommer" if name in near else "l'ajouter"
        groups.append(FaultGroup("missing_column", name, "colonne obligatoire absente", remedy, 1))
    for header in columns.extra:
        field = columns.renamed.get(header)
        remedy = f"la renommer « {field} »" if field else "la retirer, ou la laisser : elle n'est pas vérifiée"
        groups.append(
            FaultGroup("extra_column", header, "colonne que le schéma ne connaît pas", remedy, 1, (), "warning")
        )
    for header, field in columns.renamed.items():
        if columns.matched.get(field) == header:
            groups.append(
                FaultGroup(
                    "renamed_column",
                    header,
                    "nom de colonne écrit autrement",
                    f"la renommer « {field} »",
                    1,
                    (),
                    "warning",
                )
            )
    if columns.misordered and not schema.features:
        groups.append(
            FaultGroup(
                "order", columns.misordered[0], "colonnes dans un autre ordre que celui du schéma",
                "les remettre dans l'ordre du schéma", len(columns.misordered), (), "warning",
            )
        )  # fmt: skip
    return groups
