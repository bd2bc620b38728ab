"""``anomalies``: what the checks found, and what is decided of it."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from terril.cli.output import Format, console, emit, errors
from terril.core.errors import QueryError
from terril.core.quality.anomalies import KINDS, Cell
from terril.core.quality.spec import SEVERITIES
from terril.core.text import NBSP

if TYPE_CHECKING:
    from terril.pipeline.anomalies.desk import Desk, Entry

app = typer.Typer(help="Anomalies trouvées par les contrôles : les voir, en décider.", rich_markup_mode=None)

COLUMNS = ("key", "severity", "state", "subject", "territory", "period", "column", "message")
REASON = typer.Option(..., "--reason", help="Motif de la décision, gardé au journal.")
BY = typer.Option(None, "--by", help="Qui décide ; le nom de session par défaut.")
KEY = typer.Argument(..., help="Clé de l'anomalie, ou son début.")
SOURCE_OF_CELL = typer.Option(None, "--cell-source", help="Source où est la valeur, pour une anomalie d'indicateur.")
COLUMN_OF_CELL = typer.Option(None, "--column", help="Mesure de cette source.")


def register(parent: typer.Typer) -> None:
    """Add the command and those under it."""
    parent.add_typer(app, name="anomalies")


@app.callback(invoke_without_command=True)
def anomalies(
    context: typer.Context,
    severity: str | None = typer.Option(None, "--severity", help="error, warning ou info."),
    source: str | None = typer.Option(None, "--source", help="Source ou indicateur concerné."),
    everything: bool = typer.Option(False, "--all", help="Montrer aussi celles dont on a décidé."),
    form: Format = typer.Option(Format.TABLE, "--format", help="table, csv, json ou parquet."),
    output: Path | None = typer.Option(None, "--output", "-o", help="Fichier où écrire, au lieu du terminal."),
) -> None:
    """Liste les anomalies de la dernière construction."""
    if context.invoked_subcommand is not None:
        return
    if severity is not None and severity not in SEVERITIES:
        raise QueryError(f"gravité inconnue « {severity} »", hint=f"choisir entre {', '.join(SEVERITIES)}")
    desk = _desk()
    for fault in desk.journal.read()[1]:
        errors.print(str(fault), markup=False, soft_wrap=True)
    entries = [e for e in desk.entries() if everything or not e.decided or form != Format.TABLE]
    kept = [e for e in entries if _asked(e, severity, source)]
    rows = [_row(e) for e in kept]
    if rows or form != Format.TABLE:
        shown = [r | {"severity": SEVERITIES[r["severity"]], "state": _state(r["state"])} for r in rows]
        emit(rows, COLUMNS, form, key="anomalies", output=output, shown=shown)
    if form == Format.TABLE:
        _conclude(desk, kept)


@app.command("show")
def show(key: str = KEY) -> None:
    """Montre une anomalie : le chiffre, ce qui le contredit, et ce qu'on peut en faire."""
    entry = _desk().entry(key)
    anomaly = entry.anomaly
    told = {
        "anomalie": f"{anomaly.key} ({SEVERITIES[anomaly.severity]}, {KINDS[anomaly.kind]})",
        "état": _state(entry.state),
        "sur": anomaly.subject,
        "où": _place(entry),
        "constat": anomaly.message,
        "lignes": ", ".join(map(str, anomaly.rows)),
        "territoires": ", ".join(anomaly.territories),
        "sources": ", ".join(anomaly.sources),
        "à faire": anomaly.hint,
    }
    for label, text in told.items():
        if text:
            console.print(f"{label}{NBSP}: {text}", markup=False, soft_wrap=True)
    if entry.decision is not None:
        decision = entry.decision
        said = f"{_state(decision.action)} le {decision.at[:10]} par {decision.by}{NBSP}: {decision.reason}"
        console.print(f"décision{NBSP}: {said}", markup=False, soft_wrap=True)
    _advise(entry)


@app.command("accept")
def accept(key: str = KEY, reason: str = REASON, by: str | None = BY) -> None:
    """Accepte une anomalie telle quelle : elle n'arrête plus rien tant que le chiffre ne change pas."""
    decision = _desk().accept(key, reason, _name(by))
    _done(f"Anomalie {decision.key} acceptée", "« terril build » publie, si rien d'autre ne l'arrête")


@app.command("correct")
def correct(
    key: str = KEY,
    value: str = typer.Option(..., "--value", help="Valeur juste, écrite 1234,5 ou 1234.5."),
    reason: str = REASON,
    by: str | None = BY,
    cell_source: str | None = SOURCE_OF_CELL,
    column: str | None = COLUMN_OF_CELL,
) -> None:
    """Corrige une valeur : une nouvelle version de la source, l'originale intacte."""
    desk = _desk()
    decision = desk.correct(key, value, reason, _name(by), _cell(desk, key, cell_source, column))
    said = f"Anomalie {decision.key} corrigée : {decision.was or 'non disponible'} devient {decision.value}"
    _done(said, "« terril plan » dit ce qui change, « terril build » le publie")


