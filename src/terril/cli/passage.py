"""``passage``: files of communes from one nomenclature to another, and the history of communes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from terril.cli.output import console, errors, write
from terril.core.errors import QueryError
from terril.core.text import NBSP

if TYPE_CHECKING:
    from terril.core.territories.cog import Carried, Timeline

#: Score from which ``--from auto`` is held to be known.
SURE = 0.8
#: Year from which the national history is told.
FIRST = 1968


class Absent(StrEnum):
    """What a commune that the file does not hold has."""

    MISSING = "missing"
    ZERO = "zero"


class Form(StrEnum):
    """Output formats of reports."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


FORM = typer.Option(Form.TABLE, "--format", help="table, json, csv ou markdown.")
OUTPUT = typer.Option(None, "--output", "-o", help="Fichier où écrire, au lieu du terminal.")
COLUMN = typer.Option(None, "--column", help="Colonne des codes ; trouvée d'elle-même si elle n'est pas dite.")
MOVEMENTS = typer.Option(None, "--movements", help="Fichier v_mvt_commune_AAAA.csv de l'Insee, à la place des tables.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Passage d'un code officiel géographique (COG) à un autre.", no_args_is_help=True)
    group.command("guess")(guess)
    group.command("carry")(carry)
    group.command("report")(report)
    group.command("code")(code)
    app.add_typer(group, name="passage")


def guess(
    file: Path = typer.Argument(help="Fichier de communes : CSV, XLSX, Parquet, couche géographique."),
    column: str | None = COLUMN,
    form: Form = FORM,
    output: Path | None = OUTPUT,
) -> None:
    """Devine le millésime des codes d'un fichier, et dit pourquoi."""
    from terril.core.territories.cog import guess_vintage, tell
    from terril.pipeline.passage import find_codes, read_table
    from terril.pipeline.territories.load import load_timeline

    timeline = load_timeline()
    table = read_table(file, (column,) if column else ())
    header = column or find_codes(table, timeline)
    found = guess_vintage(table.column(header).to_pylist(), timeline)
    sentences = [f"Codes de la colonne «{NBSP}{header}{NBSP}».", *tell(found, timeline)]
    told = found.as_dict() | {"file": file.name, "column": header, "sentences": sentences}
    rows = [{"year": year, "probability": p} for year, p in told["by_year"].items()]
    _emit(form, output, told, ("year", "probability"), rows, sentences)


def carry(
    file: Path = typer.Argument(help="Fichier de communes : CSV, XLSX, Parquet."),
    column: str | None = COLUMN,
    start: str = typer.Option("auto", "--from", help="Année du COG des codes du fichier, ou auto."),
    end: int | None = typer.Option(None, "--to", help="Année du COG voulue ; la dernière si elle n'est pas dite."),
    additive: list[str] = typer.Option([], "--additive", help="Quantités, séparées par des virgules."),
    ratio: list[str] = typer.Option([], "--ratio", help="taux=num/den, ou taux=100*num/den."),
    median: list[str] = typer.Option([], "--median", help="Médiane ; mediane:poids pour l'estimer."),
    typology: list[str] = typer.Option([], "--typology", help="Classe ; classe:liste ou classe:poids pour trancher."),
    weight: str | None = typer.Option(None, "--weight", help="population, area, equal, ou un fichier de poids."),
    absent: Absent = typer.Option(Absent.MISSING, "--absent", help="Commune absente du fichier : missing ou zero."),
    secret: list[str] = typer.Option([], "--secret", help="Mots du producteur pour le secret, en plus de « s »."),
    movements: Path | None = MOVEMENTS,
    form: Form = typer.Option(Form.TABLE, "--format", help="Du rapport : table, json, csv ou markdown."),
    output: Path = typer.Option(..., "--output", "-o", help="Fichier porté : .csv ou .parquet."),
) -> None:
    """Porte un fichier de communes d'un COG à un autre ; le rapport va sur la sortie d'erreur."""
    from terril.cli.measures import measures_of, named
    from terril.core.territories.cog import Ratio
    from terril.pipeline.passage import SECRET, as_table, carry_table, find_codes, read_table, write_table

    measures = measures_of(additive, ratio, median, typology)
    hints = [column] if column else [m.name for m in measures if not isinstance(m, Ratio)]
    table = read_table(file, hints=hints)
    timeline = _timeline(movements, end)
    header = column or find_codes(table, timeline)
    year = _start(start, table.column(header).to_pylist(), header)
    carried = carry_table(
        table,
        header,
        measures,
        timeline,
        year,
        timeline.last if end is None else end,
        weight=weight,
        absent="zero" if absent == Absent.ZERO else "missing",
        secret=(*SECRET, *named(secret)),
    )
    write_table(as_table(carried, header), output)
    _tell(carried, form)


