"""Views of notices."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from terril.apps.notices import actions, queries
from terril.apps.notices.kinds import KINDS
from terril.apps.notices.models import Notice
from terril.core.text import NBSP
from terril.web.access import member_required
from terril.web.pages.errors import absent
from terril.web.pages.notices.forms import Choice

_A_PAGE = 30


@member_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What one was told, the latest first."""
    page = Paginator(Notice.objects.filter(user=request.user), _A_PAGE).get_page(request.GET.get("page"))
    number = queries.unread(request.user)
    news = f"{number}{NBSP}notification{'s' if number > 1 else ''} non lue{'s' if number > 1 else ''}."
    context = {
        "page": page,
        "kinds": KINDS,
        "sentence": news if number else "Vous avez tout lu.",
        "unread": number,
        "form": Choice(initial={"mailed": queries.wanted(request.user)}),
        "earlier": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "later": f"?page={page.next_page_number()}" if page.has_next() else "",
    }
    return render(request, "notices/index.html", context)


@member_required
@require_safe
def follow(request: HttpRequest, notice: int) -> HttpResponse:
    """Go where a notice leads: it is read."""
    found = Notice.objects.filter(user=request.user, pk=notice).first()
    if found is None:
        return absent(request)
    actions.mark_read(request.user, [found.pk])
    inside = found.address.startswith("/") and url_has_allowed_host_and_scheme(found.address, None)
    return HttpResponseRedirect(found.address if inside else "/notifications/")


@member_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Note that all is read."""
    actions.mark_read(request.user)
    return HttpResponseRedirect("/notifications/")


@member_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep what one wants by e-mail."""
    form = Choice(request.POST)
    if form.is_valid():
        actions.choose(request.user, form.cleaned_data["mailed"])
    return HttpResponseRedirect("/notifications/#choix")
