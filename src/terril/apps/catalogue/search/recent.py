"""What was made lately, kept for who asks again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Recent(Generic[V]):
    """The last values asked for.

    Parameters
    ----------
    size : how many are kept.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Hashable, V] = OrderedDict()

    def get(self, key: Hashable) -> V | None:
        """The value kept; None where there is none."""
        found = self._values.get(key)
        if found is not None:
            self._values.move_to_end(key)
        return found

    def put(self, key: Hashable, value: V) -> V:
        """Keep a value, and let the oldest go."""
        self._values[key] = value
        if len(self._values) > self._size:
            self._values.popitem(last=False)
        return value
