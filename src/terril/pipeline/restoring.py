"""Putting a former release back in force."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from terril.core.errors import Location, StoreError
from terril.core.releases import Manifest, StoredFile
from terril.core.text import NBSP
from terril.pipeline.datasets import DatasetStore
from terril.pipeline.releases import ReleaseStore


@dataclass(frozen=True, slots=True)
class Restored:
    """A release put back in force.

    Parameters
    ----------
    manifest : its manifest.
    aside : releases kept that are more recent, and no longer in force.
    changed : sources whose version in use is no longer the one it was built on.
    """

    manifest: Manifest
    aside: tuple[str, ...]
    changed: tuple[str, ...]

    def lines(self) -> tuple[str, ...]:
        """What is in force now, and what comes next, in French."""
        found = [
            f"En vigueur{NBSP}: la publication {self.manifest.id}, construite le {self.manifest.created_at}, "
            f"{len(self.manifest.indicators)} indicateurs."
        ]
        if self.aside:
            found.append(f"Mises de côté, toujours gardées{NBSP}: {', '.join(self.aside)}.")
        if self.changed:
            found.append(f"Sources dont une autre version est en usage depuis{NBSP}: {', '.join(self.changed)}.")
        found.append(
            "L’actualisation automatique ne publie plus rien tant qu’une construction n’a pas repris le cours normal"
            f"{NBSP}; « terril plan » dit ce qu’elle changerait."
        )
        return tuple(found)


def restore(store: ReleaseStore, datasets: DatasetStore, release: str) -> Restored:
    """Put a release kept back in force; only the pointer changes.

    Raises
    ------
    StoreError
        If it is not kept whole, or holds figures of a version destroyed since, with the reason given then.
    BuildError
        If a build is under way: it would replace what is put back.
    """
    manifest = store.manifest(release)
    with store.lock(wait=False):
        _check_whole(store.path(release), manifest)
        _check_allowed(datasets, manifest)
        store.restore(release)
    used = {s.id: s.version for s in manifest.sources.values()}
    now = {s: found.id for s in used if (found := datasets.current(s)) is not None}
    return Restored(
        manifest,
        tuple(r for r in store.ids() if r > release),
        tuple(sorted(s for s in used if now.get(s) != used[s])),
    )


def _check_whole(folder: Path, manifest: Manifest) -> None:
    roots: list[tuple[str, StoredFile]] = []
    for indicator in manifest.indicators.values():
        roots += indicator.files.items()
    roots += [(root, file) for root, files in manifest.buckets.items() for file in files.values()]
    for root, file in roots:
        if not (folder / root / file.path).is_file():
            raise StoreError(
                f"la publication {manifest.id} est incomplète, celle en vigueur le reste",
                location=Location(file=f"{root}/{file.path}"),
                hint="en remettre une autre, ou relancer « terril build --full »",
            )


def _check_allowed(datasets: DatasetStore, manifest: Manifest) -> None:
    for source in manifest.sources.values():
        destroyed = {v.id: v for v in datasets.versions(source.id) if v.purged}
        if source.version in destroyed:
            reason = destroyed[source.version].meta["purged"]["reason"]
            raise StoreError(
                f"cette publication tient des chiffres d'une version supprimée de « {source.id} » : {reason}",
                location=Location(value=manifest.id),
                hint="celle en vigueur le reste ; en choisir une plus récente, ou « terril build »",
            )
