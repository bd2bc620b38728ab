"""What a person was told."""

from __future__ import annotations

from typing import Any

from terril.apps.notices.kinds import KINDS
from terril.apps.notices.models import Muted, Notice


def unread(user: Any) -> int:
    """How many notices a person has not read."""
    return int(Notice.objects.filter(user=user, read=None).count())


def wanted(user: Any) -> list[str]:
    """Kinds that a person receives by e-mail."""
    muted = set(Muted.objects.filter(user=user).values_list("kind", flat=True))
    return [kind for kind in KINDS if kind not in muted]
