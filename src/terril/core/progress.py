"""How long work tells how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told of each step."""

    def __call__(self, done: int, total: int, label: str) -> None:
        """``done`` steps out of ``total`` (0 when not known); ``label`` is the one under way."""


def silent(done: int, total: int, label: str) -> None:
    """Progress for nobody."""
