"""Which declared source a diagnosed file is of: by its columns, and by its name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from terril.core.errors import IngestError
from terril.core.sources import Source
from terril.ingestion.headers import resolve, score, wanted
from terril.ingestion.recognition.model import Confidence, Diagnosis, Told
from terril.pipeline.recognise import named_sources


def declared_source(diagnosis: Diagnosis, sources: Mapping[str, Source]) -> Told | None:
    """The declared source that a file matches, its identifier as value; None where none does."""
    headers = [c.name for c in diagnosis.columns]
    named = {s.id for s in named_sources(Path(diagnosis.file), sources.values())}
    found: list[tuple[float, Source]] = []
    for source in sources.values():
        if source.format is not diagnosis.connector or source.bundled:
            continue
        try:
            resolve(headers, source, diagnosis.file)
        except IngestError:
            # A column is absent: not this source, unless its name says so, which is told below.
            continue
        columns = sum(not group.optional for group in wanted(source))
        found.append((score(headers, source) + 100 * (source.id in named) + 0.1 * (columns > 3), source))
    if not found:
        return _named_only(diagnosis, headers, named, sources)
    best, source = max(found, key=lambda pair: pair[0])
    asked = sum(not group.optional for group in wanted(source))
    if source.id in named:
        return Told(source.id, Confidence.CERTAIN, f"« {source.label} » : nom de fichier et {asked} colonnes attendues")
    if asked < 3:
        return None
    rivals = sum(value == best for value, _ in found)
    sure = Confidence.LIKELY if rivals == 1 and asked >= 4 else Confidence.DOUBTFUL
    return Told(
        source.id, sure, f"« {source.label} » : les {asked} colonnes attendues y sont, le nom de fichier est autre"
    )


def _named_only(
    diagnosis: Diagnosis, headers: list[str], named: set[str], sources: Mapping[str, Source]
) -> Told | None:
    for identifier in sorted(named):
        try:
            resolve(headers, sources[identifier], diagnosis.file)
        except IngestError as error:
            return Told(identifier, Confidence.DOUBTFUL, f"le nom de fichier convient, mais {error.message}")
    return None
