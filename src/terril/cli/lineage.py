"""``impact`` and ``compare``: what depends on what, and what moved between two publications."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from terril.cli.audience import scope_as
from terril.cli.output import Format, console, emit, errors, progress_bar
from terril.core.errors import StoreError
from terril.core.text import NBSP, format_number

if TYPE_CHECKING:
    from terril.core.lineage import Node
    from terril.engine.compare import Differences
    from terril.pipeline.compare import Compared, Comparison
    from terril.pipeline.impact import Impact
    from terril.pipeline.workspace import Workspace

FORMAT = typer.Option(Format.TABLE, "--format", help="table, csv, json ou parquet.")
OUTPUT = typer.Option(None, "--output", "-o", help="Fichier où écrire, au lieu du terminal.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("impact")(impact)
    app.command("compare")(compare)


IMPACT_COLUMNS = ("kind", "id", "name", "through", "observations", "address")


def impact(
    identifier: str = typer.Argument(..., help="Source ou indicateur.", metavar="SOURCE|INDICATEUR"),
    drawing: Path | None = typer.Option(None, "--drawn", help="Fichier SVG où dessiner le lignage."),
    form: Format = FORMAT,
    output: Path | None = OUTPUT,
) -> None:
    """Dit ce qui dépend d'une source ou d'un indicateur : indicateurs, pages, chiffres clés."""
    from terril.pipeline.impact import impact as found_impact
    from terril.pipeline.workspace import Workspace

    workspace = Workspace()
    found = found_impact(workspace, identifier)
    if drawing is not None:
        _draw(workspace, found, drawing)
    emit(_impact_rows(workspace, found), IMPACT_COLUMNS, form, key="impact", output=output, extra=_facts(found))
    if form == Format.TABLE and output is None:
        for line in _told(workspace, found):
            console.print(line, markup=False)


def _impact_rows(workspace: Workspace, found: Impact) -> list[dict[str, Any]]:
    from terril.core.lineage import Kind, Node
    from terril.pipeline.lineage import WORDS, label
    from terril.web import addresses

    def row(node: Node, **more: Any) -> dict[str, Any]:
        name, address = label(workspace, node), addresses.node(node)
        return {"kind": WORDS[node.kind], "id": node.id, "name": name, "address": address, **more}

    rows = [
        row(Node(Kind.INDICATOR, d.id), through=list(d.through), observations=d.observations) for d in found.dependents
    ]
    return rows + [row(Node(Kind.PAGE, page)) for page in found.pages]


def _facts(found: Impact) -> dict[str, Any]:
    return {
        "subject": found.node.id,
        "kind": str(found.node.kind),
        "stands_on": [n.id for n in found.stands_on],
        "themes": list(found.themes),
        "observations": found.observations,
        "highlighted": {pack: list(ids) for pack, ids in found.highlighted.items()},
        "replaced_by": {i: list(sources) for i, sources in found.replaced_by.items()},
    }


def _told(workspace: Workspace, found: Impact) -> list[str]:
    """What the table does not say."""
    count = len(found.dependents)
    lines = [
        f"{found.node.id}{NBSP}: {count} indicateur{'s' if count > 1 else ''} dans {len(found.themes)} "
        f"thème{'s' if len(found.themes) > 1 else ''}, {format_number(found.observations)} observations publiées."
    ]
    if found.stands_on:
        lines.append(f"Il vient de{NBSP}: {', '.join(n.id for n in found.stands_on)}.")
    for pack, ids in found.highlighted.items():
        lines.append(f"Chiffres clés du paquet {pack}{NBSP}: {', '.join(ids)}.")
    for indicator, sources in found.replaced_by.items():
        lines.append(f"{indicator} peut se lire aussi dans{NBSP}: {', '.join(sources)}.")
    return lines


def _draw(workspace: Workspace, found: Impact, path: Path) -> None:
    from terril.core.lineage import Kind, Node
    from terril.pipeline.lineage import drawn, frame_of, lineage_of

    graph = lineage_of(workspace, workspace.releases.current())
    nodes = [*found.stands_on, *(Node(Kind.INDICATOR, d.id) for d in found.dependents)]
    nodes += [Node(Kind.PAGE, page) for page in found.pages]
    chart = drawn(workspace, graph, found.node, nodes, frame_of(workspace, found.node))
    try:
        path.write_text(chart.svg(standalone=True), encoding="utf-8")
    except OSError as error:
        raise StoreError(f"écriture impossible : {path} ({error.strerror})") from error
    errors.print(f"Dessiné dans {path}.", markup=False)


COMPARED_COLUMNS = (
    "indicator", "change", "because", "moved", "slight", "new", "gone", "statuses", "largest", "observations",
)  # fmt: skip


def compare(
    before: str | None = typer.Argument(None, help="Publication de départ ; par défaut, celle d'avant."),
    after: str | None = typer.Argument(None, help="Publication d'arrivée ; par défaut, celle en vigueur."),
    indicator: list[str] | None = typer.Option(None, "--indicator", help="S'en tenir à cet indicateur."),
    threshold: float = typer.Option(0.0, "--threshold", min=0, help="Écart, en %, jusqu'auquel une valeur est stable."),
    audience: str | None = typer.Option("public", "--as", help="Lire comme « public », un organisme, ou « operator »."),
    form: Format = FORMAT,
    output: Path | None = OUTPUT,
) -> None:
    """Compare deux publications : ce qui a bougé, de combien, et pourquoi."""
    from terril.pipeline.compare import compare as compared
    from terril.pipeline.compare import pair, sentence
    from terril.pipeline.workspace import Workspace

    workspace = Workspace()
    scope = scope_as(workspace, None if audience == "operator" else audience)
    first, last = pair(workspace.releases, before, after)
    with progress_bar("Comparaison") as told:
        found = compared(
            workspace.releases, first, last,
            scope=scope, only=indicator or (), threshold=threshold / 100, progress=told,
        )  # fmt: skip
    extra = {"before": first.id, "after": last.id, "summary": sentence(found), "unchanged": found.unchanged}
    rows = [_row(c) for c in found.indicators]
    shown = [_shown(workspace, c) for c in found.indicators]
    if form == Format.TABLE and output is None:
        _head(found, sentence(found))
    if rows or form != Format.TABLE:
        emit(rows, COMPARED_COLUMNS, form, key="indicators", output=output, extra=extra, shown=shown)


def _head(found: Comparison, summary: str) -> None:
    console.print(f"De {found.before.id} ({found.before.created_at}) à {found.after.id} ({found.after.created_at})")
    console.print(summary, markup=False)


def _row(one: Compared) -> dict[str, Any]:
    found = one.differences
    row: dict[str, Any] = {
        "indicator": one.indicator, "change": one.kind, "because": " ; ".join(one.because),
        "observations": one.observations,
    }  # fmt: skip
    if found is None:
        return row
    return row | {
        "moved": found.moved, "slight": found.slight, "new": found.new, "gone": found.gone,
        "statuses": [f"{s.before.word}→{s.after.word}:{s.count}" for s in found.statuses],
        "largest": [f"{m.territory}@{m.period}:{m.before:g}→{m.after:g}" for m in found.largest],
    }  # fmt: skip


def _shown(workspace: Workspace, one: Compared) -> Mapping[str, Any]:
    from terril.pipeline.compare import KINDS

    row = _row(one) | {"change": KINDS[one.kind]}
    if one.differences is None:
        return row
    return row | {
        "statuses": ", ".join(
            f"{s.before.label} → {s.after.label}{NBSP}: {format_number(s.count)}" for s in one.differences.statuses
        ),
        "largest": _moves(workspace, one.indicator, one.differences),
    }


def _moves(workspace: Workspace, indicator: str, found: Differences) -> str:
    """The largest move of the smallest levels: where an analyst looks first."""
    known, decimals = workspace.territories, 2
    if indicator in workspace.packs.indicators:
        decimals = workspace.packs.indicators[indicator].decimals
    moves = sorted(found.largest, key=lambda m: (m.territory.level != "commune", m.territory.level != "epci"))[:2]
    return f"{NBSP}; ".join(
        f"{known.get(m.territory).name if m.territory in known else m.territory} ({m.period}) "
        f"{format_number(m.before, decimals)} → {format_number(m.after, decimals)}"
        for m in moves
    )