def _tell(carried: Carried, form: Form) -> None:
    from terril.core.territories.cog.report import ROW_COLUMNS

    text = _rendered(form, carried.report.as_dict(), ROW_COLUMNS, carried.report.as_rows(), _lines(carried, form))
    errors.print(text.rstrip("\n"), markup=False, soft_wrap=True)


def _lines(carried: Carried, form: Form) -> list[str]:
    return carried.report.lines() if form == Form.TABLE else carried.report.lines(len(carried.report.fates))


def _start(start: str, codes: Sequence[str | None], header: str) -> int:
    """The year asked, or guessed where that is sure enough."""
    from terril.core.territories.cog import guess_vintage, tell
    from terril.pipeline.territories.load import load_timeline

    if start.isascii() and start.isdigit():
        return int(start)
    if start != "auto":
        raise QueryError(f"année illisible : {start}", hint="--from 2021, ou --from auto")
    timeline = load_timeline()
    found = guess_vintage(codes, timeline)
    sentences = tell(found, timeline)
    if found.level != "commune" or found.likely is None or found.score < SURE:
        raise QueryError(f"millésime incertain de la colonne {header} : {sentences[0]}", hint="le dire avec --from")
    errors.print(f"Millésime deviné{NBSP}: {sentences[0]}", markup=False, soft_wrap=True)
    return found.likely


def report(
    start: int = typer.Option(FIRST, "--from", help="Première année."),
    end: int | None = typer.Option(None, "--to", help="Dernière année ; la dernière connue si elle n'est pas dite."),
    form: Form = FORM,
    output: Path | None = OUTPUT,
) -> None:
    """Raconte le passage de toutes les communes de France entre deux années."""
    from rich.markdown import Markdown

    from terril.core.territories.cog import national_report
    from terril.core.territories.cog.national import COUNTED
    from terril.core.territories.cog.page import national_page
    from terril.pipeline.territories.load import load_timeline

    timeline = load_timeline()
    found = national_report(timeline, start, timeline.last if end is None else end)
    if form == Form.TABLE and output is None:
        console.print(Markdown(national_page(found, yearly=False)))
        return
    page = national_page(found).rstrip("\n").split("\n")
    _emit(form, output, found.as_dict(), ("year", "communes", *COUNTED), found.as_rows(), page)


def code(
    code: str = typer.Argument(help="Code d'une commune, ancienne ou actuelle : 62461."),
    at: int | None = typer.Option(None, "--at", help="Année du COG où le lire."),
    movements: Path | None = MOVEMENTS,
    form: Form = FORM,
    output: Path | None = OUTPUT,
) -> None:
    """Raconte l'histoire d'un code de commune."""
    from terril.core.territories.cog import story

    found = story(code, _timeline(movements, None), at)
    told = found.as_dict()
    _emit(form, output, told, ("first", "last", "name", "ended"), told["chapters"], found.lines())


def _timeline(movements: Path | None, last: int | None) -> Timeline:
    from terril.pipeline.passage import load_movements
    from terril.pipeline.territories.load import load_timeline

    return load_timeline() if movements is None else load_movements(movements, last)


def _emit(
    form: Form,
    output: Path | None,
    told: Mapping[str, Any],
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    lines: Sequence[str],
) -> None:
    write(_rendered(form, told, columns, rows, lines), output)


def _rendered(
    form: Form, told: Mapping[str, Any], columns: Sequence[str], rows: Sequence[Mapping[str, Any]], lines: Sequence[str]
) -> str:
    """A report in one of its formats: sentences, an object, or rows."""
    if form == Form.JSON:
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    if form == Form.CSV:
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
        return buffer.getvalue()
    return "\n".join(lines) + "\n"
