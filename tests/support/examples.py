"""How many examples a property is tried on."""

from __future__ import annotations

import os

#: ``make test THOROUGH=1`` tries them all, as CI does.
THOROUGH = bool(os.environ.get("THOROUGH"))


def examples(whole: int) -> int:
    """All of them in the whole suite; a third in the quick one, which is run ten times a day on others."""
    return whole if THOROUGH else max(5, whole // 3)
