"""Archives opened with suspicion: paths that climb, bombs, truncation."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from terril.core.errors import IngestError, Location
from terril.ingestion.contract import Limits, store_error

_CHUNK = 1 << 20
_MEMBERS = 10_000
#: What reading a damaged member raises.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError)


@contextmanager
def open_archive(path: Path, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """Open a zip whose table of contents is safe.

    Raises
    ------
    IngestError
        If the archive is damaged, holds a path that leaves it, or would unpack beyond the limits.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise _damaged(path.name) from error
    with archive:
        members = archive.infolist()
        if len(members) > _MEMBERS:
            raise IngestError(f"archive de plus de {_MEMBERS} fichiers", location=Location(file=path.name))
        for member in members:
            _refuse_unsafe(member, path.name)
        unpacked = sum(m.file_size for m in members)
        packed = max(1, path.stat().st_size)
        if unpacked > limits.file_bytes or unpacked > limits.ratio * packed:
            raise _bomb(path.name, unpacked, packed)
        yield archive


def check_archive(path: Path, limits: Limits) -> None:
    """Refuse an archive that another library is about to open; see :func:`open_archive`."""
    with open_archive(path, limits):
        return


def _refuse_unsafe(member: zipfile.ZipInfo, name: str) -> None:
    parts = PurePosixPath(member.filename.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in member.filename.split("/")[0]:
        raise IngestError(
            "l'archive contient un chemin qui en sort",
            location=Location(file=name, value=member.filename),
            hint="refuser ce fichier : un producteur sérieux n'en diffuse pas de tel",
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise IngestError(
            "l'archive contient un lien vers un autre fichier",
            location=Location(file=name, value=member.filename),
            hint="refaire l'archive avec les fichiers eux-mêmes",
        )
    if member.flag_bits & 0x1:
        raise IngestError(
            "archive chiffrée",
            location=Location(file=name, value=member.filename),
            hint="la déchiffrer d'abord",
        )


def _damaged(name: str) -> IngestError:
    return IngestError(
        "archive endommagée ou tronquée",
        location=Location(file=name),
        hint="télécharger à nouveau le fichier",
    )


def _bomb(name: str, unpacked: int, packed: int) -> IngestError:
    return IngestError(
        f"archive refusée : {unpacked / 10**6:.0f} Mo une fois ouverte, pour {packed / 10**6:.3f} Mo",
        location=Location(file=name),
        hint="vérifier la provenance ; si elle est sûre, ouvrir l'archive à la main",
    )


def first_bytes(archive: zipfile.ZipFile, member: zipfile.ZipInfo, count: int, name: str) -> bytes:
    """The beginning of a member.

    Raises
    ------
    IngestError
        If the archive is damaged there.
    """
    try:
        with archive.open(member) as stream:
            return stream.read(count)
    except _DAMAGE as error:
        raise _damaged(name) from error


def choose(archive: zipfile.ZipFile, pattern: str, name: str) -> zipfile.ZipInfo:
    """The one member of the archive whose name matches ``pattern``.

    Raises
    ------
    IngestError
        If there is none, or more than one.
    """
    names = [m for m in archive.infolist() if not m.is_dir()]
    found = [m for m in names if fnmatch(PurePosixPath(m.filename).name.lower(), pattern.lower())]
    if len(found) != 1:
        listed = ", ".join(m.filename for m in names[:8])
        raise IngestError(
            f"l'archive contient {len(found)} fichiers « {pattern} » au lieu d'un",
            location=Location(file=name),
            hint=f"fichiers trouvés : {listed or 'aucun'}",
        )
    return found[0]


def extract(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path, limits: Limits, name: str) -> Path:
    """Unpack one member into ``folder`` under a name of ours, its size checked as it grows.

    Raises
    ------
    IngestError
        If it is damaged, or bigger than its header says.
    StoreError
        If it cannot be written.
    """
    # The name says where it is from: it is the one people read in messages.
    target = folder / f"{name}!{PurePosixPath(member.filename).name}"
    size = 0
    try:
        with archive.open(member) as source, target.open("wb") as out:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > min(limits.file_bytes, limits.ratio * max(1, member.compress_size) + _CHUNK):
                    raise _bomb(name, size, member.compress_size)
                out.write(chunk)
    except _DAMAGE as error:
        raise _damaged(name) from error
    except OSError as error:
        raise store_error("archive impossible à ouvrir sur le disque", error) from error
    return target
