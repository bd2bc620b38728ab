"""From source files to dataset versions. A refused file leaves the store as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from terril.core.errors import IngestError, Location, TerrilError
from terril.core.sources import Facts, Source
from terril.core.territories.model import Level
from terril.engine.checks import check_version
from terril.ingestion.client import Client, Fetched
from terril.ingestion.connectors import open_table
from terril.ingestion.connectors.facts import open_facts
from terril.ingestion.contract import DEFAULT_LIMITS, Gazetteer, Limits, Progress, Table, silent
from terril.ingestion.encoding import file_sha256
from terril.ingestion.normalise import Normaliser
from terril.ingestion.quality import Quality
from terril.pipeline.datasets import DatasetStore, Version, VersionWriter
from terril.pipeline.recognise import Unrecognised, files_in, recognise
from terril.pipeline.services import SERVICES, copy_service


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the files of one source.

    Parameters
    ----------
    source : its identifier.
    files : names of the files.
    version : the version in use after this; None where the files were refused.
    new : whether the version did not exist before.
    error : why the files were refused.
    """

    source: str
    files: tuple[str, ...]
    version: Version | None = None
    new: bool = False
    error: TerrilError | None = None

    @property
    def quality(self) -> Mapping[str, Any]:
        """The quality report of the version; empty where there is none."""
        return self.version.meta["quality"] if self.version else {}

    @property
    def file(self) -> str:
        """Names of the files, in one text."""
        return ", ".join(self.files)

    @property
    def rows_read(self) -> int:
        """Rows of the files."""
        return int(self.quality.get("rows_read", 0))

    @property
    def rows_kept(self) -> int:
        """Rows that became rows of the version."""
        return int(self.quality.get("rows_kept", 0))

    @property
    def rows_rejected(self) -> int:
        """Rows of no known territory, or otherwise at fault."""
        return int(self.quality.get("rows_rejected", 0))

    @property
    def refused(self) -> bool:
        """Whether the files were refused."""
        return self.error is not None

    @property
    def label(self) -> str:
        """What became of them, in French."""
        return "refusé" if self.refused else "chargé" if self.new else "inchangé"

    @property
    def message(self) -> str:
        """Why they were refused, or what should be looked at; empty when all is well."""
        if self.error is not None:
            return str(self.error)
        quality = self.quality
        rejected, fallbacks = quality.get("rows_rejected", 0), quality.get("cog_fallbacks", {}).get("rows", 0)
        notes = [f"{rejected} lignes rejetées"] if rejected else []
        notes += [f"{fallbacks} lignes d'une autre géographie"] if fallbacks else []
        notes += [f"{count} lignes laissées : {why}" for why, count in quality.get("left_out", {}).items()]
        return " ; ".join(notes)


@dataclass(frozen=True, slots=True)
class FolderOutcome:
    """What became of a folder: one outcome a source, and the files of no source."""

    outcomes: tuple[Outcome, ...]
    unrecognised: tuple[Unrecognised, ...]

    @property
    def refused(self) -> tuple[Outcome, ...]:
        """The outcomes whose files were refused."""
        return tuple(o for o in self.outcomes if o.error is not None)


@dataclass(frozen=True, slots=True)
class Ingestion:
    """What every ingestion needs.

    Parameters
    ----------
    store : where versions go.
    gazetteer : the territories that exist.
    limits : past which files are refused.
    progress : told of rows and bytes.
    now : moment of retrieval; the clock's where None.
    """

    store: DatasetStore
    gazetteer: Gazetteer
    limits: Limits = DEFAULT_LIMITS
    progress: Progress = silent
    now: datetime | None = None

    @property
    def moment(self) -> str:
        """Moment of retrieval, ISO 8601, UTC."""
        return (self.now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds")


@dataclass(slots=True)
class _Origin:
    """Where rows come from: files, an address, facts."""

    files: list[dict[str, Any]] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)


def ingest_file(path: Path, source: Source, ingestion: Ingestion) -> Outcome:
    """Make the version in use of a source out of one file.

    Raises
    ------
    IngestError
        If the file is refused; nothing is changed.
    StoreError
        If the disk is at fault; nothing is changed.
    """
    return ingest_files([path], source, ingestion)


def ingest_files(
    paths: Sequence[Path], source: Source, ingestion: Ingestion, told: Mapping[str, Any] | None = None
) -> Outcome:
    """The same out of several files, read in the order of their names, that together are one version.

    Parameters
    ----------
    told : what ``version.json`` says besides.
    """
    ordered = sorted(paths, key=lambda p: p.name)
    if not ordered:
        raise IngestError("aucun fichier donné", location=Location(file=source.id))
    return _from_files(ordered, source, ingestion, dict(told or {}))


def ingest_folder(
    folder: Path, sources: Mapping[str, Source], ingestion: Ingestion, only: Iterable[str] = ()
) -> FolderOutcome:
    """Recognise and ingest every file of a folder; a refused file does not stop the others.

    Parameters
    ----------
    sources : definitions, by identifier.
    only : identifiers to keep to; all of them where empty.

    Raises
    ------
    IngestError
        If it is not a folder.
    """
    kept = frozenset(only)
    known = {i: s for i, s in sources.items() if not kept or i in kept}
    found = recognise(files_in(folder), known, ingestion.limits)
    outcomes = []
    for identifier, paths in sorted(found.matched.items()):
        try:
            outcomes.append(ingest_files(paths, known[identifier], ingestion))
        except TerrilError as error:
            outcomes.append(Outcome(identifier, tuple(p.name for p in paths), error=error))
    return FolderOutcome(tuple(outcomes), tuple(found.unrecognised))


