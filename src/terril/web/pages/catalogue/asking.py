"""Access to a record, asked in its page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from terril.apps.agreements.actions import requests
from terril.apps.agreements.errors import RightsError
from terril.apps.catalogue.actions import address_of
from terril.core.text import typeset
from terril.web.access import member_required
from terril.web.pages.catalogue.finding import record_at


@member_required
@require_POST
def ask(request: HttpRequest, word: str, identifier: str) -> HttpResponse:
    """Ask to see or take away the data of a record."""
    record = record_at(request, word, identifier)
    told = request.POST
    organisation = told.get("organisation", "") or next(iter(sorted(request.subject.organisations)), "")
    try:
        requests.ask(
            record, told.get("demande", ""), told.get("finalite", ""), organisation, request.user, request.subject
        )
    except RightsError as error:
        context = {"error": typeset(error.message), "hint": typeset(error.hint or ""), "back": address_of(record)}
        return render(request, "catalogue/refused.html", context, status=422)
    return HttpResponseRedirect(f"{address_of(record)}#acces")
