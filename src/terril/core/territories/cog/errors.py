"""What the passage refuses."""

from __future__ import annotations

from terril.core.errors import TerrilError


class PassageError(TerrilError):
    """Data that cannot be carried from one nomenclature of communes to another, or movements that contradict."""

    code = "passage"
