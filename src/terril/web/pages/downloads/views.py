"""Views of downloads."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from terril.apps.catalogue.actions import address_of
from terril.apps.catalogue.downloads import downloaded
from terril.core.access import Action
from terril.core.records import Kind
from terril.protocols.geodata import Layer
from terril.web import addresses
from terril.web.access import subject_in
from terril.web.components.files import file_of
from terril.web.components.layers import TYPES, layer_file, system_of
from terril.web.pages.catalogue.finding import record_at
from terril.web.pages.downloads.page import extract_of, layer_of
from terril.web.rows import RowsError, opened

FORMS = (*TYPES, "xlsx")


@require_safe
def download(request: HttpRequest, word: str, identifier: str, form: str) -> HttpResponse | FileResponse:
    """The rows of a dataset that the subject may take away, as a file; an indicator's figures are its own files."""
    record, subject, root = record_at(request, word, identifier), subject_in(request), addresses.root(request)
    if record.kind == Kind.INDICATOR:
        return HttpResponseRedirect(addresses.part(record.identifier, f"donnees.{form}"))
    if record.kind != Kind.DATASET or form not in FORMS:
        raise Http404
    epsg = system_of(request.GET.get("epsg", ""))
    try:
        read = opened(record, subject, Action.DOWNLOAD, request.GET.get("version", "")[:16], root + address_of(record))
    except RowsError as error:
        raise PermissionDenied(error.message) from error
    layer = layer_of(read, record, form, root)
    if request.method == "HEAD":
        # Nothing is taken away by who asks whether it is there.
        return HttpResponse(content_type=TYPES.get(form, "application/octet-stream"))
    answer = _written(layer, form, epsg)
    downloaded(record, subject, form, read.version.id)
    return answer


def _written(layer: Layer, form: str, epsg: int) -> HttpResponse | FileResponse:
    if form == "xlsx":
        return file_of(extract_of(layer), form, layer.name)
    return layer_file(layer, form, epsg=epsg)
