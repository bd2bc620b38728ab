"""What is to be protected: cells, the sums that link them, and what may be known of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from terril.core.errors import SecrecyError
from terril.core.secrecy.complete import completed
from terril.core.text import format_number

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
#: What an LP solver calls zero, relative to the size of what is compared.
TOLERANCE = 1e-6
#: No cell is protected by less than a unit: a narrower interval says the value.
LEAST = 1.0


@dataclass(frozen=True, slots=True)
class LinkedTable:
    """Cells of one additive measure and the sums that link them.

    Parameters
    ----------
    values : ``(n,)`` true value of each cell, nil or positive; NaN where the producer hid it from us too.
    relations : ``(m, n)`` sparse, each row summing to zero over the true values: −1 at the total, +1 at its parts.
    weight : ``(n,)`` information lost by hiding the cell; 0 = the cell is never published, and starts hidden.
    primary : ``(n,)`` hidden by a rule or by the producer.
    below, above : ``(n,)`` half-widths of the protection interval of primary cells, in the unit of the values: an
        attacker must not bound the value more tightly than ``[value − below, value + above]``. Where the value is
        NaN, around the value that :func:`~terril.core.secrecy.complete.completed` supposes. A NaN
        half-width is one unit.
    fixed : ``(n,)`` already public: cannot be hidden any more.
    """

    values: Floats
    relations: Any
    weight: Floats
    primary: Flags
    below: Floats
    above: Floats
    fixed: Flags

    @property
    def size(self) -> int:
        """Number of cells."""
        return len(self.values)

    @property
    def hidden(self) -> Flags:
        """Cells hidden before any secondary suppression; a primary cell that is public already is not."""
        return (self.primary & ~self.fixed) | self.unpublished

    @property
    def candidates(self) -> Flags:
        """Cells that may be hidden to protect others.

        A public nil is not one of them: structural nils are known (no firm of this kind there), so hiding one would
        protect nothing.
        """
        return ~self.hidden & ~self.fixed & (self.values > 0)

    @property
    def unpublished(self) -> Flags:
        """Cells that nobody publishes: hiding them is free."""
        return (self.weight <= 0) & ~self.fixed & ~self.primary

    def checked(self) -> LinkedTable:
        """The same, its values completed where the producer hid them.

        Raises
        ------
        SecrecyError
            When shapes disagree, a value is negative, or a total is not the sum of its parts.
        """
        shapes = {len(a) for a in (self.weight, self.primary, self.below, self.above, self.fixed)}
        if shapes != {self.size} or self.relations.shape[1] != self.size:
            raise SecrecyError("tableau à protéger mal formé : ses colonnes n'ont pas la même longueur")
        if np.any(self.values < 0):
            raise SecrecyError(
                "le secret se calcule sur des quantités positives", cells=np.flatnonzero(self.values < 0)
            )
        relations = sparse.csr_array(self.relations)
        values = completed(self.values, relations)
        off = np.abs(relations @ values)
        size = np.abs(relations) @ values
        wrong = np.flatnonzero(off > TOLERANCE * np.maximum(1, size))
        if wrong.size:
            row = wrong[0]
            raise SecrecyError(
                f"totaux contradictoires : dans la relation n° {row + 1}, le total n'est pas la somme de ses parts "
                f"(écart de {format_number(off[row], 2)})",
                cells=relations.indices[relations.indptr[row] : relations.indptr[row + 1]],
                hint="corriger le total ou ses parties à la source",
            )
        below, above = (np.where(np.isnan(width), LEAST, width) for width in (self.below, self.above))
        return replace(self, values=values, relations=relations, below=below, above=above)


@dataclass(frozen=True, slots=True)
class Protection:
    """What is hidden.

    Parameters
    ----------
    hidden : ``(n,)`` every cell hidden, unpublished ones included.
    secondary : ``(n,)`` hidden only to protect others.
    optimal : no cheaper pattern exists (proved); otherwise no secondary cell could be released alone.
    cost : weight of the secondary cells.
    unprotected : primary cells that nothing left to hide can protect.
    """

    hidden: Flags
    secondary: Flags
    optimal: bool
    cost: float
    unprotected: tuple[int, ...] = ()

    @property
    def method(self) -> str:
        """``exact`` or ``irreducible``."""
        return "exact" if self.optimal else "irreducible"

    def require_all(self) -> Protection:
        """The same, when every primary cell is protected.

        Raises
        ------
        SecrecyError
            Whose ``cells`` are those that nothing left to hide can protect.
        """
        if self.unprotected:
            raise SecrecyError(
                f"secret impossible à garantir pour {len(self.unprotected)} cellule(s) : "
                "ce qui les entoure est déjà public, ou nul",
                cells=self.unprotected,
                hint="regrouper ces cellules avec d'autres, ou retirer des totaux déjà publiés",
            )
        return self


@dataclass(frozen=True, slots=True)
class Leak:
    """A hidden cell that an attacker bounds too tightly.

    Parameters
    ----------
    cell : its index.
    low, high : bounds the attacker finds.
    needed_low, needed_high : protection interval that they should contain.
    """

    cell: int
    low: float
    high: float
    needed_low: float
    needed_high: float


@dataclass(frozen=True, slots=True)
class Audit:
    """What an attack found.

    Parameters
    ----------
    leaks : cells bounded too tightly, in order.
    certified : cells cleared by an alternative table found for another.
    attacked : cells that needed a linear programme of their own.
    """

    leaks: tuple[Leak, ...]
    certified: int
    attacked: int

    @property
    def safe(self) -> bool:
        """Whether nothing leaks."""
        return not self.leaks


#: Told of what is done: steps done, steps in all, what.
Progress = Callable[[int, int, str], None]


def silent(_done: int, _total: int, _what: str) -> None:
    """No progress told."""
