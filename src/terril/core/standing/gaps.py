"""The gap between a value and a reference: a median, the value of a larger territory."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gap:
    """A value beside a reference, both in the unit of the indicator.

    Parameters
    ----------
    value, reference : rounded to the decimals shown, so that what is said can be checked by eye.
    points : the unit is a percentage: the gap is in points.
    """

    value: float
    reference: float
    points: bool = False

    @property
    def difference(self) -> float:
        """Value less reference: points for a percentage, else in the unit."""
        return self.value - self.reference

    @property
    def sign(self) -> int:
        """1 above, −1 below, 0 the same once rounded."""
        return (self.value > self.reference) - (self.value < self.reference)

    @property
    def percent(self) -> float | None:
        """Relative gap in percent; None for percentages, and unless both are positive."""
        if self.points or self.reference <= 0 or self.value < 0:
            return None
        return 100 * (self.value / self.reference - 1)

    @property
    def times(self) -> float | None:
        """How many times the reference; None where :attr:`percent` is."""
        return None if self.percent is None else self.value / self.reference


def gap(value: float | None, reference: float | None, *, unit: str, decimals: int = 0) -> Gap | None:
    """The gap between two values; None where either is not known."""
    if value is None or reference is None:
        return None
    return Gap(round(value, decimals) + 0.0, round(reference, decimals) + 0.0, unit == "%")
