"""The view of the OGC services: a request into a question, an answer into a response."""

from __future__ import annotations

import gzip
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.csrf import csrf_exempt

from terril.core.collections import LEVELS
from terril.core.errors import StoreError, TerrilError
from terril.core.text import typeset
from terril.protocols.ogc import Answer, TileSet, View, answer
from terril.protocols.ogc.view import OgcError, refused
from terril.web import addresses
from terril.web.access import signed_in, subject_in
from terril.web.components.maps import tiles
from terril.web.pages.about.publisher import publisher
from terril.web.pages.ogc.catalogue import Known
from terril.web.pages.ogc.collections import Shelf, shelf_of
from terril.web.pages.ogc.page import page_of
from terril.web.portal import Portal, UnpublishedError

#: Bytes under which nothing is gained by compressing.
_SMALL = 2_000
_VARY = ("accept", "accept-encoding", "authorization", "cookie")
_EXPOSED = ("Content-Crs", "ETag", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


# Nothing is ever written here: what is no reading is refused as such, not for lack of a form's secret.
@csrf_exempt
def service(request: HttpRequest, path: str = "") -> HttpResponse:
    """What the service answers to who asks, within their rights; its front page, to people."""
    try:
        shelf = shelf_of(subject_in(request), addresses.root(request))
        view = _view(request, shelf)
        # The server leaves out the body that HEAD does not ask for; all else is the same.
        method = "GET" if request.method == "HEAD" else str(request.method)
        asked = {"accept": request.META.get("HTTP_ACCEPT", "")}
        found = answer(view, method, f"/{path}", request.GET.dict(), asked)
    except UnpublishedError:
        return _sent(request, refused(503, OgcError("ce portail n’a encore rien publié")))
    except StoreError as error:
        return _sent(request, refused(503, OgcError(error.message)))
    except TerrilError as error:
        return _sent(request, refused(404, error))
    if not path and found.headers.get("Location") == view.pages["/"]:
        page = render(request, "ogc/service.html", {"page": page_of(request, shelf)})
        return _guarded(request, _packed(request, page))
    return _sent(request, found)


def _view(request: HttpRequest, shelf: Shelf) -> View:
    root = addresses.root(request)
    base = root + addresses.OGC
    return View(
        reader=shelf.features,
        base=base,
        fingerprint=shelf.fingerprint,
        title=typeset(f"Données géographiques : {shelf.portal.home.name}"),
        description="Territoires, indicateurs, jeux de données et fiches, dans la limite des droits de qui les lit.",
        publisher=publisher().name or "Terril",
        catalogue=Known(subject_in(request), root),
        tiles=_tiles(shelf.portal, root),
        pages={
            "/": f"{base}/?f=html",
            "/collections": f"{base}/?f=html#collections",
            "/collections/catalogue": f"{root}/catalogue/",
        },
    )


def _tiles(portal: Portal, root: str) -> TileSet:
    template = f"{root}/tuiles/{portal.manifest.vintage}/{{z}}/{{x}}/{{y}}.mvt"
    return TileSet(template=template, zooms=tiles().zooms, layers={name: str(level) for level, name in LEVELS.items()})


def _sent(request: HttpRequest, found: Answer) -> HttpResponse:
    response = HttpResponse(found.body, status=found.status, headers=dict(found.headers))
    if found.status == 200:
        tag = f'W/"{sha256(found.body).hexdigest()[:32]}"'
        response["ETag"] = tag
        response = get_conditional_response(request, etag=tag, response=response)
    return _guarded(request, _packed(request, response))


def _packed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An answer as small as its reader takes it."""
    taken = "gzip" in request.headers.get("Accept-Encoding", "")
    if taken and response.status_code == 200 and len(response.content) > _SMALL:
        # Fast rather than small: coordinates halve at the first level, and hardly more at the others.
        response.content = gzip.compress(response.content, 1, mtime=0)
        response["Content-Encoding"] = "gzip"
    return response


def _guarded(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An answer and who may keep it: whoever it was made for, and only as long as it is asked about again."""
    response["Vary"] = ", ".join(_VARY)
    kept = {"private": True} if signed_in(request) else {}
    patch_cache_control(response, no_cache=True, **kept)
    if request.method == "GET" and not signed_in(request):
        # Any page may read what everyone may read; what is read by a right is for no other site.
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = ", ".join(_EXPOSED)
    return response
