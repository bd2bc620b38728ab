"""Views of organisations."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from terril.apps.organisations.errors import OrganisationError
from terril.apps.organisations.models import Organisation
from terril.apps.organisations.policies import knows, manages
from terril.core.access import Subject
from terril.web.access import member_required, subject_in
from terril.web.pages.accounts.views import said
from terril.web.pages.errors import absent
from terril.web.pages.organisations.forms import Invited
from terril.web.pages.organisations.page import directory, page_of


@member_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Who takes part."""
    return render(request, "organisations/index.html", {"lines": directory(subject_in(request))})


@member_required
@require_safe
def show(request: HttpRequest, organisation: str) -> HttpResponse:
    """One organisation."""
    found = _known_of(organisation, subject_in(request))
    return absent(request) if found is None else shown(request, found)


def _known_of(identifier: str, subject: Subject) -> Organisation | None:
    """An organisation of the directory; a suspended one is there for its members and administrators alone."""
    found = Organisation.objects.filter(pk=identifier).first()
    return found if found is not None and (found.is_active or knows(subject, found)) else None


def shown(
    request: HttpRequest, organisation: Organisation, fault: str = "", invite: Invited | None = None, status: int = 200
) -> HttpResponse:
    """The page of an organisation, with what is wrong."""
    page = page_of(organisation, subject_in(request), invite)
    return render(request, "organisations/organisation.html", {"page": page, "fault": fault}, status=status)


View = Callable[..., HttpResponse]
Decision = Callable[..., HttpResponse | None]


def decision(act: Decision) -> View:
    """A view that changes something in an organisation: its page follows, with what is wrong if it could not.

    To who does not belong to the organisation nothing is there; a member who does not manage it is refused.
    """

    @wraps(act)
    def guarded(request: HttpRequest, organisation: str, **named: Any) -> HttpResponse:
        found = Organisation.objects.filter(pk=organisation).first()
        if found is None or not knows(subject_in(request), found):
            return absent(request)
        try:
            answer = act(request, found, **named)
        except OrganisationError as error:
            return shown(request, found, said(error), status=422)
        return answer or HttpResponseRedirect(f"/organisations/{found.pk}/")

    return member_required(require_POST(guarded))


def managed(act: Decision) -> View:
    """The same, for managers alone, before anything is looked for."""

    @wraps(act)
    def guarded(request: HttpRequest, organisation: Organisation, **named: Any) -> HttpResponse | None:
        if not manages(subject_in(request), organisation):
            raise PermissionDenied
        return act(request, organisation, **named)

    return decision(guarded)
