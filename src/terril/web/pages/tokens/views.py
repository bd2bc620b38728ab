"""Views of tokens: each sees their own."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from terril.apps.dashboards.queries import organisations_of
from terril.apps.tokens import actions
from terril.apps.tokens.actions import TokenError
from terril.apps.tokens.models import Token
from terril.core.text import typeset
from terril.web import addresses
from terril.web.access import member_required, subject_in
from terril.web.pages.errors import absent
from terril.web.pages.tokens.forms import NewToken
from terril.web.pages.tokens.page import lines


@member_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One's tokens, and how to make one."""
    return _shown(request)


@member_required
@require_POST
@never_cache
def create(request: HttpRequest) -> HttpResponse:
    """Make a token: its secret is on this answer, and nowhere afterwards."""
    subject = subject_in(request)
    form = NewToken(organisations_of(subject), request.POST)
    if not form.is_valid():
        return _shown(request, form=form, status=422)
    told = form.cleaned_data
    try:
        _, secret = actions.create(request.user, subject, told["label"], told["expires"], told["organisation"])
    except TokenError as error:
        return _shown(request, form=form, fault=f"{error.message}. {error.hint or ''}", status=422)
    response = _shown(request, secret=secret)
    patch_cache_control(response, no_store=True, private=True)
    return response


@member_required
@require_POST
def revoke(request: HttpRequest, token: int) -> HttpResponse:
    """Revoke one's token."""
    found = Token.objects.filter(user=request.user, pk=token).first()
    if found is None:
        return absent(request)
    actions.revoke(found, request.user)
    return HttpResponseRedirect("/compte/jetons/")


def _shown(
    request: HttpRequest, *, form: NewToken | None = None, secret: str = "", fault: str = "", status: int = 200
) -> HttpResponse:
    subject = subject_in(request)
    context = {
        "lines": lines(request.user),
        "form": form or NewToken(organisations_of(subject)),
        "may": subject.is_member,
        "secret": secret,
        "fault": typeset(fault).strip(),
        "base": addresses.root(request),
        "limit": settings.QUOTA_TOKEN,
    }
    return render(request, "tokens/index.html", context, status=status)
