"""What pages stand on: the release in force, its definitions and territories, read within one scope."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache, partial

from django.utils.formats import date_format

from terril.apps.agreements.scopes import forget as forget_scopes
from terril.apps.agreements.scopes import scope_of
from terril.core.access import ANYONE, ReadScope, Subject
from terril.core.breaks import Break
from terril.core.errors import TerrilError, TerritoryError
from terril.core.indicators.spec import Indicator
from terril.core.observations import Observation
from terril.core.packs import Theme
from terril.core.sources import Source
from terril.core.standing import Slice
from terril.core.territories.index import Territories
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.territories.similar import Similar
from terril.engine.query import Reader
from terril.pipeline.workspace import Workspace

#: Slices kept in memory: a national one of 35,000 communes weighs about 3 MB. Fewer for those who sign in, each
#: agreement having its own view.
_SLICES = 160
_SLICES_OF_MEMBERS = 24
#: Views of a release kept open: the public one, and those of as many sets of rights.
VIEWS = 12


class UnpublishedError(TerrilError):
    """No release was ever built here."""

    code = "publication"


class Portal:
    """One release as pages read it.

    Parameters
    ----------
    workspace : the working folder.
    release : identifier of the release.
    scope : what may be read.
    slices : slices kept in memory.
    """

    def __init__(self, workspace: Workspace, release: str, scope: ReadScope, slices: int = _SLICES) -> None:
        self.workspace = workspace
        self.release = release
        self.scope = scope
        self.manifest = workspace.releases.manifest(release)
        self.reader = Reader(workspace.releases.path(release), self.manifest, scope)
        # Over what they read and never over the portal: it would hold itself, and its arrays stay when it is let go.
        self.slice = lru_cache(maxsize=slices)(partial(_slice, self.reader))
        self.similar = lru_cache(maxsize=2048)(partial(_similar, workspace))
        self.codes = lru_cache(maxsize=512)(partial(_codes, workspace.territories))
        self.coverage = lru_cache(maxsize=1024)(self.reader.coverage)

    @cached_property
    def built(self) -> str:
        """Day of the release, in words: ``22 novembre 2026``."""
        return str(date_format(datetime.fromisoformat(self.manifest.created_at), "j F Y"))

    # -- territories ------------------------------------------------------------------------------

    @property
    def territories(self) -> Territories:
        """Territories of the vintage, perimeters and groups included."""
        return self.workspace.territories

    @cached_property
    def home(self) -> Territory:
        """The perimeter shown first; France where the packs name none."""
        declared = self.workspace.packs.home
        key = TerritoryKey(Level.PERIMETER, declared) if declared else TerritoryKey(Level.COUNTRY, "FR")
        return self.territories.get(key)

    @cached_property
    def home_communes(self) -> frozenset[str]:
        """Codes of the communes of the perimeter shown first."""
        return self.territories.communes(self.home.key)

    # -- indicators -------------------------------------------------------------------------------

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """Indicators released and declared, those read from a source before those computed from others."""
        known = self.workspace.packs.indicators
        shown = sorted((i for i in self.reader.indicators() if i in known), key=lambda i: (len(known[i].inputs), i))
        return {i: known[i] for i in shown}

    @cached_property
    def waiting(self) -> Mapping[str, str]:
        """Indicators declared and not computed, with the reason."""
        known = self.workspace.packs.indicators
        return {i: r for i, r in self.manifest.not_computable.items() if i in known and self.scope.allows(i)}

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Sources that this audience may know of."""
        return {s: source for s, source in self.workspace.sources.items() if s not in self.scope.hidden}

    def breaks(self, indicator: str) -> tuple[Break, ...]:
        """Series breaks of an indicator, oldest first."""
        return self.workspace.packs.breaks.get(indicator, ())

    @cached_property
    def themes(self) -> Mapping[str, Theme]:
        """Themes that have a released indicator, in the order of the packs."""
        used = {i.theme for i in self.indicators.values()}
        return {t.id: t for t in self.workspace.packs.themes.values() if t.id in used}

    def palette(self, theme: str) -> str:
        """Name of the palette of a theme."""
        found = self.workspace.packs.themes.get(theme)
        return found.palette if found is not None else "ardoise"

    @cached_property
    def highlights(self) -> tuple[str, ...]:
        """Indicators shown first, as the packs order them, among those released."""
        declared = self.workspace.packs.highlights
        return tuple(i for i in declared if i in self.indicators)

    # -- observations -----------------------------------------------------------------------------

    def latest_at(self, indicator: str, level: Level) -> str | None:
        """Most recent period with a value at a level; None where there is none."""
        periods = [c.period for c in self.coverage(indicator) if c.level == level and c.valued]
        return periods[-1] if periods else None

    def series(self, indicator: str, keys: Sequence[TerritoryKey]) -> dict[TerritoryKey, list[Observation]]:
        """Every period of an indicator for a few territories, oldest first."""
        wanted = set(keys)
        found: dict[TerritoryKey, list[Observation]] = {k: [] for k in keys}
        for level in {k.level for k in keys}:
            codes = sorted({k.code for k in keys if k.level == level})
            for observation in self.reader.slice(indicator, level=level, codes=codes, periods=[]):
                if observation.territory in wanted:
                    found[observation.territory].append(observation)
        return found


