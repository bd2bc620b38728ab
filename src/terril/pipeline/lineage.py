"""The graph of definitions as it is named and drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from terril.core.drawing.layers import Step
from terril.core.drawing.lineage import LineageChart
from terril.core.drawing.model import Frame, Role
from terril.core.lineage import HOME, PROFILES, Kind, Lineage, Node
from terril.core.releases import Manifest
from terril.core.text import NBSP, typeset
from terril.pipeline.workspace import Workspace

WORDS = {Kind.SOURCE: "source", Kind.PARAMETER: "paramètre", Kind.INDICATOR: "indicateur", Kind.PAGE: "page"}
_PAGES = {HOME: "Accueil", PROFILES: "Fiches des territoires"}


def lineage_of(workspace: Workspace, manifest: Manifest | None) -> Lineage:
    """The graph of a workspace: pages show what the release in force has, or everything before the first build."""
    packs = workspace.packs
    return Lineage(packs.indicators, manifest.indicators if manifest is not None else None, packs.highlights)


def label(workspace: Workspace, node: Node) -> str:
    """A node as it is named in the portal; its identifier where nothing names it."""
    if node.kind is Kind.PAGE:
        theme = workspace.packs.themes.get(node.id)
        return _PAGES.get(node.id) or (f"Thème{NBSP}: {typeset(theme.label)}" if theme is not None else node.id)
    if node.kind is Kind.SOURCE and node.id in workspace.sources:
        return typeset(workspace.sources[node.id].label)
    if node.kind is Kind.INDICATOR and node.id in workspace.packs.indicators:
        return typeset(workspace.packs.indicators[node.id].label)
    if node.kind is Kind.PARAMETER and node.id in workspace.packs.parameters:
        return typeset(workspace.packs.parameters[node.id].label)
    return node.id


def drawn(
    workspace: Workspace,
    graph: Lineage,
    focus: Node,
    nodes: Iterable[Node],
    frame: Frame,
    href: Callable[[Node], str] = lambda node: "",
) -> LineageChart:
    """A part of the graph, drawn around one of its nodes.

    Parameters
    ----------
    nodes : what is drawn beside the focus.
    href : address of the page of a node.
    """
    kept = {focus, *nodes}
    levels = graph.levels(kept)
    order, first = graph.order, frozenset(workspace.packs.highlights)
    ordered = sorted(kept, key=lambda n: (n.id not in first, order.get(n.id, 0), n))
    steps = tuple(
        Step(
            id=f"{node.kind}:{node.id}",
            label=label(workspace, node),
            what=WORDS[node.kind],
            level=levels[node],
            href=href(node),
            role=Role.MAIN if node == focus else Role.OTHER,
        )
        for node in ordered
    )
    links = tuple((f"{a.kind}:{a.id}", f"{b.kind}:{b.id}") for a, b in graph.among(kept))
    return LineageChart(frame, steps, links)


def frame_of(workspace: Workspace, focus: Node, identifier: str = "lignage") -> Frame:
    """Words of the drawing of what depends on a node."""
    name = label(workspace, focus)
    return Frame(
        title=f"Ce qui dépend de {name}" if focus.kind is Kind.SOURCE else f"Lignage de {name}",
        description=f"De gauche à droite{NBSP}: sources, indicateurs, pages. Le tableau dit ce qui vient de quoi.",
        unit="",
        source="définitions des paquets",
        id=identifier,
    )
