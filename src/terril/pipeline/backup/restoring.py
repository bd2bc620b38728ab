"""Putting an archive back: unpacked and checked aside first, then moved in place."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from terril import __version__
from terril.core.errors import Location
from terril.core.progress import Progress, silent
from terril.core.text import NBSP
from terril.ingestion.contract import store_error
from terril.pipeline.backup.manifest import (
    FILES,
    HEAD,
    HOME,
    PACKS,
    STATE,
    BackupError,
    Files,
    Head,
    check_name,
    damaged,
    read_files,
    read_head,
)
from terril.pipeline.backup.stores import Store, store_at

_BLOCK = 1 << 20
#: A text of the archive is never larger, in bytes.
_LONGEST = 1 << 28
_ASIDE = ".avant-"
#: What may stand in a folder that holds nothing yet.
_NOTHING = frozenset({"lost+found"})


@dataclass(frozen=True, slots=True)
class Restored:
    """An archive put back.

    Parameters
    ----------
    head : what the archive says of itself.
    files : how many files came back.
    aside : where what was there before is kept.
    packs : folder of the packs that came with it; None where none did.
    """

    head: Head
    files: int
    aside: tuple[str, ...]
    packs: Path | None


def restore(
    archive: Path,
    home: Path,
    *,
    environment: Mapping[str, str],
    known: Collection[str],
    replace: bool = False,
    progress: Progress = silent,
) -> Restored:
    """Put an archive in a working folder and a database that hold nothing.

    Parameters
    ----------
    environment : where ``DATABASE_URL`` is read.
    known : migrations (``app.name``) of this version of Terril, for its own apps.
    replace : set what is there aside, rather than refuse.

    Raises
    ------
    BackupError
        If the archive is damaged, of a newer Terril or of another engine, or something is there already.
    StoreError
        If the disk is full or refuses.
    """
    before = os.umask(0o077)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=home) as scratch:
            staged = _unpacked(archive, Path(scratch), known, progress)
            store = store_at(home, environment)
            _check_engine(staged.head, store)
            aside = _replaced(home, staged, store, replace)
            _moved(staged.folder / HOME, home)
            packs = _packs(staged.folder, home)
    except OSError as error:
        raise store_error("restauration impossible", error) from error
    finally:
        os.umask(before)
    return Restored(staged.head, len(staged.files.hashes), aside, packs)


@dataclass(frozen=True, slots=True)
class _Staged:
    folder: Path
    head: Head
    files: Files


def _unpacked(archive: Path, folder: Path, known: Collection[str], progress: Progress) -> _Staged:
    """The archive on disk, every fingerprint checked."""
    reader = _Reading(folder, known, progress)
    try:
        with tarfile.open(archive, mode="r|") as found:
            reader.read(found)
    except FileNotFoundError as error:
        raise BackupError("archive absente", location=Location(file=str(archive))) from error
    except (tarfile.TarError, EOFError) as error:
        raise damaged("ce n’est pas une archive entière") from error
    return reader.checked()


class _Reading:
    def __init__(self, folder: Path, known: Collection[str], progress: Progress) -> None:
        self.folder = folder
        self.known = known
        self.progress = progress
        self.head: Head | None = None
        self.files: Files | None = None
        self.hashes: dict[str, str] = {}

    def read(self, found: tarfile.TarFile) -> None:
        """Each member in turn: the head first, the list last, plain files between."""
        for member in found:
            name = member.name
            check_name(name)
            stream = found.extractfile(member) if member.isreg() and not member.issparse() else None
            if stream is None or name in self.hashes or self.files is not None:
                raise damaged("contenu refusé", name)
            if self.head is None:
                self.head = _allowed(self._text(stream, member, HEAD), self.known)
            elif name == FILES:
                self.files = read_files(self._text(stream, member, FILES))
            else:
                self.progress(len(self.hashes), 0, name)
                self._file(stream, name)

    def checked(self) -> _Staged:
        """What was read, if it is what was written."""
        if self.head is None or self.files is None:
            raise damaged("elle n’est pas entière")
        for name, told in self.files.hashes.items():
            if self.hashes.get(name) != told:
                raise damaged("empreinte différente de celle de la sauvegarde", name)
        if extra := sorted(set(self.hashes) - set(self.files.hashes)):
            raise damaged("fichier ajouté", extra[0])
        for name, target in self.files.links.items():
            place = self.folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            os.link(self.folder / target, place)
        return _Staged(self.folder, self.head, self.files)

    def _text(self, stream: IO[bytes], member: tarfile.TarInfo, wanted: str) -> bytes:
        if member.name != wanted or member.size > _LONGEST:
            raise damaged("contenu refusé", member.name)
        text = stream.read()
        if wanted == HEAD:
            self.hashes[wanted] = hashlib.sha256(text).hexdigest()
        return text

    def _file(self, stream: IO[bytes], name: str) -> None:
        place = self.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with place.open("xb") as written:
            while block := stream.read(_BLOCK):
                digest.update(block)
                written.write(block)
            written.flush()
            os.fsync(written.fileno())
        self.hashes[name] = digest.hexdigest()


def _allowed(text: bytes, known: Collection[str]) -> Head:
    """The head, if this version of Terril can bring its state forward."""
    head = read_head(text)
    apps = {name.partition(".")[0] for name in known}
    unknown = [m for m in head.migrations if m.partition(".")[0] in apps and m not in known]
    if unknown or _numbers(head.terril) > _numbers(__version__):
        raise BackupError(
            f"archive d’une version plus récente de Terril{NBSP}: {head.terril}, ici {__version__}",
            location=Location(value=unknown[0]) if unknown else None,
            hint="installer cette version, puis recommencer",
        )
    return head


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", version)[:3])


def _check_engine(head: Head, store: Store) -> None:
    if head.engine != store.engine:
        raise BackupError(
            f"archive d’une base {head.engine}, à remettre dans une base {store.engine}",
            hint="donner DATABASE_URL pour PostgreSQL, la retirer pour SQLite",
        )


def _replaced(home: Path, staged: _Staged, store: Store, replace: bool) -> tuple[str, ...]:
    """The state put back, nothing left in the way of the files; where what was there is kept."""
    copy = staged.folder / STATE / store.copy
    present = any(p.name not in _NOTHING and not p.name.startswith(".") for p in home.iterdir())
    if not replace and (present or not store.empty()):
        what = f"le dossier {home}" if present else f"la base {store.engine}"
        raise BackupError(f"{what} n’est pas vide", hint="--replace garde de côté ce qui s’y trouve")
    if not copy.is_file():
        raise damaged("base absente")
    store.check(copy)
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    kept = [store.replace(copy, stamp)]
    if present:
        aside = home / f"{_ASIDE}{stamp}"
        aside.mkdir()
        new = (staged.folder, aside, store.file)
        for path in list(home.iterdir()):
            if path not in new and path.name not in _NOTHING and not path.name.startswith(_ASIDE):
                path.rename(aside / path.name)
        kept.append(str(aside))
    return tuple(filter(None, kept))


def _moved(staged: Path, home: Path) -> None:
    """Each folder and file of the top level, by one renaming."""
    if not staged.is_dir():
        return
    for path in sorted(staged.iterdir()):
        path.rename(home / path.name)


def _packs(staged: Path, home: Path) -> Path | None:
    if not (staged / PACKS).is_dir():
        return None
    target = home / PACKS
    shutil.move(staged / PACKS, target)
    return target
