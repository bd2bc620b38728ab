"""Carrying commune codes of an old nomenclature to the current one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from terril.core.text import NBSP


@dataclass(frozen=True, slots=True)
class Carried:
    """A current commune to which an old code leads.

    Parameters
    ----------
    code : current code.
    kind : ``same``, ``recode``, ``merge`` (joined to others) or ``split`` (divided among several).
    targets : number of current communes in all.
    since : year of the event that made it so, where there was one.
    """

    code: str
    kind: str
    targets: int
    since: int | None


@dataclass(frozen=True, slots=True)
class Event:
    """One row of passage, in words: what became of ``old_code``."""

    old_code: str
    name: str
    carried: Carried
    cog_from: int
    cog_to: int


class Passage:
    """Commune codes of every nomenclature since 1943, and where they lead today.

    Parameters
    ----------
    old_code, cog_from, cog_to, code, kind, targets, since, name : columns of ``passage.parquet``, of one
        length, sorted by ``old_code`` then ``cog_from``; ``since`` is ``None`` or negative where nothing changed.
    current : year of the current nomenclature.
    names : current names, by code.
    created : communes created from a mother the record does not name, with their first COG year.
    suppressed : communes suppressed without a successor, with their last COG year.
    undated : years between two nomenclatures more than a year apart, and those two: as the year of a
        change is not known, the codes of either are accepted.
    """

    def __init__(
        self,
        old_code: Sequence[str],
        cog_from: Sequence[int],
        cog_to: Sequence[int],
        code: Sequence[str],
        kind: Sequence[str],
        targets: Sequence[int],
        since: Sequence[int | None],
        name: Sequence[str] | None = None,
        *,
        current: int,
        names: Mapping[str, str] | None = None,
        created: Mapping[str, int] | None = None,
        suppressed: Mapping[str, int] | None = None,
        undated: Mapping[int, tuple[int, int]] | None = None,
    ) -> None:
        self.current = current
        self.created = dict(created or {})
        self.suppressed = dict(suppressed or {})
        self._undated = dict(undated or {})
        self._names = names or {}
        self._old, self._from, self._to = old_code, cog_from, cog_to
        self._code, self._kind, self._targets = code, kind, targets
        self._since, self._name = since, name

    @cached_property
    def _by_old(self) -> dict[str, list[int]]:
        index: dict[str, list[int]] = {}
        for row, old in enumerate(self._old):
            index.setdefault(old, []).append(row)
        return index

    @cached_property
    def _by_code(self) -> dict[str, list[int]]:
        index: dict[str, list[int]] = {}
        for row, code in enumerate(self._code):
            index.setdefault(code, []).append(row)
        return index

    @cached_property
    def districts(self) -> dict[str, tuple[str, ...]]:
        """Municipal districts (``75101``…) of each commune that has some.

        They are no communes, yet many files give them in the place of their commune.
        """
        found: dict[str, list[str]] = {}
        for row in range(len(self._old)):
            if self._is_district(row):
                found.setdefault(self._code[row], []).append(self._old[row])
        return {code: tuple(items) for code, items in found.items()}

    def _is_district(self, row: int) -> bool:
        return self._to[row] == self.current and self._old[row] != self._code[row]

    def _rows(self, code: str, cog: int) -> list[int]:
        return [r for r in self._by_old.get(code, ()) if self._from[r] <= cog <= self._to[r]]

    def _carried(self, row: int) -> Carried:
        since = self._since[row]
        year = None if since is None or since < 0 else int(since)
        return Carried(self._code[row], self._kind[row], int(self._targets[row]), year)

    def carry(self, code: str, cog: int) -> tuple[Carried, ...]:
        """Current communes to which ``code``, read in the nomenclature of 1 January ``cog``, leads.

        Empty when the code did not exist that year: see :meth:`refusal` for the reason.
        """
        return tuple(self._carried(row) for row in self._rows(code, cog))

    def is_valid(self, code: str, cog: int) -> bool:
        """Whether the code is one of a commune (or municipal district) of 1 January ``cog``."""
        return any(self._from[r] <= cog <= self._to[r] for r in self._by_old.get(code, ()))

    def nearest_cog(self, code: str, cog: int) -> int | None:
        """The year nearest to ``cog`` in which the code existed, the latest of two as near; ``None`` if never."""
        nearest = [min(max(cog, self._from[r]), self._to[r]) for r in self._by_old.get(code, ())]
        return int(min(nearest, key=lambda year: (abs(year - cog), -year))) if nearest else None

    def ancestors(self, code: str, cog: int) -> tuple[str, ...]:
        """Commune codes of 1 January ``cog`` that lead, wholly or in part, to the current ``code``.

        An extract of that vintage must hold them all (municipal districts may replace their commune:
        see :meth:`missing`). Empty for a commune that no recorded commune of that year leads to. In a
        year whose changes are not dated (2020), only the codes of both years around it are expected.
        """
        if cog in self._undated:
            before, after = (self._ancestors(code, year) for year in self._undated[cog])
            return tuple(c for c in before if c in after) or after
        return self._ancestors(code, cog)

    def _ancestors(self, code: str, cog: int) -> tuple[str, ...]:
        rows = self._by_code.get(code, ())
        return tuple(self._old[r] for r in rows if self._from[r] <= cog <= self._to[r] and not self._is_district(r))

    def missing(self, code: str, cog: int, present: Collection[str]) -> tuple[str, ...]:
        """Codes of :meth:`ancestors` that an extract lacks, districts standing for their commune."""
        views = [self._ancestors(code, year) for year in self._undated.get(cog, (cog,))]
        lacking = [tuple(c for c in view if not self._held(c, present)) for view in views]
        return min(lacking, key=len)

    def _held(self, code: str, present: Collection[str]) -> bool:
        districts = self.districts.get(code)
        return code in present or (districts is not None and all(d in present for d in districts))

    def events(self, code: str, cog: int) -> tuple[Event, ...]:
        """What became of ``code`` as it stood on 1 January ``cog``; empty when nothing did."""
        return tuple(
            Event(code, self.name_of(code, cog), self._carried(r), int(self._from[r]), int(self._to[r]))
            for r in self._rows(code, cog)
            if self._kind[r] != "same"
        )

    def name_of(self, code: str, cog: int | None = None) -> str:
        """Name of a code in a nomenclature (its last known name where ``cog`` is not given)."""
        rows = self._by_old.get(code, ())
        chosen = [r for r in rows if cog is not None and self._from[r] <= cog <= self._to[r]] or list(rows)
        known = self._name[chosen[-1]] if self._name is not None and chosen else ""
        return known or self._names.get(code, "")

    def describe(self, code: str, cog: int) -> tuple[str, ...]:
        """The same in French, one sentence a target: ``62461 Huby-Saint-Leu, réunie à 62447 … en 2025``."""
        return tuple(self._sentence(event) for event in self.events(code, cog))

    def _sentence(self, event: Event) -> str:
        to, old = event.carried.code, event.old_code
        target = f"{to} {self._names.get(to) or self.name_of(to)}".strip()
        start = f"{old} {event.name}".strip()
        when = f" en {event.carried.since}" if event.carried.since is not None else ""
        if event.cog_to == self.current:
            return f"{start}, arrondissement municipal de {target}"
        if event.carried.kind == "recode":
            return f"{start}, devenue {target}{when}"
        if event.carried.kind == "split":
            since = f" depuis {event.carried.since}" if event.carried.since is not None else ""
            return f"{start}, pour partie {target}{since} (partagée entre {event.carried.targets} communes)"
        if to == old:
            return f"{start}, agrandie sous le nom de {target}{when}"
        return f"{start}, réunie à {target}{when}"

    def refusal(self, code: str, cog: int) -> str | None:
        """Why ``code`` cannot be read in the nomenclature of ``cog``, in French; ``None`` when it can."""
        if self.is_valid(code, cog):
            return None
        if code in self.suppressed and cog <= self.suppressed[code]:
            last = self.suppressed[code]
            return f"{code} a été supprimée après le 1er janvier {last} sans commune d’accueil connue"
        if code in self.created and cog < self.created[code]:
            mother = "à partir d’une commune que l’historique ne nomme pas"
            return f"{code} n’existait pas encore au 1er janvier {cog}{NBSP}: créée depuis {mother}"
        nearest = self.nearest_cog(code, cog)
        if nearest is None:
            return f"{code} n’est le code d’aucune commune depuis 1943"
        return f"{code} n’existait pas au 1er janvier {cog}{NBSP}; le lire au COG {nearest}"

    def valid_codes(self, cog: int) -> frozenset[str]:
        """Commune codes of 1 January ``cog``, municipal districts left out."""
        return frozenset(
            self._old[r]
            for r in range(len(self._old))
            if self._from[r] <= cog <= self._to[r] and not self._is_district(r)
        )

    def __len__(self) -> int:
        return len(self._old)
