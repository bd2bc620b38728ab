"""The desk where a file is looked at, planned, previewed and loaded: what the import wizard stands on."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from terril.core.errors import IngestError, Location
from terril.core.progress import Progress, silent
from terril.core.sources import Reading
from terril.core.territories.cog.timeline import Timeline
from terril.ingestion.connectors import open_table
from terril.ingestion.contract import DEFAULT_LIMITS, Limits, Whole
from terril.ingestion.contract import Progress as RowProgress
from terril.ingestion.encoding import file_sha256
from terril.ingestion.recognition import Diagnosis, Known, diagnose
from terril.ingestion.recognition.opening import open_whole, unwrapped
from terril.ingestion.tableschema import FaultGroup, Match, Report, SchemaLibrary, check_file
from terril.ingestion.tableschema.report import SHOWN
from terril.pipeline.datasets import DatasetStore, Version, VersionWriter
from terril.pipeline.importing.mapping import Mapping
from terril.pipeline.importing.matching import declared_source
from terril.pipeline.importing.preview import Preview, preview
from terril.pipeline.importing.suggest import suggest
from terril.pipeline.importing.tables import TableReader
from terril.pipeline.ingest import Ingestion, Outcome, ingest_files
from terril.pipeline.loading import Loader
from terril.pipeline.territories.load import load_timeline
from terril.pipeline.workspace import Workspace


class ImportDesk:
    """Looks at files and loads them into the datasets of a workspace.

    Parameters
    ----------
    limits : past which a file is refused.
    """

    def __init__(self, workspace: Workspace, limits: Limits = DEFAULT_LIMITS) -> None:
        self.workspace = workspace
        self.limits = limits
        self._loader = Loader(workspace)
        self.datasets = self._loader.datasets
        self.schemas = SchemaLibrary(workspace.home / "schemas")

    @cached_property
    def _timeline(self) -> Timeline:
        return load_timeline()

    def _known(self) -> Known:
        return Known(self._loader.gazetteer, lambda: self._timeline)

    def diagnose(self, path: Path, *, read: Reading | None = None, progress: Progress = silent) -> Diagnosis:
        """Tell what a file is, which declared source it matches, and which national schema it follows.

        Parameters
        ----------
        read : what one chose in the place of what was guessed.

        Raises
        ------
        StoreError
            If the disk is at fault; a file that cannot be read is told so, not raised.
        """
        told = diagnose(path, self._known(), read=read, limits=self.limits, progress=_rows(progress))
        if told.refused is not None:
            return told
        matches = self.matches(told)
        source = declared_source(told, self.workspace.packs.sources)
        return replace(told, source=source, schema=matches[0].told if matches else None)

    def matches(self, diagnosis: Diagnosis) -> tuple[Match, ...]:
        """National schemas that a file may follow, the likeliest first."""
        headers = [c.name for c in diagnosis.columns]
        return self.schemas.matches(headers, features=diagnosis.geometry is not None)

    def check(
        self,
        path: Path,
        diagnosis: Diagnosis,
        schema: str | None = None,
        progress: Progress = silent,
        shown: int = SHOWN,
    ) -> Report | None:
        """Hold a file against a schema, the one of its diagnosis unless it is named; None where there is none.

        Parameters
        ----------
        shown : faults of a group given in full.

        Raises
        ------
        IngestError
            If the schema is not known, or the file cannot be read.
        """
        name = schema or (diagnosis.schema.value if diagnosis.schema else None)
        if name is None:
            return None
        found = self.schemas.get(name)
        return check_file(path, found, diagnosis.read, limits=self.limits, progress=_rows(progress), shown=shown)

    def suggest(
        self,
        path: Path,
        diagnosis: Diagnosis,
        identifier: str,
        *,
        schema: str | None = None,
        period: str | None = None,
    ) -> Mapping:
        """A first plan of import, to be corrected.

        Parameters
        ----------
        identifier : ``producer/dataset``.
        schema : name of the national schema to follow; that of the diagnosis unless it is empty.
        period : of the whole file, where one knows it and the file does not say it.

        Raises
        ------
        IngestError
            If the file can no longer be read.
        """
        name = schema if schema is not None else diagnosis.schema.value if diagnosis.schema else ""
        found = self.schemas.get(name) if name else None
        return suggest(path, diagnosis, identifier, schema=found, period=period, limits=self.limits)

    def preview(self, path: Path, read: Reading, rows: int = 30) -> Preview:
        """First rows, read as told."""
        return preview(path, read, rows=rows, limits=self.limits)

    def source_text(self, mapping: Mapping) -> str:
        """The definition of a source, for a pack, that a plan of territories stands for."""
        return mapping.as_yaml(self.workspace.territories.vintage)

    def faults(
        self, path: Path, mapping: Mapping, progress: Progress = silent, shown: int = SHOWN
    ) -> tuple[FaultGroup, ...]:
        """What would keep a table from being loaded, grouped: cells that are not of their type, repeated keys.

        Parameters
        ----------
        shown : faults of a group given in full.

        Raises
        ------
        IngestError
            If the file, or its shapes, cannot be read so.
        """
        with open_whole(path, mapping.read, self.limits) as table:
            reader = TableReader(table, mapping, shown)
            for _ in reader.batches(_rows(progress)):
                # Only what is gathered on the way matters here.
                continue
            return reader.groups()

    def load(self, path: Path, mapping: Mapping, progress: Progress = silent) -> Outcome:
        """Make the version in use of a dataset out of a file.

        Raises
        ------
        IngestError
            If the file is refused; nothing is changed.
        StoreError
            If the disk is at fault; nothing is changed.
        """
        if mapping.kind == "table":
            return self._load_table(path, mapping, progress)
        source = mapping.as_source(self.workspace.territories.vintage)
        ingestion = Ingestion(self.datasets, self._loader.gazetteer, self.limits, _rows(progress))
        told = {"kind": "territories", "mapping": mapping.as_dict()}
        with unwrapped(path, self.limits) as (inner, _):
            return ingest_files([inner], source, ingestion, told)

    def _load_table(self, path: Path, mapping: Mapping, progress: Progress) -> Outcome:
        with self.datasets.writing(mapping.identifier) as work, unwrapped(path, self.limits) as (inner, found):
            asked = Whole(found.format, mapping.read)
            with open_table(inner, asked, self.limits) as table:
                reader = TableReader(table, mapping)
                with VersionWriter(work, reader.schema) as writer:
                    for batch in reader.batches(_rows(progress)):
                        writer.write(batch)
            _refuse(reader, mapping, path.name)
            files = [{"name": path.name, "bytes": path.stat().st_size, "sha256": file_sha256(path)}]
            version, new = self.datasets.commit(mapping.identifier, work, self._meta(mapping, reader, files))
        return Outcome(mapping.identifier, (path.name,), version, new)

    def _meta(self, mapping: Mapping, reader: TableReader, files: list[dict[str, Any]]) -> dict[str, Any]:
        moment = Ingestion(self.datasets, self._loader.gazetteer).moment
        columns = [
            {"name": c.name, "label": c.label or c.source, "type": c.type, "unit": c.unit, "source": c.source}
            for c in mapping.kept
        ]
        return {
            "kind": "table",
            "source": mapping.identifier,
            "label": mapping.label,
            "producer": mapping.producer,
            "licence": mapping.licence,
            "vintage": mapping.vintage,
            "retrieved_at": moment,
            "files": files,
            "rows": reader.rows,
            "columns": columns,
            "key": list(mapping.key),
            "territory": mapping.place,
            "geometry": reader.extent.as_dict() if reader.has_geometry else None,
            "dropped": [c.source for c in mapping.columns if c.role == "personal"],
            "schema": mapping.schema_name,
            "mapping": mapping.as_dict(),
            "quality": {"rows_read": reader.rows, "rows_kept": reader.rows, "rows_rejected": 0},
        }

    def load_source(self, path: Path, identifier: str, progress: Progress = silent) -> Outcome:
        """Make the version in use of a declared source out of a file, read as its pack says.

        Raises
        ------
        IngestError
            If no pack declares it, or the file is refused; nothing is changed.
        StoreError
            If the disk is at fault; nothing is changed.
        """
        source = self._loader.source(identifier)
        ingestion = Ingestion(self.datasets, self._loader.gazetteer, self.limits, _rows(progress))
        return ingest_files([path], source, ingestion)

    def aside(self, folder: Path) -> ImportDesk:
        """The same desk, which loads into a folder of its own: a trial that nobody sees."""
        other = copy(self)
        other.datasets = DatasetStore(folder)
        return other

    def versions(self, identifier: str) -> list[Version]:
        """Versions of a dataset, the oldest first."""
        return list(self.datasets.versions(identifier))


def _refuse(reader: TableReader, mapping: Mapping, name: str) -> None:
    """Refuse a table with faults: the first is told, the others counted."""
    if reader.rows == 0:
        raise IngestError("le fichier n'a que ses en-têtes : aucune ligne de données", location=Location(file=name))
    groups = reader.groups()
    if not groups:
        return
    first, total = groups[0], sum(g.count for g in groups)
    fault = first.shown[0] if first.shown else None
    raise IngestError(
        f"{first.message} ; {total} fautes en tout" if total > 1 else first.message,
        location=Location(
            file=name, row=fault.row if fault else None, field=first.column, value=fault.value if fault else None
        ),
        hint=first.remedy,
    )


def _rows(progress: Progress) -> RowProgress:
    def told(rows: int, done: int | None, total: int | None) -> None:
        progress(done or 0, total or 0, f"{rows} lignes")

    return told
