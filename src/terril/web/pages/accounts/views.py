"""Views of accounts."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terril.apps.accounts import actions, queries
from terril.apps.accounts.errors import AccountError
from terril.apps.audit.actions import actor_of, note
from terril.apps.organisations import invitations
from terril.apps.organisations.errors import OrganisationError
from terril.apps.organisations.models import Invitation
from terril.core.errors import TerrilError
from terril.core.text import typeset
from terril.web.access import member_required
from terril.web.pages.accounts.forms import Joining, Leaving, Name
from terril.web.pages.accounts.page import account_page, held_data, opened_sessions
from terril.web.pages.errors import absent


@member_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One's account."""
    return _account(request, Name(initial={"name": request.user.name}))


def _account(request: HttpRequest, form: Name, status: int = 200) -> HttpResponse:
    context = {"page": account_page(request.user), "form": form}
    return render(request, "accounts/account.html", context, status=status)


@member_required
@require_POST
def rename(request: HttpRequest) -> HttpResponse:
    """Change what one is called."""
    form = Name(request.POST)
    if not form.is_valid():
        return _account(request, form, 422)
    actions.rename(request.user, form.cleaned_data["name"])
    return HttpResponseRedirect("/compte/")


@member_required
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in."""
    context = {"sessions": opened_sessions(request.user, request.session.session_key)}
    return render(request, "accounts/sessions.html", context)


@member_required
@require_POST
def close(request: HttpRequest, session: str) -> HttpResponse:
    """Close one of one's sessions."""
    if not actions.close_session(request.user, session):
        return absent(request)
    return HttpResponseRedirect("/compte/sessions/")


@member_required
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Everything that is held of one, to read."""
    return _data(request, Leaving())


def _data(request: HttpRequest, form: Leaving, fault: TerrilError | None = None, status: int = 200) -> HttpResponse:
    context = {"held": held_data(request.user), "form": form, "fault": said(fault)}
    return render(request, "accounts/data.html", context, status=status)


@member_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same, as a file."""
    note("account.exported", request.user, actor_of(request.user))
    told = queries.personal_data(request.user)
    text = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return response


@member_required
@require_POST
@reauthentication_required
def erase(request: HttpRequest) -> HttpResponse:
    """Empty one's account and leave."""
    form = Leaving(request.POST)
    if not form.is_valid():
        return _data(request, form, status=422)
    user = request.user
    try:
        actions.erase(user, actor_of(user))
    except AccountError as error:
        return _data(request, form, error, 422)
    logout(request)
    return HttpResponseRedirect("/compte/efface/")


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """What is left: nothing."""
    return render(request, "accounts/erased.html")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Join the organisation that invites: with the account of the address it was sent to, made if there is none."""
    found = invitations.waiting(token)
    if found is None:
        return render(request, "accounts/invitation_gone.html", status=404)
    if request.user.is_authenticated:
        return _joined_by(request, found, token)
    if queries.find(found.email):
        return _offered(request, found, {"known": True})
    form = Joining(request.POST or None, email=found.email)
    if request.method != "POST" or not form.is_valid():
        return _offered(request, found, {"form": form}, 422 if request.method == "POST" else 200)
    return _opened(request, found, token, form)


def _joined_by(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    if not invitations.is_for(found, request.user):
        return _offered(request, found, {"other": True}, 403)
    if request.method != "POST":
        return _offered(request, found, {"ready": True})
    try:
        invitations.accept(token, request.user)
    except OrganisationError:
        return render(request, "accounts/invitation_gone.html", status=404)
    return HttpResponseRedirect(f"/organisations/{found.organisation_id}/")


def _opened(request: HttpRequest, found: Invitation, token: str, form: Joining) -> HttpResponse:
    """Make the account, join and sign in."""
    try:
        user = invitations.open_account(token, form.cleaned_data["name"], form.cleaned_data["password"])
    except (AccountError, OrganisationError):
        return render(request, "accounts/invitation_gone.html", status=404)
    answer: HttpResponse = perform_login(
        request, user, email_verification="none", redirect_url=f"/organisations/{found.organisation_id}/"
    )
    return answer


def _offered(request: HttpRequest, found: Invitation, told: dict[str, Any], status: int = 200) -> HttpResponse:
    context = {"invitation": found, "provider": queries.provider_name(), "next": request.path, **told}
    return render(request, "accounts/invitation.html", context, status=status)


def said(error: TerrilError | None) -> str:
    """An error as a sentence of a page: what is wrong, then the remedy."""
    if error is None:
        return ""
    text = f"{error.message[0].upper()}{error.message[1:]}."
    return typeset(f"{text} {error.hint[0].upper()}{error.hint[1:]}." if error.hint else text)
