"""The builder of a workspace: its packs, its versions in use, its territory tables."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import Literal

import pyarrow as pa

from terril.core.indicators.fingerprint import digest
from terril.core.progress import Progress, silent
from terril.core.releases import Manifest, SourceRelease
from terril.core.sources import Source
from terril.core.territories.model import Level
from terril.engine.materialise import Geography, VersionFile
from terril.ingestion.encoding import file_sha256
from terril.pipeline.anomalies.gate import Gate
from terril.pipeline.anomalies.journal import Journal
from terril.pipeline.anomalies.overlay import Settled, settle
from terril.pipeline.build import Builder
from terril.pipeline.datasets import DatasetStore, Version
from terril.pipeline.plan import Plan
from terril.pipeline.secrecy import Protector
from terril.pipeline.territories.load import data_folder, load_memberships
from terril.pipeline.workspace import Workspace

MEMBERSHIP_COLUMNS = ("member_level", "member_code", "level", "code")


class Building:
    """Plans and builds the releases of a workspace.

    Parameters
    ----------
    workspace : gives packs, territories and the working folder.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.datasets = DatasetStore(workspace.home)

    @cached_property
    def _memberships(self) -> pa.Table:
        # The national rows as they were built: making them again from the territories takes a second.
        national = load_memberships().select(MEMBERSHIP_COLUMNS)
        rows = self.workspace.territories.pack_memberships()
        own = {name: [row[i] for row in rows] for i, name in enumerate(MEMBERSHIP_COLUMNS)}
        added = pa.table({name: pa.array(column, pa.string()) for name, column in own.items()})
        order = [(name, "ascending") for name in MEMBERSHIP_COLUMNS]
        return pa.concat_tables([national, added]).sort_by(order).combine_chunks()

    @cached_property
    def _populations(self) -> pa.Table:
        communes = self.workspace.territories.of_level(Level.COMMUNE)
        return pa.table(
            {
                "code": [t.key.code for t in communes],
                "population": pa.array([t.population for t in communes], pa.int64()),
            }
        )

    def _tables(self) -> dict[str, str]:
        rows = hashlib.sha256()
        for column in self._memberships.columns:
            rows.update("\n".join(column.to_pylist()).encode())
        return {
            "des appartenances": rows.hexdigest()[:16],
            "de passage des communes": file_sha256(data_folder() / "passage.parquet")[:16],
            "de passage des EPCI": file_sha256(data_folder() / "epci_passage.parquet")[:16],
            "des populations": digest(self._populations.to_pydict()),
        }

    @cached_property
    def protector(self) -> Protector:
        """Keeps the secrets of what is built; its notes say what people must know of the last build."""
        return Protector(self.workspace.releases, self.name)

    @property
    def geography(self) -> Geography:
        """The territory tables."""
        return Geography(
            data_folder() / "passage.parquet",
            data_folder() / "epci_passage.parquet",
            self._memberships,
            self._populations,
        )

    def _file(self, version: Version) -> VersionFile:
        return VersionFile(self.workspace.sources[version.source], version.id, version.path, self._coverage(version))

    def versions_of(self, manifest: Manifest) -> dict[str, VersionFile]:
        """The versions that a release was made of, for the sources still declared.

        Raises
        ------
        StoreError
            When one is no longer kept.
        """
        used = {s: self.datasets.version(s, r.version) for s, r in manifest.sources.items()}
        return {s: self._file(v) for s, v in used.items() if s in self.workspace.sources}

    def _in_use(self) -> dict[str, Version]:
        found = {s: self.datasets.current(s) for s in self.datasets.sources()}
        return {s: v for s, v in found.items() if v is not None and s in self.workspace.sources}

    def _settled(self) -> list[Settled]:
        """Decisions on anomalies, put into effect in the versions in use."""
        decisions = Journal(self.workspace.home).standing(strict=True)
        return settle(self.datasets, decisions.values())

    def builder(self) -> Builder:
        """The builder of releases, on the versions in use once decisions are put into effect."""
        settled = self._settled()
        notes = {s.source: ", ".join(s.notes) for s in settled}
        versions = self._in_use()
        return Builder(
            self.workspace.releases,
            self.geography,
            {s: self._file(v) for s, v in versions.items()},
            {s: described(v, self.workspace.sources[s], notes.get(s, "")) for s, v in versions.items()},
            self._tables(),
            self.workspace.territories.vintage,
            Gate(
                self.workspace.home,
                self.workspace.packs.indicators,
                self.workspace.sources,
                [anomaly for s in settled for anomaly in s.anomalies],
            ),
            self.workspace.packs.parameters,
            self.protector,
        )

    def name(self, level: str, code: str) -> str:
        """A territory for people: its name, and its key."""
        return f"{self.workspace.territories.get(f'{level}:{code}').name} ({level}:{code})"

    def plan(self, *, full: bool = False) -> Plan:
        """What a build would change, and why."""
        return self.builder().plan(self.workspace.packs.indicators, self.workspace.sources, full=full)

    def build(
        self, *, full: bool = False, wait: bool = True, progress: Progress = silent
    ) -> tuple[Plan, Manifest | None]:
        """Build and publish; see :meth:`terril.pipeline.build.Builder.build`."""
        builder = self.builder()
        return builder.build(
            self.workspace.packs.indicators, self.workspace.sources, full=full, wait=wait, progress=progress
        )

    def _coverage(self, version: Version) -> Sequence[str] | Literal["national", "rows"]:
        found = version.meta["coverage"]
        if found["rule"] != "observed_epci":
            rule: Literal["national", "rows"] = found["rule"]
            return rule
        covered = frozenset(found["epci"])
        return [t.key.code for t in self.workspace.territories.of_level(Level.COMMUNE) if t.epci in covered]


def described(version: Version, source: Source, note: str = "") -> SourceRelease:
    """What a release says of a version: words from the definition as it is now, facts from the file as it was.

    Parameters
    ----------
    note : what decisions made of it, in French; empty where none was taken.
    """
    meta = version.meta
    files = [f["name"] for f in meta["files"]]
    if "document" in meta:
        files = [f"{meta['document']['title']} ({meta['document']['year']})"]
    return SourceRelease(
        id=version.source,
        version=version.id,
        vintage=source.vintage,
        producer=source.producer,
        licence=source.licence,
        label=source.label,
        files=tuple(files),
        retrieved_at=meta["retrieved_at"],
        cog=(meta["cog"],) if isinstance(meta["cog"], int) else (),
        note=note,
    )
