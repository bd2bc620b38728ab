"""What depends on a source or an indicator, and what it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from terril.core.errors import Location, QueryError
from terril.core.lineage import Kind, Lineage, Node, replacements
from terril.core.releases import Manifest
from terril.core.text import NBSP
from terril.pipeline.lineage import lineage_of
from terril.pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Dependent:
    """An indicator that would change.

    Parameters
    ----------
    id : its identifier.
    through : indicators between it and what is asked about, the nearest to it last; empty when it reads it directly.
    observations : in the public root of the release in force; None where it is not released.
    """

    id: str
    through: tuple[str, ...]
    observations: int | None


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything that depends on a source or an indicator.

    Parameters
    ----------
    node : what is asked about.
    stands_on : what it is made from, sources first; empty for a source.
    dependents : indicators, parents before children.
    pages : themes, :data:`terril.core.lineage.HOME` or :data:`terril.core.lineage.PROFILES`.
    highlighted : by pack, those of its key figures that depend on it.
    replaced_by : sources that may be read in its place, by indicator.
    """

    node: Node
    stands_on: tuple[Node, ...]
    dependents: tuple[Dependent, ...]
    pages: tuple[str, ...]
    highlighted: dict[str, tuple[str, ...]]
    replaced_by: dict[str, tuple[str, ...]]

    @property
    def observations(self) -> int:
        """Observations released that depend on it."""
        return sum(d.observations or 0 for d in self.dependents)

    @property
    def themes(self) -> tuple[str, ...]:
        """Themes of the indicators, sorted."""
        return tuple(sorted({d.id.partition("/")[0] for d in self.dependents}))


def impact(workspace: Workspace, identifier: str) -> Impact:
    """What depends on a source or an indicator.

    Raises
    ------
    QueryError
        If no pack declares it.
    """
    manifest = workspace.releases.current()
    graph = lineage_of(workspace, manifest)
    node = _node(workspace, graph, identifier)
    below = graph.downstream(node)
    reached = [n.id for n in below if n.kind is Kind.INDICATOR]
    affected = {*reached, identifier} if node.kind is Kind.INDICATOR else set(reached)
    return Impact(
        node=node,
        stands_on=graph.upstream(node),
        dependents=tuple(_dependent(graph, node, i, manifest) for i in sorted(reached, key=graph.order.__getitem__)),
        pages=tuple(n.id for n in below if n.kind is Kind.PAGE),
        highlighted={
            name: shown
            for name, pack in workspace.packs.packs.items()
            if (shown := tuple(h for h in pack.manifest.highlights if h in affected))
        },
        replaced_by=replacements(workspace.packs.indicators, identifier) if node.kind is Kind.SOURCE else {},
    )


def _dependent(graph: Lineage, node: Node, identifier: str, manifest: Manifest | None) -> Dependent:
    way = graph.path(node, Node(Kind.INDICATOR, identifier))[1:-1]
    released = manifest.indicators.get(identifier) if manifest is not None else None
    rows = released.files["public"].rows if released is not None else None
    return Dependent(identifier, tuple(n.id for n in way), rows)


def _node(workspace: Workspace, graph: Lineage, identifier: str) -> Node:
    found = Node(Kind.PARAMETER, identifier)
    if identifier in workspace.sources:
        return Node(Kind.SOURCE, identifier)
    if identifier in workspace.packs.indicators:
        return Node(Kind.INDICATOR, identifier)
    if found in graph:
        return found
    known = [*workspace.sources, *workspace.packs.indicators]
    near = get_close_matches(identifier, known, n=4, cutoff=0.4)
    raise QueryError(
        "ni source ni indicateur de ce nom",
        location=Location(value=identifier),
        hint=f"noms proches{NBSP}: {', '.join(near)}" if near else "« terril check » liste ce qui est déclaré",
    )
