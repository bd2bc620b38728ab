"""``doctor``: what is right and wrong with this installation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from terril.cli.output import Format, console, emit
from terril.core.errors import QueryError, TerrilError

if TYPE_CHECKING:
    from terril.pipeline.health.finding import Line, Situation

COLUMNS = ("check", "level", "message", "action")
_MARKS = {"ok": "[green]✓[/]", "avis": "[yellow]![/]", "erreur": "[bold red]✗[/]"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    form: Format = typer.Option(Format.TABLE, "--format", help="table, csv ou json."),
    test: str | None = typer.Option(None, "--send-test", help="Envoyer un courriel d'essai à cette adresse."),
) -> None:
    """Examine l'installation et dit quoi faire.

    Codes de sortie : 0 rien à faire, 1 une erreur au moins, 2 des avis seulement.
    """
    from terril.pipeline.health.finding import Situation, exit_code
    from terril.pipeline.home import home_folder

    if form is Format.PARQUET:
        raise QueryError("format inconnu de cette commande", hint="choisir un autre « --format »")
    lines = _lines(Situation(home_folder()))
    if test is not None:
        lines.append(_sent(test))
    if form is Format.TABLE:
        _show(lines)
    else:
        rows = [line.as_dict() for line in lines]
        emit(rows, COLUMNS, form, key="checks", extra={"code": exit_code(lines)})
    raise typer.Exit(exit_code(lines))


def _lines(situation: Situation) -> list[Line]:
    """What every check found; where settings cannot be read, what can be known without the state."""
    from terril.pipeline.health import contents, folder, settings
    from terril.pipeline.health.finding import Line, error, examine

    try:
        from terril.config.setup import set_up

        set_up()
    except TerrilError as found:
        alone = {**folder.CHECKS, **settings.CHECKS, **contents.CHECKS}
        said = f"{found.location} : {found.message}" if found.location else found.message
        return [Line("réglages", error(said, found.hint or "")), *examine(alone, situation)]
    from terril.config.health import every_check

    return examine(every_check(), situation)


def _sent(address: str) -> Line:
    from terril.config.health import send_test
    from terril.pipeline.health.finding import Line, error, fine

    try:
        send_test(address)
    except TerrilError as found:
        return Line("courriel d’essai", error(found.message, found.hint or ""))
    return Line("courriel d’essai", fine(f"parti vers {address}"))


def _show(lines: Iterable[Line]) -> None:
    for line in lines:
        console.print(_MARKS[line.finding.level], end=" ")
        console.print(f"{line.check} — {line.finding.message}", markup=False, soft_wrap=True)
        if line.finding.hint:
            console.print(f"  → {line.finding.hint}", markup=False, soft_wrap=True)
