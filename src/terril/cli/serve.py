"""``demo`` and ``serve``: the figures in a browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import typer

from terril.cli.output import console, errors, progress_bar
from terril.cli.state import prepare
from terril.core.errors import StoreError

HOST = "127.0.0.1"
PORT = typer.Option(8000, "--port", min=1, max=65535, help="Port d'écoute.")
ADDRESS = typer.Option(HOST, "--host", help="Adresse d'écoute ; la boucle locale par défaut.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("serve")(serve)
    app.command("demo")(demo)


def serve(
    port: int = PORT,
    host: str = ADDRESS,
    workers: int = typer.Option(2, "--workers", min=1, envvar="TERRIL_WORKERS", help="Processus qui répondent."),
    with_worker: bool = typer.Option(False, "--with-worker", help="Faire aussi les tâches, sans « terril worker »."),
) -> None:
    """Sert les pages de la publication en vigueur."""
    from terril.pipeline.workspace import Workspace

    Workspace().releases.require()
    _sited(host, port)
    prepare()
    run(host, port, workers, with_worker=with_worker)


def demo(
    port: int = PORT,
    host: str = ADDRESS,
    start: bool = typer.Option(True, "--serve/--no-serve", help="Servir les pages ensuite."),
) -> None:
    """Construit l'Artois à partir des seules données livrées, puis sert les pages."""
    from terril.cli.data import report
    from terril.pipeline.building import Building
    from terril.pipeline.loading import Loader
    from terril.pipeline.workspace import Workspace

    workspace = Workspace()
    _sited(host, port)
    with progress_bar("Démonstration") as told:
        Loader(workspace).refresh_local(told)
        _, manifest = Building(workspace).build(progress=told)
    report(manifest)
    prepare()
    current = workspace.releases.require()
    waiting = len(current.not_computable)
    if waiting:
        console.print(
            f"{waiting} autres indicateurs attendent leurs sources : « terril plan » dit lesquelles, "
            "« terril ingest --from DOSSIER » les charge."
        )
    _offer_accounts()
    if start:
        run(host, port, 2, with_worker=True)


def _sited(host: str, port: int) -> None:
    """Letters bear the address of the portal: this one, unless another was said; before the settings are read."""
    os.environ.setdefault("TERRIL_SITE", f"http://{host}:{port}")


def _offer_accounts() -> None:
    """Accounts to try the demonstration with: their passwords are written here once, and nowhere else."""
    from terril.apps.accounts.demonstration import make, refused

    why = refused(os.environ)
    if why:
        console.print(f"Aucun compte de démonstration : {why}.", soft_wrap=True)
        return
    made = make()
    if not made:
        console.print("Comptes de démonstration déjà créés ; mot de passe oublié : « terril people password-link ».")
        return
    console.print("Comptes de démonstration. Ces mots de passe ne seront plus affichés :")
    for account in made:
        console.print(f"  {account.email}  {account.password}  ({account.part})", markup=False, soft_wrap=True)


def _free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def run(host: str, port: int, workers: int, *, with_worker: bool = False) -> None:
    """Start gunicorn on the web application, until interrupted; with a process for the tasks where asked.

    Raises
    ------
    StoreError
        If the port is taken.
    """
    if not _free(host, port):
        raise StoreError(f"le port {port} est déjà pris", hint="en choisir un autre avec --port")
    from terril.config.server import Server

    errors.print(f"Terril est servi sur http://{host}:{port}/ (Ctrl+C pour arrêter)", markup=False)
    tasks = subprocess.Popen([sys.executable, "-m", "terril", "worker"]) if with_worker else None
    try:
        Server(host, port, workers).run()
    finally:
        if tasks is not None:
            tasks.terminate()
