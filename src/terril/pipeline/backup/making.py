"""Making an archive while people work: the state first, then the files that it names."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from terril import __version__
from terril.core.errors import Location
from terril.core.progress import Progress, silent
from terril.ingestion.contract import store_error
from terril.pipeline.backup import contents
from terril.pipeline.backup.manifest import HOME, PACKS, STATE, BackupError, Files, Head
from terril.pipeline.backup.stores import Store, store_at
from terril.pipeline.backup.writing import Writer
from terril.pipeline.releases import ReleaseStore

_OURS = re.compile(r"terril-\d{8}T\d{6}Z" + re.escape(contents.SUFFIX))
#: Disk that a copy may need beyond the files counted.
_MARGIN = 1.05


@dataclass(frozen=True, slots=True)
class Made:
    """An archive made.

    Parameters
    ----------
    path : where.
    size : bytes.
    files : how many files it holds.
    sha256 : fingerprint of the archive, also written beside it.
    head : what it says of itself.
    removed : older archives of the folder that were removed.
    """

    path: Path
    size: int
    files: int
    sha256: str
    head: Head
    removed: tuple[str, ...]


def make(
    home: Path,
    target: Path,
    *,
    environment: Mapping[str, str],
    release: bool = True,
    keep: int | None = None,
    progress: Progress = silent,
) -> Made:
    """Make an archive of a working folder and its state.

    Every edit acknowledged before the call is in it. Files that come meanwhile may be, whole.

    Parameters
    ----------
    target : file to write, or folder where to write one named after the moment.
    environment : where ``DATABASE_URL`` and ``TERRIL_PACKS`` are read.
    release : whether the release in force travels; else it is to be built again.
    keep : archives to keep in the folder, the newest; None for all.

    Raises
    ------
    BackupError
        If it cannot be made; nothing is left behind.
    StoreError
        If the disk is full or refuses.
    """
    now = datetime.now(UTC)
    file = target / f"terril-{now:%Y%m%dT%H%M%SZ}{contents.SUFFIX}" if target.is_dir() else target
    if keep is not None and not target.is_dir():
        raise BackupError("--keep compte les archives d’un dossier", hint="donner un dossier plutôt qu’un fichier")
    try:
        with FileLock(home / ".backup.lock", timeout=0):
            made = _Making(home, file, environment, progress).run(now, release)
    except Timeout as error:
        raise BackupError("une sauvegarde est déjà en cours", hint="attendre qu’elle finisse") from error
    except OSError as error:
        raise store_error("sauvegarde impossible", error) from error
    gone = _rotate(target, keep) if keep is not None else ()
    return Made(file, made.size, len(made.files.hashes), made.sha256, made.head, gone)


@dataclass(frozen=True, slots=True)
class _Written:
    size: int
    sha256: str
    files: Files
    head: Head


class _Making:
    def __init__(self, home: Path, file: Path, environment: Mapping[str, str], progress: Progress) -> None:
        self.home = home
        self.file = file
        self.environment = environment
        self.progress = progress
        self.store: Store = store_at(home, environment)

    def run(self, now: datetime, with_release: bool) -> _Written:
        """Write aside, then put in place at once."""
        if not self.file.parent.is_dir():
            raise BackupError("dossier absent", location=Location(file=str(self.file.parent)))
        with tempfile.TemporaryDirectory(prefix=".terril-", dir=self.file.parent) as scratch:
            folder = Path(scratch)
            self.progress(0, 0, "base de l’état")
            copy = folder / self.store.copy
            applied = self.store.dump(copy)
            releases = ReleaseStore(self.home)
            release = (releases.current_id() or "") if with_release else ""
            head = Head(__version__, now.isoformat(timespec="seconds"), self.store.engine, applied, release)
            written = self._write(folder, head, copy)
            self._place(folder / "archive", written)
        return written

    def _write(self, folder: Path, head: Head, copy: Path) -> _Written:
        told = contents.pointers(self.home)
        names = list(contents.files(self.home, self._state_files(), head.release))
        packs = _packs(self.environment)
        self._check_room(names)
        with Writer(folder / "archive", head) as writer:
            writer.add(f"{STATE}/{self.store.copy}", copy)
            for name, text in told.items():
                writer.add_text(f"{HOME}/{name}", text)
            if head.release:
                writer.add_text(f"{HOME}/releases/current", f"{head.release}\n".encode())
            for place, name in packs:
                writer.add(name, place)
            for done, name in enumerate(names):
                self.progress(done, len(names), name)
                writer.add(f"{HOME}/{name}", self.home / name)
        return _Written(writer.size, writer.sha256, writer.files(), head)

    def _state_files(self) -> list[Path]:
        if self.store.file is None:
            return []
        return [self.store.file.with_name(self.store.file.name + end) for end in ("", "-wal", "-shm", "-journal")]

    def _check_room(self, names: list[str]) -> None:
        """Told before an hour of copying rather than after."""
        needed = sum(p.stat().st_size for name in names if (p := self.home / name).is_file()) * _MARGIN
        free = shutil.disk_usage(self.file.parent).free
        if needed > free:
            raise BackupError(
                f"place insuffisante : {needed / 1e9:.1f} Go à écrire, {free / 1e9:.1f} Go libres",
                location=Location(file=str(self.file.parent)),
                hint="libérer de la place, ou --without-release : la publication se reconstruit",
            )

    def _place(self, archive: Path, written: _Written) -> None:
        beside = self.file.with_name(f"{self.file.name}.sha256")
        waiting = archive.with_name("sha256")
        waiting.write_text(f"{written.sha256}  {self.file.name}\n", encoding="utf-8")
        archive.replace(self.file)
        waiting.replace(beside)
        handle = os.open(self.file.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _packs(environment: Mapping[str, str]) -> list[tuple[Path, str]]:
    """Files of the packs that the environment adds, with their names in the archive."""
    found = []
    for given in filter(None, environment.get("TERRIL_PACKS", "").split(os.pathsep)):
        folder = Path(given).expanduser().resolve()
        found += [(folder / name, f"{PACKS}/{folder.name}/{name}") for name in contents.walk(folder, folder)]
    return found


def _rotate(folder: Path, keep: int) -> tuple[str, ...]:
    """Remove the oldest archives that Terril named; others are not ours to remove."""
    ours = sorted(p for p in folder.iterdir() if _OURS.fullmatch(p.name))
    gone = ours[: max(0, len(ours) - keep)]
    for path in gone:
        path.unlink()
        path.with_name(f"{path.name}.sha256").unlink(missing_ok=True)
    return tuple(p.name for p in gone)
