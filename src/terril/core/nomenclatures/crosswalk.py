"""From the codes of one nomenclature to those of another: kinds, composition, shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

import networkx as nx

from terril.core.errors import Location, PackError
from terril.core.nomenclatures.spec import NomenclaturePassage


class Kind(StrEnum):
    """What becomes of a code."""

    SAME = "same"
    RECODE = "recode"
    MERGE = "merge"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of an old code: the new code, and the interval of the old one it takes, in [0, 1]."""

    code: str
    start: Decimal
    end: Decimal

    @property
    def whole(self) -> bool:
        """Whether the old code leads to this one alone."""
        return self.end - self.start == 1


@dataclass(frozen=True)
class Crosswalk:
    """A passage, direct or composed.

    Parameters
    ----------
    of, to : nomenclatures.
    passages : identifiers of the passages it is made of, in order.
    moves : new codes and weights of each old code; the weights of a code sum to 1.
    open : whether a code without a row stays what it is.
    """

    of: str
    to: str
    passages: tuple[str, ...]
    moves: Mapping[str, tuple[tuple[str, Decimal], ...]]
    open: bool = False

    @cached_property
    def _received(self) -> Counter[str]:
        return Counter(new for pieces in self.moves.values() for new, _ in pieces)

    @property
    def targets(self) -> tuple[str, ...]:
        """Every new code, sorted."""
        return tuple(sorted(self._received))

    @property
    def splits(self) -> bool:
        """Whether some code leads to several."""
        return any(len(pieces) > 1 for pieces in self.moves.values())

    @property
    def changes_sums(self) -> bool:
        """Whether some code merges or splits: what does not add up cannot follow."""
        return self.splits or any(n > 1 for n in self._received.values())

    def kind(self, code: str) -> Kind:
        """What becomes of a code that the passage knows."""
        pieces = self.moves.get(code, ((code, Decimal(1)),))
        if len(pieces) > 1:
            return Kind.SPLIT
        new = pieces[0][0]
        # A code without a row stays what it is, beside those that lead to it.
        received = self._received[new] + (0 if code in self.moves else 1)
        if received > 1:
            return Kind.MERGE
        return Kind.SAME if new == code else Kind.RECODE

    def carry(self, code: str) -> tuple[Piece, ...]:
        """Where a code leads, its intervals side by side; empty for a code that the passage does not know."""
        if code not in self.moves:
            return (Piece(code, Decimal(0), Decimal(1)),) if self.open else ()
        pieces, start = [], Decimal(0)
        moves = self.moves[code]
        for number, (new, weight) in enumerate(moves, start=1):
            # The last piece ends at 1 whatever the rounding of the weights: nothing is lost.
            end = Decimal(1) if number == len(moves) else start + weight
            pieces.append(Piece(new, start, end))
            start = end
        return tuple(pieces)

    def then(self, other: Crosswalk) -> Crosswalk:
        """This passage followed by another.

        Raises
        ------
        PackError
            If it leads to a code that the other does not know.
        """
        moves = {}
        for old, pieces in self.moves.items():
            found: dict[str, Decimal] = {}
            for middle, weight in pieces:
                further = other.moves.get(middle, ((middle, Decimal(1)),) if other.open else ())
                if not further:
                    place = Location(field=f"{self.to} → {other.to}", value=middle)
                    raise PackError("un passage mène à un code que le suivant ne connaît pas", location=place)
                for new, share in further:
                    found[new] = found.get(new, Decimal(0)) + weight * share
            moves[old] = tuple(found.items())
        if self.open:
            moves = {**{o: p for o, p in other.moves.items() if o not in self.moves}, **moves}
        return Crosswalk(self.of, other.to, (*self.passages, *other.passages), moves, self.open and other.open)


def crosswalk(passage: NomenclaturePassage) -> Crosswalk:
    """The passage of a declaration whose rows are known."""
    moves: dict[str, list[tuple[str, Decimal]]] = {}
    for row in passage.rows:
        weight = Decimal(1) if row.weight is None else Decimal(repr(row.weight))
        moves.setdefault(row.old, []).append((row.new, weight))
    frozen = {old: tuple(pieces) for old, pieces in moves.items()}
    return Crosswalk(passage.of, passage.to, (passage.id,), frozen, passage.others == "same")


class Crosswalks:
    """Every declared passage, and the way from one nomenclature to another.

    Parameters
    ----------
    passages : declarations, their rows known.
    """

    def __init__(self, passages: Iterable[NomenclaturePassage] = ()) -> None:
        self._graph = nx.DiGraph()
        for passage in sorted(passages, key=lambda p: p.id, reverse=True):
            # The first in alphabetical order is kept where two passages join the same nomenclatures.
            self._graph.add_edge(passage.of, passage.to, passage=passage)

    @property
    def nomenclatures(self) -> tuple[str, ...]:
        """Names of the nomenclatures, sorted."""
        return tuple(sorted(self._graph))

    def between(self, of: str, to: str) -> Crosswalk:
        """The shortest way from a nomenclature to another.

        Raises
        ------
        PackError
            If no declared passage leads there.
        """
        if of not in self._graph or to not in self._graph or of == to or not nx.has_path(self._graph, of, to):
            known = ", ".join(self.nomenclatures) or "aucune"
            raise PackError(
                f"aucun passage déclaré de « {of} » à « {to} »",
                hint=f"nomenclatures connues : {known} ; un passage se déclare dans passages/",
            )
        path = min(nx.all_shortest_paths(self._graph, of, to))
        steps = [crosswalk(self._graph.edges[pair]["passage"]) for pair in pairwise(path)]
        found = steps[0]
        for step in steps[1:]:
            found = found.then(step)
        return found


def share(value: Decimal, start: Decimal, end: Decimal, scale: int) -> Decimal:
    """Part of a value that falls in an interval of [0, 1], rounded so that the parts of a whole sum to it exactly."""
    step = Decimal(1).scaleb(-scale)
    upper = (value * end).quantize(step, rounding=ROUND_HALF_UP)
    return upper - (value * start).quantize(step, rounding=ROUND_HALF_UP)
