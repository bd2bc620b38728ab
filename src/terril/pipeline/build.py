"""Building a release: compute what changed, reuse the rest, publish at once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from terril.core.errors import StoreError
from terril.core.indicators.expansion import Expanded
from terril.core.indicators.fingerprint import ENGINE
from terril.core.indicators.spec import Indicator
from terril.core.progress import Progress, silent
from terril.core.releases import ROOTS, IndicatorRelease, Manifest, SourceRelease, StoredFile, Use
from terril.core.sources import Source
from terril.engine.materialise import Geography, VersionFile, Workshop, link_or_copy
from terril.engine.session import Connection, session
from terril.pipeline.plan import Plan, Ready, Step, make_plan
from terril.pipeline.releases import ReleaseStore, disk_errors


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
    """

    def __init__(
        self,
        store: ReleaseStore,
        geography: Geography,
        versions: Mapping[str, VersionFile],
        described: Mapping[str, SourceRelease],
        tables: Mapping[str, str],
        vintage: int,
    ) -> None:
        self.store = store
        self.geography = geography
        self.versions = versions
        self.described = described
        self.tables = tables
        self.vintage = vintage

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
        BuildError, StoreError
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
                    return plan, None
                with self.store.staging(release) as staged:
                    manifest = self._fill(staged, release, workshop, plan, current, progress)
                    self.store.publish(staged, manifest)
            return plan, manifest

    def _current(self, full: bool) -> Manifest | None:
        """The release in force; a damaged one is no obstacle to rebuilding everything."""
        try:
            return self.store.current()
        except StoreError:
            if not full:
                raise
            return None

    def _workshop(self, connection: Connection) -> Workshop:
        workshop = Workshop(connection, self.geography)
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
        return make_plan(indicators, sources, loaded, columns, ids, self.tables, self._current(full), full=full)

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
        buckets = self._buckets(workshop, released, roots, current)
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
            files=files,
        )

    def _buckets(
        self,
        workshop: Workshop,
        released: Mapping[str, IndicatorRelease],
        roots: Mapping[str, Path],
        current: Manifest | None,
    ) -> dict[str, dict[str, StoredFile]]:
        def digests(indicators: Mapping[str, IndicatorRelease]) -> dict[str, list[str]]:
            return {i: sorted(f.sha256 for f in r.files.values()) for i, r in indicators.items()}

        if current is None or digests(released) != digests(current.indicators):
            files = {i: roots["restricted"] / r.files["restricted"].path for i, r in released.items()}
            return workshop.bucket(files, roots)
        for root, folder in roots.items():
            for file in current.buckets[root].values():
                link_or_copy(self.store.path(current.id) / root / file.path, folder / file.path)
        return current.buckets


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
                )
            )
    return {period: tuple(entries) for period, entries in found.items()}


def _reason(reason: str, sources: tuple[str, ...]) -> str:
    return f"{reason} ({', '.join(sources)})" if sources else reason
