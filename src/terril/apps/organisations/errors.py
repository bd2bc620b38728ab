"""What cannot be done in an organisation."""

from terril.core.errors import TerrilError


class OrganisationError(TerrilError):
    """A membership, invitation or team that cannot be changed as asked; nothing was changed."""

    code = "organisation"
