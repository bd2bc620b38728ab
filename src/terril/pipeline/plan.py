"""What a build would change, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from terril.core.indicators.expansion import Expanded, NotComputable, expand
from terril.core.indicators.fingerprint import causes, components, data_fingerprint, metadata_fingerprint
from terril.core.indicators.graph import order
from terril.core.indicators.spec import Indicator
from terril.core.indicators.units import resolved_formula
from terril.core.releases import Manifest
from terril.core.sources import Source

ACTIONS = {
    "add": "à calculer pour la première fois",
    "recompute": "à recalculer",
    "relabel": "présentation seule : rien à recalculer",
    "keep": "inchangé",
    "remove": "à retirer",
    "unavailable": "non calculable",
}


@dataclass(frozen=True, slots=True)
class Step:
    """What a build would do with one indicator.

    Parameters
    ----------
    indicator : identifier.
    action : a key of :data:`ACTIONS`.
    reasons : in French; the components that changed, or why nothing can be computed.
    """

    indicator: str
    action: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """An indicator that can be computed, with its fingerprints."""

    expanded: Expanded
    components: Mapping[str, str]
    data: str
    metadata: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in order of calculation, parents first, and what they stand on."""

    steps: tuple[Step, ...]
    ready: Mapping[str, Ready]
    unavailable: Mapping[str, NotComputable]

    def count(self) -> Counter[str]:
        """Number of steps of each action."""
        return Counter(step.action for step in self.steps)

    @property
    def changes(self) -> bool:
        """Whether a build would publish anything new."""
        return any(step.action not in ("keep", "unavailable") for step in self.steps)


def make_plan(
    indicators: Mapping[str, Indicator],
    sources: Mapping[str, Source],
    loaded: Mapping[str, Sequence[str]],
    columns: Mapping[str, Collection[str]],
    versions: Mapping[str, str],
    tables: Mapping[str, str],
    current: Manifest | None,
    *,
    full: bool = False,
) -> Plan:
    """Compare what the packs and versions say with the release in force.

    Parameters
    ----------
    loaded : periods of each loaded source.
    columns : columns of the version in use of each loaded source.
    versions : version in use of each loaded source.
    tables : digests of the territory tables.
    current : manifest in force, or None.
    full : recompute everything, changed or not.
    """
    ready: dict[str, Ready] = {}
    unavailable: dict[str, NotComputable] = {}
    steps = []
    released = current.indicators if current else {}
    for identifier in order(indicators):
        indicator = indicators[identifier]
        formula = resolved_formula(indicator, sources, indicators)
        parents = {i: r.expanded.periods for i, r in ready.items()}
        found = _outdated(indicator, columns) or expand(indicator, formula, loaded, parents)
        if isinstance(found, NotComputable):
            unavailable[identifier] = found
            steps.append(Step(identifier, "remove" if identifier in released else "unavailable", (_why(found),)))
            continue
        parts = components(indicator, formula, versions, sources, {i: r.data for i, r in ready.items()}, tables)
        ready[identifier] = Ready(found, parts, data_fingerprint(parts), metadata_fingerprint(indicator, sources))
        steps.append(_step(identifier, ready[identifier], current, full))
    gone = sorted(set(released) - set(indicators))
    steps += [Step(identifier, "remove", ("n'est plus déclaré",)) for identifier in gone]
    return Plan(tuple(steps), ready, unavailable)


def _outdated(indicator: Indicator, columns: Mapping[str, Collection[str]]) -> NotComputable | None:
    """A version loaded before its source declared a column does not have it."""
    for entry in indicator.inputs.values():
        for dataset in entry.datasets:
            lacking = [c for c in entry.columns if dataset in columns and c not in columns[dataset]]
            if lacking:
                reason = f"la version chargée n'a pas la colonne {', '.join(lacking)} : charger à nouveau la source"
                return NotComputable(indicator.id, reason, (dataset,))
    return None


def _step(identifier: str, ready: Ready, current: Manifest | None, full: bool) -> Step:
    released = current.indicators.get(identifier) if current else None
    if released is None:
        return Step(identifier, "add", ("nouveau",))
    if released.data != ready.data:
        changed = causes(released.components, dict(ready.components))
        return Step(identifier, "recompute", tuple(f"{c} a changé" for c in changed))
    if full:
        return Step(identifier, "recompute", ("demandé",))
    if released.metadata != ready.metadata:
        return Step(identifier, "relabel", ("libellé, définition ou méthode",))
    return Step(identifier, "keep")


def _why(found: NotComputable) -> str:
    return f"{found.reason} : {', '.join(found.sources)}" if found.sources else found.reason
