"""The steps of an import: recognised, faults, preview, destination, confirmation."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from terril.apps.contributions import imports
from terril.apps.contributions.loading import aim_at_new, aim_at_record, foresee, prefix_of
from terril.apps.contributions.loading import confirm as confirmed
from terril.apps.contributions.looking import every_fault, loadable, refusal_of
from terril.apps.contributions.models import Import
from terril.apps.contributions.policies import drafting, editable
from terril.apps.contributions.tasks import launch
from terril.core.errors import AccessError, TerrilError
from terril.ingestion.recognition import Diagnosis
from terril.ingestion.tableschema import FaultGroup
from terril.pipeline.importing.mapping import column_name
from terril.protocols.exports.delimited import neutral
from terril.web.access import subject_in
from terril.web.pages.contributions import recognised as recognised_page
from terril.web.pages.contributions.forms import Aim, Draft
from terril.web.pages.contributions.page import faults_of, gap_of, glance_of
from terril.web.pages.contributions.told import address, error_said, frame_of, owned, place_of, said

State = Import.State
_READ = (State.READY, State.REFUSED)
_MOST_RECORDS = 500


@owned(*_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def recognised(request: HttpRequest, work: Import) -> HttpResponse:
    """What was recognised; POST keeps what one chooses, and has the file examined again where that changes it."""
    told = Diagnosis.from_dict(work.diagnosis) if work.diagnosis else None
    if request.method == "POST":
        choices = recognised_page.choices_from(request.POST, told)
        if choices != work.choices or work.state == State.REFUSED:
            try:
                launch(imports.correct(work, choices))
            except TerrilError as error:
                return _recognised(request, work, error_said(error), 422)
            # Back on this page: what was chosen is to be read again before going on.
            return HttpResponseRedirect(place_of(work))
        return HttpResponseRedirect(address(work, "fautes"))
    return _recognised(request, work)


def _recognised(request: HttpRequest, work: Import, fault: str = "", status: int = 200) -> HttpResponse:
    refusal = refusal_of(work)
    context = {
        "frame": frame_of(work, "reconnu"),
        "page": recognised_page.page_of(work, subject_in(request)) if work.diagnosis else None,
        "refused": said(refusal.message, refusal.hint, refusal.place) if refusal else "",
        "final": work.state == State.REFUSED,
        "fault": fault,
    }
    return render(request, "contributions/recognised.html", context, status=status)


@owned(State.READY)
@require_safe
def faults(request: HttpRequest, work: Import) -> HttpResponse:
    """What is wrong, on its row, with the remedy."""
    context = {"frame": frame_of(work, "fautes"), "page": faults_of(work)}
    return render(request, "contributions/faults.html", context)


@owned(*_READ)
@require_safe
def faults_file(request: HttpRequest, work: Import) -> HttpResponseBase:
    """Every fault, to be taken back to the producer."""
    try:
        groups = every_fault(work)
    except TerrilError as error:
        return HttpResponse(error_said(error), status=422, content_type="text/plain; charset=utf-8")
    response = StreamingHttpResponse(_lines(groups), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="fautes.csv"'
    return response


def _lines(groups: list[FaultGroup]) -> Iterator[str]:
    yield _line(("ligne", "colonne", "valeur", "regle", "remede", "gravite"))
    for group in groups:
        grave = "faute" if group.severity == "error" else "avertissement"
        for fault in group.shown:
            remedy = fault.remedy or group.remedy
            yield _line((str(fault.row), fault.column, fault.value, group.message, remedy, grave))
        if not group.shown:
            yield _line(("", group.column, "", group.message, group.remedy, grave))


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow([neutral(c) for c in cells])
    return out.getvalue()


@owned(State.READY)
@require_safe
def preview(request: HttpRequest, work: Import) -> HttpResponse:
    """First rows, and where they are."""
    try:
        page, fault = glance_of(work), ""
    except TerrilError as error:
        page, fault = None, error_said(error)
    context = {"frame": frame_of(work, "apercu"), "page": page, "fault": fault, "loadable": loadable(work)}
    return render(request, "contributions/preview.html", context)


@owned(State.READY)
@require_http_methods(["GET", "HEAD", "POST"])
def destination(request: HttpRequest, work: Import) -> HttpResponse:
    """What the file becomes: a version of a record, or a new record."""
    if not loadable(work):
        return HttpResponseRedirect(address(work, "fautes"))
    if request.method != "POST":
        return _destination(request, work)
    new = request.POST.get("as") == "new"
    form = Draft(request.POST) if new else Aim(_records(request, work), request.POST)
    if not form.is_valid():
        return _destination(request, work, form, 422)
    try:
        if new:
            aim_at_new(work, subject_in(request), dict(form.cleaned_data))
        else:
            aim_at_record(work, subject_in(request), int(form.cleaned_data["record"]))
    except TerrilError as error:
        _placed(form, error)
        return _destination(request, work, form, 403 if isinstance(error, AccessError) else 422)
    return HttpResponseRedirect(address(work, "confirmer"))


def _placed(form: Any, error: TerrilError) -> None:
    name = error.location.field if error.location else None
    form.add_error(name if name in form.fields else None, error_said(error))


def _records(request: HttpRequest, work: Import) -> list[tuple[str, str]]:
    found = editable(subject_in(request))
    if work.source:
        found = found.filter(identifier=work.source)
    return [(str(r.pk), f"{r.title} ({r.identifier})") for r in found[:_MOST_RECORDS]]


def _destination(request: HttpRequest, work: Import, form: Any = None, status: int = 200) -> HttpResponse:
    records = _records(request, work)
    drafts = not work.source and drafting(subject_in(request)).filter(pk=work.organisation_id).exists()
    context = {
        "frame": frame_of(work, "destination"),
        "aim": form if isinstance(form, Aim) else Aim(records, initial={"record": work.record_id or ""}),
        "records": records,
        "draft": form if isinstance(form, Draft) else Draft(initial=_initial(work)),
        "drafts": drafts,
        "prefix": prefix_of(work.organisation_id),
    }
    return render(request, "contributions/destination.html", context, status=status)


def _initial(work: Import) -> dict[str, str]:
    if work.draft:
        return {**work.draft, "slug": work.draft["identifier"].partition("/")[2]}
    title = work.mapping.get("label", "")
    found = {"title": title, "slug": column_name(title, frozenset())}
    told = Diagnosis.from_dict(work.diagnosis).period
    kind, _, value = told.value.partition(":") if told else ("", "", "")
    return found | {"producer": work.organisation.label, "vintage": value if kind == "value" else ""}


@owned(State.READY)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, work: Import) -> HttpResponse:
    """What confirming changes; POST does it, once."""
    if not loadable(work):
        return HttpResponseRedirect(address(work, "fautes"))
    if work.record is None and not work.draft:
        return HttpResponseRedirect(address(work, "destination"))
    fault, status = "", 200
    if request.method == "POST":
        try:
            confirmed(work, request.user, subject_in(request), request.POST.get("seen", ""))
            return HttpResponseRedirect(address(work, "fait"))
        except TerrilError as error:
            fault, status = error_said(error), 403 if isinstance(error, AccessError) else 409
    return _confirm(request, work, fault, status)


def _confirm(request: HttpRequest, work: Import, fault: str, status: int) -> HttpResponse:
    try:
        foreseen = foresee(work, subject_in(request))
    except TerrilError as error:
        context = {"frame": frame_of(work, "confirmer"), "fault": error_said(error)}
        return render(request, "contributions/confirm.html", context, status=409)
    context = {
        "frame": frame_of(work, "confirmer"),
        "work": work,
        "title": work.record.title if work.record else work.draft["title"],
        "identifier": work.record.identifier if work.record else work.draft["identifier"],
        "new": work.record is None,
        "seen": foreseen.current,
        "gap": gap_of(foreseen),
        "large": bool(foreseen.current) and foreseen.difference is None,
        "fault": fault,
    }
    return render(request, "contributions/confirm.html", context, status=status)
