"""The application: its commands, and how errors are told."""

from __future__ import annotations

import json
import os
import sys

import typer

from terril import __version__
from terril.cli import (
    anomalies,
    backup,
    catalogue,
    data,
    doctor,
    estimate,
    lineage,
    packs,
    passage,
    people,
    read,
    refresh,
    secrecy,
    serve,
    state,
    worker,
)
from terril.cli.output import Format, errors
from terril.core.errors import TerrilError

app = typer.Typer(
    name="terril",
    help="Plateforme de données des agences d'urbanisme : sources, indicateurs, publications.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
COMMANDS = (
    packs, data, read, serve, people, estimate, lineage, anomalies, refresh, passage,
    secrecy, state, backup, doctor, worker, catalogue,
)  # fmt: skip
for module in COMMANDS:
    module.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"terril {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", help="Numéro de version.", callback=_version, is_eager=True),
) -> None:
    """Options communes."""


def _told(error: TerrilError) -> None:
    if Format.JSON in sys.argv:
        sys.stderr.write(json.dumps({"error": error.as_dict()}, ensure_ascii=False) + "\n")
        return
    errors.print(f"[bold red]Erreur[/] ({error.code})", end=" ")
    errors.print(str(error), markup=False, soft_wrap=True)


def main() -> None:
    """Run a command; any :class:`TerrilError` becomes one clear message and exit code 1."""
    try:
        app()
    except TerrilError as error:
        _told(error)
        sys.exit(1)
    except KeyboardInterrupt:
        errors.print("Interrompu : la publication en cours est intacte.")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away (``| head``): nothing to say, and nowhere to say it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
