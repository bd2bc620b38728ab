"""Which indicator stands on which."""

from __future__ import annotations

from collections.abc import Mapping

import networkx as nx

from terril.core.errors import CycleError
from terril.core.indicators.spec import Indicator


def _graph(indicators: Mapping[str, Indicator]) -> nx.DiGraph:
    graph = nx.DiGraph()
    for identifier in sorted(indicators):
        graph.add_node(identifier)
        graph.add_edges_from((parent, identifier) for parent in indicators[identifier].parents if parent in indicators)
    return graph


def order(indicators: Mapping[str, Indicator]) -> list[str]:
    """Identifiers, parents before children, alphabetical where free.

    Raises
    ------
    CycleError
        Naming the indicators of the circle, in order.
    """
    graph = _graph(indicators)
    try:
        return list(nx.lexicographical_topological_sort(graph))
    except nx.NetworkXUnfeasible:
        cycle = [edge[0] for edge in nx.find_cycle(graph)]
        raise CycleError(
            f"indicateurs en cercle : {' → '.join([*cycle, cycle[0]])}",
            hint="l'un d'eux doit se calculer depuis une source",
        ) from None


def all_sources(indicators: Mapping[str, Indicator], identifier: str) -> tuple[str, ...]:
    """Every source an indicator stands on, through its parents."""
    found = dict.fromkeys(indicators[identifier].datasets)
    for parent in indicators[identifier].parents:
        if parent in indicators:
            found |= dict.fromkeys(all_sources(indicators, parent))
    return tuple(found)
