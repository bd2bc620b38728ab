"""``records`` and ``harvest``: what the catalogue holds, and the catalogues whose records it takes up."""

from __future__ import annotations

import typer

from terril.cli.output import Format, console, emit, errors, progress_bar
from terril.core.errors import QueryError

FORMAT = typer.Option(Format.TABLE, "--format", help="table, csv, json ou parquet.")
RECORD_COLUMNS = ("record", "title", "producer", "openness", "state")
HARVEST_COLUMNS = ("source", "label", "standing", "read", "created", "changed", "archived", "refused", "message")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("records")(records)
    app.command("harvest")(harvest)


def records(
    text: str = typer.Argument("", help="Mots cherchés ; toutes les fiches sans eux."),
    kind: str | None = typer.Option(None, "--kind", help="dataset, indicator, map, publication ou service."),
    limit: int = typer.Option(50, "--limit", min=1, max=10_000, help="Nombre de fiches montrées."),
    form: Format = FORMAT,
) -> None:
    """Liste les fiches du catalogue, les mieux répondantes d'abord."""
    from terril.core.records import Kind

    if kind is not None and kind not in set(Kind):
        raise QueryError(f"nature inconnue « {kind} »", hint=f"choisir entre {', '.join(Kind)}")
    _ready()
    from terril.apps.catalogue.models import Record
    from terril.apps.catalogue.search.ask import Catalogue, Question
    from terril.apps.catalogue.search.ground import Ground
    from terril.core.access import Subject
    from terril.core.catalogue.thesaurus import Thesaurus
    from terril.pipeline.territories.load import data_folder
    from terril.pipeline.workspace import Workspace
    from terril.publishing.boxes import Boxes

    workspace = Workspace()
    thesaurus = Thesaurus([group.words for group in workspace.packs.synonyms.values()])
    # Who starts commands keeps the platform: every record, as an administrator.
    catalogue = Catalogue(Subject(administrator=True), Ground(workspace.territories, Boxes(data_folder())), thesaurus)
    chosen = {"kind": frozenset({kind})} if kind else {}
    found = catalogue.find(Question(text=text, chosen=chosen, count=limit))
    known = Record.objects.in_bulk(found.pks)
    rows = [
        {"record": r.key, "title": r.title, "producer": r.producer, "openness": r.openness, "state": r.state}
        for r in (known[pk] for pk in found.pks)
    ]
    if found.corrected:
        errors.print(f"Rien pour « {text} » ; voici pour « {found.corrected} ».", markup=False)
    emit(rows, RECORD_COLUMNS, form, key="records")


def harvest(
    source: list[str] | None = typer.Option(None, "--source", help="Catalogue à moissonner, dû ou non."),
    listing: bool = typer.Option(False, "--list", help="Dire les catalogues déclarés et leur dernière moisson."),
    form: Format = FORMAT,
) -> None:
    """Moissonne les catalogues dont le rythme le demande, ou ceux que l'on nomme.

    Code de sortie : 1 si l'un d'eux n'a pu être lu jusqu'au bout.
    """
    _ready()
    from django.utils import timezone

    from terril.apps.catalogue import harvesting
    from terril.apps.catalogue.models import HarvestSource

    known = {s.pk: s for s in HarvestSource.objects.order_by("pk")}
    unknown = [name for name in source or () if name not in known]
    if unknown:
        raise QueryError(f"catalogue inconnu « {unknown[0]} »", hint=f"déclarés : {', '.join(known) or '(aucun)'}")
    if listing:
        runs = [(s, s.runs.order_by("-asked", "-pk").first()) for s in known.values()]
        emit([_row(s, run) for s, run in runs], HARVEST_COLUMNS, form, key="harvests")
        return
    wanted = [known[name] for name in source] if source else list(harvesting.due(timezone.now()))
    done = []
    with progress_bar("Moisson") as told:
        for one in wanted:
            done.append((one, harvesting.harvest_now(one, "cli", told)))
    if not done:
        console.print("Aucun catalogue n'est à moissonner.")
        return
    emit([_row(s, run) for s, run in done], HARVEST_COLUMNS, form, key="harvests")
    if any(run.standing == "failed" for _, run in done):
        raise typer.Exit(1)


def _row(source: object, run: object) -> dict[str, object]:
    counts = ("standing", "read", "created", "changed", "archived", "refused", "message")
    told = {"source": getattr(source, "pk", ""), "label": str(source)}
    return told | {name: getattr(run, name, None) for name in counts}


def _ready() -> None:
    from terril.config.setup import migrate

    migrate()
