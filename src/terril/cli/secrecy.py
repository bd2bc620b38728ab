"""``secrecy``: attack a release, or a small table, and say what can be told of what is hidden."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from terril.cli.output import Format, console, emit, errors, progress_bar
from terril.core.errors import QueryError
from terril.core.text import NBSP, format_number

if TYPE_CHECKING:
    from terril.core.secrecy.report import Report
    from terril.engine.protection.audit import SourceAudit

COLUMNS = ("source", "measure", "level", "code", "place", "period", "low", "high", "needed_low", "needed_high")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Secret statistique : ce qui est masqué, et ce qui s'en devine.", no_args_is_help=True)
    # One command alone would lose its name.
    group.callback()(_group)
    group.command("audit")(audit)
    app.add_typer(group, name="secrecy")


def _group() -> None:
    """Secret statistique : ce qui est masqué, et ce qui s'en devine."""


def audit(
    file: Path | None = typer.Argument(None, help="Petit tableau déclaré, à protéger puis à attaquer."),
    release: str | None = typer.Option(None, "--release", help="Publication à attaquer ; celle en vigueur sinon."),
    without_secondary: bool = typer.Option(
        False, "--without-secondary", help="Avec un tableau : ne masquer que ce que la règle cache."
    ),
    form: Format = typer.Option(Format.TABLE, "--format", help="table, csv, json ou parquet."),
    output: Path | None = typer.Option(None, "--output", "-o", help="Fichier où écrire, au lieu du terminal."),
) -> None:
    """Attaque ce qui est publié : aucun chiffre masqué ne doit se deviner trop précisément."""
    if file is not None and release is not None:
        raise QueryError("attaquer un tableau, ou une publication ?", hint="donner un fichier, ou --release")
    if file is None and without_secondary:
        raise QueryError("« --without-secondary » ne va qu'avec un tableau", hint="donner un fichier YAML")
    leaks = _release(release, form, output) if file is None else _table(file, not without_secondary, form, output)
    if leaks:
        raise typer.Exit(1)


def _release(release: str | None, form: Format, output: Path | None) -> int:
    from terril.pipeline.auditing import audit_release
    from terril.pipeline.workspace import Workspace

    with progress_bar("Attaque") as told:
        found = audit_release(Workspace(), release, told)
    leaks = [leak for one in found for leak in one.leaks]
    if leaks or form != Format.TABLE:
        sources = [{**_summary(one), "revealed": list(one.revealed)} for one in found]
        emit([asdict(leak) for leak in leaks], COLUMNS, form, key="leaks", output=output, extra={"sources": sources})
    if form == Format.TABLE:
        for one in found:
            _say(one)
        if not found:
            console.print("Aucune source chargée n'a de règle de secret : rien à attaquer.")
    return len(leaks)


def _summary(found: SourceAudit) -> dict[str, Any]:
    return {"source": found.source, "cells": found.cells, "primary": found.primary, "hidden": found.hidden}


def _say(found: SourceAudit) -> None:
    counts = f"{format_number(found.cells)} cellules, {format_number(found.primary)} secrètes par la règle"
    verdict = f"{len(found.leaks)} se devinent" if found.leaks else "aucune ne se devine"
    console.print(
        f"{found.source}{NBSP}: {counts}, {format_number(found.hidden)} masquées{NBSP}; {verdict}.", markup=False
    )
    for revealed in found.revealed:
        errors.print(f"Déjà publié auparavant{NBSP}: {revealed}", markup=False, soft_wrap=True)


def _table(file: Path, secondary: bool, form: Format, output: Path | None) -> int:
    from terril.core.secrecy.example import read
    from terril.pipeline.packs.reading import read_document

    document, faults = read_document(file)
    if document is None or faults:
        raise faults[0] if faults else QueryError(f"fichier vide : {file.name}")
    report = read(document.data, file.name).report(secondary=secondary)
    if form == Format.TABLE and output is None:
        for line in report.lines():
            console.print(line, markup=False, soft_wrap=True)
    else:
        _emit_verdicts(report, form, output)
    return len(report.leaks)


def _emit_verdicts(report: Report, form: Format, output: Path | None) -> None:
    rows = [asdict(v) for v in report.verdicts]
    for row in rows:
        row["high"] = None if row["high"] == float("inf") else row["high"]
    columns = ("name", "value", "primary", "low", "high", "needed_low", "needed_high", "leaks")
    emit(rows, columns, form, key="cells", output=output, extra={"title": report.title, "optimal": report.optimal})
