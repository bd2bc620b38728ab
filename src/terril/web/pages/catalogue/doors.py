"""The catalogue for other catalogues: DCAT-AP, in pages, within the rights of who asks."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from terril.apps.agreements.policies import which
from terril.apps.catalogue.describe import described
from terril.core.access import Action
from terril.core.records import Agent
from terril.protocols.dcat import About, catalogue_graph, negotiate, page_of, serialise
from terril.web import addresses
from terril.web.pages.about.publisher import publisher

#: Records of a page: a graph of a hundred is written in a second or so.
A_PAGE = 100


@require_safe
def dcat(request: HttpRequest, form: str) -> HttpResponse:
    """A page of the catalogue, in Turtle, JSON-LD or RDF/XML."""
    syntax = negotiate(extension=form)
    if syntax is None:
        raise Http404
    root = addresses.root(request)
    # The day of publication of a record never changes: pages hold still while a harvester reads them.
    known = which(request.subject, Action.DISCOVER).select_related("steward").order_by("pk")
    number, total = _number(request), known.count()
    page = page_of(f"{root}/catalogue.{form}", number, total, A_PAGE)
    if number > 1 and (number - 1) * A_PAGE >= total:
        raise Http404
    records = known[(number - 1) * A_PAGE : number * A_PAGE]
    latest = known.order_by("-modified", "pk").values_list("modified", flat=True).first()
    modified = timezone.localtime(latest).date().isoformat() if latest is not None else ""
    graph = catalogue_graph(described(records, root), _about(root, modified), page)
    return HttpResponse(serialise(graph, syntax), content_type=syntax.content_type)


def _number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text) > 0):
        raise Http404
    return int(text)


def _about(root: str, modified: str) -> About:
    told = publisher()
    return About(
        address=f"{root}/catalogue/",
        homepage=f"{root}/catalogue/",
        title="Catalogue des données du territoire",
        description="Jeux de données, indicateurs, cartes, publications et services, avec leur source et leurs droits.",
        publisher=Agent(name=told.name or "Terril", address=root),
        licence="Licence Ouverte 2.0",
        modified=modified,
    )