def ingest_address(source: Source, ingestion: Ingestion, client: Client) -> Outcome:
    """Fetch a source from its producer's address, and make it the version in use.

    Raises
    ------
    IngestError
        If the source has no address, if it cannot be fetched, or if the file is refused.
    """
    if source.format in SERVICES:
        folder = ingestion.store.root.parent / "cache" / "services"
        copied = copy_service(source, client, folder, limits=ingestion.limits, progress=ingestion.progress)
        return ingest_fetched(copied, source, ingestion)
    if source.address is None:
        where = f" sur {source.homepage}" if source.homepage else ""
        raise IngestError(
            "la source ne déclare pas d'adresse",
            location=Location(file=source.id, field="address"),
            hint=f"télécharger le fichier{where}, puis terril ingest --from",
        )
    fetched = client.fetch(source.address, lambda done, total: ingestion.progress(0, done, total))
    return ingest_fetched(fetched, source, ingestion)


def ingest_fetched(fetched: Fetched, source: Source, ingestion: Ingestion) -> Outcome:
    """Make the version in use of a source out of a file just fetched.

    Raises
    ------
    IngestError, StoreError
        If the file is refused, or the disk is at fault; nothing is changed.
    """
    origin = {"address": fetched.address, "etag": fetched.etag, "last_modified": fetched.last_modified}
    return _from_files([fetched.path], source, ingestion, origin)


def ingest_bundled(source: Source, tables: Path, ingestion: Ingestion) -> Outcome:
    """Make a version out of a table that travels with Terril.

    Parameters
    ----------
    tables : folder of the territory tables.
    """
    if source.bundled is None:
        raise IngestError(
            "la source ne déclare pas de table livrée", location=Location(file=source.id, field="bundled")
        )
    return _from_files([tables / source.bundled], source, ingestion, {"bundled": source.bundled})


def ingest_facts(facts: Facts, cog: int, ingestion: Ingestion) -> Outcome:
    """Make a version out of a facts file of a pack, its territories read at COG year ``cog``."""
    source = facts.as_source(cog)
    with ingestion.store.writing(source.id) as work:
        with open_facts(facts) as table:
            quality = Quality()
            rows = _write([table], source, work, ingestion, quality)
        origin = _Origin(extra={"document": facts.document.model_dump(mode="json")})
        return _commit(source, work, ingestion, quality, origin, (f"{facts.id}.yaml",), rows)


def _from_files(paths: list[Path], source: Source, ingestion: Ingestion, extra: dict[str, Any]) -> Outcome:
    quality = Quality()
    with ingestion.store.writing(source.id) as work:
        opened = [open_table(p, source, ingestion.limits) for p in paths]
        rows = _write(opened, source, work, ingestion, quality)
        files = [{"name": p.name, "bytes": p.stat().st_size, "sha256": file_sha256(p)} for p in paths]
        origin = _Origin(files, {k: v for k, v in extra.items() if v is not None})
        return _commit(source, work, ingestion, quality, origin, tuple(p.name for p in paths), rows)


def _write(
    tables: Sequence[AbstractContextManager[Table] | Table],
    source: Source,
    work: Path,
    ingestion: Ingestion,
    quality: Quality,
) -> int:
    """Write every table, one after the other, as one file; the rows written."""
    writer: VersionWriter | None = None
    with ExitStack() as written:
        for opened in tables:
            with nullcontext(opened) if isinstance(opened, Table) else opened as table:
                normaliser = Normaliser(source, table, ingestion.gazetteer, quality)
                # The columns are known with the first table only.
                writer = writer or written.enter_context(VersionWriter(work, normaliser.schema))
                for batch in normaliser.batches(ingestion.progress):
                    writer.write(batch)
    return writer.rows if writer else 0


def _commit(
    source: Source,
    work: Path,
    ingestion: Ingestion,
    quality: Quality,
    origin: _Origin,
    names: tuple[str, ...],
    rows: int,
) -> Outcome:
    faults = check_version(work / "data.parquet", source, work / ".spill")
    if faults:
        raise faults[0].as_error(", ".join(names))
    meta = _meta(source, ingestion, quality, origin) | {"rows": rows}
    version, new = ingestion.store.commit(source.id, work, meta)
    return Outcome(source.id, names, version, new)


def _meta(source: Source, ingestion: Ingestion, quality: Quality, origin: _Origin) -> dict[str, Any]:
    cog = source.geography.cog
    return {
        "source": source.id,
        "label": source.label,
        "producer": source.producer,
        "licence": source.licence,
        "vintage": source.vintage,
        "cog": cog,
        "retrieved_at": ingestion.moment,
        "files": origin.files,
        **origin.extra,
        "coverage": coverage(source, quality, ingestion.gazetteer),
        "quality": quality.as_dict(),
    }


def coverage(source: Source, quality: Quality, gazetteer: Gazetteer) -> dict[str, Any]:
    """Where a territory without a row counts for nil rather than unknown, as the source's rule says.

    Returns
    -------
    ``{"rule": "national"}``; ``{"rule": "observed_epci", "epci": [...]}``, the EPCI one of whose
    communes has a row; or ``{"rule": "rows"}``, the territories that have a row and no other.
    """
    if source.coverage != "observed_epci":
        return {"rule": source.coverage}
    communes = quality.territories.get(Level.COMMUNE.value, set())
    found = {gazetteer.epci_of[c] for c in communes if c in gazetteer.epci_of}
    found |= quality.territories.get(Level.EPCI.value, set())
    return {"rule": "observed_epci", "epci": sorted(found)}
