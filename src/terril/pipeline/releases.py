"""The store of releases: written aside, published by one pointer, the last five kept."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from terril.core.errors import BuildError, QueryError, StoreError
from terril.core.releases import Manifest

KEPT = 5
_STAGING = ".staging-"


@contextmanager
def disk_errors() -> Iterator[None]:
    """Operating-system errors told as a full disk or an unreachable folder."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreError("disque plein", hint="libérer de l'espace, puis recommencer : rien n'est perdu") from error
        raise StoreError(f"écriture impossible ({error.strerror}) : {error.filename}") from error


class ReleaseStore:
    """Releases under ``<home>/releases``.

    Parameters
    ----------
    home : working folder.
    """

    def __init__(self, home: Path) -> None:
        self.folder = home / "releases"
        self._pointer = self.folder / "current"
        self._chosen = self.folder / ".restored"

    def current_id(self) -> str | None:
        """Identifier of the release in force, or None before the first build."""
        try:
            text = self._pointer.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        return text or None

    def path(self, release: str) -> Path:
        """Folder of a release."""
        return self.folder / release

    def current(self) -> Manifest | None:
        """Manifest of the release in force, or None before the first build."""
        release = self.current_id()
        return None if release is None else self.manifest(release)

    def require(self) -> Manifest:
        """Manifest of the release in force.

        Raises
        ------
        QueryError
            Before the first build.
        """
        manifest = self.current()
        if manifest is None:
            raise QueryError("aucune publication n'a encore été construite", hint="lancer « terril build »")
        return manifest

    def manifest(self, release: str) -> Manifest:
        """Manifest of a release kept.

        Raises
        ------
        StoreError
            If it is no longer kept, or its manifest cannot be read.
        """
        path = self.path(release) / "manifest.json"
        try:
            return Manifest.model_validate_json(path.read_bytes())
        except FileNotFoundError as error:
            kept = ", ".join(self.ids()) or "aucune"
            raise StoreError(f"publication {release} introuvable", hint=f"publications gardées : {kept}") from error
        except ValidationError as error:
            raise StoreError(
                f"le manifeste de la publication {release} est illisible",
                hint="relancer « terril build --full »",
            ) from error

    def ids(self) -> list[str]:
        """Releases kept, oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(p.name for p in self.folder.iterdir() if p.is_dir() and not p.name.startswith("."))

    @contextmanager
    def lock(self, wait: bool) -> Iterator[None]:
        """Hold the right to build: one at a time, others wait or are told.

        Raises
        ------
        BuildError
            If another build holds it and ``wait`` is false.
        """
        with disk_errors():
            self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / ".lock")
        try:
            lock.acquire(timeout=-1 if wait else 0)
        except Timeout as error:
            raise BuildError(
                "une autre construction est en cours",
                hint="attendre qu'elle finisse, ou relancer sans --no-wait",
            ) from error
        try:
            yield
        finally:
            lock.release()

    def is_locked(self) -> bool:
        """Whether a build is under way somewhere."""
        if not self.folder.is_dir():
            return False
        lock = FileLock(self.folder / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        return False

    @contextmanager
    def staging(self, release: str) -> Iterator[Path]:
        """A folder to build in, beside the others; gone if the build fails. Call under the lock."""
        with disk_errors():
            # Whatever a killed build left; the lock says that nobody is using it.
            for stale in self.folder.glob(f"{_STAGING}*"):
                shutil.rmtree(stale)
            folder = self.folder / f"{_STAGING}{release}"
            folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def publish(self, staged: Path, manifest: Manifest) -> None:
        """Make a staged folder the release in force: readers see the old one or the new one, never half."""
        with disk_errors():
            text = manifest.model_dump_json(indent=1)
            _write_synced(staged / "manifest.json", text)
            staged.rename(self.path(manifest.id))
            self._point(manifest.id)
            self._prune(manifest.id)

    def restore(self, release: str) -> Manifest:
        """Put a kept release back in force, and remember that a person chose it."""
        manifest = self.manifest(release)
        with disk_errors():
            # Before the pointer: killed between the two, the mark names a release that is not in force.
            _write_synced(self._chosen, release + "\n")
            self._point(release)
        return manifest

    def restored(self) -> bool:
        """Whether the release in force was put back by a person, and none was published since."""
        try:
            chosen = self._chosen.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return False
        return chosen == self.current_id()

    def _point(self, release: str) -> None:
        temporary = self.folder / ".current.new"
        _write_synced(temporary, release + "\n")
        temporary.replace(self._pointer)

    def _prune(self, current: str) -> None:
        others = [r for r in self.ids() if r != current]
        for old in others[: max(0, len(others) - (KEPT - 1))]:
            shutil.rmtree(self.path(old))


def _write_synced(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
