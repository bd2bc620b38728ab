"""Organisations, as an administrator opens and suspends them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from terril.apps.organisations import actions
from terril.apps.organisations.errors import OrganisationError
from terril.apps.organisations.models import Organisation
from terril.apps.organisations.queries import directory
from terril.web.access import administrator_required, subject_in
from terril.web.pages.accounts.views import said
from terril.web.pages.administration.forms import Founded
from terril.web.pages.errors import absent
from terril.web.pages.organisations.page import counted


@never_cache
@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Organisations; another one is created."""
    if request.method != "POST":
        return _shown(request, Founded())
    form = Founded(request.POST)
    if not form.is_valid():
        return _shown(request, form, status=422)
    told = dict(form.cleaned_data)
    try:
        made = actions.found(told.pop("id"), told, request.user, subject_in(request))
    except OrganisationError as error:
        return _shown(request, form, said(error), 422)
    return HttpResponseRedirect(f"/organisations/{made.pk}/")


def _shown(request: HttpRequest, form: Founded, fault: str = "", status: int = 200) -> HttpResponse:
    lines = [(o, o.get_kind_display(), counted(o.people)) for o in directory(suspended=True)]
    context = {"lines": lines, "form": form, "fault": fault}
    return render(request, "administration/organisations.html", context, status=status)


@administrator_required
@require_POST
def change(request: HttpRequest, organisation: str) -> HttpResponse:
    """Suspend an organisation, or restore it."""
    found = Organisation.objects.filter(pk=organisation).first()
    action = request.POST.get("action")
    if found is None or action not in ("suspend", "restore"):
        return absent(request)
    actions.open_or_suspend(found, action == "restore", request.user, subject_in(request))
    return HttpResponseRedirect("/administration/organisations/")
