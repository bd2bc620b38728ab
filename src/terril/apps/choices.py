"""Words that a column may hold, each with its French label."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Choice(StrEnum):
    """A word as stored, and how it reads: ``DRAFT = "draft", "brouillon"``."""

    _label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """A member is the word itself, with its label beside it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member._label = label
        return member

    @property
    def label(self) -> str:
        """French label."""
        return self._label

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Words and labels, as a field of a model or of a form takes them."""
        return [(member.value, member.label) for member in cls]
