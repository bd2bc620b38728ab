"""Where packs are: ``TERRIL_PACKS``, then the checkout, then the installed wheel."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import terril
from terril.core.errors import Location, PackError

#: Environment variable that adds packs: folders separated as in ``PATH``.
VARIABLE = "TERRIL_PACKS"
MANIFEST = "pack.yaml"


def locate_packs() -> dict[str, Path]:
    """Every pack within reach, by folder name.

    ``TERRIL_PACKS`` lists folders, each a pack or a folder of packs. A name found twice is read
    from the first place: ``TERRIL_PACKS``, then ``packs/`` of the checkout, then the wheel. Packs
    of ``TERRIL_PACKS`` are last in the answer.

    Raises
    ------
    PackError
        If a folder named in ``TERRIL_PACKS`` does not exist or holds no pack.
    """
    added: dict[str, Path] = {}
    for folder in _added_folders():
        packs = list(_packs_in(folder))
        if not packs:
            raise PackError(
                f"aucun paquet dans un dossier cité par {VARIABLE}",
                location=Location(file=str(folder)),
                hint=f"donner un dossier qui contient {MANIFEST}, ou un dossier de tels dossiers",
            )
        for pack in packs:
            added.setdefault(pack.name, pack)
    own: dict[str, Path] = {}
    for root in _own_folders():
        for pack in _packs_in(root):
            own.setdefault(pack.name, pack)
    # Added packs come last, so that what they show first is shown first.
    return own | added


def _added_folders() -> Iterator[Path]:
    for text in os.environ.get(VARIABLE, "").split(os.pathsep):
        if not text.strip():
            continue
        folder = Path(text.strip()).expanduser().resolve()
        if not folder.is_dir():
            raise PackError(
                f"dossier absent, cité par {VARIABLE}",
                location=Location(file=str(folder)),
                hint=f"corriger {VARIABLE}, ou créer le paquet : terril new-pack {folder.name}",
            )
        yield folder


def _own_folders() -> Iterator[Path]:
    package = Path(terril.__file__).resolve().parent
    checkout = package.parent.parent
    if (checkout / "pyproject.toml").is_file():
        yield checkout / "packs"
    yield package / "packs"


def _packs_in(folder: Path) -> Iterator[Path]:
    if (folder / MANIFEST).is_file():
        yield folder
    elif folder.is_dir():
        yield from sorted(p for p in folder.iterdir() if (p / MANIFEST).is_file())
