"""``estimate``: an indicator over a perimeter that someone drew, or that a pack declares."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from terril.cli.audience import scope_as
from terril.cli.output import Format, console, emit
from terril.core.errors import QueryError, TerritoryError
from terril.core.periods import parse_period
from terril.core.status import Status
from terril.core.territories.model import TerritoryKey
from terril.core.text import NBSP, format_number
from terril.core.wording.quantities import quantity

if TYPE_CHECKING:
    from terril.core.indicators.spec import Indicator
    from terril.pipeline.estimating import Estimated
    from terril.publishing.perimeters import Drawn

COLUMNS = (
    "perimeter", "indicator", "period", "value", "unit", "status", "low", "high", "uncertain", "numerator",
    "denominator", "method", "members", "hidden", "absent", "notes",
)  # fmt: skip
_SCREEN = ("perimeter", "period", "value", "status", "low", "high", "members")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("estimate")(estimate)


def estimate(
    indicator: str = typer.Argument(help="Indicateur, ex. demographie/population."),
    perimeter: str = typer.Option(..., "--perimeter", help="Fichier GeoJSON de polygones, ou clé perimeter:nom."),
    weights: str = typer.Option(
        "area",
        "--weights",
        help="Parts : area (surface), population ou points:source (points:education/annuaire).",
    ),
    period: str = typer.Option("latest", "--period", help="Période ; la dernière par défaut."),
    audience: str = typer.Option("public", "--as", help="Lire comme une organisation déclarée, et non le public."),
    form: Format = typer.Option(Format.TABLE, "--format", help="table, csv, json ou parquet."),
    output: Path | None = typer.Option(None, "--output", "-o", help="Fichier où écrire, au lieu du terminal."),
) -> None:
    """Estime un indicateur sur un périmètre dessiné ou déclaré, à partir des chiffres publiés."""
    from terril.pipeline.estimating import Estimation
    from terril.pipeline.workspace import Workspace

    workspace = Workspace()
    reader = workspace.reader(scope_as(workspace, audience))
    wanted = None if period == "latest" else parse_period(period).text
    found = Estimation(workspace, reader).over(indicator, _perimeters(perimeter), weights, wanted)
    definition = workspace.packs.indicators[indicator]
    if form == Format.TABLE and output is None and len(found) == 1:
        _tell(found[0], definition)
        return
    rows = [_row(e, definition, form) for e in found]
    shown = [{**r, **_written(e, definition)} for r, e in zip(rows, found, strict=True)]
    extra = {"release": reader.manifest.id, "audience": reader.scope.audience}
    columns = _SCREEN if form == Format.TABLE else COLUMNS
    emit(rows, columns, form, key="estimates", output=output, extra=extra, shown=shown)


def _perimeters(text: str) -> Sequence[Drawn | TerritoryKey]:
    from terril.publishing.perimeters import read_perimeters

    path = Path(text)
    if path.is_file():
        return read_perimeters(path)
    try:
        return [TerritoryKey.parse(text)]
    except TerritoryError as error:
        hint = "donner un fichier GeoJSON, ou une clé comme perimeter:artois ou epci:200072460"
        raise QueryError("périmètre introuvable", location=error.location, hint=hint) from error


def _row(found: Estimated, indicator: Indicator, form: Format) -> dict[str, Any]:
    figure = found.estimate
    members: list[Any] = [{"territory": str(m.key), "name": m.name, "share": m.share} for m in found.members]
    if form != Format.JSON:
        # One cell holds them all.
        members = [f"{m['territory']}={m['share']:.6g}" for m in members]
    return {
        "perimeter": found.perimeter, "indicator": indicator.id, "period": found.period, "value": figure.value,
        "unit": indicator.unit, "status": figure.status.word, "low": figure.low, "high": figure.high,
        "uncertain": figure.uncertain, "numerator": figure.numerator, "denominator": figure.denominator,
        "method": found.method, "members": members,
        "hidden": list(figure.hidden), "absent": list(figure.absent), "notes": " ; ".join(found.notes),
    }  # fmt: skip


def _written(found: Estimated, indicator: Indicator) -> dict[str, Any]:
    figure = found.estimate
    return {
        "value": "—" if figure.value is None else quantity(figure.value, indicator.unit, indicator.decimals),
        "status": figure.status.label, "members": len(found.members),
        "low": None if figure.low is None else format_number(figure.low, indicator.decimals),
        "high": None if figure.high is None else format_number(figure.high, indicator.decimals),
    }  # fmt: skip


def _tell(found: Estimated, indicator: Indicator) -> None:
    figure = found.estimate
    value = quantity(figure.value, indicator.unit, indicator.decimals) if figure.value is not None else "—"
    lines = [
        f"{indicator.label}, {found.perimeter}, {found.period}",
        f"{value} ({figure.status.label})",
        f"Méthode{NBSP}: {found.method}.",
        *_bounds(found, indicator),
        *_holes(found),
        *(f"Remarque{NBSP}: {note}." for note in found.notes),
    ]
    if indicator.caution:
        lines.append(f"Précaution{NBSP}: {indicator.caution}")
    console.print("\n".join(lines), markup=False, soft_wrap=True)
    members = [
        {
            "code": m.key.code,
            "name": m.name,
            "part": _percent(m.share),
            "value": _figure(m.observation.value if m.observation else None, indicator),
            "status": (m.observation.status if m.observation else Status.MISSING).label,
        }
        for m in found.members
    ]
    console.print()
    emit(members, ("code", "name", "part", "value", "status"), Format.TABLE, key="members")


def _bounds(found: Estimated, indicator: Indicator) -> list[str]:
    figure, lines = found.estimate, []
    if figure.low is not None and figure.high is not None and figure.low != figure.high:
        low, high = _figure(figure.low, indicator), _figure(figure.high, indicator)
        lines.append(f"Bornes certaines{NBSP}: de {low} (territoires entiers) à {high} (tous ceux qui sont touchés).")
    if figure.uncertain:
        what = "du dénominateur" if figure.denominator is not None else "du total"
        lines.append(f"Part incertaine{NBSP}: {_percent(figure.uncertain)} {what} vient de territoires coupés.")
    return lines


def _holes(found: Estimated) -> list[str]:
    figure = found.estimate
    names = {m.key.code: m.name for m in found.members}
    lines = []
    for codes, what in ((figure.hidden, "sous secret statistique"), (figure.absent, "sans donnée")):
        if codes:
            listed = ", ".join(f"{names[c]} ({c})" for c in codes[:8]) + ("…" if len(codes) > 8 else "")
            lines.append(f"Membres {what}, qui empêchent le total{NBSP}: {listed}.")
    if figure.known < 1:
        lines.append(f"Part connue{NBSP}: {_percent(figure.known)} des poids.")
    return lines


def _percent(share: float) -> str:
    return f"{format_number(100 * share, 0 if share == 1 else 1)}{NBSP}%"


def _figure(value: float | None, indicator: Indicator) -> str:
    return "—" if value is None else format_number(value, indicator.decimals)
