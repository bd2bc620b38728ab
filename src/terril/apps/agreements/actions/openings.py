"""What an opening says, checked before it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from terril.apps.agreements.errors import RightsError
from terril.apps.catalogue.models import Record
from terril.core.access import Action
from terril.core.access.permissions import OPENABLE, presupposed
from terril.core.errors import Location
from terril.core.territories.model import Level


@dataclass(frozen=True, slots=True)
class Opens:
    """What is opened, or refused, of a record.

    Parameters
    ----------
    actions : those of :data:`terril.core.access.permissions.OPENABLE`.
    levels : levels of territories; every published one where empty.
    own : whether only what concerns the territory of whom it is opened to.
    unmasked : masked columns that are shown.
    raw : figures before statistical secrecy.
    """

    actions: frozenset[Action] = frozenset({Action.FIGURES})
    levels: tuple[str, ...] = ()
    own: bool = False
    unmasked: tuple[str, ...] = ()
    raw: bool = False

    def written(self, record: Record, *, denies: bool = False) -> Mapping[str, Any]:
        """Fields of the opening; who may do something may do what it needs.

        Raises
        ------
        RightsError
            If it opens nothing, or names a level or a column that is not there.
        """
        if not self.actions or not self.actions <= set(OPENABLE):
            raise RightsError(
                "rien n'est ouvert", location=Location(field="actions"), hint="cocher au moins une action"
            )
        known = [str(level) for level in Level]
        for level in self.levels:
            if level not in known:
                raise RightsError(
                    "niveau inconnu",
                    location=Location(field="levels", value=level),
                    hint=f"choisir parmi {', '.join(known)}",
                )
        for column in self.unmasked:
            if column not in record.masked:
                raise RightsError(
                    "cette colonne n'est pas masquée",
                    location=Location(field="unmasked", value=column),
                    hint=f"colonnes masquées : {', '.join(record.masked) or 'aucune'}",
                )
        given = self.actions if denies else frozenset(a for one in self.actions for a in presupposed(one))
        told: dict[str, Any] = {action.value: action in given for action in OPENABLE}
        rows = "own" if self.own else "all"
        return told | {"levels": list(self.levels), "rows": rows, "unmasked": list(self.unmasked), "raw": self.raw}

    def told(self) -> Mapping[str, Any]:
        """The same, for the audit."""
        return asdict(self) | {"actions": sorted(a.value for a in self.actions)}
