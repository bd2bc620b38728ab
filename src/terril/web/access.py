"""Who asks, and what they may read: put on the request, and in force while it is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.formats import date_format
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import localtime

from terril.apps.agreements.queries import subject_kept
from terril.apps.notices.queries import unread
from terril.core.access import ANYONE, Subject
from terril.web.portal import reading_as

#: Session key of an administrator's session: the moment it ends, ISO 8601.
ADMINISTRATOR = "administrator_until"


class Access:
    """Middleware: ``request.subject``, and the scope in which the portal is opened for this request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, drawn within the rights of who asks."""
        request.subject = SimpleLazyObject(lambda: subject_in(request))
        if by_token(request):
            # A token reads; it opens no page of a person, whatever cookie travels with it.
            request.user = AnonymousUser()
        with reading_as(lambda: subject_in(request)):
            response = self.get_response(request)
        if signed_in(request) and not response.has_header("Cache-Control"):
            # Never kept where another could read it.
            patch_cache_control(response, private=True, no_cache=True)
        return response


def signed_in(request: HttpRequest) -> bool:
    """Whether the request bears a session or a token: no cookie is read, no session opened, for a plain visitor."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers


def by_token(request: HttpRequest) -> bool:
    """Whether a machine asks, by a token (:mod:`terril.web.machines`)."""
    return getattr(request, "token", None) is not None


def subject_in(request: HttpRequest) -> Subject:
    """The subject of a request, asked once."""
    known: Subject | None = getattr(request, "_subject", None)
    if known is None:
        known = ANYONE
        if signed_in(request):
            known = subject_kept(request.user, administrator=administering(request))
        request._subject = known
    return known


View = Callable[..., HttpResponse]


def member_required(view: View) -> View:
    """Lead a visitor to the sign-in page, and back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if by_token(request) or subject_in(request).user is None:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def administrator_required(view: View) -> View:
    """Nothing is there for who has no administrator's session open; an administrator is led to open theirs."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if subject_in(request).administrator:
            return view(request, *args, **kwargs)
        if signed_in(request) and getattr(request.user, "is_administrator", False):
            return HttpResponseRedirect("/administration/ouvrir/")
        return render(request, "404.html", status=404)

    return guarded


@dataclass(frozen=True, slots=True)
class Person:
    """What the frame of a page says of who reads it.

    Parameters
    ----------
    waiting : notifications not read.
    elevated : hour at which the administrator's session ends; empty where none is open.
    """

    signed_in: bool
    name: str = ""
    administrator: bool = False
    waiting: int = 0
    elevated: str = ""


def person(request: HttpRequest) -> Person:
    """Who reads; a visitor costs nothing."""
    if by_token(request) or subject_in(request).user is None:
        return Person(signed_in=False)
    user, until = request.user, request.session.get(ADMINISTRATOR, "") if administering(request) else ""
    ends = date_format(localtime(datetime.fromisoformat(until)), "H:i") if until else ""
    return Person(True, user.get_short_name(), user.is_administrator, unread(user), ends)


def administering(request: HttpRequest) -> bool:
    """Whether an administrator's session is open, and not over."""
    until = request.session.get(ADMINISTRATOR, "")
    return bool(until) and until > timezone.now().isoformat()
