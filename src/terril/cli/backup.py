"""``backup`` and ``restore``: all that Terril holds, in one file."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from terril.cli.output import console, progress_bar
from terril.core.text import NBSP, format_number


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    target: Path = typer.Argument(help="Fichier à écrire, ou dossier où en écrire un daté."),
    keep: int | None = typer.Option(
        None, "--keep", min=1, help="Archives à garder dans le dossier, les plus récentes."
    ),
    release: bool = typer.Option(
        True, "--with-release/--without-release", help="Joindre la publication en vigueur, ou la reconstruire ensuite."
    ),
) -> None:
    """Sauvegarde comptes, droits, fiches, versions et publication, sans arrêter le service."""
    from terril.config.backup import noted
    from terril.pipeline.backup.making import make
    from terril.pipeline.home import home_folder

    with progress_bar("Sauvegarde") as told:
        made = make(home_folder(), target, environment=os.environ, release=release, keep=keep, progress=told)
    noted("backup.made", made.path.name, sha256=made.sha256, size=made.size)
    size = format_number(made.size / 1e6, 1)
    said = f"{made.path}{NBSP}: {made.files} fichiers, {size} Mo, état du {made.head.created_at}"
    console.print(said, markup=False, soft_wrap=True)
    console.print(f"SHA-256{NBSP}: {made.sha256}", soft_wrap=True)
    for name in made.removed:
        console.print(f"Retirée{NBSP}: {name}", markup=False)


def restore(
    archive: Path = typer.Argument(help="Archive faite par « terril backup »."),
    into: Path = typer.Option(..., "--into", help="Dossier de travail où la remettre."),
    replace: bool = typer.Option(False, "--replace", help="Garder de côté ce qui s'y trouve, plutôt que refuser."),
) -> None:
    """Remet une sauvegarde dans un dossier et une base vides, et les met à la version de Terril."""
    from terril.cli.state import prepare
    from terril.config.backup import known_migrations, noted
    from terril.pipeline.backup.restoring import restore as put_back

    with progress_bar("Vérification") as told:
        done = put_back(archive, into, environment=os.environ, known=known_migrations(), replace=replace, progress=told)
    # Settings are read from here on: they are those of the folder put back.
    os.environ["TERRIL_HOME"] = str(into)
    if done.packs is not None:
        os.environ["TERRIL_PACKS"] = os.pathsep.join(str(p) for p in sorted(done.packs.iterdir()))
    prepare()
    noted("backup.restored", archive.name, created_at=done.head.created_at)
    console.print(f"Remise en place{NBSP}: {done.files} fichiers, état du {done.head.created_at}.", markup=False)
    for place in done.aside:
        console.print(f"Ce qui s’y trouvait est gardé{NBSP}: {place}", markup=False, soft_wrap=True)
    if done.packs is not None:
        console.print(f"Paquets remis{NBSP}: TERRIL_PACKS={os.environ['TERRIL_PACKS']}", markup=False, soft_wrap=True)
    if not done.head.release:
        console.print("La publication n’est pas dans l’archive : « terril build » la reconstruit.")
