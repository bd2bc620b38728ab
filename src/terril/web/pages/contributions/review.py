"""A correction as a page of texts: what was, what is there now, what is proposed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime

from terril.apps.catalogue.actions import address_of as record_address
from terril.apps.catalogue.models import Record
from terril.apps.contributions.models import Change, Proposal
from terril.apps.contributions.proposals import address_of
from terril.apps.contributions.reviews import Held, Review, review
from terril.core.errors import TerrilError
from terril.core.text import format_number
from terril.pipeline.importing.corrections import Standing
from terril.web.pages.contributions.told import error_said

State = Proposal.State
_DONE = (State.ACCEPTED, State.PARTLY)


@dataclass(frozen=True, slots=True)
class Line:
    """A correction in a list."""

    href: str
    record: str
    about: str
    organisation: str
    when: str
    state: str
    waiting: bool
    reason: str


def line_of(proposal: Proposal) -> Line:
    """A correction in a list."""
    return Line(
        address_of(proposal), proposal.record.title, proposal.get_about_display(), proposal.organisation.label,
        date_format(localtime(proposal.made), "j F Y"), proposal.get_state_display(),
        proposal.state == State.WAITING, proposal.reason,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change, side by side.

    Parameters
    ----------
    now : what is there now, where it is no longer what it was.
    warning : why it no longer fits; empty where it does.
    cells : name and text, of a row added or removed.
    """

    id: int
    what: str
    place: str
    before: str
    now: str
    after: str
    warning: str
    gone: bool
    cells: tuple[tuple[str, str], ...]
    fate: str


@dataclass(frozen=True, slots=True)
class Page:
    """The page of a correction."""

    line: Line
    href: str
    record_href: str
    author: str
    changes: tuple[ChangeLine, ...]
    base: str
    moved: bool
    conflicts: int
    decides: bool
    withdraws: bool
    undoes: bool
    answer: str
    decided: str
    fault: str


def page_of(proposal: Proposal, *, decides: bool, own: bool) -> Page:
    """The page of a correction.

    Parameters
    ----------
    decides : whether who reads decides of it; ``own``, whether they proposed it.
    """
    waiting = proposal.state == State.WAITING
    read, fault = _read(proposal) if waiting else (None, "")
    held = read.held if read else tuple(Held(c, Standing.FITS) for c in proposal.changes.order_by("pk"))
    decided = date_format(localtime(proposal.decided), "j F Y, H:i") if proposal.decided else ""
    return Page(
        line=line_of(proposal),
        href=address_of(proposal),
        record_href=record_address(proposal.record),
        author=str(proposal.author or "compte effacé"),
        changes=tuple(_change(h) for h in held),
        base=read.base if read else "",
        moved=bool(read and read.moved),
        conflicts=read.conflicts if read else 0,
        decides=decides and waiting and read is not None,
        withdraws=own and waiting,
        undoes=decides and proposal.state in _DONE,
        answer=proposal.answer,
        decided=decided,
        fault=fault,
    )


def _read(proposal: Proposal) -> tuple[Review | None, str]:
    try:
        return review(proposal), ""
    except TerrilError as error:
        return None, error_said(error)


def _change(held: Held) -> ChangeLine:
    change = held.change
    whole = change.op in (Change.Op.ADD, Change.Op.REMOVE)
    fate = {True: "accepté", False: "refusé"}.get(change.accepted, "") if change.accepted is not None else ""
    return ChangeLine(
        id=change.pk,
        what=change.get_op_display().capitalize(),
        place=_place(change),
        before=change.before,
        now=held.now if held.standing is Standing.CHANGED and not whole else "",
        after=change.after,
        warning=_warning(held, whole=whole),
        gone=held.standing is Standing.GONE,
        cells=tuple((k, v) for k, v in change.cells.items() if v) if whole else (),
        fate=fate,
    )


def _place(change: Change) -> str:
    if change.op == Change.Op.FIELD:
        return str(Record._meta.get_field(change.column).verbose_name).capitalize()
    row = f"ligne {format_number(change.row)}" if change.row is not None else ""
    return ", ".join(filter(None, (change.column, row)))


def _warning(held: Held, *, whole: bool) -> str:
    if held.standing is Standing.FITS:
        return ""
    if held.standing is Standing.GONE:
        added = held.change.op == Change.Op.ADD
        return "Une ligne de cette clé existe déjà." if added else "La ligne n’est plus là."
    return "La ligne a changé depuis." if whole else "La valeur a changé depuis."
