"""Everything one command needs, opened when it is needed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Literal

import pyarrow as pa

from terril import __version__
from terril.core.access import ReadScope, scope_for
from terril.core.errors import IngestError, Location
from terril.core.indicators.expansion import Expanded, Reading
from terril.core.indicators.fingerprint import digest
from terril.core.indicators.formula import parse_formula
from terril.core.indicators.spec import Indicator
from terril.core.releases import IndicatorRelease, Manifest, SourceRelease
from terril.core.sources import Source
from terril.core.territories.index import Territories
from terril.core.territories.model import Level
from terril.engine.explain import Explainer
from terril.engine.materialise import Geography, VersionFile
from terril.engine.query import Reader
from terril.ingestion.client import Client
from terril.ingestion.contract import Gazetteer
from terril.ingestion.encoding import file_sha256
from terril.pipeline.build import Builder, Progress, silent
from terril.pipeline.datasets import DatasetStore, Version
from terril.pipeline.home import home_folder
from terril.pipeline.ingest import (
    FolderOutcome,
    Ingestion,
    Outcome,
    ingest_address,
    ingest_bundled,
    ingest_facts,
    ingest_file,
    ingest_folder,
)
from terril.pipeline.packs import Packs, load_packs
from terril.pipeline.plan import Plan
from terril.pipeline.recognise import recognise
from terril.pipeline.releases import ReleaseStore
from terril.pipeline.territories.load import data_folder, load_passage, load_territories

MEMBERSHIP_COLUMNS = ("member_level", "member_code", "level", "code")


class Workspace:
    """Packs, territories, datasets and releases of one working folder.

    Parameters
    ----------
    home : working folder; :func:`terril.pipeline.home.home_folder` when None.
    """

    def __init__(self, home: Path | None = None) -> None:
        self.home = home or home_folder()
        self.datasets = DatasetStore(self.home)
        self.releases = ReleaseStore(self.home)

    @cached_property
    def packs(self) -> Packs:
        """What the packs declare."""
        return load_packs(cache=self.home / "cache" / "packs.pickle")

    @cached_property
    def territories(self) -> Territories:
        """National territories, with the perimeters and groups of the packs."""
        return load_territories(self.packs)

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Every dataset an indicator may read, facts included."""
        return self.packs.datasets(self.territories.vintage)

    @cached_property
    def _memberships(self) -> pa.Table:
        rows = self.territories.memberships()
        columns = list(zip(*rows, strict=True))
        return pa.table({name: pa.array(columns[i], pa.string()) for i, name in enumerate(MEMBERSHIP_COLUMNS)})

    @cached_property
    def _populations(self) -> pa.Table:
        communes = self.territories.of_level(Level.COMMUNE)
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
            "de passage": hashlib.sha256((data_folder() / "passage.parquet").read_bytes()).hexdigest()[:16],
            "des populations": digest(self._populations.to_pydict()),
        }

    # -- loading ---------------------------------------------------------------------------------

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The territories that exist, as ingestion sees them."""
        levels = [level for level in Level if level not in (Level.COMMUNE, Level.IRIS)]
        known: dict[Level, frozenset[str]] = {
            level: frozenset(t.key.code for t in self.territories.of_level(level)) for level in levels
        }
        epci_of = {t.key.code: t.epci for t in self.territories.of_level(Level.COMMUNE) if t.epci}
        return Gazetteer(load_passage(), known, epci_of)

    def _ingestion(self, progress: Progress) -> Ingestion:
        def told(rows: int, done: int | None, total: int | None) -> None:
            progress(done or 0, total or 0, f"{rows} lignes")

        return Ingestion(self.datasets, self.gazetteer, progress=told)

    def source(self, identifier: str) -> Source:
        """A source definition.

        Raises
        ------
        IngestError
            If no pack declares it.
        """
        found = self.packs.sources.get(identifier)
        if found is None:
            near = get_close_matches(identifier, self.packs.sources, n=3, cutoff=0.4)
            raise IngestError(
                "source inconnue", location=Location(value=identifier), hint=f"sources proches : {', '.join(near)}"
            )
        return found

    def ingest_file(self, path: Path, identifier: str | None = None, progress: Progress = silent) -> Outcome:
        """Load a file, recognised by its name and headers unless its source is named."""
        if not path.is_file():
            raise IngestError("fichier introuvable", location=Location(file=str(path)))
        if identifier is None:
            found = recognise([path], self.packs.sources)
            if not found.matched:
                raise IngestError(
                    f"aucune source ne reconnaît ce fichier : {found.unrecognised[0].reason}",
                    location=Location(file=path.name),
                    hint="nommer la source avec --source, ou la déclarer dans un paquet",
                )
            identifier = next(iter(found.matched))
        return ingest_file(path, self.source(identifier), self._ingestion(progress))

    def ingest_folder(self, folder: Path, progress: Progress = silent) -> FolderOutcome:
        """Load every file of a folder that a source recognises."""
        return ingest_folder(folder, self.packs.sources, self._ingestion(progress))

    def ingest_address(self, identifier: str, progress: Progress = silent) -> Outcome:
        """Load a source from its producer's address."""
        with Client(self.home / "cache" / "http") as client:
            return ingest_address(self.source(identifier), self._ingestion(progress), client)

    def refresh_local(self, progress: Progress = silent) -> None:
        """Load what travels with Terril and its packs, where it changed since the last time."""
        stamps = self.home / "cache" / "local.json"
        known: dict[str, str] = json.loads(stamps.read_bytes()) if stamps.is_file() else {}
        wanted = {s.id: s for s in self.sources.values() if s.bundled or s.id in self.packs.facts}
        signed = {i: self._signature(s) for i, s in wanted.items()}
        stale = [i for i in wanted if known.get(i) != signed[i] or self.datasets.current(i) is None]
        ingestion = self._ingestion(silent)
        for done, identifier in enumerate(stale):
            progress(done, len(stale), identifier)
            if identifier in self.packs.facts:
                ingest_facts(self.packs.facts[identifier], self.territories.vintage, ingestion)
            else:
                ingest_bundled(wanted[identifier], data_folder(), ingestion)
        if stale:
            stamps.parent.mkdir(parents=True, exist_ok=True)
            waiting = stamps.with_suffix(".new")
            waiting.write_text(json.dumps(signed, indent=1), encoding="utf-8")
            waiting.replace(stamps)

    def _signature(self, source: Source) -> str:
        if source.bundled:
            content = file_sha256(data_folder() / source.bundled)
        else:
            content = digest(self.packs.facts[source.id].model_dump(mode="json"))
        return digest([__version__, content, source.model_dump(mode="json")])

    # -- building --------------------------------------------------------------------------------

    def _in_use(self) -> dict[str, Version]:
        found = {s: self.datasets.current(s) for s in self.datasets.sources()}
        return {s: v for s, v in found.items() if v is not None and s in self.sources}

    def builder(self) -> Builder:
        """The builder of releases, on the versions in use."""
        versions = self._in_use()
        geography = Geography(data_folder() / "passage.parquet", self._memberships, self._populations)
        return Builder(
            self.releases,
            geography,
            {s: VersionFile(self.sources[s], v.id, v.path, self._coverage(v)) for s, v in versions.items()},
            {s: described(v) for s, v in versions.items()},
            self._tables(),
            self.territories.vintage,
        )

    def plan(self, *, full: bool = False) -> Plan:
        """What a build would change, and why."""
        return self.builder().plan(self.packs.indicators, self.sources, full=full)

    def build(
        self, *, full: bool = False, wait: bool = True, progress: Progress = silent
    ) -> tuple[Plan, Manifest | None]:
        """Build and publish; see :meth:`terril.pipeline.build.Builder.build`."""
        builder = self.builder()
        return builder.build(self.packs.indicators, self.sources, full=full, wait=wait, progress=progress)

    # -- reading ---------------------------------------------------------------------------------

    def scope(self, audience: str | None) -> ReadScope:
        """Scope of the operator, narrowed to an audience."""
        return scope_for(audience, self.packs.organisations)

    def reader(self, audience: str | None = None) -> Reader:
        """A reader of the release in force.

        Raises
        ------
        QueryError
            Before the first build.
        """
        manifest = self.releases.require()
        return Reader(self.releases.path(manifest.id), manifest, self.scope(audience))

    def explainer(self, reader: Reader) -> Explainer:
        """What explains the figures of a release."""
        passage = load_passage()
        used = reader.manifest.sources
        paths = {s: self.datasets.version(s, used[s].version).path for s in used}
        released = {i: r for i, r in reader.manifest.indicators.items() if i in self.packs.indicators}
        expanded = {i: replayed(self.packs.indicators[i], r) for i, r in released.items()}
        return Explainer(
            reader=reader,
            expanded=expanded,
            sources=self.sources,
            paths=paths,
            passage=data_folder() / "passage.parquet",
            members=lambda key, level: [k.code for k in self.territories.members(key, level)],
            name=lambda key: self.territories.get(key).name,
            describe=lambda code, cog: " ; ".join(passage.describe(code, cog)),
            absent=lambda code, cog, present: [
                f"{old} {passage.name_of(old, cog)}" for old in passage.missing(code, cog, present)
            ],
        )

    def _coverage(self, version: Version) -> Sequence[str] | Literal["national", "rows"]:
        found = version.meta["coverage"]
        if found["rule"] != "observed_epci":
            rule: Literal["national", "rows"] = found["rule"]
            return rule
        covered = frozenset(found["epci"])
        return [t.key.code for t in self.territories.of_level(Level.COMMUNE) if t.epci in covered]


def described(version: Version) -> SourceRelease:
    """What a release says of a version."""
    meta = version.meta
    files = [f["name"] for f in meta["files"]]
    if "document" in meta:
        files = [f"{meta['document']['title']} ({meta['document']['year']})"]
    return SourceRelease(
        id=version.source,
        version=version.id,
        vintage=str(meta["vintage"]),
        producer=meta["producer"],
        licence=meta["licence"],
        label=meta["label"],
        files=tuple(files),
        retrieved_at=meta["retrieved_at"],
        cog=(meta["cog"],) if isinstance(meta["cog"], int) else (),
    )


def replayed(indicator: Indicator, released: IndicatorRelease) -> Expanded:
    """What an indicator read, from the manifest of the release that computed it."""
    readings: dict[str, list[Reading]] = {name: [] for name in indicator.inputs}
    for period, uses in released.periods.items():
        for use in uses:
            readings.setdefault(use.input, []).append(Reading(period, use.period, use.source, use.indicator))
    frozen = {name: tuple(found) for name, found in readings.items()}
    return Expanded(indicator, parse_formula(indicator.formula), tuple(released.periods), frozen)
