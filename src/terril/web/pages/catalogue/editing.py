"""Writing records: two editors see each other, every writing can be put back, states follow their table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST

from terril.apps.agreements.policies import may
from terril.apps.catalogue import actions
from terril.apps.catalogue.actions import address_of, editable
from terril.apps.catalogue.errors import CatalogueError, OvertakenError
from terril.apps.catalogue.models import Record
from terril.apps.catalogue.workflow import WorkflowError
from terril.core.access import Action
from terril.core.text import typeset
from terril.web.access import member_required
from terril.web.components.figures import said
from terril.web.pages.catalogue.finding import record_at
from terril.web.pages.catalogue.forms import RecordForm

_WRITINGS = 50


@dataclass(frozen=True, slots=True)
class Both:
    """A field that two editors wrote: its label, and the two texts."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Writing:
    """A writing of a record, and what it changed.

    Parameters
    ----------
    changes : label, text before, text after, of each field.
    """

    revision: int
    when: str
    who: str
    changes: tuple[tuple[str, str, str], ...]
    current: bool


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, word: str, identifier: str) -> HttpResponse:
    """Write what a record says."""
    record = record_at(request, word, identifier)
    actions.require(request.subject, Action.PUBLISH, record)
    names = editable(record)
    if request.method != "POST":
        return _form(request, record, RecordForm(None, record, names))
    form = RecordForm(request.POST, record, names)
    if not form.is_valid():
        return _form(request, record, form, status=422)
    revision = form.cleaned_data["revision"]
    try:
        actions.edit(record.pk, form.facts(), revision, request.user, request.subject)
    except OvertakenError as error:
        return _merging(request, error, form.facts(), revision)
    return HttpResponseRedirect(address_of(record))


def _form(request: HttpRequest, record: Record, form: RecordForm, status: int = 200, **more: Any) -> HttpResponse:
    context = {"form": form, "record": record, "title": said(record.title), "back": address_of(record), **more}
    return render(request, "catalogue/edit.html", context, status=status)


def _merging(request: HttpRequest, error: OvertakenError, mine: Mapping[str, Any], revision: int) -> HttpResponse:
    """Both writings side by side: what only the other wrote is taken up, what both wrote is to be chosen."""
    record = error.record
    base = record.history.filter(revision=revision).order_by("-history_id").first()
    merged, apart = dict(mine), []
    for name, value in mine.items():
        theirs = getattr(record, name)
        if base is not None and value == getattr(base, name):
            merged[name] = theirs
        elif theirs != value and (base is None or theirs != getattr(base, name)):
            apart.append(name)
    form = RecordForm(None, record, editable(record))
    form.initial = merged | {"revision": record.revision}
    both = [Both(_label(name), _text(getattr(record, name)), _text(mine[name])) for name in apart]
    told = {"both": both, "error": typeset(error.message), "hint": typeset(error.hint or "")}
    return _form(request, record, form, status=409, **told)


def _label(name: str) -> str:
    declared = RecordForm.base_fields.get(name)
    return str(declared.label) if declared is not None else "Liens"


def _text(value: Any) -> str:
    if not isinstance(value, list):
        return str(value)
    return "\n".join(f"{v.get('title')} | {v.get('address')}" if isinstance(v, dict) else str(v) for v in value)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def history(request: HttpRequest, word: str, identifier: str) -> HttpResponse:
    """Every writing of a record with what it changed; put one back."""
    record = record_at(request, word, identifier)
    actions.require(request.subject, Action.EDIT, record)
    told: dict[str, Any] = {}
    if request.method == "POST":
        try:
            return _restored(request, record)
        except (CatalogueError, OvertakenError) as error:
            told = {"error": typeset(error.message), "hint": typeset(error.hint or "")}
            record.refresh_from_db()
    context = {
        "writings": tuple(_writings(record)),
        "title": said(record.title),
        "back": address_of(record),
        "revision": record.revision,
        **told,
    }
    return render(request, "catalogue/history.html", context, status=409 if told else 200)


def _restored(request: HttpRequest, record: Record) -> HttpResponse:
    writing, revision = request.POST.get("redaction", ""), request.POST.get("revision", "")
    if not (writing.isascii() and writing.isdigit() and revision.isascii() and revision.isdigit()):
        raise CatalogueError("cette rédaction n'est pas dans l'historique")
    actions.restore(record.pk, int(writing[:9]), int(revision[:9]), request.user, request.subject)
    return HttpResponseRedirect(address_of(record))


def _writings(record: Record) -> Iterator[Writing]:
    told = list(record.history.select_related("history_user").order_by("-history_id")[: _WRITINGS + 1])
    names = [name for name in (*actions.EDITABLE, "state") if hasattr(record, name)]
    for place, one in enumerate(told[:_WRITINGS]):
        before = told[place + 1] if place + 1 < len(told) else None
        changes = [
            (_label(n) if n != "state" else "État", _text(getattr(before, n)), _text(getattr(one, n)))
            for n in names
            if before is not None and getattr(before, n) != getattr(one, n)
        ]
        if changes or before is None:
            yield Writing(
                revision=one.revision,
                when=str(date_format(timezone.localtime(one.history_date), "j F Y, H:i")),
                who=one.history_user.get_short_name() if one.history_user else "Terril",
                changes=tuple(changes),
                current=one.revision == record.revision,
            )


@member_required
@require_POST
def state(request: HttpRequest, word: str, identifier: str) -> HttpResponse:
    """Change the editorial state of a record."""
    record = record_at(request, word, identifier)
    try:
        moved = actions.move(
            record.pk, request.POST.get("geste", ""), request.user, request.subject, until=_until(request)
        )
    except WorkflowError as error:
        if not may(request.subject, Action.PUBLISH, record):
            raise PermissionDenied from error
        context = {"error": typeset(error.message), "hint": typeset(error.hint or ""), "back": address_of(record)}
        return render(request, "catalogue/refused.html", context, status=422)
    return HttpResponseRedirect(address_of(moved))


def _until(request: HttpRequest) -> datetime | None:
    """The moment typed, in local time; None where it is none."""
    try:
        told = datetime.fromisoformat(request.POST.get("jusqu", ""))
    except ValueError:
        return None
    return told if told.tzinfo is not None else timezone.make_aware(told)
