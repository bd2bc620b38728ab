"""Who awaits a person that no account knows: other apps answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.dispatch import Signal

#: Sent with ``email`` (verified, or empty) and ``told`` (what the provider says); a receiver that awaits answers True.
asked = Signal()


def awaited(email: str, told: Mapping[str, Any]) -> bool:
    """Whether an invitation or an organisation awaits this person."""
    return any(answer is True for _, answer in asked.send(sender=None, email=email, told=told))
