"""Passages of nomenclature: their tables read, and what sources say of them checked."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from terril.core.errors import PackError
from terril.core.nomenclatures.crosswalk import Crosswalks
from terril.core.nomenclatures.spec import NomenclaturePassage
from terril.core.sources import Column, Source
from terril.pipeline.packs.messages import nearest
from terril.pipeline.packs.model import Definition, Packs
from terril.pipeline.packs.reading import Document


def table_rows(document: Document, folder: Path, passage: NomenclaturePassage) -> list[dict[str, str | float]]:
    """Rows of the table of a passage, as they would be written in the definition; each pair of codes once.

    Raises
    ------
    PackError
        If the table is not beside the definition, cannot be read, or lacks a column or a code.
    """
    name = str(passage.table)
    path = folder / name
    if Path(name).name != name or not path.is_file():
        raise document.fault(f"table introuvable « {name} »", "table", hint="la déposer à côté du passage")
    wanted = [passage.old, passage.new, *([passage.weight] if passage.weight else [])]
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            absent = [c for c in wanted if c not in (reader.fieldnames or ())]
            if absent:
                hint = f"colonnes trouvées : {', '.join(reader.fieldnames or ()) or 'aucune'}"
                raise document.fault(f"« {name} » n'a pas de colonne « {absent[0]} »", "table", hint=hint)
            # Several columns of one table serve several passages: a pair is then written more than once.
            found = dict.fromkeys(tuple((row[c] or "").strip() for c in wanted) for row in reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        hint = "un CSV en UTF-8, séparé par des virgules"
        raise document.fault(f"« {name} » est illisible", "table", hint=hint) from error
    return [_row(document, name, codes) for codes in found]


def _row(document: Document, name: str, codes: tuple[str, ...]) -> dict[str, str | float]:
    shown = " → ".join(codes[:2])
    if not all(codes[:2]):
        raise document.fault(f"« {name} » a une ligne sans code ({shown})", "table")
    row: dict[str, str | float] = {"old": codes[0], "new": codes[1]}
    if codes[2:] and codes[2]:
        try:
            row["weight"] = float(codes[2])
        except ValueError as error:
            raise document.fault(f"« {name} » : poids illisible « {codes[2]} » ({shown})", "table") from error
    return row


def with_rows(document: Document, folder: Path, passage: NomenclaturePassage) -> Document | PackError:
    """The definition with the rows of its table in their place, or the fault that prevents it."""
    try:
        rows = table_rows(document, folder, passage)
    except PackError as error:
        return error
    data = {k: v for k, v in document.data.items() if k not in ("table", "old", "new", "weight")}
    return Document(document.file, data | {"rows": rows}, document.lines)


def nomenclature_faults(packs: Packs, definition: Definition, source: Source) -> Iterator[PackError]:
    """What is wrong with the nomenclatures a source asks for."""
    crosswalks = Crosswalks(packs.passages.values())
    measures = [m.name for m in source.measures]
    for name, carried in source.nomenclatures.items():
        place = ("geography", "nomenclature") if name == "code" else ("columns",)
        for column in (c for c in carried.sums if c not in measures):
            hint = nearest(column, measures, "mesures déclarées")
            yield definition.fault(f"« sums » nomme une mesure inconnue « {column} »", *place, hint=hint)
        try:
            found = crosswalks.between(carried.of, carried.to)
        except PackError as error:
            yield definition.fault(f"« {name} » : {error.message}", *place, hint=error.hint)
            continue
        if found.splits and source.rows == "micro":
            hint = "choisir un passage sans scission, ou une source « rows: aggregate »"
            yield definition.fault(f"« {name} » : un objet ne se partage pas entre plusieurs codes", *place, hint=hint)


def carried_to(packs: Packs, column: Column) -> tuple[str, ...]:
    """Codes that a column may hold once carried to another nomenclature; none where any may be found."""
    carried = column.nomenclature
    if carried is None:
        return ()
    try:
        found = Crosswalks(packs.passages.values()).between(carried.of, carried.to)
    except PackError:
        # Said once, at the source: the indicators that read it are not to blame.
        return ()
    return () if found.open else (*found.targets, *([carried.unknown] if carried.unknown else []))
