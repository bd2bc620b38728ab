"""Codes that are no longer, or never were: what became of them, and what was perhaps meant."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Protocol

from terril.core.errors import Location, TerritoryError
from terril.core.territories.model import Level, Territory, TerritoryKey
from terril.core.territories.passage import Passage
from terril.core.text import NBSP

_PART_WORDS = {
    "deleguee": "une commune déléguée",
    "associee": "une commune associée",
    "arrondissement": "un arrondissement municipal",
}
_FEMININE = frozenset({Level.REGION, Level.EPCI, Level.COMMUNE, Level.COMMUNE_DELEGUEE})
#: Likeness from which a code is offered for another, and how many are.
_ALIKE, _NEAR = 0.7, 3


class Known(Protocol):
    """What is asked of the index of territories."""

    vintage: int

    def get(self, key: TerritoryKey | str) -> Territory:
        """The territory of this key."""

    def of_level(self, level: Level) -> tuple[Territory, ...]:
        """Territories of a level."""

    def __contains__(self, key: object) -> bool: ...


class Lost:
    """Answers about codes that the index does not hold.

    Parameters
    ----------
    known : the index.
    passage : gives the passage of communes, loaded only when asked.
    recoded : gives the current EPCI code of each old one whose communes are the same, loaded only when asked.
    """

    def __init__(
        self,
        known: Known,
        passage: Callable[[], Passage] | None = None,
        recoded: Callable[[], Mapping[str, str]] | None = None,
    ) -> None:
        self._known = known
        self._passage = passage
        self._recoded = recoded

    def successors(self, key: TerritoryKey) -> tuple[TerritoryKey, ...]:
        """What an old code became: see :meth:`terril.core.territories.index.Territories.successors`."""
        if key.level in (Level.COMMUNE, Level.COMMUNE_DELEGUEE):
            return self._commune(key)
        if key.level == Level.EPCI and key not in self._known and self._recoded is not None:
            now = TerritoryKey(Level.EPCI, self._recoded().get(key.code, key.code))
            return (now,) if now in self._known else ()
        return ()

    def _commune(self, key: TerritoryKey) -> tuple[TerritoryKey, ...]:
        current = key.level == Level.COMMUNE and key in self._known
        part = self._part(key.code)
        if not current and part is not None and part.parent is not None:
            return (TerritoryKey(Level.COMMUNE, part.parent),)
        if current or key.level == Level.COMMUNE_DELEGUEE or self._passage is None:
            return ()
        passage = self._passage()
        cog = passage.nearest_cog(key.code, self._known.vintage)
        if cog is None:
            return ()
        return tuple(TerritoryKey(Level.COMMUNE, c.code) for c in passage.carry(key.code, cog))

    def _part(self, code: str) -> Territory | None:
        key = TerritoryKey(Level.COMMUNE_DELEGUEE, code)
        return self._known.get(key) if key in self._known else None

    def suggest(self, key: TerritoryKey) -> tuple[Territory, ...]:
        """Territories whose key is near: the same code at another level first, then codes that look alike."""
        same = [TerritoryKey(level, key.code) for level in Level if level != key.level]
        # A slip of the finger rarely changes the first two signs: comparing with all would take a third of a second.
        alike = [t.key.code for t in self._known.of_level(key.level) if t.key.code[:2] == key.code[:2]]
        near = difflib.get_close_matches(key.code, alike, n=_NEAR, cutoff=_ALIKE)
        found = [*(k for k in same if k in self._known), *(TerritoryKey(key.level, code) for code in near)]
        return tuple(self._known.get(k) for k in found if k != key)

    def error(self, key: TerritoryKey) -> TerritoryError:
        """The refusal of an unknown key, with what it became or what is near as a hint."""
        place = Location(value=str(key))
        successors = self.successors(key)
        part = self._part(key.code) if key.level == Level.COMMUNE else None
        if part is not None and successors:
            parent = self._known.get(successors[0])
            word = _PART_WORDS.get(part.kind, "une partie")
            message = f"{key.code} {part.name} est {word} de {parent.key.code} {parent.name}"
            return TerritoryError(message, location=place, hint=f"écrire {parent.key}")
        if successors:
            hint = f"écrire {' ou '.join(map(str, successors))}"
            return TerritoryError(self._past(key), location=place, hint=hint)
        if key.level == Level.IRIS:
            hint = f"un code IRIS a neuf caractères{NBSP}: le code de sa commune, puis quatre autres"
            return TerritoryError("IRIS inconnu", location=place, hint=hint)
        shown = ", ".join(f"{t.key} ({t.name})" for t in self.suggest(key))
        hint = f"codes proches{NBSP}: {shown}" if shown else "chercher par le nom : terril territories --search <nom>"
        unknown = "inconnue" if key.level in _FEMININE else "inconnu"
        return TerritoryError(f"{key.level.label} {unknown}", location=place, hint=hint)

    def _past(self, key: TerritoryKey) -> str:
        if key.level == Level.COMMUNE and self._passage is not None:
            passage = self._passage()
            cog = passage.nearest_cog(key.code, self._known.vintage)
            told = passage.describe(key.code, cog) if cog is not None else ()
            if told:
                return told[0]
        return f"{key.code} n’existe plus"
