"""What is wrong with a contribution."""

from __future__ import annotations

from terril.core.errors import TerrilError


class ContributionError(TerrilError):
    """A file or a correction that cannot be taken as it is; nothing of the platform is changed."""

    code = "contribution"


class InterruptedWorkError(TerrilError):
    """Work that its owner asked to stop."""

    code = "interrompu"
