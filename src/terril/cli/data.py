"""``ingest``, ``plan``, ``build`` and ``releases``: from files to a publication."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from terril.cli.engines import Engine, builder_on, compare_engines
from terril.cli.output import Format, console, emit, errors, progress_bar
from terril.core.errors import IngestError, QueryError
from terril.core.text import NBSP, format_number

if TYPE_CHECKING:
    from terril.core.releases import Manifest
    from terril.pipeline.ingest import Outcome
    from terril.pipeline.plan import Plan

FORMAT = typer.Option(Format.TABLE, "--format", help="table, csv, json ou parquet.")
OUTPUT = typer.Option(None, "--output", "-o", help="Fichier où écrire, au lieu du terminal.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("ingest")(ingest)
    app.command("plan")(plan)
    app.command("build")(build)
    app.command("releases")(releases)


INGEST_COLUMNS = ("source", "files", "outcome", "rows", "kept", "rejected", "version", "message")


def ingest(
    file: Path | None = typer.Argument(None, help="Fichier à charger."),
    source: str | None = typer.Option(None, "--source", help="Source du fichier, si le nom ne suffit pas."),
    folder: Path | None = typer.Option(None, "--from", help="Dossier dont les fichiers sont reconnus."),
    fetch: bool = typer.Option(False, "--fetch", help="Chercher le fichier à l'adresse de la source (--source)."),
    form: Format = FORMAT,
    output: Path | None = OUTPUT,
) -> None:
    """Charge des fichiers : chacun devient une version immuable, avec son rapport de qualité."""
    from terril.pipeline.loading import Loader
    from terril.pipeline.workspace import Workspace

    if sum((file is not None, folder is not None, fetch)) != 1 or (fetch and source is None):
        raise QueryError("que charger ?", hint="donner un fichier, ou --from DOSSIER, ou --fetch --source SOURCE")
    loader = Loader(Workspace())
    unknown: list[dict[str, Any]] = []
    with progress_bar("Chargement") as told:
        if folder is not None:
            found = loader.ingest_folder(folder, told)
            outcomes = list(found.outcomes)
            unknown = [
                {"files": u.path.name, "outcome": "non reconnu", "message": u.reason} for u in found.unrecognised
            ]
        elif file is not None:
            outcomes = [loader.ingest_file(file, source, told)]
        else:
            outcomes = [loader.ingest_address(str(source), told)]
    rows = [_outcome(o) for o in outcomes] + unknown
    emit(rows, INGEST_COLUMNS, form, key="files", output=output)
    _conclude(outcomes)


def _outcome(outcome: Outcome) -> dict[str, Any]:
    quality = outcome.quality
    word = "refusé" if outcome.error else "chargé" if outcome.new else "déjà chargé"
    return {
        "source": outcome.source, "files": list(outcome.files), "outcome": word,
        "rows": quality.get("rows_read"), "kept": quality.get("rows_kept"), "rejected": quality.get("rows_rejected"),
        "version": outcome.version.id if outcome.version else None,
        "message": str(outcome.error) if outcome.error else None,
    }  # fmt: skip


def _conclude(outcomes: list[Outcome]) -> None:
    refused = [o for o in outcomes if o.error]
    if refused:
        raise IngestError(
            f"{len(refused)} source(s) refusée(s) sur {len(outcomes)} ; les autres sont chargées",
            hint="corriger d'après le message, puis recommencer",
        )
    errors.print("Suite : « terril plan » dit ce qui changerait, « terril build » le publie.")


def plan(
    full: bool = typer.Option(False, "--full", help="Tout recalculer."),
    everything: bool = typer.Option(False, "--all", help="Montrer aussi ce qui ne change pas."),
    form: Format = FORMAT,
    output: Path | None = OUTPUT,
) -> None:
    """Dit ce qu'une construction changerait, et pourquoi."""
    from terril.pipeline.building import Building
    from terril.pipeline.loading import Loader
    from terril.pipeline.plan import ACTIONS
    from terril.pipeline.workspace import Workspace

    workspace = Workspace()
    with progress_bar("Lecture des sources") as told:
        Loader(workspace).refresh_local(told)
        found = Building(workspace).plan(full=full)
    steps = found.steps if everything or form != Format.TABLE else [s for s in found.steps if s.action != "keep"]
    rows = [{"indicator": s.indicator, "action": s.action, "reason": " ; ".join(s.reasons)} for s in steps]
    shown = [{**r, "action": ACTIONS[str(r["action"])]} for r in rows]
    if rows or form != Format.TABLE:
        emit(rows, ("indicator", "action", "reason"), form, key="steps", output=output, shown=shown)
    if form == Format.TABLE:
        _summary(found)


def _summary(found: Plan) -> None:
    from terril.pipeline.plan import ACTIONS

    counts = found.count()
    console.print(", ".join(f"{counts[a]} {label}" for a, label in ACTIONS.items() if counts[a]) or "Rien de déclaré.")


def build(
    full: bool = typer.Option(False, "--full", help="Tout recalculer."),
    no_wait: bool = typer.Option(False, "--no-wait", help="Échouer si une autre construction est en cours."),
    engine: Engine = typer.Option(Engine.DUCKDB, "--engine", help="Moteur de calcul : duckdb ou spark (en option)."),
    compare: bool = typer.Option(
        False, "--compare", help="Calculer tout avec DuckDB et avec Spark, montrer les écarts, ne rien publier."
    ),
) -> None:
    """Calcule ce qui a changé et publie d'un coup."""
    from terril.pipeline.building import Building
    from terril.pipeline.loading import Loader
    from terril.pipeline.workspace import Workspace

    workspace = Workspace()
    if compare:
        return compare_engines(workspace, engine)
    if workspace.releases.is_locked() and not no_wait:
        errors.print("Une autre construction est en cours : attente de sa fin…")
    with progress_bar("Construction") as told:
        Loader(workspace).refresh_local(told)
        building = Building(workspace)
        build_with = builder_on(engine, building)
        found, manifest = build_with(full=full, wait=not no_wait, progress=told)
    for note in building.protector.notes:
        errors.print(f"Secret statistique{NBSP}: {note}", markup=False, soft_wrap=True)
    _summary(found)
    report(manifest)


def report(manifest: Manifest | None) -> None:
    """Say what was published."""
    if manifest is None:
        console.print("Rien n'a changé : la publication en vigueur le reste.")
        return
    observations = sum(i.files["public"].rows for i in manifest.indicators.values())
    counts = f"{len(manifest.indicators)} indicateurs, {format_number(observations)} observations"
    console.print(f"Publication {manifest.id} : {counts}.", markup=False)


def releases(
    restore: str | None = typer.Option(None, "--restore", help="Remettre cette publication en vigueur."),
    form: Format = FORMAT,
    output: Path | None = OUTPUT,
) -> None:
    """Liste les publications gardées, ou en remet une en vigueur."""
    from terril.pipeline.datasets import DatasetStore
    from terril.pipeline.restoring import restore as put_back
    from terril.pipeline.workspace import Workspace

    workspace = Workspace()
    store = workspace.releases
    if restore is not None:
        for line in put_back(store, DatasetStore(workspace.home), restore).lines():
            errors.print(line, markup=False, soft_wrap=True)
    current = store.current_id()
    rows = [
        {"release": r, "current": r == current, "indicators": len(m.indicators), "created_at": m.created_at}
        for r in store.ids()
        for m in (store.manifest(r),)
    ]
    emit(rows, ("release", "current", "indicators", "created_at"), form, key="releases", output=output)
