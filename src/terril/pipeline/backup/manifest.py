"""What an archive says of itself: its head comes first, its list of files last."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from terril.core.errors import Location, TerrilError

FORMAT = 1
#: Names inside the archive.
HEAD, FILES = "about.json", "manifest.json"
HOME, STATE, PACKS = "home", "state", "packs"


class BackupError(TerrilError):
    """A backup that cannot be made or put back; what was there is untouched."""

    code = "sauvegarde"


@dataclass(frozen=True, slots=True)
class Head:
    """What must be known before anything is unpacked.

    Parameters
    ----------
    terril : version that made the archive.
    created_at : moment at which the state was read (ISO 8601, UTC).
    engine : ``sqlite`` or ``postgresql``.
    migrations : ``app.name`` of those applied to the state.
    release : release in force that travels with it; empty where none does.
    """

    terril: str
    created_at: str
    engine: str
    migrations: tuple[str, ...]
    release: str

    def text(self) -> str:
        """As written in the archive."""
        told = {"format": FORMAT, **{name: getattr(self, name) for name in self.__slots__}}
        return json.dumps(told, ensure_ascii=False, indent=1)


def read_head(text: bytes) -> Head:
    """The head of an archive.

    Raises
    ------
    BackupError
        If it is not one that this version of Terril can read.
    """
    told = _object(text)
    if told.get("format") != FORMAT:
        raise BackupError(
            "format d’archive inconnu", location=Location(value=str(told.get("format"))), hint="mettre Terril à jour"
        )
    texts = {name: told.get(name) for name in ("terril", "created_at", "engine", "release")}
    migrations = told.get("migrations")
    if not all(isinstance(value, str) for value in texts.values()) or not _strings(migrations):
        raise damaged("tête illisible")
    return Head(**{name: str(value) for name, value in texts.items()}, migrations=tuple(migrations or ()))


@dataclass(frozen=True, slots=True)
class Files:
    """Every file of an archive.

    Parameters
    ----------
    hashes : SHA-256 of each, by name.
    links : names that hold the same file as another name.
    """

    hashes: Mapping[str, str]
    links: Mapping[str, str]

    def text(self) -> str:
        """As written in the archive."""
        return json.dumps({"files": dict(self.hashes), "links": dict(self.links)}, ensure_ascii=False, indent=1)


def read_files(text: bytes) -> Files:
    """The list of files of an archive.

    Raises
    ------
    BackupError
        If it cannot be read, or a name leads elsewhere than where archives are unpacked.
    """
    told = _object(text)
    hashes, links = _map(told.get("files")), _map(told.get("links"))
    for name in links:
        check_name(name)
    if set(links) & set(hashes) or not set(links.values()) <= set(hashes):
        raise damaged("lien vers un fichier absent")
    return Files(hashes, links)


def check_name(name: str) -> None:
    """Refuse a name that would be written outside of the place where an archive is unpacked.

    Raises
    ------
    BackupError
        If it is absolute, climbs, or stands nowhere that an archive has.
    """
    parts = PurePosixPath(name).parts
    clean = "/".join(parts) == name and name.isprintable() and not {"..", "."} & set(parts)
    if not clean or (name not in (HEAD, FILES) and (len(parts) < 2 or parts[0] not in (HOME, STATE, PACKS))):
        raise damaged("nom de fichier refusé", name)


def damaged(what: str, name: str | None = None) -> BackupError:
    """An archive that is not as it was written."""
    return BackupError(
        f"archive abîmée ou modifiée : {what}",
        location=Location(value=name) if name else None,
        hint="en prendre une autre ; rien n’a été changé",
    )


def _object(text: bytes) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except ValueError as error:
        raise damaged("texte illisible") from error
    if not isinstance(told, dict):
        raise damaged("texte illisible")
    return told


def _strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _map(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise damaged("liste des fichiers illisible")
    return value
