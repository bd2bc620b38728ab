"""Pages kept as sent: a release never changes, and every visitor of it sees the same."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.timezone import localdate

from terril.apps.agreements.queries import state_of_rights
from terril.web import addresses
from terril.web.access import signed_in
from terril.web.portal import current_release

#: What may not be kept, what is one reader's, and what browsers keep for ever: a tile needs no place among pages.
_UNKEPT = ("no-store", "immutable", "private")
#: Bytes, as kept.
_LARGEST = 600_000
_SMALLEST = 500
_TEXTS = ("text/", "application/json", "application/xml", "image/svg+xml", "application/ld+json")


@dataclass(frozen=True, slots=True)
class Sent:
    """A page as it travels: its body, compressed where it is a text, and its headers."""

    body: bytes
    packed: bool
    tag: str
    headers: tuple[tuple[str, str], ...]


class ReleaseCache:
    """Middleware: keep 200 answers to GET by release and address; answer 304 to who has them already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page kept, or the page drawn and kept."""
        release = current_release() if _shared(request) else None
        if release is None:
            return self.get_response(request)
        # By scheme too: a page writes whole addresses.
        place = f"{addresses.root(request)}{request.get_full_path()}"
        # By day too: a source is late one morning, without a new release. And a right that changes is at once in force.
        rights = "-".join(str(n) for n in state_of_rights())
        key = f"{release}-{localdate()}-{rights}-{sha256(place.encode()).hexdigest()}"
        kept = caches["pages"].get(key)
        if kept is None:
            response = self.get_response(request)
            if not _keepable(response):
                return response
            kept = _kept(response)
            if len(kept.body) <= _LARGEST:
                caches["pages"].set(key, kept)
        return _answer(request, kept)


def _shared(request: HttpRequest) -> bool:
    """Whether every visitor gets the same answer, worth keeping.

    Whether the site is well is never an answer kept. Boxes that maps ask of the OGC services are as many as their
    movements: they would drive the pages out, and what they get depends on what they say they read.
    """
    path = request.path
    kept = path != addresses.HEALTH and path != addresses.OGC and not path.startswith(f"{addresses.OGC}/")
    return request.method in ("GET", "HEAD") and not signed_in(request) and kept


def _keepable(response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not any(word in response.get("Cache-Control", "") for word in _UNKEPT)
    )


def _kept(response: HttpResponse) -> Sent:
    body = response.content
    textual = response.get("Content-Type", "").startswith(_TEXTS) and len(body) >= _SMALLEST
    return Sent(
        # mtime 0: the same page is the same bytes.
        body=gzip.compress(body, 6, mtime=0) if textual else body,
        packed=textual,
        tag=f'"{sha256(body).hexdigest()[:32]}"',
        headers=tuple((name, value) for name, value in response.items() if name not in ("Content-Length", "Vary")),
    )


def _answer(request: HttpRequest, kept: Sent) -> HttpResponse:
    packed = kept.packed and "gzip" in request.headers.get("Accept-Encoding", "")
    response: HttpResponse
    if kept.tag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    else:
        # Nearly every browser takes gzip: what few ask for plain is unpacked for them.
        response = HttpResponse(gzip.decompress(kept.body) if kept.packed and not packed else kept.body)
    for name, value in kept.headers:
        response[name] = value
    response["ETag"] = kept.tag
    patch_vary_headers(response, ("Accept-Encoding", "Cookie", "Authorization"))
    if packed and response.status_code == 200:
        response["Content-Encoding"] = "gzip"
    return response