@app.command("refuse")
def refuse(
    key: str = KEY,
    reason: str = REASON,
    by: str | None = BY,
    cell_source: str | None = SOURCE_OF_CELL,
    column: str | None = COLUMN_OF_CELL,
) -> None:
    """Refuse une valeur, qui devient non disponible ; ou une version entière, et la précédente revient."""
    desk = _desk()
    decision = desk.refuse(key, reason, _name(by), _cell(desk, key, cell_source, column))
    what = "version refusée, la précédente reprend sa place" if decision.version else "valeur refusée"
    _done(f"Anomalie {decision.key} : {what}", "« terril plan » dit ce qui change, « terril build » le publie")


@app.command("undo")
def undo(
    key: str = KEY, reason: str = typer.Option("", "--reason", help="Motif, facultatif."), by: str | None = BY
) -> None:
    """Annule la décision prise sur une anomalie ; le journal garde les deux."""
    decision = _desk().undo(key, reason, _name(by))
    _done(f"Décision sur {decision.key} annulée", "« terril build » remet la source dans son état")


def _desk() -> Desk:
    from terril.pipeline.anomalies.desk import Desk
    from terril.pipeline.workspace import Workspace

    workspace = Workspace()
    return Desk(workspace.home, workspace.sources)


def _name(by: str | None) -> str:
    return by or getpass.getuser()


def _cell(desk: Desk, key: str, source: str | None, column: str | None) -> Cell | None:
    """The figure of a source meant by the options; None where the anomaly says it."""
    if source is None and column is None:
        return None
    anomaly = desk.entry(key).anomaly
    if source is None or column is None or anomaly.territory is None or anomaly.period is None:
        raise QueryError(
            "quelle valeur corriger ?",
            hint="--cell-source et --column vont ensemble, pour une anomalie sur un territoire et une période",
        )
    return Cell(source=source, territory=anomaly.territory, period=anomaly.period, column=column)


def _asked(entry: Entry, severity: str | None, source: str | None) -> bool:
    anomaly = entry.anomaly
    concerned = source is None or source == anomaly.subject or source in anomaly.sources
    return concerned and (severity is None or anomaly.severity == severity)


def _row(entry: Entry) -> dict[str, Any]:
    anomaly = entry.anomaly
    told = {name: getattr(anomaly, name) for name in COLUMNS if name != "state"}
    return told | {"state": entry.state}


def _state(state: str) -> str:
    from terril.pipeline.anomalies.desk import STATES

    return STATES[state]


def _place(entry: Entry) -> str:
    anomaly = entry.anomaly
    dims = [f"{name} {value}" for name, value in sorted(anomaly.dimensions.items())]
    return ", ".join(p for p in (anomaly.territory, anomaly.period, anomaly.column, *dims) if p)


def _conclude(desk: Desk, entries: list[Entry]) -> None:
    findings = desk.findings()
    if findings is None:
        console.print("Aucun contrôle n'a encore eu lieu : « terril build » les fait.")
        return
    if not entries:
        console.print(f"Aucune anomalie à décider : contrôles du {findings.at[:10]}.")
        return
    waiting = [e for e in entries if not e.decided]
    counts = ", ".join(
        f"{n} {label}{'s' if n > 1 else ''}"
        for severity, label in SEVERITIES.items()
        if (n := sum(e.anomaly.severity == severity for e in waiting))
    )
    stopped = " Les erreurs arrêtent la publication." if findings.stopped else ""
    console.print(f"À décider : {counts or 'rien'}.{stopped}")
    errors.print("Suite : « terril anomalies show CLÉ », puis accept, correct ou refuse.")


def _advise(entry: Entry) -> None:
    if entry.decided:
        errors.print(f"Suite : « terril anomalies undo {entry.anomaly.key} » annule cette décision.", markup=False)
        return
    ways = [f"accept {entry.anomaly.key} --reason …"]
    if entry.anomaly.cell is not None:
        ways.append(f"correct {entry.anomaly.key} --value … --reason …")
    if entry.anomaly.cell is not None or entry.anomaly.whole_version:
        ways.append(f"refuse {entry.anomaly.key} --reason …")
    errors.print("Suite : " + " ; ".join(f"terril anomalies {way}" for way in ways), markup=False, soft_wrap=True)


def _done(said: str, following: str) -> None:
    console.print(f"{said}.", markup=False, soft_wrap=True)
    errors.print(f"Suite : {following}.", markup=False)
