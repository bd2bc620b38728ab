"""Building a release: compute what changed, reuse the rest, publish at once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from terril.core.errors import StoreError
from terril.core.indicators.expansion import Expanded
from terril.core.indicators.fingerprint import ENGINE
from terril.core.indicators.spec import Indicator
from terril.core.parameters import Parameter
from terril.core.progress import Progress, silent
from terril.core.releases import ROOTS, IndicatorRelease, Manifest, SourceRelease, StoredFile, Use
from terril.core.sources import Source
from terril.engine.buckets import Before, bucket
from terril.engine.materialise import Geography, VersionFile, Workshop, link_or_copy
from terril.engine.session import Connection, session
from terril.pipeline.anomalies.gate import Gate
from terril.pipeline.plan import Plan, Ready, Step, make_plan
from terril.pipeline.releases import ReleaseStore, disk_errors
from terril.pipeline.secrecy import Protector


def new_release_id(now: datetime) -> str:
    """Identifier that sorts by time and never repeats."""
    return f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(2)}"


class Builder:
    """One build, from the versions in use to a published release.

    Parameters
    ----------
    store : where releases are.
    geography : territory tables.
    versions : dataset versions in use.
    described : what a release says of each of them, by source.
    tables : digests of the territory tables.
    vintage : COG year of the territories.
    gate : checks what is about to be published; nothing is checked when None.
    parameters : dated national parameters, by identifier.
    secrecy : keeps the secrets of the release; one that tells territories by their key when None.
    """

    def __init__(
        self,
        store: ReleaseStore,
        geography: Geography,
        versions: Mapping[str, VersionFile],
        described: Mapping[str, SourceRelease],
        tables: Mapping[str, str],
        vintage: int,
        gate: Gate | None = None,
        parameters: Mapping[str, Parameter] | None = None,
        secrecy: Protector | None = None,
    ) -> None:
        self.store = store
        self.geography = geography
        self.versions = versions
        self.described = described
        self.tables = tables
        self.vintage = vintage
        self.gate = gate
        self.parameters = parameters or {}
        self.secrecy = secrecy or Protector(store)
        #: What computes observations: DuckDB, unless another engine takes its place.
        self.make_workshop: Callable[[Connection, Geography], Workshop] = Workshop

    def plan(self, indicators: Mapping[str, Indicator], sources: Mapping[str, Source], *, full: bool = False) -> Plan:
        """What a build would do now."""
        with session() as connection:
            workshop = self._workshop(connection)
            return self._plan(workshop, indicators, sources, full)

    def build(
        self,
        indicators: Mapping[str, Indicator],
        sources: Mapping[str, Source],
        *,
        full: bool = False,
        wait: bool = True,
        progress: Progress = silent,
    ) -> tuple[Plan, Manifest | None]:
        """Build and publish.

        Returns
        -------
        The plan that was carried out, and the manifest published (None when nothing had to change).

        Raises
        ------
        BuildError, StoreError, QualityError, SecrecyError
            The release in force is untouched.
        """
        with self.store.lock(wait), disk_errors():
            release = new_release_id(datetime.now(UTC))
            spill = self.store.folder / ".spill"
            with session(spill) as connection:
                workshop = self._workshop(connection)
                plan = self._plan(workshop, indicators, sources, full)
                current = self._current(full)
                if not plan.changes and current is not None:
                    if self.gate is not None:
                        self.gate.refresh(workshop, self.versions, self.store.path(current.id), current)
                    return plan, None
                with self.store.staging(release) as staged:
                    self.secrecy.prepare(workshop, plan, staged, current, full=full, progress=progress)
                    manifest = self._fill(staged, release, workshop, plan, current, progress)
                    if self.gate is not None:
                        self.gate.review(workshop, self.versions, staged, manifest)
                    self.secrecy.review(workshop, plan, staged, manifest, progress)
                    self.store.publish(staged, manifest)
            return plan, manifest

    def rehearse(
        self,
        indicators: Mapping[str, Indicator],
        sources: Mapping[str, Source],
        folder: Path,
        progress: Progress = silent,
    ) -> Manifest:
        """Compute everything into a folder of the caller's, and publish nothing.

        Returns
        -------
        What a release of these files would say.
        """
        with disk_errors(), session(folder / ".spill") as connection:
            workshop = self._workshop(connection)
            plan = self._plan(workshop, indicators, sources, full=True)
            self.secrecy.prepare(workshop, plan, folder, None, progress=progress)
            return self._fill(folder, folder.name, workshop, plan, None, progress)

    def _current(self, full: bool) -> Manifest | None:
        """The release in force; a damaged one is no obstacle to rebuilding everything."""
        try:
            return self.store.current()
        except StoreError:
            if not full:
                raise
            return None

    def _workshop(self, connection: Connection) -> Workshop:
        workshop = self.make_workshop(connection, self.geography)
        for version in self.versions.values():
            workshop.add(version)
        return workshop

    def _plan(
        self,
        workshop: Workshop,
        indicators: Mapping[str, Indicator],
        sources: Mapping[str, Source],
        full: bool,
    ) -> Plan:
        loaded = {source: found.periods for source, found in workshop.loaded.items()}
        columns = {source: frozenset(found.schema) for source, found in workshop.loaded.items()}
        ids = {source: found.version for source, found in workshop.loaded.items()}
        current = self._current(full)
        return make_plan(
            indicators,
            sources,
            loaded,
            columns,
            ids,
            self.tables,
            current,
            full=full,
            described=self.described,
            parameters=self.parameters,
        )

    def _fill(
        self,
        staged: Path,
        release: str,
        workshop: Workshop,
        plan: Plan,
        current: Manifest | None,
        progress: Progress,
    ) -> Manifest:
        roots = {root: staged / root for root in ROOTS}
        released: dict[str, IndicatorRelease] = {}
        todo = [s for s in plan.steps if s.indicator in plan.ready]
        for done, step in enumerate(todo):
            progress(done, len(todo) + 1, step.indicator)
            files = self._files(step, workshop, plan.ready[step.indicator], roots, current)
            released[step.indicator] = self._released(step.indicator, plan.ready[step.indicator], files)
        progress(len(todo), len(todo) + 1, "tri par territoire")
        # Nothing kept, nothing trusted: a full build writes every file anew, whatever became of the old ones.
        kept = any(step.action in ("keep", "relabel") for step in todo)
        buckets = self._buckets(workshop, released, roots, current if kept else None)
        progress(len(todo) + 1, len(todo) + 1, "publication")
        used = {u.source for i in released.values() for uses in i.periods.values() for u in uses if u.source}
        return Manifest(
            id=release,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            previous=current.id if current else None,
            engine=ENGINE,
            vintage=self.vintage,
            tables=dict(self.tables),
            sources={s: d for s, d in sorted(self.described.items()) if s in used},
            indicators=dict(sorted(released.items())),
            not_computable={i: _reason(n.reason, n.sources) for i, n in sorted(plan.unavailable.items())},
            buckets=buckets,
        )

    def _files(
        self,
        step: Step,
        workshop: Workshop,
        ready: Ready,
        roots: Mapping[str, Path],
        current: Manifest | None,
    ) -> dict[str, StoredFile]:
        if step.action in ("keep", "relabel") and current is not None:
            files = current.indicators[step.indicator].files
            for root, file in files.items():
                link_or_copy(self.store.path(current.id) / root / file.path, roots[root] / file.path)
            workshop.know(step.indicator, roots["restricted"] / files["restricted"].path)
            return files
        return workshop.observe(ready.expanded, roots)

    def _released(self, identifier: str, ready: Ready, files: dict[str, StoredFile]) -> IndicatorRelease:
        return IndicatorRelease(
            id=identifier,
            data=ready.data,
            metadata=ready.metadata,
            components=dict(ready.components),
            periods=uses(ready.expanded, self.described),
            dropped=dict(ready.expanded.dropped),
            files=files,
        )

    def _buckets(
        self,
        workshop: Workshop,
        released: Mapping[str, IndicatorRelease],
        roots: Mapping[str, Path],
        current: Manifest | None,
    ) -> dict[str, dict[str, StoredFile]]:
        files = {i: roots["restricted"] / r.files["restricted"].path for i, r in released.items()}
        if current is None:
            return bucket(workshop, files, roots)
        known = {i: _digests(r) for i, r in current.indicators.items()}
        stale = {i for i, found in known.items() if i not in released or _digests(released[i]) != found}
        fresh = {i: path for i, path in files.items() if i in stale or i not in known}
        if stale or fresh:
            folder = self.store.path(current.id) / "restricted"
            there = {name: folder / file.path for name, file in current.buckets["restricted"].items()}
            return bucket(workshop, fresh, roots, Before(there, stale))
        for root, folder in roots.items():
            for file in current.buckets[root].values():
                link_or_copy(self.store.path(current.id) / root / file.path, folder / file.path)
        return current.buckets


def _digests(released: IndicatorRelease) -> dict[str, str]:
    return {root: file.sha256 for root, file in released.files.items()}


def uses(expanded: Expanded, described: Mapping[str, SourceRelease]) -> dict[str, tuple[Use, ...]]:
    """What each observation period of an indicator reads."""
    found: dict[str, list[Use]] = {period: [] for period in expanded.periods}
    for name, readings in expanded.readings.items():
        for reading in readings:
            source = described.get(reading.source) if reading.source else None
            found[reading.observed].append(
                Use(
                    input=name,
                    period=reading.read,
                    source=reading.source,
                    version=source.version if source else None,
                    vintage=source.vintage_of(reading.read) if source else None,
                    indicator=reading.indicator,
                    parameter=reading.parameter,
                    value=reading.value,
                )
            )
    return {period: tuple(entries) for period, entries in found.items()}


def _reason(reason: str, sources: tuple[str, ...]) -> str:
    return f"{reason} ({', '.join(sources)})" if sources else reason
