"""``territories``, ``query`` and ``explain``: what one asks of Terril."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from terril.cli.audience import scope_as
from terril.cli.output import Format, console, emit, errors, plain
from terril.core.errors import QueryError
from terril.core.territories.model import Level, TerritoryKey
from terril.core.text import format_number

if TYPE_CHECKING:
    from terril.core.indicators.trace import TraceNode
    from terril.core.observations import Observation
    from terril.core.territories.model import Territory
    from terril.core.wording.note import Note
    from terril.engine.query import Reader
    from terril.pipeline.workspace import Workspace

TERRITORY_COLUMNS = (
    "level", "code", "name", "epci", "department", "region", "siren", "postal_codes", "population", "area_ha",
    "kind", "parent",
)  # fmt: skip
OBSERVATION_COLUMNS = (
    "indicator", "territory", "name", "period", "value", "status", "numerator", "denominator", "unit", "source",
    "vintage",
)  # fmt: skip

FORMAT = typer.Option(Format.TABLE, "--format", help="table, csv, json ou parquet.")
OUTPUT = typer.Option(None, "--output", "-o", help="Fichier où écrire, au lieu du terminal.")
AUDIENCE = typer.Option(None, "--as", help="Lire comme « public » ou comme une organisation déclarée.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("territories")(territories)
    app.command("query")(query)
    app.command("explain")(explain)


def _open() -> Workspace:
    from terril.pipeline.workspace import Workspace

    return Workspace()


def territories(
    level: Level | None = typer.Option(None, "--level", help="Niveau : commune, epci, department…"),
    within: str | None = typer.Option(None, "--within", help="Territoire qui les contient, ex. perimeter:artois."),
    search: str | None = typer.Option(None, "--search", help="Nom, code postal, code Insee ou SIREN."),
    similar: str | None = typer.Option(None, "--similar", help="Territoires semblables à celui-ci."),
    limit: int = typer.Option(10, "--limit", min=1, max=1000, help="Nombre de résultats d'une recherche."),
    form: Format = FORMAT,
    output: Path | None = OUTPUT,
) -> None:
    """Liste, cherche ou compare les territoires."""
    workspace = _open()
    known = workspace.territories
    if search is not None:
        hits = known.search(search, limit=limit, level=level)
        if not hits:
            errors.print(f"Aucun territoire pour « {search} ».", markup=False)
        rows = [{**_territory(h.territory), "matched": h.matched} for h in hits]
        emit(rows, (*_columns(form), "matched"), form, key="territories", output=output)
        return
    if similar is not None:
        _similar(workspace, TerritoryKey.parse(similar), form, output)
        return
    found = _listed(workspace, level, within)
    extra = {"vintage": known.vintage, "census": known.census_year}
    emit([_territory(t) for t in found], _columns(form), form, key="territories", output=output, extra=extra)


def _columns(form: Format) -> tuple[str, ...]:
    """What is read on a screen is shorter than what is written to a file."""
    shown = ("level", "code", "name", "epci", "department", "population", "kind")
    return shown if form == Format.TABLE else TERRITORY_COLUMNS


def _listed(workspace: Workspace, level: Level | None, within: str | None) -> list[Territory]:
    known = workspace.territories
    wanted = [level] if level else [Level.EPCI] if within else [Level.PERIMETER, Level.GROUP, Level.REGION]
    if within is None:
        return [t for one in wanted for t in known.of_level(one)]
    key = TerritoryKey.parse(within)
    return [known.get(member) for one in wanted for member in known.members(key, one)]


def _similar(workspace: Workspace, key: TerritoryKey, form: Format, output: Path | None) -> None:
    rules = workspace.packs.similar
    found = workspace.territories.similar(key, list(rules.values()))
    rule = rules[str(key.level)].explanation
    rows = [{**_territory(s.territory), "distance": round(s.distance, 4), "because": s.explanation} for s in found]
    if form == Format.TABLE and output is None:
        console.print(rule, markup=False)
    columns = ("level", "code", "name", "department", "population", "distance", "because")
    emit(rows, columns, form, key="territories", output=output, extra={"rule": rule})


def _territory(t: Territory) -> dict[str, Any]:
    return {
        "level": str(t.key.level), "code": t.key.code, "name": t.name, "epci": t.epci, "department": t.department,
        "region": t.region, "siren": t.siren, "postal_codes": list(t.postal_codes), "population": t.population,
        "area_ha": t.area_ha, "kind": t.kind, "parent": t.parent,
    }  # fmt: skip


def query(
    indicators: list[str] | None = typer.Argument(None, help="Indicateurs ; tous ceux du territoire si aucun."),
    territory: list[str] | None = typer.Option(None, "--territory", "-t", help="Territoire, ex. commune:62119."),
    level: Level | None = typer.Option(None, "--level", help="Niveau des territoires."),
    within: str | None = typer.Option(None, "--within", help="Territoire qui les contient."),
    period: str = typer.Option("latest", "--period", help="latest, all, ou une ou plusieurs périodes (2021,2022)."),
    audience: str | None = AUDIENCE,
    form: Format = FORMAT,
    output: Path | None = OUTPUT,
) -> None:
    """Donne les observations de la publication en vigueur."""
    workspace = _open()
    reader = workspace.reader(scope_as(workspace, audience))
    if not indicators and not territory:
        raise QueryError("que chercher ?", hint="donner un indicateur, ou un territoire avec --territory")
    keys = [TerritoryKey.parse(t) for t in territory or ()]
    for key in keys:
        workspace.territories.get(key)
    if indicators:
        found = _by_indicator(workspace, reader, indicators, keys, level, within, period)
    else:
        found = [o for k in keys for o in reader.profile(k, every_period=period != "latest")]
        if period not in ("latest", "all"):
            found = [o for o in found if o.period in _periods(period)]
    rows = [_observation(workspace, reader, o) for o in found]
    if not rows:
        errors.print("Aucune observation pour cette question.")
    extra = {"release": reader.manifest.id, "audience": reader.scope.audience}
    shown = [{**r, "value": _value(r)} for r in rows]
    screen = tuple(c for c in OBSERVATION_COLUMNS if c not in ("numerator", "denominator"))
    columns = screen if form == Format.TABLE else OBSERVATION_COLUMNS
    emit(rows, columns, form, key="observations", output=output, extra=extra, shown=shown)


def _periods(text: str) -> list[str]:
    from terril.core.periods import parse_period

    return [parse_period(p).text for p in text.split(",")]


def _by_indicator(
    workspace: Workspace,
    reader: Reader,
    indicators: Sequence[str],
    keys: Sequence[TerritoryKey],
    level: Level | None,
    within: str | None,
    period: str,
) -> list[Observation]:
    periods = None if period == "latest" else [] if period == "all" else _periods(period)
    found: list[Observation] = []
    for indicator in indicators:
        if keys:
            for key in keys:
                rows = reader.slice(indicator, level=key.level, codes=[key.code], periods=periods)
                if not rows and not reader.slice(indicator, level=key.level, periods=periods):
                    _tell_levels(reader, indicator, key)
                found += rows
            continue
        codes = None
        if within is not None:
            members = workspace.territories.members(TerritoryKey.parse(within), level or Level.EPCI)
            codes = [m.code for m in members]
        wanted = level or (Level.EPCI if within else None)
        found += reader.slice(indicator, level=wanted, codes=codes, periods=periods)
    return found


def _tell_levels(reader: Reader, indicator: str, key: TerritoryKey) -> None:
    levels = sorted({o.territory.level.label for o in reader.slice(indicator)})
    errors.print(
        f"{indicator} n'est pas calculé au niveau {key.level.label} ; niveaux : {', '.join(levels)}.",
        markup=False,
        soft_wrap=True,
    )


def _observation(workspace: Workspace, reader: Reader, o: Observation) -> dict[str, Any]:
    origin = reader.provenance(o.indicator, o.period)
    indicator = workspace.packs.indicators.get(o.indicator)
    unit, decimals = (indicator.unit, indicator.decimals) if indicator else ("", 2)
    return {
        "indicator": o.indicator, "territory": str(o.territory), "name": workspace.territories.get(o.territory).name,
        "period": o.period, "value": o.value, "status": o.status.word, "numerator": o.numerator,
        "denominator": o.denominator, "unit": unit, "source": " ; ".join(origin.sources),
        "vintage": " ; ".join(origin.vintages), "decimals": decimals,
    }  # fmt: skip


def _value(row: dict[str, Any]) -> str:
    return "—" if row["value"] is None else format_number(row["value"], row["decimals"])


def explain(
    indicator: str = typer.Argument(help="Indicateur, ex. revenus/taux_pauvrete."),
    territory: str = typer.Argument(help="Territoire, ex. commune:62119."),
    period: str = typer.Argument("latest", help="Période ; la dernière par défaut."),
    audience: str | None = AUDIENCE,
    tree: bool = typer.Option(False, "--tree", help="L'arbre entier, jusqu'aux lignes des fichiers."),
    form: Format = typer.Option(Format.TABLE, "--format", help="table (texte ou arbre) ou json."),
) -> None:
    """Explique une valeur comme une note de méthode ; « --tree » montre chaque ligne lue."""
    from terril.core.wording.note import method_note
    from terril.pipeline.explaining import explainer

    workspace = _open()
    reader = workspace.reader(scope_as(workspace, audience))
    key = TerritoryKey.parse(territory)
    place = workspace.territories.get(key)
    periods = None if period == "latest" else _periods(period)
    found = reader.slice(indicator, level=key.level, codes=[key.code], periods=periods)
    if not found:
        known = ", ".join(reader.released(indicator).periods)
        raise QueryError(
            f"pas d'observation de {indicator} pour {territory} ({period})",
            hint=f"périodes connues : {known}",
        )
    node = explainer(workspace, reader).explain(found[-1])
    if form == Format.JSON:
        typer.echo(json.dumps(node.as_dict(), ensure_ascii=False, indent=1))
    elif tree:
        _print_tree(node)
    else:
        _print_note(method_note(node, workspace.packs.indicators[indicator], place, workspace.sources))


_KINDS = {"caution": "[bold]Précaution[/] : ", "method": "[bold]Méthode[/] : ", "reference": "[bold]Référence[/] : "}


def _print_note(note: Note) -> None:
    from rich.padding import Padding
    from rich.text import Text

    console.print(Text(note.title, style="bold"))
    console.print(Text(f"\n{note.figure}"))
    for section in note.sections:
        console.print(Text(f"\n{section.heading}", style="bold"))
        for paragraph in section.paragraphs:
            console.print(Text(paragraph))
        for item in section.items:
            console.print(Padding(Text(f"• {item}"), (0, 0, 0, 2)))
    console.print(Text("\nChaque ligne lue : « terril explain … --tree ».", style="dim"))


def _print_tree(node: TraceNode) -> None:
    from rich.markup import escape
    from rich.tree import Tree

    from terril.core.status import Status
    from terril.core.units import parse_unit

    def said(n: TraceNode) -> str:
        text = _KINDS.get(n.kind, "") + escape(n.label)
        if n.value is not None:
            value = plain(n.value)
            figure = format_number(value, 0 if isinstance(value, int) else 2)
            text += f" = [bold]{figure}[/] {escape(parse_unit(n.unit).label)}".rstrip()
        if n.status is not None and n.status != "ok":
            text += f" [yellow]({Status[n.status.upper()].label})[/]"
        facts = " · ".join(f"{k} : {v}" for k, v in n.details.items())
        return f"{text}\n[dim]{escape(facts)}[/]" if facts else text

    def grow(branch: Tree, n: TraceNode) -> None:
        for child in n.children:
            grow(branch.add(said(child)), child)

    tree = Tree(said(node))
    grow(tree, node)
    console.print(tree)
