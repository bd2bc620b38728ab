"""Views of anomalies: nothing exists for who may not work on them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from terril.core.errors import QualityError
from terril.pipeline.anomalies.desk import Desk
from terril.web import addresses, portal
from terril.web.operator import may_work_on_anomalies
from terril.web.pages.anomalies.page import Asked, Failure, page_of
from terril.web.pages.errors import absent

View = Callable[..., HttpResponse]


def for_operator(view: View) -> View:
    """Answer 404 to anyone who does not answer for the figures, whatever the method."""

    uncached = never_cache(view)

    # The form's own check comes after ours: before it, « forbidden » would say that there is something.
    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        if may_work_on_anomalies(request) is None:
            return absent(request)
        return uncached(request, *args, **kwargs)

    return guarded


@for_operator
@csrf_protect
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Anomalies to decide, by severity, source and state."""
    return _shown(request, Asked.of(request.GET))


@for_operator
@csrf_protect
@require_POST
def decide(request: HttpRequest, key: str) -> HttpResponse:
    """Accept, correct, refuse or undo; then back to the list."""
    asked = Asked.of(request.POST)
    try:
        _decided(request, key)
    except QualityError as error:
        given = {name: request.POST.get(name, "") for name in ("reason", "value")}
        return _shown(request, asked, Failure(key, error.message, error.hint or "", **given), status=422)
    return HttpResponseRedirect(addresses.with_query("/anomalies/", asked.query() | {"fait": key}))


def _decided(request: HttpRequest, key: str) -> None:
    desk, by = _desk(), may_work_on_anomalies(request) or ""
    reason, action = request.POST.get("reason", ""), request.POST.get("action", "")
    if action == "accept":
        desk.accept(key, reason, by)
    elif action == "correct":
        desk.correct(key, request.POST.get("value", ""), reason, by)
    elif action == "refuse":
        desk.refuse(key, reason, by)
    elif action == "undo":
        desk.undo(key, reason, by)
    else:
        raise QualityError("décision inconnue", hint="accepter, corriger, refuser ou annuler")


def _desk() -> Desk:
    workspace = portal.workspace()
    return Desk(workspace.home, workspace.sources)


def _shown(request: HttpRequest, asked: Asked, failure: Failure | None = None, status: int = 200) -> HttpResponse:
    done = request.GET.get("fait", "")
    found = page_of(portal.workspace(), _desk(), asked, failure, done)
    return render(request, "anomalies/anomalies.html", {"page": found}, status=status)
