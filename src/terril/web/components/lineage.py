"""Where figures come from and go to, as pages draw it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from terril.core.drawing.lineage import LineageChart
from terril.core.drawing.model import Frame
from terril.core.lineage import Kind, Lineage, Node
from terril.core.text import NBSP
from terril.pipeline.lineage import drawn, label, lineage_of
from terril.web import addresses
from terril.web.portal import VIEWS, Portal

_ORIGIN = "définitions des paquets"
_READ = f"De gauche à droite{NBSP}: sources, indicateurs, pages. Le tableau dit ce qui vient de quoi."


def fed_by(portal: Portal, source: str) -> LineageChart | None:
    """What a source feeds, drawn; None where nothing that it feeds is released."""
    graph, focus = _graph(portal), Node(Kind.SOURCE, source)
    below = [n for n in graph.downstream(focus) if n.kind is not Kind.INDICATOR or n.id in portal.indicators]
    if not below:
        return None
    return _drawn(portal, focus, below, f"Ce que «{NBSP}{label(portal.workspace, focus)}{NBSP}» alimente")


def origin_of(portal: Portal, indicator: str) -> LineageChart:
    """What an indicator is made from, drawn."""
    graph, focus = _graph(portal), Node(Kind.INDICATOR, indicator)
    title = f"D’où vient «{NBSP}{label(portal.workspace, focus)}{NBSP}»"
    above = [n for n in graph.upstream(focus) if _known(portal, n)]
    return _drawn(portal, focus, above, title)


def _known(portal: Portal, node: Node) -> bool:
    """Whether this audience may know of a source or an indicator."""
    if node.kind is Kind.SOURCE:
        return node.id not in portal.scope.hidden
    return node.kind is not Kind.INDICATOR or portal.scope.allows(node.id)


def children_of(portal: Portal, indicator: str) -> tuple[tuple[str, str], ...]:
    """Names and addresses of the released indicators that are computed from one, directly or not."""
    below = _graph(portal).downstream(Node(Kind.INDICATOR, indicator))
    kept = [n for n in below if n.kind is Kind.INDICATOR and n.id in portal.indicators]
    return tuple((label(portal.workspace, n), addresses.node(n)) for n in kept)


@lru_cache(maxsize=VIEWS)
def _graph(portal: Portal) -> Lineage:
    return lineage_of(portal.workspace, portal.manifest)


def _drawn(portal: Portal, focus: Node, nodes: Iterable[Node], title: str) -> LineageChart:
    frame = Frame(title=title, description=_READ, unit="", source=_ORIGIN, id="lignage")
    return drawn(portal.workspace, _graph(portal), focus, nodes, frame, addresses.node)
