"""Two releases compared: what moved, by how much, and why."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from terril.core.access import PUBLIC, ReadScope
from terril.core.causes import between, cause_words, relabelled
from terril.core.errors import Location, QueryError
from terril.core.progress import Progress, silent
from terril.core.releases import IndicatorRelease, Manifest
from terril.core.text import NBSP, format_number
from terril.engine.compare import MEMORY, Differences, differences
from terril.engine.session import session
from terril.pipeline.changes import sources_read
from terril.pipeline.releases import ReleaseStore

#: What became of an indicator, in the order it is told.
KINDS = {
    "changed": "valeurs changées",
    "new": "nouvel indicateur",
    "gone": "retiré",
    "relabelled": "présentation seule",
    "recalculated": "recalculé, valeurs identiques",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One indicator, between two releases.

    Parameters
    ----------
    kind : a key of :data:`KINDS`.
    because : causes, in French; empty for what is new.
    differences : counts and largest moves; None where nothing had to be read.
    observations : of the release that has it, in the root compared.
    """

    indicator: str
    kind: str
    because: tuple[str, ...]
    observations: int
    differences: Differences | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two releases.

    Parameters
    ----------
    before, after : their manifests.
    indicators : those that differ, in the order of :data:`KINDS`.
    unchanged : how many do not.
    """

    before: Manifest
    after: Manifest
    indicators: tuple[Compared, ...]
    unchanged: int

    def count(self, kind: str) -> int:
        """Indicators of one kind."""
        return sum(c.kind == kind for c in self.indicators)


def previous_of(store: ReleaseStore, release: str) -> str | None:
    """The release that one was built upon where it is still kept, else the one kept before it; None for the oldest."""
    kept = store.ids()
    built_upon = store.manifest(release).previous
    if built_upon in kept:
        return built_upon
    older = [r for r in kept if r < release]
    return older[-1] if older else None


def pair(store: ReleaseStore, before: str | None = None, after: str | None = None) -> tuple[Manifest, Manifest]:
    """The two releases to compare: by default the one in force, and the one before it.

    Raises
    ------
    QueryError
        Where there is none before.
    StoreError
        If one is not kept.
    """
    last = store.manifest(after) if after is not None else store.require()
    first = before if before is not None else previous_of(store, last.id)
    if first is None:
        raise QueryError(
            "aucune publication plus ancienne n'est gardée : rien à quoi comparer",
            location=Location(value=last.id),
            hint="« terril releases » liste celles qui le sont",
        )
    return store.manifest(first), last


def compare(
    store: ReleaseStore,
    before: Manifest,
    after: Manifest,
    *,
    scope: ReadScope = PUBLIC,
    only: Collection[str] = (),
    threshold: float = 0.0,
    progress: Progress = silent,
) -> Comparison:
    """Compare two releases kept.

    Parameters
    ----------
    scope : what may be read; the public root by default.
    only : identifiers of indicators; every one where empty.
    threshold : share of a value up to which a move is not told.

    Raises
    ------
    QueryError
        If an indicator of ``only`` is in neither.
    """
    # Whole files are compared: what is read in part is not told.
    every = before.indicators.keys() | after.indicators.keys()
    known = sorted(i for i in every if scope.allows(i) and scope.of(i).whole)
    for identifier in only:
        _require(identifier, known)
    wanted = [i for i in known if not only or i in only]
    found = list(_compared(store, before, after, scope, wanted, threshold, progress))
    order = list(KINDS)
    found.sort(key=lambda c: (order.index(c.kind), c.indicator))
    return Comparison(before, after, tuple(found), len(wanted) - len(found))


def _require(identifier: str, known: Collection[str]) -> None:
    if identifier not in known:
        near = ", ".join(get_close_matches(identifier, known, n=3, cutoff=0.4)) or "aucun"
        raise QueryError(
            "indicateur absent des deux publications",
            location=Location(value=identifier),
            hint=f"indicateurs proches{NBSP}: {near}",
        )


def _compared(
    store: ReleaseStore,
    before: Manifest,
    after: Manifest,
    scope: ReadScope,
    wanted: list[str],
    threshold: float,
    progress: Progress,
) -> Iterator[Compared]:
    causes = between(before, after)
    # A folder of its own: several processes of the portal may compare at once.
    with tempfile.TemporaryDirectory(prefix="terril-") as spill, session(Path(spill), memory=MEMORY) as connection:
        for done, identifier in enumerate(wanted):
            progress(done, len(wanted), identifier)
            old, new = before.indicators.get(identifier), after.indicators.get(identifier)
            if old is None or new is None:
                yield _one_sided(identifier, old, new, after, scope)
                continue
            because = tuple(cause_words(c, after.sources) for c in causes.get(identifier, ()))
            rows = new.files[scope.root].rows
            if old.files[scope.root].sha256 != new.files[scope.root].sha256:
                paths = [store.path(m.id) / scope.root / m.indicators[identifier].files[scope.root].path
                         for m in (before, after)]  # fmt: skip
                found = differences(connection, paths[0], paths[1], threshold)
                yield Compared(identifier, "changed", because, rows, found)
            elif old.data != new.data:
                yield Compared(identifier, "recalculated", because, rows)
            elif old.metadata != new.metadata:
                yield Compared(identifier, "relabelled", _words(before, after, identifier), rows)


def _one_sided(
    identifier: str, old: IndicatorRelease | None, new: IndicatorRelease | None, after: Manifest, scope: ReadScope
) -> Compared:
    if new is not None:
        return Compared(identifier, "new", (), new.files[scope.root].rows)
    reason = after.not_computable.get(identifier, "n’est plus déclaré")
    return Compared(identifier, "gone", (reason,), old.files[scope.root].rows if old is not None else 0)


def _words(before: Manifest, after: Manifest, indicator: str) -> tuple[str, ...]:
    named = relabelled(before.sources, after.sources, sorted(sources_read(after, indicator)))
    return named or ("libellé, définition ou méthode",)


def sentence(found: Comparison) -> str:
    """What differs, in one sentence."""
    if not found.indicators:
        return f"Rien ne diffère{NBSP}: {_count(found.unchanged, 'indicateur identique', 'indicateurs identiques')}."
    words = {
        "changed": ("indicateur a des valeurs changées", "indicateurs ont des valeurs changées"),
        "new": ("est nouveau", "sont nouveaux"),
        "gone": ("est retiré", "sont retirés"),
        "relabelled": ("change de présentation seulement", "changent de présentation seulement"),
        "recalculated": ("est recalculé à l’identique", "sont recalculés à l’identique"),
    }
    parts = [_count(n, *words[kind]) for kind in KINDS if (n := found.count(kind))]
    moved = sum(c.differences.moved for c in found.indicators if c.differences is not None)
    told = f" En tout, {_count(moved, 'valeur a bougé', 'valeurs ont bougé')}." if moved else ""
    same = _count(found.unchanged, "est identique", "sont identiques")
    return f"{', '.join(parts)}{NBSP}; {same}.{told}"


def _count(number: int, one: str, many: str) -> str:
    return f"{format_number(number)}{NBSP}{one if number < 2 else many}"
