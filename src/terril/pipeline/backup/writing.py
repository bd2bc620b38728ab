"""Writing an archive as a stream, each file and the whole hashed on the way."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from pathlib import Path
from typing import IO, Any

from terril.core.errors import Location
from terril.pipeline.backup.manifest import FILES, HEAD, BackupError, Files, Head

#: Bytes at the end of a journal where its last whole line is looked for.
_TAIL = 1 << 16


class _Hashed:
    """A stream that remembers the fingerprint of what went through."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self._seen(data)
        return self.stream.write(data)

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self._seen(data)
        return data

    def _seen(self, data: bytes) -> None:
        self.digest.update(data)
        self.size += len(data)


class Writer:
    """An archive being written, readable by its owner alone: it holds the key that signs sessions.

    Parameters
    ----------
    path : file to write; must not exist.
    head : what is read first.
    """

    def __init__(self, path: Path, head: Head) -> None:
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._out = _Hashed(self._file)
        self._tar = tarfile.open(mode="w|", fileobj=self._out, format=tarfile.PAX_FORMAT, bufsize=1 << 20)  # type: ignore[call-overload]  # noqa: SIM115
        self._hashes: dict[str, str] = {}
        self._links: dict[str, str] = {}
        self._seen: dict[tuple[int, int], str] = {}
        self._put(HEAD, io.BytesIO(head.text().encode()), len(head.text().encode()))

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                text = self.files().text().encode()
                self._put(FILES, io.BytesIO(text), len(text))
                self._tar.close()
                self._file.flush()
                os.fsync(self._file.fileno())
        finally:
            self._file.close()

    @property
    def size(self) -> int:
        """Bytes written."""
        return self._out.size

    @property
    def sha256(self) -> str:
        """Fingerprint of what was written."""
        return self._out.digest.hexdigest()

    def files(self) -> Files:
        """What was added so far."""
        hashes = {name: told for name, told in self._hashes.items() if name != FILES}
        return Files(hashes, dict(self._links))

    def add(self, name: str, path: Path) -> None:
        """Add a file; one that was removed meanwhile (a version destroyed) is not added."""
        if not name.isprintable():
            raise BackupError("nom de fichier illisible", location=Location(file=ascii(name)), hint="le renommer")
        try:
            source = path.open("rb")
        except FileNotFoundError:
            return
        with source:
            found = os.fstat(source.fileno())
            known = self._seen.get((found.st_dev, found.st_ino)) if found.st_nlink > 1 else None
            if known is not None:
                self._links[name] = known
                return
            self._seen[(found.st_dev, found.st_ino)] = name
            self._put(name, source, _whole(source, path))

    def add_text(self, name: str, text: bytes) -> None:
        """Add a file whose content is known."""
        self._put(name, io.BytesIO(text), len(text))

    def _put(self, name: str, source: Any, size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        hashed = _Hashed(source)
        self._tar.addfile(info, hashed)
        self._hashes[name] = hashed.digest.hexdigest()


def _whole(source: IO[bytes], path: Path) -> int:
    """Bytes to keep: a journal that grows is kept up to its last whole line."""
    size = os.fstat(source.fileno()).st_size
    if path.suffix != ".jsonl" or size == 0:
        return size
    start = max(0, size - _TAIL)
    source.seek(start)
    end = source.read(size - start).rfind(b"\n")
    source.seek(0)
    return start + end + 1 if end >= 0 else size
