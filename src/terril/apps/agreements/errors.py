"""What cannot be done with agreements and rights."""

from __future__ import annotations

from terril.core.errors import TerrilError


class RightsError(TerrilError):
    """An agreement, a right or an undertaking that cannot be what is asked; nothing was changed."""

    code = "droits"
