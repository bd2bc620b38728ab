"""Corrections proposed: those to decide, one's own; deciding, undoing, taking back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from terril.apps.contributions import proposals, reviews
from terril.apps.contributions.models import Proposal
from terril.apps.contributions.policies import decides, to_decide, visible
from terril.core.errors import AccessError, TerrilError
from terril.web.access import member_required, subject_in
from terril.web.pages.contributions.review import line_of, page_of
from terril.web.pages.contributions.told import error_said
from terril.web.pages.errors import absent

_LISTED = 100


@member_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Corrections to decide, and those that one's organisations proposed."""
    subject = subject_in(request)
    waiting = to_decide(subject)
    others = visible(subject).exclude(pk__in=waiting.values("pk"))
    context = {
        "waiting": [line_of(p) for p in waiting[:_LISTED]],
        "count": waiting.count(),
        "others": [line_of(p) for p in others.order_by("-made", "-pk")[:_LISTED]],
    }
    return render(request, "contributions/corrections.html", context)


def _known(request: HttpRequest, proposal: int) -> Proposal | None:
    return visible(subject_in(request)).filter(pk=proposal).first()


@member_required
@require_safe
def show(request: HttpRequest, proposal: int) -> HttpResponse:
    """One correction, side by side with what is there."""
    found = _known(request, proposal)
    return absent(request) if found is None else _shown(request, found)


def _shown(
    request: HttpRequest, proposal: Proposal, fault: str = "", answer: str = "", status: int = 200
) -> HttpResponse:
    subject = subject_in(request)
    page = page_of(proposal, decides=decides(subject, proposal.record), own=proposal.author_id == subject.user)
    context = {"page": page, "fault": fault or page.fault, "answer": answer}
    return render(request, "contributions/correction.html", context, status=status)


@member_required
@require_POST
def decide(request: HttpRequest, proposal: int) -> HttpResponse:
    """Accept all, part or nothing of it."""
    found = _known(request, proposal)
    if found is None:
        return absent(request)
    chosen = {int(v) for v in request.POST.getlist("accept") if v.isdecimal()}
    if "refuse" in request.POST:
        chosen = set()
    answer = request.POST.get("answer", "")
    try:
        reviews.decide(found, request.user, subject_in(request), chosen, answer, request.POST.get("seen", ""))
    except TerrilError as error:
        return _refused(request, found, error, answer)
    return HttpResponseRedirect(proposals.address_of(found))


def _refused(request: HttpRequest, proposal: Proposal, error: TerrilError, answer: str = "") -> HttpResponse:
    proposal.refresh_from_db()
    return _shown(request, proposal, error_said(error), answer, 403 if isinstance(error, AccessError) else 409)


@member_required
@require_POST
def undo(request: HttpRequest, proposal: int) -> HttpResponse:
    """Undo it."""
    found = _known(request, proposal)
    if found is None:
        return absent(request)
    try:
        reviews.undo(found, request.user, subject_in(request))
    except TerrilError as error:
        return _refused(request, found, error)
    return HttpResponseRedirect(proposals.address_of(found))


@member_required
@require_POST
def withdraw(request: HttpRequest, proposal: int) -> HttpResponse:
    """Take it back."""
    found = _known(request, proposal)
    if found is None:
        return absent(request)
    try:
        proposals.withdraw(found, request.user)
    except TerrilError as error:
        return _refused(request, found, error)
    return HttpResponseRedirect(proposals.address_of(found))
