"""Comparisons kept beside the releases: two releases never change, what differs between them is asked once."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from terril.core.progress import Progress, silent
from terril.core.releases import Manifest
from terril.pipeline.compare import Compared, Comparison, compare
from terril.pipeline.releases import ReleaseStore

_FOUND = TypeAdapter(tuple[tuple[Compared, ...], int])


def comparison(store: ReleaseStore, before: Manifest, after: Manifest, progress: Progress = silent) -> Comparison:
    """What differs between two releases for the public, as kept, or compared now and kept."""
    path = _folder(store) / f"{before.id}--{after.id}.json"
    try:
        indicators, unchanged = _FOUND.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        # Never asked, or written by another version of Terril: the releases are there to tell.
        found = compare(store, before, after, progress=progress)
        _keep(store, path, found)
        return found
    return Comparison(before, after, indicators, unchanged)


def _folder(store: ReleaseStore) -> Path:
    return store.folder.parent / "cache" / "comparisons"


def _keep(store: ReleaseStore, path: Path, found: Comparison) -> None:
    kept = frozenset(store.ids())
    waiting = path.with_suffix(f".{found.after.id[-4:]}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for other in path.parent.glob("*--*.json"):
            if not kept.issuperset(other.stem.split("--")):
                other.unlink(missing_ok=True)
        waiting.write_bytes(_FOUND.dump_json((found.indicators, found.unchanged)))
        waiting.replace(path)
    except OSError:
        # A portal may run over a folder that it cannot write: it compares again, and answers all the same.
        return