def _slice(reader: Reader, indicator: str, level: Level, period: str) -> Slice:
    found = reader.arrays(indicator, level=level, periods=[period])
    return Slice(found["code"], found["value"], found["status"])


def _similar(workspace: Workspace, key: TerritoryKey) -> tuple[Similar, ...]:
    try:
        return workspace.territories.similar(key, tuple(workspace.packs.similar.values()))
    except TerritoryError:
        # No rule at this level, or a measure not known: the page says less, it does not fail.
        return ()


def _codes(territories: Territories, level: Level, within: TerritoryKey) -> tuple[str, ...]:
    """Codes of the territories of a level wholly inside another, sorted."""
    return tuple(k.code for k in territories.members(within, level))


Asking = Callable[[], Subject]
#: Who asks, for the request that this thread answers; anyone, until told.
_ASKING: ContextVar[Asking] = ContextVar("asking", default=lambda: ANYONE)


@contextmanager
def reading_as(asking: Asking) -> Iterator[None]:
    """Open portals in the name of a subject, who is asked for only when one is opened."""
    token = _ASKING.set(asking)
    try:
        yield
    finally:
        _ASKING.reset(token)


def open_portal() -> Portal:
    """The portal of the release in force, within the rights of who asks; opened once a release, a scope and a process.

    Raises
    ------
    UnpublishedError
        Before the first build.
    """
    release = current_release()
    if release is None:
        raise UnpublishedError("aucune publication", hint="lancer « terril demo », ou « terril build »")
    scope = scope_of(_ASKING.get()(), _staged(release))
    return _opened(release, os.getpid(), _Keyed(scope))


@dataclass(frozen=True)
class _Keyed:
    """A scope, alike when what it allows is alike."""

    scope: ReadScope

    def __hash__(self) -> int:
        return hash(self.scope.fingerprint)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and other.scope.fingerprint == self.scope.fingerprint


def current_release() -> str | None:
    """Identifier of the release in force; None before the first build."""
    return _home().releases.current_id()


def workspace() -> Workspace:
    """The working folder, with the definitions of the release in force where there is one."""
    release = current_release()
    return _home() if release is None else _staged(release)


@lru_cache(maxsize=1)
def _home() -> Workspace:
    return Workspace()


@lru_cache(maxsize=1)
def _staged(release: str) -> Workspace:
    # Definitions may have changed with the release: the packs are read anew. Shared by every process
    # forked from one that was warmed.
    return Workspace(_home().home)


@lru_cache(maxsize=VIEWS)
def _opened(release: str, process: int, keyed: _Keyed) -> Portal:
    # A connection does not survive a fork, hence the process in the key.
    place = _staged(release)
    public = keyed.scope.fingerprint == scope_of(ANYONE, place).fingerprint
    return Portal(place, release, keyed.scope, _SLICES if public else _SLICES_OF_MEMBERS)


def warm() -> None:
    """Read packs and territories, and index them, before anyone asks: no visitor waits for it."""
    release = current_release()
    if release is not None:
        workspace = _staged(release)
        workspace.territories.search("a")
        rules = tuple(workspace.packs.similar.values())
        for rule in rules:
            workspace.territories.similar(workspace.territories.of_level(Level(rule.level))[0].key, rules)


def forget() -> None:
    """Close what is open: the next page opens the working folder anew (tests change it)."""
    for kept in (_opened, _staged, _home):
        kept.cache_clear()
    forget_scopes()
