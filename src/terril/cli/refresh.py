"""``refresh``: what cron runs at night."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import typer

from terril.cli.output import Format, console, emit, errors
from terril.core.errors import TerrilError
from terril.core.text import NBSP

if TYPE_CHECKING:
    from terril.pipeline.refresh import Refresh
    from terril.pipeline.reporting import Code, Report

FRESHNESS_COLUMNS = ("source", "state", "read_at", "frequency", "address", "reason")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("refresh")(refresh)


def refresh(
    listing: bool = typer.Option(False, "--list", help="Dire quelles sources sont à relire, et pourquoi."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Dire ce qui serait fait, sans rien chercher ni publier."),
    source: list[str] | None = typer.Option(None, "--source", help="Interroger cette source, si fraîche soit-elle."),
    quiet: bool = typer.Option(False, "--quiet", help="Se taire quand rien n'a changé et que personne n'a à agir."),
    form: Format = typer.Option(Format.TABLE, "--format", help="Avec --list : table, csv, json ou parquet."),
) -> None:
    """Relit les sources qui le demandent, vérifie, construit et publie, ou s'arrête et dit qui doit agir.

    Codes de sortie : 0 publié ou rien à faire, 1 échec, 2 arrêt pour relecture, 3 fait mais courriel non envoyé,
    75 déjà en cours.
    """
    from terril.pipeline.refresh import Refresh, RunningError
    from terril.pipeline.reporting import Code
    from terril.pipeline.workspace import Workspace

    found = Refresh(Workspace())
    if listing:
        _list(found, form)
        return
    try:
        report = found.run(source or (), rehearsal=dry_run)
    except RunningError as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(Code.RUNNING) from error
    if quiet and report.quiet:
        return
    console.print(report.text(), end="", markup=False, soft_wrap=True)
    sent = dry_run or _sent(report)
    code: Code = report.code if sent or report.code is not Code.DONE else Code.UNSENT
    raise typer.Exit(code)


def _sent(report: Report) -> bool:
    """Whether the report was sent, or need not be; a mail server that fails hides nothing of the result."""
    from terril.pipeline.mail import mailbox, send

    try:
        box = mailbox(os.environ)
        if box is not None:
            send(box, f"[Terril] Actualisation{NBSP}: {report.result}", report.text())
    except TerrilError as error:
        errors.print(f"Le rapport n'est pas parti par courriel. {error}", markup=False, soft_wrap=True)
        return False
    return True


def _list(found: Refresh, form: Format) -> None:
    rows = [
        {
            "source": f.source.id, "state": str(f.state), "read_at": f.read.isoformat() if f.read else None,
            "frequency": f.source.frequency, "address": f.source.address, "reason": f.reason,
        }
        for f in found.freshness()
    ]  # fmt: skip
    emit(rows, FRESHNESS_COLUMNS, form, key="sources")
