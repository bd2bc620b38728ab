"""What cannot be done with an account."""

from terril.core.errors import TerrilError


class AccountError(TerrilError):
    """An account that cannot be changed as asked; nothing was changed."""

    code = "compte"
