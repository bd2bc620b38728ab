"""Editorial states and the ways between them: one table, for records, indicators and pages alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from terril.apps.catalogue.models import State
from terril.core.access import Action
from terril.core.errors import Location, TerrilError


class WorkflowError(TerrilError):
    """A change of editorial state that the table does not know, or that lacks its date."""

    code = "etat"


@dataclass(frozen=True, slots=True)
class Transition:
    """A way from a state to another.

    Parameters
    ----------
    name : as forms say it; the same name may leave from several states.
    label : what is done, in French, as on a button.
    action : what the policy must allow on the record.
    dated : whether the moment of an embargo is asked.
    """

    name: str
    before: str
    after: str
    label: str
    action: Action = Action.PUBLISH
    dated: bool = False


TRANSITIONS = (
    Transition("validate", State.DRAFT, State.VALIDATED, "Valider"),
    Transition("return", State.VALIDATED, State.DRAFT, "Renvoyer au brouillon"),
    Transition("publish", State.VALIDATED, State.PUBLISHED, "Publier"),
    Transition("embargo", State.VALIDATED, State.EMBARGO, "Publier à une date", dated=True),
    Transition("publish", State.EMBARGO, State.PUBLISHED, "Publier sans attendre"),
    Transition("withdraw", State.EMBARGO, State.VALIDATED, "Renoncer à la date"),
    Transition("withdraw", State.PUBLISHED, State.VALIDATED, "Retirer de la publication"),
    Transition("archive", State.PUBLISHED, State.ARCHIVED, "Archiver"),
    Transition("archive", State.DRAFT, State.ARCHIVED, "Archiver"),
    Transition("reopen", State.ARCHIVED, State.DRAFT, "Reprendre en brouillon"),
)


def transitions_from(state: str) -> tuple[Transition, ...]:
    """Ways that leave a state, in the order of the table."""
    return tuple(t for t in TRANSITIONS if t.before == state)


def transition(state: str, name: str) -> Transition:
    """The way of this name that leaves a state.

    Raises
    ------
    WorkflowError
        If none does.
    """
    found = next((t for t in transitions_from(state) if t.name == name), None)
    if found is None:
        known = ", ".join(t.label.lower() for t in transitions_from(state))
        label = State(state).label if state in set(State) else state
        raise WorkflowError(
            f"rien ne mène de « {label} » par là",
            location=Location(field="etat", value=name),
            hint=f"possible d'ici : {known}" if known else None,
        )
    return found


def embargo_of(way: Transition, until: datetime | None, now: datetime) -> datetime | None:
    """The end of the embargo that a transition sets; None where it sets none.

    Raises
    ------
    WorkflowError
        If the way asks a moment and none is given, or it is past.
    """
    if not way.dated:
        return None
    if until is None:
        raise WorkflowError("une date est attendue", location=Location(field="embargo"), hint="dire jusqu'à quand")
    if until <= now:
        raise WorkflowError(
            "cette date est passée", location=Location(field="embargo"), hint="choisir une date à venir, ou publier"
        )
    return until


def in_force(state: str, embargo: datetime | None, now: datetime) -> State:
    """The state as it is now: an embargo that has ended is a publication, with nothing to do for it."""
    ended = state == State.EMBARGO and embargo is not None and embargo <= now
    return State(State.PUBLISHED if ended else state)
