"""Who started the server: until there are accounts, the only one who may change anything.

``terril serve`` on the loopback prints a link that bears a one-time ticket; opening it sets a signed cookie.
"""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "terril_operateur"
_SALT = "terril.operator"
#: Seconds that a session lasts.
LASTS = 12 * 3600


def may_work_on_anomalies(request: HttpRequest) -> str | None:
    """Name of the operator who asks; None for anyone else, who must not learn that there is anything."""
    try:
        name = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return name if isinstance(name, str) else None


def let_in(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """Give the session of the operator to the browser that asks."""
    response.set_cookie(
        COOKIE,
        signing.dumps(name, salt=_SALT),
        max_age=LASTS,
        path="/anomalies/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )
