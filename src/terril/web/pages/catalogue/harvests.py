"""Catalogues that are harvested: declared, run, and what came of each item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST

from terril.apps.catalogue import harvesting
from terril.apps.catalogue.actions import address_of
from terril.apps.catalogue.errors import CatalogueError
from terril.apps.catalogue.models import HarvestItem, HarvestRun, HarvestSource
from terril.apps.catalogue.policies import harvesting as organisations
from terril.apps.catalogue.policies import harvests
from terril.core.text import typeset
from terril.web.access import member_required
from terril.web.pages.catalogue.forms import HarvestForm

_RUNS, _ITEMS = 10, 50
_INDEX = "/catalogue/moissons/"


@dataclass(frozen=True, slots=True)
class Run:
    """A reading of a catalogue, in words."""

    when: str
    standing: str
    counts: str
    message: str
    waiting: bool


@dataclass(frozen=True, slots=True)
class Item:
    """An item: what became of it, why, and the record that it is."""

    title: str
    remote: str
    standing: str
    href: str
    faults: tuple[tuple[str, str, str], ...]


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Catalogues harvested; declare one."""
    allowed = organisations(request.subject)
    if not allowed.exists():
        raise PermissionDenied("seuls les référents moissonnent")
    form = HarvestForm(request.POST or None, organisations=allowed)
    if request.method == "POST" and form.is_valid():
        made = harvesting.declare(form.save(commit=False), request.user, request.subject)
        return HttpResponseRedirect(f"{_INDEX}{made.pk}/")
    known = [(source, _last(source)) for source in harvests(request.subject)]
    context = {"known": known, "form": form}
    return render(request, "catalogue/harvests.html", context, status=422 if form.errors else 200)


def _last(source: HarvestSource) -> Run | None:
    found = source.runs.order_by("-asked", "-pk").first()
    return _run(found) if found is not None else None


def _run(run: HarvestRun) -> Run:
    counts = [
        (run.read, "lue"), (run.created, "créée"), (run.changed, "changée"), (run.archived, "archivée"),
        (run.refused, "refusée"),
    ]  # fmt: skip
    return Run(
        when=str(date_format(timezone.localtime(run.asked), "j F Y, H:i")),
        standing=str(run.get_standing_display()),
        counts=", ".join(f"{n} {word}{'s' if n > 1 else ''}" for n, word in counts if n) or "aucune fiche",
        message=typeset(run.message),
        waiting=run.standing in (HarvestRun.Standing.WAITING, HarvestRun.Standing.RUNNING),
    )


def _source(request: HttpRequest, name: str) -> HarvestSource:
    found = harvests(request.subject).filter(pk=name).first()
    if found is None:
        raise Http404
    return found


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def source(request: HttpRequest, source: str) -> HttpResponse:
    """A catalogue: its settings, its last readings, each of its items."""
    found = _source(request, source)
    form = HarvestForm(request.POST or None, instance=found, organisations=organisations(request.subject))
    if request.method == "POST" and form.is_valid():
        harvesting.declare(form.save(commit=False), request.user, request.subject)
        return HttpResponseRedirect(f"{_INDEX}{found.pk}/")
    return _shown(request, found, form, status=422 if form.errors else 200)


def _shown(request: HttpRequest, found: HarvestSource, form: HarvestForm, status: int, error: str = "") -> HttpResponse:
    asked = request.GET.get("etat", "")
    items = found.items.select_related("record").order_by("remote_id", "pk")
    kept = items.filter(standing=asked) if asked in set(HarvestItem.Standing) else items
    page = Paginator(kept, _ITEMS).get_page(request.GET.get("page"))
    query = f"etat={asked}&" if asked in set(HarvestItem.Standing) else ""
    runs = [_run(run) for run in found.runs.order_by("-asked", "-pk")[:_RUNS]]
    context = {
        "source": HarvestSource.objects.get(pk=found.pk),
        "form": form,
        "runs": runs,
        "busy": bool(runs) and runs[0].waiting,
        "items": tuple(_items(page.object_list)),
        "states": [
            (s, label, items.filter(standing=s).count(), s == asked) for s, label in HarvestItem.Standing.choices()
        ],
        "page": {
            "earlier": f"?{query}page={page.previous_page_number()}" if page.has_previous() else "",
            "later": f"?{query}page={page.next_page_number()}" if page.has_next() else "",
            "shown": f"{page.start_index()} à {page.end_index()} sur {page.paginator.count}" if kept else "",
        },
        "error": error,
    }
    return render(request, "catalogue/harvest.html", context, status=status)


def _items(found: list[HarvestItem]) -> Iterator[Item]:
    for item in found:
        yield Item(
            title=item.title or item.remote_id,
            remote=item.remote_id,
            standing=str(item.get_standing_display()),
            href=address_of(item.record) if item.record is not None else "",
            faults=tuple((typeset(f["message"]), typeset(f["place"]), typeset(f["hint"])) for f in item.faults),
        )


@member_required
@require_POST
def run(request: HttpRequest, source: str) -> HttpResponse:
    """Ask for a reading of a catalogue."""
    found = _source(request, source)
    try:
        harvesting.ask(found, request.user, request.subject)
    except CatalogueError as error:
        form = HarvestForm(instance=found, organisations=organisations(request.subject))
        return _shown(request, found, form, 409, f"{typeset(error.message)} : {typeset(error.hint or '')}")
    return HttpResponseRedirect(f"{_INDEX}{found.pk}/")
