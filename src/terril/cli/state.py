"""``state``: the database of people, rights, records and edits."""

from __future__ import annotations

import typer

from terril.cli.output import console

commands = typer.Typer(name="state", help="Base de l’état : comptes, droits, fiches, journal.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(commands)


@commands.command("migrate")
def migrate() -> None:
    """Met la base à la version de Terril, et les fiches à celle des paquets."""
    console.print(f"Base à jour, {prepare()} fiche(s) créée(s) ou changée(s).")


def prepare() -> int:
    """Migrate the database and follow the packs; records changed."""
    from terril.config.setup import migrate as migrated

    return migrated(_followed)


def _followed() -> int:
    from terril.apps.catalogue.synchronise import synchronise
    from terril.pipeline.workspace import Workspace

    changed: int = synchronise(Workspace())
    return changed
