"""Views of rights."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from terril.apps.agreements.actions import grants, openness, requests, terms, undertakings
from terril.apps.agreements.actions.requests import rights_address
from terril.apps.agreements.errors import RightsError
from terril.apps.agreements.models import Grant, Request, Terms, Undertaking
from terril.apps.catalogue.actions import require
from terril.apps.catalogue.errors import OvertakenError
from terril.apps.catalogue.models import Record
from terril.core.access import Action
from terril.core.errors import TerrilError
from terril.web.access import member_required, subject_in
from terril.web.pages.accounts.views import said
from terril.web.pages.catalogue.finding import record_at
from terril.web.pages.rights.facts import faulty
from terril.web.pages.rights.forms import AnswerForm, GrantForm, OpennessForm, UndertakingForm
from terril.web.pages.rights.mine import mine, stewarded
from terril.web.pages.rights.page import page_of

View = Callable[..., HttpResponse]


@member_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Records that one answers for."""
    text = request.GET.get("q", "").strip()[:100]
    return render(request, "rights/index.html", {"lines": stewarded(subject_in(request), text), "text": text})


def administered(view: View) -> View:
    """Give the record to who decides of its rights: 404 to who may not know it, 403 to who may not decide."""

    @wraps(view)
    def guarded(request: HttpRequest, word: str, identifier: str, **named: Any) -> HttpResponse:
        record = record_at(request, word, identifier)
        require(subject_in(request), Action.ADMINISTER, record)
        return view(request, record, **named)

    return member_required(guarded)


@administered
@require_safe
def show(request: HttpRequest, record: Record) -> HttpResponse:
    """Who sees what of a record, and why."""
    return _shown(request, record)


def _shown(request: HttpRequest, record: Record, **faults: Any) -> HttpResponse:
    page = page_of(record, request.GET.dict(), faults)
    return render(request, "rights/record.html", {"page": page}, status=422 if faults else 200)


@administered
@require_POST
def give(request: HttpRequest, record: Record) -> HttpResponse:
    """Grant or refuse."""
    form = GrantForm(request.POST, record)
    if form.is_valid():
        try:
            grants.give(record, form.whom(), form.decided(), request.user, subject_in(request))
            return HttpResponseRedirect(f"{rights_address(record)}#autorisations")
        except RightsError as error:
            faulty(form, error)
    return _shown(request, record, grant=form)


@administered
@require_POST
def withdraw(request: HttpRequest, record: Record, grant: int) -> HttpResponse:
    """Take a grant back."""
    found = Grant.objects.filter(pk=grant, record=record).first()
    if found is None:
        raise Http404
    grants.withdraw(found, request.user, subject_in(request))
    return HttpResponseRedirect(f"{rights_address(record)}?retire={grant}#autorisations")


@administered
@require_POST
def restore(request: HttpRequest, record: Record, grant: int) -> HttpResponse:
    """Put a grant back."""
    try:
        grants.restore(record, grant, request.user, subject_in(request))
    except RightsError as error:
        return render(
            request, "rights/refused.html", {"fault": said(error), "back": rights_address(record)}, status=422
        )
    return HttpResponseRedirect(f"{rights_address(record)}#autorisations")


@administered
@require_POST
def change_openness(request: HttpRequest, record: Record) -> HttpResponse:
    """Change to whom it is open."""
    form = OpennessForm(request.POST, record)
    if form.is_valid():
        revision = form.cleaned_data["revision"]
        try:
            openness.change(record, form.facts(), revision, request.user, subject_in(request))
            return HttpResponseRedirect(rights_address(record))
        except (RightsError, OvertakenError) as error:
            faulty(form, error)
    return _shown(request, record, openness=form)


@administered
@require_POST
def prepare(request: HttpRequest, record: Record) -> HttpResponse:
    """Name who may sign an undertaking."""
    form = UndertakingForm(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            undertakings.prepare(
                record, told["person"], told["organisation"], told["destroy_by"], request.user, subject_in(request),
                told["text"],
            )  # fmt: skip
            return HttpResponseRedirect(f"{rights_address(record)}#engagements")
        except RightsError as error:
            faulty(form, error)
    return _shown(request, record, undertaking=form)


@administered
@require_POST
def answer(request: HttpRequest, record: Record, number: int) -> HttpResponse:
    """Grant or refuse what was asked."""
    found = Request.objects.filter(pk=number, record=record).first()
    if found is None:
        raise Http404
    form = AnswerForm(request.POST, record, found.pk, found.action)
    refuses = "refuse" in request.POST
    if form.is_valid() or refuses:
        try:
            _answered(request, found, form, refuses=refuses)
            return HttpResponseRedirect(f"{rights_address(record)}#demandes")
        except RightsError as error:
            faulty(form, error)
    return _shown(request, record, **{f"request{found.pk}": form})


def _answered(request: HttpRequest, found: Request, form: AnswerForm, *, refuses: bool) -> None:
    subject, told = subject_in(request), form.cleaned_data
    if refuses:
        requests.refuse(found, told.get("answer", ""), request.user, subject)
        return
    until, said_back = told["until"], told["answer"]
    requests.grant(found, form.opens(), request.user, subject, until=until, answer=said_back)


@member_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """What one may see, and why."""
    return _own(request)


def _own(request: HttpRequest, fault: str = "", status: int = 200) -> HttpResponse:
    return render(request, "rights/mine.html", {"mine": mine(subject_in(request)), "fault": fault}, status=status)


def of_one(act: Callable[..., None]) -> View:
    """A view that does something of one's own: the page of one's access follows, with what is wrong."""

    @wraps(act)
    def done(request: HttpRequest, number: int) -> HttpResponse:
        try:
            act(request, number)
        except TerrilError as error:
            return _own(request, said(error), 422)
        return HttpResponseRedirect("/mes-acces/")

    return member_required(require_POST(done))


@of_one
def accept(request: HttpRequest, number: int) -> None:
    """Accept terms."""
    found = Terms.objects.filter(pk=number).first()
    if found is None:
        raise Http404
    terms.accept(found, request.user, subject_in(request))


def _undertaking(request: HttpRequest, number: int) -> Undertaking:
    found = Undertaking.objects.filter(pk=number, user=request.user).first()
    if found is None:
        raise Http404
    return found


@of_one
def sign(request: HttpRequest, number: int) -> None:
    """Sign an undertaking."""
    purpose = request.POST.get("purpose", "")
    undertakings.sign(_undertaking(request, number), purpose, request.user, subject_in(request))


@of_one
def destroy(request: HttpRequest, number: int) -> None:
    """Declare a destruction."""
    undertakings.destroy(_undertaking(request, number), request.user)


@of_one
def take_back(request: HttpRequest, number: int) -> None:
    """Take back a request."""
    found = Request.objects.filter(pk=number, user=request.user).first()
    if found is None:
        raise Http404
    requests.withdraw(found, request.user)
