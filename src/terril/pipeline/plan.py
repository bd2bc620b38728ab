"""What a build would change, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from terril.core.causes import Cause, cause_words, differing, relabelled
from terril.core.indicators.breaks import inherited_breaks
from terril.core.indicators.expansion import Expanded, National, NotComputable, expand
from terril.core.indicators.fingerprint import components, data_fingerprint, dated_components, metadata_fingerprint
from terril.core.indicators.graph import all_sources, order
from terril.core.indicators.spec import Indicator
from terril.core.indicators.units import resolved_formula
from terril.core.parameters import Parameter
from terril.core.releases import Manifest, SourceRelease
from terril.core.sources import Source
from terril.engine.protection.readings import Ruled, ruled_sources

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
    """Steps in order of calculation, parents first, and what they stand on; sources whose secrecy rules hide some."""

    steps: tuple[Step, ...]
    ready: Mapping[str, Ready]
    unavailable: Mapping[str, NotComputable]
    ruled: Mapping[str, Ruled] = field(default_factory=dict)

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
    described: Mapping[str, SourceRelease] | None = None,
    parameters: Mapping[str, Parameter] | None = None,
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
    described : what a release would say of each source, to name its files.
    parameters : dated national parameters, by identifier.
    """
    changes = _Changes(current, described or {}, full)
    ready: dict[str, Ready] = {}
    unavailable: dict[str, NotComputable] = {}
    steps = []
    released = current.indicators if current else {}
    national = _national(indicators, sources, parameters or {})
    ruled = ruled_sources(indicators, sources, versions, columns, tables)
    for identifier in order(indicators):
        indicator = indicators[identifier]
        formula = resolved_formula(indicator, sources, indicators, national.parameters)
        parents = {i: r.expanded.periods for i, r in ready.items()}
        found = _outdated(indicator, columns) or expand(indicator, formula, loaded, parents, national)
        if isinstance(found, NotComputable):
            unavailable[identifier] = found
            steps.append(Step(identifier, "remove" if identifier in released else "unavailable", (_why(found),)))
            continue
        parts = components(indicator, formula, versions, sources, {i: r.data for i, r in ready.items()}, tables)
        parts |= dated_components(found)
        parts |= {f"secret {s}": r.fingerprint for s, r in ruled.items() if r.concerns(indicator, s)}
        read = all_sources(indicators, identifier)
        metadata = metadata_fingerprint(indicator, sources, read)
        ready[identifier] = Ready(found, parts, data_fingerprint(parts), metadata)
        steps.append(changes.step(identifier, ready[identifier], read))
    gone = sorted(set(released) - set(indicators))
    steps += [Step(identifier, "remove", ("n'est plus déclaré",)) for identifier in gone]
    return Plan(tuple(steps), ready, unavailable, ruled)


def _national(
    indicators: Mapping[str, Indicator], sources: Mapping[str, Source], parameters: Mapping[str, Parameter]
) -> National:
    breaks = {s: source.breaks for s, source in sources.items()} | inherited_breaks(indicators, sources)
    return National(parameters, breaks)


def _outdated(indicator: Indicator, columns: Mapping[str, Collection[str]]) -> NotComputable | None:
    """A version loaded before its source declared a column does not have it."""
    for entry in indicator.inputs.values():
        for dataset in entry.datasets:
            lacking = [c for c in entry.columns if dataset in columns and c not in columns[dataset]]
            if lacking:
                reason = f"la version chargée n'a pas la colonne {', '.join(lacking)} : charger à nouveau la source"
                return NotComputable(indicator.id, reason, (dataset,))
    return None


@dataclass(slots=True)
class _Changes:
    """What is ready against the release in force, asked parents before children."""

    current: Manifest | None
    described: Mapping[str, SourceRelease]
    full: bool
    causes: dict[str, tuple[Cause, ...]] = field(default_factory=dict)

    def step(self, identifier: str, ready: Ready, read: Collection[str]) -> Step:
        """What to do with an indicator that stands on the sources ``read``, and why."""
        released = self.current.indicators.get(identifier) if self.current else None
        if released is None:
            return Step(identifier, "add", ("nouveau",))
        if released.data != ready.data:
            found = differing(released.components, ready.components, self.causes)
            self.causes[identifier] = found
            return Step(identifier, "recompute", tuple(cause_words(c, self.described) for c in found))
        if self.full:
            return Step(identifier, "recompute", ("demandé",))
        if released.metadata != ready.metadata:
            return Step(identifier, "relabel", self._relabelled(released.metadata, ready.metadata, read))
        return Step(identifier, "keep")

    def _relabelled(self, old: str, new: str, read: Collection[str]) -> tuple[str, ...]:
        """Whether the words of the indicator changed, those of its sources, or both."""
        (own, _, cited), (own_now, _, cited_now) = old.partition("."), new.partition(".")
        reasons = ("libellé, définition ou méthode",) if own != own_now else ()
        if cited == cited_now:
            return reasons
        known = self.current.sources if self.current else {}
        named = relabelled(known, self.described, read)
        return reasons + (named or ("source citée : page ou précaution",))


def _why(found: NotComputable) -> str:
    return f"{found.reason} : {', '.join(found.sources)}" if found.sources else found.reason
