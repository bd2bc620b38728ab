"""Columns of numbers, exact, with the status of each value; and how each is to be carried."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from terril.core.errors import Location
from terril.core.status import Status
from terril.core.territories.cog.errors import PassageError

#: Decimals past which a float is held not to be a decimal number.
_MOST_DECIMALS = 9
#: Sums under this are exact in 64 bits.
_SAFE = 2**62

Statuses: TypeAlias = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Numbers:
    """Decimal numbers, held as integers of ``10 ** -scale``.

    Parameters
    ----------
    values : shape (n,): int64, or Python integers (dtype object) where 64 bits could overflow; 0 where there is none.
    status : shape (n,): a :class:`terril.core.status.Status` each; from ``MISSING`` on, there is no value.
    scale : decimals.
    """

    values: NDArray[Any]
    status: Statuses
    scale: int = 0

    @classmethod
    def of(cls, values: Any, status: Sequence[Status] | Statuses | None = None) -> Numbers:
        """Integers, decimals or floats (an array or a sequence, ``None`` and NaN being missing), made exact.

        Raises
        ------
        PassageError
            When a value is no number, or a float is no decimal number of nine decimals at most.
        """
        array = np.asarray(values)
        if array.dtype.kind in "iu":
            found = cls(array.astype(np.int64), np.zeros(len(array), np.int8))
        elif array.dtype.kind == "f":
            found = _from_floats(array)
        else:
            found = _from_objects(list(values))
        if status is None:
            return found
        return found.marked(np.asarray(status, dtype=np.int8))

    def marked(self, status: Statuses) -> Numbers:
        """The same with these statuses, where they are worse than those known."""
        worst = np.maximum(self.status, status).astype(np.int8)
        return Numbers(np.where(worst < Status.MISSING, self.values, 0), worst, self.scale)

    @property
    def readable(self) -> NDArray[np.bool_]:
        """Where there is a value."""
        return np.asarray(self.status < Status.MISSING)

    def total(self, chosen: NDArray[np.bool_] | None = None) -> Decimal:
        """Exact sum of the values, of the rows chosen if any are."""
        values = self.values if chosen is None else self.values[chosen]
        return self.decimal(sum(values.tolist()))

    def decimal(self, value: int) -> Decimal:
        """A held integer as the number it stands for."""
        return Decimal(int(value)).scaleb(-self.scale)

    def at(self, place: int) -> Decimal | None:
        """One value, ``None`` where there is none."""
        return self.decimal(self.values[place]) if self.status[place] < Status.MISSING else None

    def fraction(self, place: int) -> Fraction:
        """One value as an exact fraction."""
        return Fraction(int(self.values[place]), 10**self.scale)

    def floats(self) -> NDArray[np.float64]:
        """Shape (n,): the values as floats, NaN where there is none."""
        return np.where(self.readable, self.values.astype(np.float64) / 10.0**self.scale, np.nan)

    def roomy(self) -> Numbers:
        """The same, in Python integers if a sum of all could leave 64 bits."""
        if self.values.dtype == object or not len(self.values):
            return self
        largest = max(abs(int(self.values.max())), abs(int(self.values.min())))
        return (
            self if largest * len(self.values) < _SAFE else Numbers(self.values.astype(object), self.status, self.scale)
        )

    def __len__(self) -> int:
        return len(self.values)


def _from_floats(array: NDArray[Any]) -> Numbers:
    missing = np.isnan(array)
    plain = np.where(missing, 0.0, array).astype(np.float64)
    for scale in range(_MOST_DECIMALS + 1):
        scaled = np.rint(plain * 10.0**scale)
        if np.abs(scaled).max(initial=0) < 2**53 and bool(np.all(scaled / 10.0**scale == plain)):
            return Numbers(scaled.astype(np.int64), np.where(missing, Status.MISSING, Status.OK).astype(np.int8), scale)
    raise PassageError(
        "nombres à virgule flottante qui ne sont pas des décimaux",
        hint=f"les arrondir à {_MOST_DECIMALS} décimales au plus, ou donner des décimaux exacts",
    )


def _from_objects(values: list[Any]) -> Numbers:
    numbers: list[Decimal] = []
    status = np.zeros(len(values), np.int8)
    for place, value in enumerate(values):
        number = _decimal(value, place)
        if number is None:
            status[place] = Status.MISSING
        numbers.append(number or Decimal(0))
    scale = max((-int(n.as_tuple().exponent) for n in numbers), default=0)
    scale = max(scale, 0)
    held = [int(n.scaleb(scale)) for n in numbers]
    wide = any(abs(h) >= 2**63 for h in held)
    return Numbers(np.array(held, dtype=object if wide else np.int64), status, scale)


def _decimal(value: Any, place: int) -> Decimal | None:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, int | float | Decimal | np.number) and not isinstance(value, bool):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(str(value))
        if number.is_finite():
            return number
    raise PassageError(
        "nombre illisible", location=Location(row=place + 1, value=str(value)), hint="donner un nombre, ou rien"
    )


@dataclass(frozen=True, slots=True)
class Additive:
    """A quantity: summed in mergers, divided by the declared weights in splits."""

    name: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """``factor * numerator / denominator``, both additive: recomputed where communes merge or split, never averaged.

    ``decimals`` are kept. Where the table also has the ratio, its own value is kept for communes that stay whole.
    """

    name: str
    numerator: str
    denominator: str
    factor: int = 1
    decimals: int = 4


@dataclass(frozen=True, slots=True)
class Median:
    """A median, quantile or other value that cannot be recomputed: not available where communes merge or split.

    With ``weight``, an additive column, it is estimated by the mean weighted by it, and marked so.
    """

    name: str
    weight: str | None = None


@dataclass(frozen=True, slots=True)
class Typology:
    """A class: kept where it is unanimous. Else ``refuse`` it, take that of the ``largest`` part, or ``list`` them.

    ``largest`` needs ``weight``, an additive column; the class is then marked estimated.
    """

    name: str
    rule: Literal["refuse", "largest", "list"] = "refuse"
    weight: str | None = None


@dataclass(frozen=True, slots=True)
class Geometric:
    """A shape: mergers are united by ``union``, given from outside; a shape cannot be divided, splits are refused."""

    name: str
    union: Callable[[Sequence[Any]], Any]


Measure: TypeAlias = Additive | Ratio | Median | Typology | Geometric


def check_measures(measures: Sequence[Measure], columns: Sequence[str]) -> None:
    """Refuse measures that cannot be computed from the columns.

    Raises
    ------
    PassageError
        When a column is absent, declared twice, or a ratio, mean or class lacks what it is computed from.
    """
    names = [m.name for m in measures]
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise PassageError(f"colonne déclarée deux fois : {twice[0]}", hint="une colonne n’a qu’une nature")
    additive = {m.name for m in measures if isinstance(m, Additive)}
    for measure in measures:
        if not isinstance(measure, Ratio) and measure.name not in columns:
            raise PassageError(
                f"colonne absente : {measure.name}",
                location=Location(field=measure.name),
                hint=f"colonnes trouvées : {', '.join(columns)}",
            )
        if isinstance(measure, Typology) and measure.rule == "largest" and measure.weight is None:
            raise PassageError(
                f"la classe de la plus grande commune demande de dire laquelle est la plus grande : {measure.name}",
                hint="déclarer la colonne additive qui sert de poids",
            )
        for part in _parts(measure):
            if part not in additive:
                raise PassageError(
                    f"{measure.name} se calcule depuis {part}, qui n’est pas déclarée additive",
                    location=Location(field=part),
                    hint=f"ajouter {part} aux colonnes additives" if part in columns else "la colonne est absente",
                )


def _parts(measure: Measure) -> tuple[str, ...]:
    if isinstance(measure, Ratio):
        return (measure.numerator, measure.denominator)
    if isinstance(measure, Median | Typology) and measure.weight is not None:
        return (measure.weight,)
    return ()
