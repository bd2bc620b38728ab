"""Requests of machines: who they are by their token, how much they may ask, and no secret in an address."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from terril.apps.tokens.actions import PREFIX, TokenError
from terril.apps.tokens.counters import REFUSALS, Quota, count, standing, visitor
from terril.apps.tokens.queries import subject_through, token_of
from terril.core.text import NBSP
from terril.web import addresses
from terril.web.api.problems import PROBLEM, TITLES, RequestError, problem

#: Where the JSON interface is.
API = "/api/v1/"
#: What maps read.
_MAPS = f"{addresses.OGC}/collections"
#: Doors of machines, and names under which other services take a secret in an address.
_DOORS = ("/api/", f"{addresses.OGC}/")
_TEMPTING = ("jeton", "token", "access_token", "api_key", "apikey")
_SECRET = re.compile(rf"{PREFIX}[\w-]{{20}}", re.ASCII)
_READING = ("GET", "HEAD", "OPTIONS")
#: Both ways to show a token: GDAL and QGIS know the second.
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Terril", Basic realm="Terril"', "Cache-Control": "no-store"}
_POLICY = "default-src 'none'; frame-ancestors 'none'"


class Machines:
    """Middleware, before anything is read: tokens, quotas, conditional answers of the JSON interface."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, or why there is none."""
        refusal = _leaking(request) or _identified(request)
        if refusal is None and not request.path.startswith((API, _MAPS)):
            return self.get_response(request)
        quota = None if refusal is not None else _counted(request)
        if quota is not None and quota.exceeded:
            refusal = _too_many(request, quota)
        if refusal is not None:
            refusal["Content-Security-Policy"] = _POLICY
            response = refusal
        elif request.path.startswith(API):
            response = self._answer(request)
        else:
            response = self.get_response(request)
        return _limited(response, quota)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.method == "HEAD":
            # The server sends the headers alone: what is asked for is the same.
            request.method = "GET"
        response = self.get_response(request)
        if response.status_code in TITLES and response["Content-Type"] != PROBLEM:
            # Pages of errors are for people.
            error = RequestError("adresse ou méthode inconnue", hint="l’interface est décrite sur la page /api/")
            response = problem(request, response.status_code, error, _kept(response))
        if response.status_code == 200 and not response.streaming and not response.has_header("ETag"):
            tag = f'"{sha256(response.content).hexdigest()[:32]}"'
            response["ETag"] = tag
            response = get_conditional_response(request, etag=tag, response=response)
        # Any page may read what everyone may read: no cookie travels with such a question.
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "Link, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"
        return response


def _kept(response: HttpResponse) -> Mapping[str, str]:
    """Headers of an answer that stay true of another body."""
    return {name: value for name, value in response.items() if name not in ("Content-Type", "Content-Length", "ETag")}


def shown(request: HttpRequest) -> str:
    """The secret that a request shows: ``Bearer``, or ``Basic`` as QGIS sends it (any name, the token as password).

    Another ``Basic`` is not for us: a proxy in front may ask for one.
    """
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip() or "-"
    if scheme.lower() != "basic":
        return ""
    try:
        _, _, password = base64.b64decode(rest.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return password if password.startswith(PREFIX) else ""


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: what our proxy says where there is one, since it alone is believed."""
    told: str = request.META.get("REMOTE_ADDR", "")
    if settings.HTTPS:
        return request.headers.get("X-Forwarded-For", told).rpartition(",")[2].strip()
    return told


def _leaking(request: HttpRequest) -> HttpResponse | None:
    """400 to a secret in the address: it is by now in the logs of every machine on the way."""
    if not request.META.get("QUERY_STRING"):
        return None
    tempted = request.path.startswith(_DOORS) and any(name.lower() in _TEMPTING for name in request.GET)
    if not tempted and not any(_SECRET.search(v) for values in request.GET.lists() for v in values[1]):
        return None
    error = RequestError(
        "un jeton ne s’écrit pas dans une adresse : elle reste dans les journaux",
        hint="révoquer ce jeton, en créer un autre et l’envoyer dans l’en-tête « Authorization: Bearer … »",
    )
    # Nothing that comes after, loggers included, sees the secret.
    request.META["QUERY_STRING"] = ""
    return problem(request, 400, error, {"Cache-Control": "no-store"})


def _identified(request: HttpRequest) -> HttpResponse | None:
    """Put the subject of a token on the request; the answer where the token opens nothing."""
    request.token = None
    secret = shown(request)
    if not secret:
        return None
    asker = f"r:{visitor(address_of(request))}"
    if (quota := standing(asker, REFUSALS)).asked >= REFUSALS:
        return _too_many(request, quota)
    try:
        request.token = token_of(secret)
        request._subject = subject_through(request.token)
    except TokenError as error:
        request.token = None
        count(asker, REFUSALS)
        return problem(request, 401, error, _CHALLENGE)
    if request.method not in _READING:
        only = RequestError("un jeton ne fait que lire", hint="se connecter pour modifier")
        return problem(request, 405, only, {"Allow": ", ".join(_READING)})
    return None


def _counted(request: HttpRequest) -> Quota:
    if request.token is not None:
        return count(f"t:{request.token.pk}", settings.QUOTA_TOKEN)
    asker = visitor(address_of(request))
    if request.path.startswith(_MAPS):
        return count(f"m{asker}", settings.QUOTA_MAPS)
    return count(asker, settings.QUOTA_ANONYMOUS)


def _too_many(request: HttpRequest, quota: Quota) -> HttpResponse:
    later = f"recommencer dans {quota.reset}{NBSP}secondes"
    more = f"un jeton permet {settings.QUOTA_TOKEN}{NBSP}questions par minute"
    error = RequestError(f"plus de {quota.limit}{NBSP}questions dans la minute", hint=f"{later} ; {more}")
    return problem(request, 429, error, {"Retry-After": str(quota.reset), "Cache-Control": "no-store"})


def _limited(response: HttpResponse, quota: Quota | None) -> HttpResponse:
    if quota is not None:
        response["RateLimit-Limit"] = str(quota.limit)
        response["RateLimit-Remaining"] = str(quota.left)
        response["RateLimit-Reset"] = str(quota.reset)
    return response
