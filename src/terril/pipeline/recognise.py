"""Telling which source a file is of: by its name, then by its columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from terril.core.errors import IngestError, Location
from terril.core.sources import Source
from terril.core.text import fold
from terril.ingestion.connectors import open_table
from terril.ingestion.contract import DEFAULT_LIMITS, Limits
from terril.ingestion.headers import resolve, score

#: Files that travel beside others: never a dataset.
_COMPANIONS = {".shx", ".dbf", ".prj", ".cpg", ".qmd", ".qpj", ".md", ".txt", ".pdf"}


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """A file that is of no source, and why."""

    path: Path
    reason: str


@dataclass(slots=True)
class Recognition:
    """What a folder holds.

    Parameters
    ----------
    matched : files of each source, by identifier, sorted by name.
    unrecognised : the other files.
    """

    matched: dict[str, list[Path]] = field(default_factory=dict)
    unrecognised: list[Unrecognised] = field(default_factory=list)


def named_sources(path: Path, sources: Iterable[Source]) -> list[Source]:
    """Sources one of whose patterns the file's name answers to, case and accents aside."""
    name = fold(path.name)
    return [s for s in sources if any(fnmatchcase(name, fold(pattern)) for pattern in s.files)]


def recognise(paths: Collection[Path], sources: Mapping[str, Source], limits: Limits = DEFAULT_LIMITS) -> Recognition:
    """Tell the source of each file."""
    found = Recognition()
    for path in sorted(paths):
        candidates = named_sources(path, sources.values())
        if not candidates:
            found.unrecognised.append(Unrecognised(path, "aucune source ne déclare ce nom de fichier"))
            continue
        try:
            source = candidates[0] if len(candidates) == 1 else by_headers(path, candidates, limits)
        except IngestError as error:
            found.unrecognised.append(Unrecognised(path, str(error)))
            continue
        found.matched.setdefault(source.id, []).append(path)
    return found


def by_headers(path: Path, candidates: Collection[Source], limits: Limits = DEFAULT_LIMITS) -> Source:
    """The one of several sources whose columns the file has, the most of them.

    Raises
    ------
    IngestError
        If none fits, or if two fit as well.
    """
    scores: list[tuple[int, Source]] = []
    for source in candidates:
        try:
            with open_table(path, source, limits) as table:
                resolve(table.headers, source, path.name)
                scores.append((score(table.headers, source), source))
        except IngestError:
            # This source is not the one: the others are tried, and none fitting is an error below.
            continue
    best = max((s for s, _ in scores), default=0)
    fitting = [source for s, source in scores if s == best]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(s.id for s in (fitting or candidates))
    what = "plusieurs sources conviennent" if fitting else "aucune des sources de ce nom n'a ces colonnes"
    raise IngestError(
        f"{what} : {names}",
        location=Location(file=path.name),
        hint="nommer la source : terril ingest <fichier> --source",
    )


def files_in(folder: Path) -> list[Path]:
    """Files of a folder and its subfolders that may be data, sorted; hidden ones aside.

    Raises
    ------
    IngestError
        If it is not a folder.
    """
    if not folder.is_dir():
        raise IngestError("dossier absent", location=Location(file=str(folder)), hint="vérifier le chemin")
    every = (p for p in folder.rglob("*") if p.is_file())
    return sorted(
        p
        for p in every
        if p.suffix.lower() not in _COMPANIONS and not any(x.startswith(".") for x in p.relative_to(folder).parts)
    )
