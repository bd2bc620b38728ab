"""What the packs declare, merged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from terril.core.breaks import Break
from terril.core.errors import Location, PackError
from terril.core.indicators.breaks import inherited_breaks
from terril.core.indicators.families import Family, families
from terril.core.indicators.spec import Indicator
from terril.core.nomenclatures.spec import NomenclaturePassage
from terril.core.packs import Group, Organisation, Pack, Perimeter, Similarity, Synonyms, Theme
from terril.core.parameters import Parameter
from terril.core.sources import Facts, Source
from terril.core.spec import Spec
from terril.pipeline.packs.reading import Document


class PacksError(PackError):
    """Every fault of the packs, together.

    Parameters
    ----------
    errors : the faults, in the order of files and lines.
    """

    code = "paquets"

    def __init__(self, errors: Sequence[PackError]) -> None:
        count = len(errors)
        super().__init__(f"{count} erreur{'s' if count > 1 else ''} dans les paquets")
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return "\n".join([f"{self.message} :", *(f"  {e}" for e in self.errors)])

    def as_dict(self) -> dict[str, object]:
        """The error as data, with each fault under ``errors``."""
        return super().as_dict() | {"errors": [e.as_dict() for e in self.errors]}


def unique_key(kind: str, identifier: str) -> str:
    """Name under which a definition is unique: sources and facts share theirs, being both datasets."""
    return identifier if kind in ("source", "facts", "indicator") else f"{kind}:{identifier}"


@dataclass(frozen=True)
class Definition:
    """One declared object and where it stands.

    Parameters
    ----------
    kind : ``source``, ``facts``, ``indicator``, ``parameter``, ``perimeter``, ``group``, ``similar``,
        ``organisation``, ``synonyms`` or ``theme``.
    id : its identifier (its level, for ``similar``).
    value : the object.
    pack : name of the pack that declares it.
    document, base : its file, and its path in it.
    """

    kind: str
    id: str
    value: Spec
    pack: str
    document: Document
    base: tuple[str | int, ...] = ()

    @property
    def key(self) -> str:
        """Name under which it is unique."""
        return unique_key(self.kind, self.id)

    def locate(self, *path: str | int) -> Location:
        """Line of a key of this object."""
        return self.document.locate((*self.base, *path))

    def fault(self, message: str, *path: str | int, hint: str | None = None) -> PackError:
        """An error at the line of a key of this object."""
        return self.document.fault(message, *self.base, *path, hint=hint)


@dataclass(frozen=True)
class LoadedPack:
    """A pack as found on disk: its manifest and its folder."""

    name: str
    folder: Path
    manifest: Pack
    ancestors: frozenset[str]


@dataclass(frozen=True)
class Packs:
    """All packs merged, parents first: what an extending pack declares again replaces its parent's.

    Parameters
    ----------
    packs : manifests, by name, in extension order.
    sources, facts, indicators, perimeters, groups, organisations, synonyms, themes, parameters,
        passages : by identifier.
    similar : rules, by level.
    where : place of each definition, by identifier (``perimeter:pma``, ``group:…``, ``theme:…``,
        ``organisation:…``, ``similar:…`` for those that are not sources, facts or indicators).
    owner : name of the declaring pack, by the same keys.
    home : perimeter shown first, from the last pack that names one.
    highlights : indicators shown first, from the last pack that lists some.
    faulty : keys of definitions that exist but were refused: those who cite them are not to blame.
    """

    packs: dict[str, LoadedPack] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    facts: dict[str, Facts] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    perimeters: dict[str, Perimeter] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    similar: dict[str, Similarity] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    synonyms: dict[str, Synonyms] = field(default_factory=dict)
    themes: dict[str, Theme] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    passages: dict[str, NomenclaturePassage] = field(default_factory=dict)
    where: dict[str, Location] = field(default_factory=dict)
    owner: dict[str, str] = field(default_factory=dict)
    home: str | None = None
    highlights: tuple[str, ...] = ()
    definitions: dict[str, Definition] = field(default_factory=dict, repr=False)
    faulty: frozenset[str] = frozenset()

    def datasets(self, cog: int) -> dict[str, Source]:
        """Every dataset an indicator may read: sources, and facts as sources at COG year ``cog``."""
        return self.sources | {id: facts.as_source(cog) for id, facts in self.facts.items()}

    @cached_property
    def families(self) -> dict[str, Family]:
        """Breakdowns and their indicators, by the identifier that was written."""
        return families(self.indicators)

    @cached_property
    def breaks(self) -> dict[str, tuple[Break, ...]]:
        """Series breaks of each indicator, inherited ones included; oldest first."""
        return inherited_breaks(self.indicators, self.datasets(cog=0))

    def visible(self, pack: str) -> frozenset[str]:
        """Names of the packs whose definitions ``pack`` may use: itself and those it extends."""
        return self.packs[pack].ancestors | {pack}

    def of_kind(self, kind: str) -> Iterator[Definition]:
        """Definitions of one kind, in order of declaration."""
        return (d for d in self.definitions.values() if d.kind == kind)
