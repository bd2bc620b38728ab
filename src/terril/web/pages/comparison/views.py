"""Views of comparisons."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from terril.core.errors import QueryError
from terril.web import addresses
from terril.web.components.files import file_of
from terril.web.pages.comparison.files import extract_of
from terril.web.pages.comparison.page import chosen, page_of
from terril.web.portal import open_portal


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Territories side by side; without any, how to choose them."""
    portal, asked = open_portal(), request.GET.getlist("t")
    territories, notices = chosen(portal, asked)
    if not notices and any(text.strip() and ":" not in text for text in asked):
        # A name was typed: the address that is kept and sent names codes, which do not change.
        return HttpResponseRedirect(addresses.comparison(t.key for t in territories))
    return render(request, "comparison/compare.html", {"page": page_of(portal, territories, notices)})


@require_safe
def download(request: HttpRequest, form: str) -> HttpResponse:
    """The comparison as a file."""
    portal = open_portal()
    territories, _ = chosen(portal, request.GET.getlist("t"))
    if not territories:
        raise QueryError("aucun territoire à comparer", hint="donner t=niveau:code dans l'adresse")
    return file_of(extract_of(portal, territories, addresses.root(request)), form, "comparaison")
