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
#: What is needed before each action, itself included: who may change the rows of a dataset sees them.
_NEEDS: dict[Action, tuple[Action, ...]] = {
    Action.DISCOVER: (Action.DISCOVER,),
    Action.FIGURES: READING[:2],
    Action.DATA: READING[:3],
    Action.DOWNLOAD: READING,
    Action.EDIT: (*READING[:3], Action.EDIT),
    Action.PUBLISH: (*READING[:3], Action.EDIT, Action.PUBLISH),
    Action.ADMINISTER: (Action.DISCOVER, Action.ADMINISTER),
}
#: What is written in an opening: to know a record follows from anything else, and rights are given by no opening.
OPENABLE = (Action.FIGURES, Action.DATA, Action.DOWNLOAD, Action.EDIT, Action.PUBLISH)


def presupposed(action: Action) -> tuple[Action, ...]:
    """Actions of an opening that this one needs, itself included: who refuses one of them refuses it."""
    return tuple(a for a in _NEEDS[action] if a in OPENABLE)


def supposing(action: Action) -> tuple[Action, ...]:
    """Actions of an opening that give this one, itself included where an opening may."""
    return tuple(a for a in OPENABLE if action in _NEEDS[a])
