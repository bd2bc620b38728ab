"""Which files of the working folder travel in an archive."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

#: Archives that Terril names.
SUFFIX = ".terril.tar"
#: What is made again, or must not be kept: letters waiting bear links that open accounts.
_LEFT = frozenset({"cache", "outbox", "registry", "releases", "lost+found"})
_ENDINGS = (".lock", ".log", ".tmp", SUFFIX, f"{SUFFIX}.sha256")
#: Small files that say which version is in use: read before the versions, which only grow in number.
_POINTER = "current"


def pointers(home: Path) -> dict[str, bytes]:
    """What each pointer to a dataset version says now, by name in the folder."""
    found = {}
    for file in sorted((home / "datasets").glob(f"*/*/{_POINTER}")):
        found[file.relative_to(home).as_posix()] = file.read_bytes()
    return found


def files(home: Path, state: Sequence[Path], release: str) -> Iterator[str]:
    """Names of the files to keep, in order.

    Parameters
    ----------
    state : files of the database, which are copied otherwise.
    release : release that travels; empty for none.
    """
    apart = {path.resolve() for path in state}
    for top in sorted(home.iterdir()):
        if top.name in _LEFT or top.name.startswith("."):
            continue
        if top.is_dir():
            yield from walk(home, top)
        elif top.is_file() and not top.name.endswith(_ENDINGS) and top.resolve() not in apart:
            yield top.name
    if release:
        yield from walk(home, home / "releases" / release)


def walk(home: Path, folder: Path) -> Iterator[str]:
    """Files under a folder; neither links, nor what is hidden: a file being written is."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            file = Path(place) / name
            pointer = name == _POINTER and file.parent.parent.parent == home / "datasets"
            if not name.startswith(".") and not name.endswith(_ENDINGS) and not file.is_symlink() and not pointer:
                yield file.relative_to(home).as_posix()
