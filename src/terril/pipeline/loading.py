"""Loading: files, addresses, and what travels with Terril, into dataset versions."""

from __future__ import annotations

import json
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from terril import __version__
from terril.core.errors import IngestError, Location
from terril.core.indicators.fingerprint import digest
from terril.core.nomenclatures.crosswalk import Crosswalks
from terril.core.progress import Progress, silent
from terril.core.sources import Source
from terril.core.territories.model import Level
from terril.ingestion.client import Client, Fetched
from terril.ingestion.contract import Gazetteer
from terril.ingestion.encoding import file_sha256
from terril.pipeline.datasets import DatasetStore
from terril.pipeline.ingest import (
    FolderOutcome,
    Ingestion,
    Outcome,
    ingest_address,
    ingest_bundled,
    ingest_facts,
    ingest_fetched,
    ingest_file,
    ingest_folder,
)
from terril.pipeline.recognise import recognise
from terril.pipeline.territories.load import data_folder, load_passage
from terril.pipeline.workspace import Workspace


class Loader:
    """Loads sources into the datasets of a workspace.

    Parameters
    ----------
    workspace : gives packs, territories and the working folder.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.datasets = DatasetStore(workspace.home)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The territories that exist, as ingestion sees them."""
        levels = [level for level in Level if level not in (Level.COMMUNE, Level.IRIS)]
        known: dict[Level, frozenset[str]] = {
            level: frozenset(t.key.code for t in self.workspace.territories.of_level(level)) for level in levels
        }
        epci_of = {t.key.code: t.epci for t in self.workspace.territories.of_level(Level.COMMUNE) if t.epci}
        return Gazetteer(load_passage(), known, epci_of, Crosswalks(self.workspace.packs.passages.values()))

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
        found = self.workspace.packs.sources.get(identifier)
        if found is None:
            near = get_close_matches(identifier, self.workspace.packs.sources, n=3, cutoff=0.4)
            raise IngestError(
                "source inconnue", location=Location(value=identifier), hint=f"sources proches : {', '.join(near)}"
            )
        return found

    def ingest_file(self, path: Path, identifier: str | None = None, progress: Progress = silent) -> Outcome:
        """Load a file, recognised by its name and headers unless its source is named."""
        if not path.is_file():
            raise IngestError("fichier introuvable", location=Location(file=str(path)))
        if identifier is None:
            found = recognise([path], self.workspace.packs.sources)
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
        return ingest_folder(folder, self.workspace.packs.sources, self._ingestion(progress))

    def ingest_address(self, identifier: str, progress: Progress = silent) -> Outcome:
        """Load a source from its producer's address."""
        with Client(self.workspace.home / "cache" / "http") as client:
            return ingest_address(self.source(identifier), self._ingestion(progress), client)

    def ingest_fetched(self, fetched: Fetched, identifier: str, progress: Progress = silent) -> Outcome:
        """Load a file just fetched from the address of a source."""
        return ingest_fetched(fetched, self.source(identifier), self._ingestion(progress))

    def refresh_local(self, progress: Progress = silent) -> None:
        """Load what travels with Terril and its packs, where it changed since the last time."""
        stamps = self.workspace.home / "cache" / "local.json"
        known: dict[str, str] = json.loads(stamps.read_bytes()) if stamps.is_file() else {}
        wanted = {s.id: s for s in self.workspace.sources.values() if s.bundled or s.id in self.workspace.packs.facts}
        signed = {i: self._signature(s) for i, s in wanted.items()}
        stale = [i for i in wanted if known.get(i) != signed[i] or self.datasets.current(i) is None]
        ingestion = self._ingestion(silent)
        for done, identifier in enumerate(stale):
            progress(done, len(stale), identifier)
            if identifier in self.workspace.packs.facts:
                ingest_facts(self.workspace.packs.facts[identifier], self.workspace.territories.vintage, ingestion)
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
            content = digest(self.workspace.packs.facts[source.id].model_dump(mode="json"))
        return digest([__version__, content, source.model_dump(mode="json")])
