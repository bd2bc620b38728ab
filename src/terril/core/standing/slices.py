"""The values of one indicator, one period and one level: who has one, who stands where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from terril.core.observations import Observation
from terril.core.status import Status
from terril.core.text import NNBSP
from terril.core.wording.french import Noun, counted, ordinal

_STATUSES = {int(status): status for status in Status}
Values = npt.NDArray[np.float64]
Statuses = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Rank:
    """Place of a territory among those of its set that have a value.

    Parameters
    ----------
    position : 1 for the highest value; territories with the same value share the best position.
    among : territories with a value, this one included.
    tied : territories that share the position, this one included (1: it is alone).
    unranked : territories of the set without a value.
    """

    position: int
    among: int
    tied: int = 1
    unranked: int = 0

    @property
    def is_highest(self) -> bool:
        """Whether no value is higher, and some is lower."""
        return self.position == 1 and self.tied < self.among

    @property
    def is_lowest(self) -> bool:
        """Whether no value is lower, and some is higher."""
        return self.position > 1 and self.position + self.tied - 1 == self.among

    @property
    def from_bottom(self) -> int:
        """Position counted from the lowest value: 1 for the lowest."""
        return self.among - self.position - self.tied + 2

    @property
    def text(self) -> str:
        """``12e sur 100``, ``3e ex æquo sur 87``; the rank is masculine: ``1er``."""
        return f"{self.place()} sur {counted(self.among)}"

    def place(self, *, feminine: bool = False) -> str:
        """``1er``, ``1re``, ``3e ex æquo``."""
        shared = " ex æquo" if self.tied > 1 else ""
        return f"{ordinal(self.position, feminine=feminine)}{shared}"

    def text_among(self, noun: Noun, *, detail: bool = True) -> str:
        """``3e ex æquo sur 87 communes ; 13 sans valeur`` (the last part only with ``detail``)."""
        text = f"{self.place(feminine=noun.feminine)} sur {counted(self.among, noun)}"
        if detail and self.unranked:
            text += f"{NNBSP}; {counted(self.unranked)} sans valeur"
        return text


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line of a ranking; ``position`` is None where there is no value."""

    code: str
    value: float | None
    status: Status
    position: int | None


@dataclass(frozen=True, slots=True)
class Extremes:
    """Lowest and highest values, and the codes that have them, in the order of the slice."""

    low: float
    lows: tuple[str, ...]
    high: float
    highs: tuple[str, ...]


class Slice:
    """Values of a set of territories: one indicator, one period, one level.

    Parameters
    ----------
    codes : territory codes, each once.
    values : array of shape ``(n,)`` in the indicator's unit, NaN where there is none (a masked array
        is read as such).
    statuses : array of shape ``(n,)`` of :class:`terril.core.status.Status` integers.

    A value whose status forbids showing it (missing, secret, not applicable) is dropped here,
    whatever the store gave: nothing downstream can rank or sum it.
    """

    def __init__(
        self, codes: Sequence[str] | npt.NDArray[np.object_], values: npt.ArrayLike, statuses: npt.ArrayLike
    ) -> None:
        self.codes: tuple[str, ...] = tuple(codes.tolist() if isinstance(codes, np.ndarray) else codes)
        plain = values.filled(np.nan) if isinstance(values, np.ma.MaskedArray) else values
        self.statuses: Statuses = np.asarray(statuses, dtype=np.uint8)
        shown = self.statuses < Status.MISSING
        self.values: Values = np.where(shown, np.asarray(plain, dtype=np.float64), np.nan)
        if not len(self.codes) == len(self.values) == len(self.statuses):
            raise ValueError("codes, values and statuses differ in length")

    @classmethod
    def of(cls, observations: Iterable[Observation]) -> Slice:
        """The slice of observations of one indicator, period and level."""
        found = list(observations)
        values = [np.nan if o.value is None else o.value for o in found]
        return cls([o.territory.code for o in found], values, [int(o.status) for o in found])

    def __len__(self) -> int:
        return len(self.codes)

    def __contains__(self, code: object) -> bool:
        return code in self._place

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return dict(zip(self.codes, range(len(self.codes)), strict=True))

    @cached_property
    def _sorted(self) -> Values:
        return np.sort(self.values[~np.isnan(self.values)])

    @cached_property
    def known(self) -> int:
        """Territories with a value."""
        return int(np.count_nonzero(~np.isnan(self.values)))

    @cached_property
    def by_status(self) -> Mapping[Status, int]:
        """Territories of each status met, worst last."""
        found, counts = np.unique(self.statuses, return_counts=True)
        return {Status(int(s)): int(n) for s, n in zip(found, counts, strict=True)}

    def value(self, code: str) -> tuple[float | None, Status]:
        """Value and status of a territory; missing where the slice does not hold it."""
        place = self._place.get(code)
        if place is None:
            return None, Status.MISSING
        value = float(self.values[place])
        status = _STATUSES[int(self.statuses[place])]
        if value == value:
            return value, status
        # A store that says « ok » beside nothing has no value all the same.
        return None, max(status, Status.MISSING)

    def among(self, codes: Collection[str]) -> Slice:
        """The same, narrowed to some territories (those it holds), in the same order."""
        wanted = codes if isinstance(codes, set | frozenset | dict) else set(codes)
        if len(wanted) < len(self.codes):
            kept = sorted(self._place[c] for c in wanted if c in self._place)
        else:
            kept = [i for i, c in enumerate(self.codes) if c in wanted]
        return Slice([self.codes[i] for i in kept], self.values[kept], self.statuses[kept])

    def over(self, codes: Iterable[str]) -> Slice:
        """The same over exactly these territories, in this order: those it does not hold are missing."""
        wanted = list(codes)
        places = np.array([self._place.get(c, -1) for c in wanted], dtype=np.int64)
        values = np.append(self.values, np.nan)[places]
        return Slice(wanted, values, np.append(self.statuses, np.uint8(Status.MISSING))[places])

    def rank(self, code: str) -> Rank | None:
        """Rank of a territory; None where it has no value. Equal values are tied."""
        value, _ = self.value(code)
        if value is None:
            return None
        # Counting costs less than the sort it would take to search.
        above = int(np.count_nonzero(self.values > value))
        below = int(np.count_nonzero(self.values < value))
        return Rank(above + 1, self.known, self.known - above - below, len(self) - self.known)

    def ranking(self, limit: int | None = None) -> tuple[Ranked, ...]:
        """Territories, highest value first, those without a value last; ties in the order of the slice.

        Parameters
        ----------
        limit : lines wanted; all when None.
        """
        order = np.argsort(-self.values, kind="stable")[:limit]
        values = self.values[order]
        positions = (self.known - np.searchsorted(self._sorted, values, side="right") + 1).tolist()
        lines = []
        for i, value, position in zip(order.tolist(), values.tolist(), positions, strict=True):
            status = _STATUSES[int(self.statuses[i])]
            if value == value:
                lines.append(Ranked(self.codes[i], value, status, position))
            else:
                lines.append(Ranked(self.codes[i], None, max(status, Status.MISSING), None))
        return tuple(lines)

    def median(self) -> float | None:
        """Median of the values there are; None without any."""
        return float(np.median(self._sorted)) if self.known else None

    def extremes(self) -> Extremes | None:
        """Lowest and highest values; None without any."""
        if not self.known:
            return None
        low, high = float(self._sorted[0]), float(self._sorted[-1])
        return Extremes(low, self._having(low), high, self._having(high))

    def _having(self, value: float) -> tuple[str, ...]:
        return tuple(self.codes[i] for i in np.flatnonzero(self.values == value).tolist())
