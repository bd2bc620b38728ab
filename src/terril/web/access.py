"""Who asks, and what they may read: put on the request, and in force while it is answered."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from terril.apps.agreements.queries import subject_of
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
        with reading_as(lambda: subject_in(request)):
            response = self.get_response(request)
        if signed_in(request):
            # Never kept where another could read it.
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def signed_in(request: HttpRequest) -> bool:
    """Whether the request bears a session or a token: no cookie is read, no session opened, for a plain visitor."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers


def subject_in(request: HttpRequest) -> Subject:
    """The subject of a request, asked once."""
    known: Subject | None = getattr(request, "_subject", None)
    if known is None:
        known = ANYONE
        if signed_in(request):
            known = subject_of(request.user, administrator=administering(request))
        request._subject = known
    return known


def administering(request: HttpRequest) -> bool:
    """Whether an administrator's session is open, and not over."""
    until = request.session.get(ADMINISTRATOR, "")
    return bool(until) and until > timezone.now().isoformat()
