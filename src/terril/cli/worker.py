"""``worker`` and ``housekeeping``: the work that no page waits for."""

from __future__ import annotations

import typer

from terril.cli.output import console, errors
from terril.core.text import NBSP


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("worker")(worker)
    app.command("housekeeping")(housekeeping)


def worker(
    once: bool = typer.Option(False, "--once", help="Faire ce qui attend, puis s'arrêter."),
    interval: float = typer.Option(1.0, "--interval", min=0.1, help="Secondes entre deux regards."),
) -> None:
    """Fait les tâches en attente : imports, moissonnages, envois ; Ctrl+C finit celle en cours."""
    from terril.config.setup import set_up

    set_up()
    from django.core.management import call_command

    call_command("db_worker", queue_name="*", batch=once, interval=interval, reload=False)


def housekeeping() -> None:
    """Efface ce qui est fini et rappelle ce qui est dû ; à lancer chaque heure.

    Codes de sortie : 0 fait, 1 un travail au moins a échoué, les autres sont faits.
    """
    from terril.config.setup import set_up

    set_up()
    from django.db import DatabaseError

    from terril.config.periodic import JOBS
    from terril.core.errors import TerrilError

    failed = False
    for name, job in JOBS.items():
        try:
            console.print(f"{name}{NBSP}: {job()}", markup=False)
        except (TerrilError, DatabaseError, OSError) as error:
            failed = True
            errors.print(f"{name}{NBSP}: {error}", markup=False, soft_wrap=True)
    raise typer.Exit(int(failed))
