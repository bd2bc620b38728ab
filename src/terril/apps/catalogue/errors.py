"""Errors of the catalogue."""

from __future__ import annotations

from terril.apps.catalogue.models import Record
from terril.core.errors import TerrilError


class CatalogueError(TerrilError):
    """A record, a comment or a harvest that cannot be what is asked."""

    code = "catalogue"


class OvertakenError(TerrilError):
    """Another editor was first: both writings are to be seen, nothing is lost.

    Parameters
    ----------
    record : as the other left it.
    """

    code = "devance"

    def __init__(self, record: Record) -> None:
        super().__init__(
            "la fiche a changé pendant que vous l'écriviez",
            hint="choisir, champ par champ, ce que l'on garde, puis enregistrer de nouveau",
        )
        self.record = record
