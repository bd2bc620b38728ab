"""The folder of an import: the file as it was dropped, under a name of ours, and what is tried of it."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol
from uuid import UUID

from terril.apps.contributions.errors import ContributionError
from terril.core.errors import Location
from terril.core.text import fold
from terril.ingestion.contract import store_error
from terril.ingestion.encoding import file_sha256
from terril.pipeline.home import home_folder

_FILE = "fichier"
_TRIAL = "essai"
_LONGEST = 80
_CHUNK = 1 << 20


class Dropped(Protocol):
    """A file as a form sends it."""

    @property
    def name(self) -> str | None:
        """What the sender calls it: never a path of ours."""

    @property
    def size(self) -> int | None:
        """Bytes."""

    def chunks(self, chunk_size: int | None = None) -> Iterable[bytes]:
        """Its content."""


def imports_folder() -> Path:
    """Folder of every import."""
    return home_folder() / "imports"


def folder_of(identifier: UUID) -> Path:
    """Folder of an import."""
    return imports_folder() / identifier.hex


def file_of(identifier: UUID) -> Path:
    """The file of an import.

    Raises
    ------
    ContributionError
        If it is no longer there.
    """
    found = next(iter(sorted((folder_of(identifier) / _FILE).glob("*"))), None)
    if found is None:
        raise ContributionError("le fichier de cet import n’est plus là", hint="déposer à nouveau le fichier")
    return found


def verified(identifier: UUID, digest: str) -> Path:
    """The file of an import, which is still the one that was dropped.

    Raises
    ------
    ContributionError
        If it is another, or no longer there.
    """
    path = file_of(identifier)
    if file_sha256(path) != digest:
        raise ContributionError("le fichier a changé depuis son dépôt", hint="déposer à nouveau le fichier")
    return path


def trial_of(identifier: UUID) -> Path:
    """Folder where a version is tried."""
    return folder_of(identifier) / _TRIAL


def safe_name(name: str) -> str:
    """A name of ours that still tells what the sender called the file: no path, no hidden file, ASCII, short."""
    base = re.split(r"[/\\]", name)[-1]
    stem, dot, suffix = fold(base).rpartition(".")
    stem = re.sub(r"[^a-z0-9_.-]+", "_", stem if dot else suffix).strip("._-")[:_LONGEST] or "fichier"
    suffix = re.sub(r"[^a-z0-9]+", "", suffix)[:10] if dot else ""
    return f"{stem}.{suffix}" if suffix else stem


def shown_name(name: str) -> str:
    """What the sender called the file, fit to be shown: one line, no control character."""
    base = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+", " ", base).strip()[:200] or "fichier"


def keep(identifier: UUID, dropped: Sequence[Dropped], limit: int) -> Path:
    """Write what was dropped; several files (a shapefile and its companions) make one archive.

    Raises
    ------
    ContributionError
        If it is too large, or if two files bear one name; nothing is left.
    StoreError
        If the disk refuses; nothing is left.
    """
    folder = folder_of(identifier)
    try:
        (folder / _FILE).mkdir(parents=True)
        if len(dropped) == 1:
            path = folder / _FILE / safe_name(dropped[0].name or "")
            with path.open("wb") as out:
                for chunk in _bounded(dropped, limit):
                    out.write(chunk)
            return path
        return _packed(folder / _FILE, dropped, limit)
    except OSError as error:
        remove(identifier)
        raise store_error("fichier impossible à enregistrer", error) from error
    except ContributionError:
        remove(identifier)
        raise


def _packed(folder: Path, dropped: Sequence[Dropped], limit: int) -> Path:
    names = [safe_name(d.name or "") for d in dropped]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise ContributionError("deux fichiers du même nom", location=Location(value=twice[0]))
    main = next((n for n in names if n.endswith(".shp")), names[0])
    path = folder / f"{main.rpartition('.')[0] or main}.zip"
    left = limit
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, one in zip(names, dropped, strict=True):
            with archive.open(name, "w") as out:
                for chunk in _bounded([one], left):
                    left -= len(chunk)
                    out.write(chunk)
    return path


def _bounded(dropped: Sequence[Dropped], limit: int) -> Iterator[bytes]:
    size = 0
    for one in dropped:
        for chunk in one.chunks(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise too_large(limit)
            yield chunk


def too_large(limit: int) -> ContributionError:
    """The refusal of a file that is too large."""
    return ContributionError(
        f"fichier de plus de {limit // 10**6} Mo",
        hint="le compresser en .zip, ou demander au gestionnaire de la plateforme de le charger",
    )


def remove(identifier: UUID) -> None:
    """Remove all that was kept of an import."""
    shutil.rmtree(folder_of(identifier), ignore_errors=True)
