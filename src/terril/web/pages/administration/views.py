"""Views of the administration: opening its session, and what it leads to."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terril.apps.accounts import actions
from terril.apps.accounts.models import User
from terril.apps.accounts.queries import demonstration
from terril.apps.audit.models import Entry
from terril.apps.organisations.models import Organisation
from terril.core.text import NBSP, format_number
from terril.web.access import ADMINISTRATOR, administrator_required, member_required
from terril.web.pages.errors import absent

#: How long an administrator's session lasts, whatever is done in it.
LASTS = timedelta(minutes=30)


@never_cache
@administrator_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What an administrator may do."""
    numbers = {
        "accounts": _counted(User.objects.filter(erased=None).count(), "compte"),
        "organisations": _counted(Organisation.objects.count(), "organisation"),
        "entries": _counted(Entry.objects.count(), "acte"),
    }
    return render(request, "administration/index.html", {**numbers, "demonstration": demonstration()})


def _counted(number: int, noun: str) -> str:
    return f"{format_number(number)}{NBSP}{noun}{'s' if number > 1 else ''}"


@never_cache
@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Open an administrator's session: the password or a code is asked again."""
    if not request.user.is_administrator:
        return absent(request)
    if request.method != "POST":
        # Who came by an identity provider has neither password nor code to give.
        possible = bool(get_adapter().get_reauthentication_methods(request.user))
        return render(request, "administration/open.html", {"possible": possible})
    return _opened(request)


@reauthentication_required
def _opened(request: HttpRequest) -> HttpResponse:
    if not request.user.is_administrator:
        raise PermissionDenied
    request.session.cycle_key()
    request.session[ADMINISTRATOR] = (timezone.now() + LASTS).isoformat()
    actions.opened_administration(request.user)
    return HttpResponseRedirect("/administration/")


@administrator_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close it before its end."""
    request.session.pop(ADMINISTRATOR, None)
    actions.closed_administration(request.user)
    return HttpResponseRedirect("/compte/")
