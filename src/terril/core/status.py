"""The status of a value. Missing, secret, not applicable and zero are four things."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Status(IntEnum):
    """Status of an observation, ordered so that the worst of several is their maximum.

    The integer is what the stores hold (one byte); the name is what people read.
    """

    OK = 0
    PROVISIONAL = 1
    ESTIMATED = 2
    MISSING = 3
    SECRET = 4
    NOT_APPLICABLE = 5

    @property
    def word(self) -> str:
        """Name in files, JSON and the command line: ``ok``, ``secret``…"""
        return self.name.lower()

    @property
    def label(self) -> str:
        """Name in the French interface."""
        return LABELS[self]


LABELS = {
    Status.OK: "publié",
    Status.PROVISIONAL: "provisoire",
    Status.ESTIMATED: "estimé",
    Status.MISSING: "non disponible",
    Status.SECRET: "secret statistique",
    Status.NOT_APPLICABLE: "sans objet",
}


def worst(statuses: Iterable[Status]) -> Status:
    """Status of a result computed from values of these statuses (``OK`` for none)."""
    return max(statuses, default=Status.OK)
