"""Proposing corrections: of a record's words, of a row, a row more, a row less."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from terril.apps.agreements.policies import may, which
from terril.apps.catalogue.actions import address_of as record_address
from terril.apps.catalogue.models import Record
from terril.apps.contributions import proposals
from terril.apps.contributions.models import Proposal
from terril.apps.contributions.policies import homes
from terril.apps.contributions.rows import rows_of
from terril.core.access import Action, Subject
from terril.core.errors import AccessError, TerrilError
from terril.core.records import Kind
from terril.core.text import format_number
from terril.web.access import member_required, subject_in
from terril.web.addresses import with_query
from terril.web.pages.contributions.forms import Reason, Texts
from terril.web.pages.contributions.told import error_said
from terril.web.pages.errors import absent

_A_PAGE = 50
_COLUMNS = 12
View = Callable[..., HttpResponse]


def about(view: View) -> View:
    """A view about a record on which corrections may be proposed: unknown, 404; known and closed, 403."""

    @wraps(view)
    def guarded(request: HttpRequest, record: int, **named: Any) -> HttpResponse:
        subject = subject_in(request)
        found = which(subject, Action.DISCOVER).filter(pk=record).first()
        if found is None:
            return absent(request)
        if not may(subject, Action.EDIT, found):
            return render(request, "403.html", status=403)
        return view(request, found, **named)

    return member_required(guarded)


def _homes(subject: Subject) -> list[tuple[str, str]]:
    return [(o.pk, o.label) for o in homes(subject)]


def _labels(record: Record) -> dict[str, str]:
    return {c["name"]: f"{c['label']} ({c['name']})" for c in record.columns if c.get("label") and c.get("name")}


@about
@require_http_methods(["GET", "HEAD", "POST"])
def fields(request: HttpRequest, record: Record) -> HttpResponse:
    """Other words for a record."""
    told = {name: proposals.text_of(record, name) for name in proposals.FIELDS}
    labels = {n: str(Record._meta.get_field(n).verbose_name).capitalize() for n in proposals.FIELDS}
    subject = subject_in(request)
    texts, reason = Texts(told, labels, request.POST or None), Reason(_homes(subject), request.POST or None)

    def propose() -> Proposal:
        words = reason.cleaned_data
        return proposals.propose_fields(
            record, request.user, subject, words["organisation"], texts.told, words["reason"]
        )

    return _answered(request, _Sheet(record, texts, reason), propose)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What a page of proposal shows."""

    record: Record
    texts: Texts | None
    reason: Reason
    title: str = "Proposer une correction de la fiche"
    base: str = ""
    removable: bool = False


def _answered(request: HttpRequest, sheet: _Sheet, propose: Callable[[], Proposal]) -> HttpResponse:
    """The page, or what follows from the form: what was typed is kept where it cannot be proposed."""
    fault, status = "", 200
    if request.method == "POST":
        status = 422
        if sheet.reason.is_valid() and (sheet.texts is None or sheet.texts.is_valid()):
            try:
                return HttpResponseRedirect(proposals.address_of(propose()))
            except TerrilError as error:
                fault, status = error_said(error), 403 if isinstance(error, AccessError) else 422
    context = {
        "sheet": sheet, "fault": fault, "href": record_address(sheet.record),
        "rows": sheet.record.kind == Kind.DATASET.value,
    }  # fmt: skip
    return render(request, "contributions/propose.html", context, status=status)


@about
@require_safe
def rows(request: HttpRequest, record: Record) -> HttpResponse:
    """Rows among which one chooses the one to correct."""
    text, offset = request.GET.get("q", "").strip()[:100], request.GET.get("debut", "0")
    start = int(offset) if offset.isdecimal() and len(offset) < 10 else 0
    context: dict[str, Any] = {"record": record, "text": text, "href": record_address(record)}
    try:
        known = rows_of(record, subject_in(request))
        count, found = known.found(text, start, _A_PAGE)
    except TerrilError as error:
        return render(request, "contributions/rows.html", context | {"fault": error_said(error)}, status=409)
    here = f"/contribuer/corriger/{record.pk}/lignes/"

    def at(place: int) -> str:
        return with_query(here, {"q": text, "debut": place or None})

    columns = known.columns[:_COLUMNS]
    context |= {
        "columns": columns,
        "hidden": len(known.columns) - len(columns),
        "lines": [(f"{here}{r.number}/", format_number(r.number), [r.cells[c] for c in columns]) for r in found],
        "count": count,
        "here": here,
        "pager": {
            "earlier": at(max(0, start - _A_PAGE)) if start else "",
            "later": at(start + _A_PAGE) if start + _A_PAGE < count else "",
            "shown": f"{format_number(start + 1)} à {format_number(start + len(found))} sur {format_number(count)}",
        },
    }
    return render(request, "contributions/rows.html", context)


@about
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, record: Record, number: int) -> HttpResponse:
    """Other values for a row, or its removal."""
    subject = subject_in(request)
    try:
        known = rows_of(record, subject)
        found = known.row(number)
    except TerrilError:
        found = None
    if found is None:
        return absent(request)
    texts = Texts(found.cells, _labels(record), request.POST or None)
    reason = Reason(_homes(subject), request.POST or None)
    base = request.POST.get("base", known.version.id)

    def propose() -> Proposal:
        words = reason.cleaned_data
        named = (record, request.user, subject, words["organisation"], number)
        if "remove" in request.POST:
            return proposals.propose_removal(*named, words["reason"], base)
        return proposals.propose_cells(*named, texts.told, words["reason"], base)

    title = f"Corriger la ligne {format_number(number)}"
    return _answered(request, _Sheet(record, texts, reason, title, known.version.id, removable=True), propose)


@about
@require_http_methods(["GET", "HEAD", "POST"])
def addition(request: HttpRequest, record: Record) -> HttpResponse:
    """A row more."""
    subject = subject_in(request)
    try:
        known = rows_of(record, subject)
    except TerrilError as error:
        context = {"record": record, "href": record_address(record), "fault": error_said(error)}
        return render(request, "contributions/rows.html", context, status=409)
    texts = Texts(dict.fromkeys(known.columns, ""), _labels(record), request.POST or None)
    reason = Reason(_homes(subject), request.POST or None)
    base = request.POST.get("base", known.version.id)

    def propose() -> Proposal:
        words = reason.cleaned_data
        return proposals.propose_addition(
            record, request.user, subject, words["organisation"], texts.told, words["reason"], base
        )

    return _answered(request, _Sheet(record, texts, reason, "Proposer une ligne", known.version.id), propose)
