"""Vector tiles of the territories, sent as they are stored."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from terril.core.errors import Location, QueryError
from terril.web.components.maps import tiles
from terril.web.portal import open_portal
from terril.web.publication import not_found

TYPE = "application/vnd.mapbox-vector-tile"
#: The address bears the vintage: what it holds never changes.
_FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def tile(request: HttpRequest, vintage: int, z: int, x: int, y: int) -> HttpResponse:
    """A tile; 204 where it would be empty, 404 for another vintage or outside the grid."""
    archive = tiles()
    lowest, highest = archive.zooms
    inside = lowest <= z <= highest and x < 1 << z and y < 1 << z
    if vintage != open_portal().manifest.vintage or not inside:
        return not_found(request, QueryError("tuile inconnue", location=Location(value=f"{vintage}/{z}/{x}/{y}")))
    found = archive.tile(z, x, y)
    if found is None:
        return HttpResponse(status=204, headers={"Cache-Control": _FOR_EVER})
    # Gzipped in the archive, and sent so: every browser that draws tiles can read them.
    return HttpResponse(found, TYPE, headers={"Content-Encoding": "gzip", "Cache-Control": _FOR_EVER})
