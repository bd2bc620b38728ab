"""The working folder as its readers see it: packs, territories, datasets, releases."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from terril.core.access import OPERATOR, ReadScope
from terril.core.sources import Source
from terril.core.territories.index import Territories
from terril.engine.query import Reader
from terril.pipeline.home import home_folder
from terril.pipeline.packs import Packs, load_packs
from terril.pipeline.releases import ReleaseStore
from terril.pipeline.territories.load import load_territories


class Workspace:
    """Packs, territories and releases of one working folder, each opened when it is needed.

    Loading, building and explaining are in their own modules: who only reads does not pay for them.

    Parameters
    ----------
    home : working folder; :func:`terril.pipeline.home.home_folder` when None.
    """

    def __init__(self, home: Path | None = None) -> None:
        self.home = home or home_folder()
        self.releases = ReleaseStore(self.home)

    @cached_property
    def packs(self) -> Packs:
        """What the packs declare."""
        return load_packs(cache=pack_cache(self.home))

    @cached_property
    def territories(self) -> Territories:
        """National territories, with the perimeters and groups of the packs."""
        return load_territories(self.packs)

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Every dataset an indicator may read, facts included."""
        return self.packs.datasets(self.territories.vintage)

    def reader(self, scope: ReadScope = OPERATOR) -> Reader:
        """A reader of the release in force, as the operator or within the rights of who asks.

        Raises
        ------
        QueryError
            Before the first build.
        """
        manifest = self.releases.require()
        return Reader(self.releases.path(manifest.id), manifest, scope)


def pack_cache(home: Path) -> Path:
    """File that keeps the packs as read, for the next command."""
    return home / "cache" / "packs.json"
