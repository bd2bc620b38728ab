"""``check`` and ``new-pack``: what analysts run while they write."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import typer

from terril.cli.output import Format, console, errors
from terril.core.territories.model import TerritoryKey


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("check")(check)
    app.command("new-pack")(new_pack)


def check(
    form: Format = typer.Option(Format.TABLE, "--format", help="table ou json."),
) -> None:
    """Vérifie les paquets : définitions, formules, unités, dépendances, tests."""
    from terril.pipeline.home import home_folder
    from terril.pipeline.packs.check import check_packs
    from terril.pipeline.workspace import pack_cache

    report = check_packs(exists=known_territories(), cache=pack_cache(home_folder()))
    if form == Format.JSON:
        typer.echo(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        for error in report.errors:
            errors.print(f"  {error}", markup=False)
        counts = ", ".join(f"{count} {_FRENCH.get(name, name)}" for name, count in report.counts.items())
        console.print(counts)
        console.print("Tout est en ordre." if not report.errors else f"{len(report.errors)} erreur(s).")
    if report.errors:
        raise typer.Exit(1)


_FRENCH = {
    "packs": "paquets", "facts": "fichiers de faits", "indicators": "indicateurs", "perimeters": "périmètres",
    "groups": "groupes", "themes": "thèmes", "similar": "règles de ressemblance",
}  # fmt: skip


def known_territories() -> Callable[[TerritoryKey], bool] | None:
    """Whether a national territory exists; None where the territory tables are not built yet."""
    from terril.core.errors import StoreError
    from terril.pipeline.territories.load import load_territories

    try:
        territories = load_territories()
    except StoreError as error:
        errors.print(f"Territoires non vérifiés : {error}", markup=False)
        return None
    return territories.__contains__


def new_pack(
    name: str = typer.Argument(help="Nom du paquet : minuscules, chiffres, _."),
    folder: Path = typer.Option(Path("packs"), "--in", help="Dossier où l'écrire."),
) -> None:
    """Écrit un paquet d'exemple, commenté, qui passe « terril check »."""
    from terril.pipeline.packs.scaffold import new_pack as write

    written = write(name, folder)
    console.print(f"Paquet écrit : {written}", markup=False)
    console.print("Suite : relire pack.yaml, ajouter une source, puis « terril check ».")
