"""What may be done with a record of the catalogue. Names are declared: an unknown one raises."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What is asked. Each reading action implies those before it: who may download may see."""

    #: Know that the record exists, and read its description.
    DISCOVER = "discover"
    #: See the figures that are computed from it.
    FIGURES = "figures"
    #: See its rows.
    DATA = "data"
    #: Take its rows away.
    DOWNLOAD = "download"
    #: Propose and make changes.
    EDIT = "edit"
    #: Validate and publish.
    PUBLISH = "publish"
    #: Decide who may do what.
    ADMINISTER = "administer"

    @property
    def label(self) -> str:
        """In French: what the subject may do."""
        return _LABELS[self]


_LABELS = {
    Action.DISCOVER: "connaître la fiche",
    Action.FIGURES: "voir les chiffres",
    Action.DATA: "voir les données",
    Action.DOWNLOAD: "télécharger",
    Action.EDIT: "modifier",
    Action.PUBLISH: "publier",
    Action.ADMINISTER: "gérer les droits",
}

#: Reading actions, each implying those before it.
READING = (Action.DISCOVER, Action.FIGURES, Action.DATA, Action.DOWNLOAD)


def implied_by(action: Action) -> tuple[Action, ...]:
    """Reading actions whose permission gives this one, itself included; an action that is no reading stands alone."""
    return READING[READING.index(action) :] if action in READING else (action,)
