"""Faults as sentences, and the frame of an import's pages: its steps, and whose they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from terril.apps.contributions.looking import loadable
from terril.apps.contributions.models import Import
from terril.apps.contributions.policies import own_imports
from terril.core.errors import TerrilError
from terril.core.text import NBSP, format_number, typeset
from terril.web.access import member_required, subject_in
from terril.web.pages.errors import absent

State = Import.State
View = Callable[..., HttpResponse]
#: Address, label of each step, in order.
STEPS = (
    ("reconnu", "Ce qui est reconnu"),
    ("fautes", "Fautes"),
    ("apercu", "Aperçu"),
    ("destination", "Destination"),
    ("confirmer", "Confirmer"),
)


def said(message: str, hint: str = "", place: str = "") -> str:
    """What is wrong, where, and the remedy, as sentences."""
    text = f"{message[:1].upper()}{message[1:]}"
    text = f"{text} ({place})." if place else f"{text}."
    return typeset(f"{text} {hint[0].upper()}{hint[1:]}." if hint else text)


def error_said(error: TerrilError) -> str:
    """An error as sentences."""
    return said(error.message, error.hint or "", str(error.location or ""))


def bytes_said(size: int) -> str:
    """A size, in the unit that suits it."""
    if size < 10**6:
        return f"{format_number(max(1, round(size / 1000)))}{NBSP}ko"
    return f"{format_number(size / 10**6, 1 if size < 10**8 else 0)}{NBSP}Mo"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the wizard; without address it cannot be gone to yet."""

    label: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of an import says."""

    id: str
    name: str
    size: str
    home: str
    steps: tuple[Step, ...]


def address(work: Import, step: str = "") -> str:
    """A page of an import."""
    return f"/contribuer/{work.pk}/{step}/" if step else f"/contribuer/{work.pk}/"


def frame_of(work: Import, here: str) -> Frame:
    """The frame of a page."""
    reached = 1
    if work.diagnosis and work.state == State.READY:
        reached = 2 if not loadable(work) else 4
        if reached == 4 and (work.record_id or work.draft):
            reached = 5
    steps = tuple(
        Step(label, address(work, step) if i < reached or (step == "apercu" and work.diagnosis) else "", step == here)
        for i, (step, label) in enumerate(STEPS)
    )
    return Frame(str(work.pk), work.name, bytes_said(work.size), work.organisation.label, steps)


def owned(*states: Any) -> Callable[[View], View]:
    """A view of one's own import, in one of these states; in another, the page that suits it."""

    def decorated(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, work: UUID, **named: Any) -> HttpResponse:
            found = own_imports(subject_in(request)).select_related("organisation", "record", "owner").filter(pk=work)
            mine = found.exclude(state=State.DROPPED).first()
            if mine is None:
                return absent(request)
            if mine.state not in states:
                return HttpResponseRedirect(place_of(mine))
            return view(request, mine, **named)

        return member_required(guarded)

    return decorated


def place_of(work: Import) -> str:
    """Where an import is to be taken up again."""
    if work.state in (State.WAITING, State.LOOKING, State.STOPPED):
        return address(work, "avancement")
    if work.state == State.DONE:
        return address(work, "fait")
    if work.state == State.READY and loadable(work) and (work.record_id or work.draft):
        return address(work, "confirmer")
    return address(work, "reconnu")
