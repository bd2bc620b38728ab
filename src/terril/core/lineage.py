"""What stands on what: from a source or a parameter to indicators, and from them to pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import networkx as nx

from terril.core.indicators.graph import order
from terril.core.indicators.spec import Indicator

#: Pages that show several indicators, beside the page of each theme.
HOME, PROFILES = "accueil", "territoires"


class Kind(StrEnum):
    """What a node is, in the order of the flow."""

    SOURCE = "source"
    PARAMETER = "parameter"
    INDICATOR = "indicator"
    PAGE = "page"


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """One thing of the graph: ``id`` is an identifier, or for a page a theme, :data:`HOME` or :data:`PROFILES`."""

    kind: Kind
    id: str


class Lineage:
    """The graph of a set of definitions; edges go the way figures flow.

    Parameters
    ----------
    indicators : definitions, by identifier.
    shown : identifiers of the indicators that pages show (those released); all when None.
    highlights : identifiers of those that the first page shows.
    """

    def __init__(
        self,
        indicators: Mapping[str, Indicator],
        shown: Collection[str] | None = None,
        highlights: Iterable[str] = (),
    ) -> None:
        self.indicators = indicators
        self.graph: nx.DiGraph = nx.DiGraph()
        for identifier in sorted(indicators):
            self._read(identifier)
        for identifier in sorted(indicators if shown is None else [i for i in shown if i in indicators]):
            self._show(identifier, identifier in frozenset(highlights))

    def _read(self, identifier: str) -> None:
        node, indicator = Node(Kind.INDICATOR, identifier), self.indicators[identifier]
        self.graph.add_node(node)
        self.graph.add_edges_from((Node(Kind.SOURCE, d), node) for d in indicator.datasets)
        self.graph.add_edges_from((Node(Kind.PARAMETER, p), node) for p in indicator.parameters)
        parents = (p for p in indicator.parents if p in self.indicators)
        self.graph.add_edges_from((Node(Kind.INDICATOR, p), node) for p in parents)

    def _show(self, identifier: str, highlighted: bool) -> None:
        node = Node(Kind.INDICATOR, identifier)
        pages = [self.indicators[identifier].theme, PROFILES, *([HOME] if highlighted else [])]
        self.graph.add_edges_from((node, Node(Kind.PAGE, page)) for page in pages)

    def __contains__(self, node: Node) -> bool:
        return node in self.graph

    def downstream(self, node: Node) -> tuple[Node, ...]:
        """Everything that stands on a node, sorted; nothing for one that is not in the graph."""
        return tuple(sorted(nx.descendants(self.graph, node))) if node in self.graph else ()

    def upstream(self, node: Node) -> tuple[Node, ...]:
        """Everything that a node stands on, sorted."""
        return tuple(sorted(nx.ancestors(self.graph, node))) if node in self.graph else ()

    def among(self, nodes: Iterable[Node]) -> tuple[tuple[Node, Node], ...]:
        """Edges between some nodes, sorted."""
        return tuple(sorted(self.graph.subgraph(nodes).edges))

    def levels(self, nodes: Iterable[Node]) -> dict[Node, int]:
        """Column of each node when some of them are drawn: after everything it stands on, pages last of all."""
        kept = self.graph.subgraph(nodes)
        found: dict[Node, int] = {}
        for node in nx.lexicographical_topological_sort(kept):
            found[node] = max((found[above] + 1 for above in kept.predecessors(node)), default=0)
        last = max((level for node, level in found.items() if node.kind is Kind.PAGE), default=0)
        return {node: last if node.kind is Kind.PAGE else level for node, level in found.items()}

    @cached_property
    def order(self) -> Mapping[str, int]:
        """Rank of each indicator, parents before children."""
        return {identifier: rank for rank, identifier in enumerate(order(self.indicators))}

    def path(self, start: Node, end: Node) -> tuple[Node, ...]:
        """The shortest way from one to the other, both included; empty where there is none."""
        try:
            return tuple(nx.shortest_path(self.graph, start, end))
        except (nx.NetworkXNoPath, nx.NodeNotFound):
            # No way is an answer: the question is asked of any two nodes.
            return ()


def replacements(indicators: Mapping[str, Indicator], source: str) -> dict[str, tuple[str, ...]]:
    """Sources that may be read in the place of one, by indicator, in the order its definition prefers them.

    Only what reads the source directly is told; an indicator one of whose inputs has no other source is not.
    """
    found = {}
    for identifier, indicator in sorted(indicators.items()):
        reading = [i.datasets for i in indicator.inputs.values() if source in i.datasets]
        others = [tuple(d for d in datasets if d != source) for datasets in reading]
        if reading and all(others):
            found[identifier] = tuple(dict.fromkeys(d for each in others for d in each))
    return found
