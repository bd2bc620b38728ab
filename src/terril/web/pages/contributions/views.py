"""Dropping a file, taking up an import again, following it, stopping it; what it became."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terril.apps.catalogue.actions import address_of
from terril.apps.contributions import imports
from terril.apps.contributions.errors import ContributionError
from terril.apps.contributions.loading import pack_source
from terril.apps.contributions.models import Import
from terril.apps.contributions.policies import homes, own_imports, to_decide
from terril.apps.contributions.tasks import launch
from terril.core.errors import AccessError, TerrilError
from terril.web.access import member_required, subject_in
from terril.web.pages.contributions.forms import Dropping
from terril.web.pages.contributions.page import lines_of
from terril.web.pages.contributions.told import address, bytes_said, error_said, frame_of, owned, place_of

State = Import.State
_LISTED = 30
_ANY = (State.WAITING, State.LOOKING, State.READY, State.REFUSED, State.STOPPED, State.DONE)


@member_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Imports to take up again, and where a file is dropped."""
    return _index(request, _form(request))


def _form(request: HttpRequest, *given: object) -> Dropping:
    known = [(o.pk, o.label) for o in homes(subject_in(request))]
    return Dropping(known, bytes_said(settings.IMPORT_BYTES), *given)


def _index(request: HttpRequest, form: Dropping, fault: str = "", status: int = 200) -> HttpResponse:
    subject = subject_in(request)
    works = own_imports(subject).exclude(state=State.DROPPED).select_related("record")[:_LISTED]
    context = {
        "form": form,
        "fault": fault,
        "homes": form.fields["organisation"].choices,
        "lines": lines_of(works),
        "waiting": to_decide(subject).count(),
        "days": imports.KEPT_DAYS,
    }
    return render(request, "contributions/index.html", context, status=status)


@member_required
@require_POST
def deposit(request: HttpRequest) -> HttpResponse:
    """Keep a file, and have it examined."""
    form = _form(request, request.POST, request.FILES)
    chosen = request.POST.get("organisation", "")
    try:
        work = imports.open_import(request.user, subject_in(request), chosen, request.FILES.getlist("files"))
    except AccessError as error:
        return _index(request, form, error_said(error), 403)
    except TerrilError as error:
        return _index(request, form, error_said(error), 422)
    launch(work)
    return HttpResponseRedirect(place_of(work))


@owned(*_ANY)
@require_safe
def where(request: HttpRequest, work: Import) -> HttpResponse:
    """Where the import is to be taken up again."""
    return HttpResponseRedirect(place_of(work))


@owned(State.WAITING, State.LOOKING, State.STOPPED)
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest, work: Import) -> HttpResponse:
    """How far the examination is; POST takes up what was interrupted."""
    if request.method == "POST":
        imports.resume(work)
        if work.state == State.WAITING:
            launch(work)
        return HttpResponseRedirect(place_of(work))
    part = min(100, round(100 * work.done / work.total)) if work.total else None
    context = {"frame": frame_of(work, ""), "work": work, "part": part, "going": work.state != State.STOPPED}
    return render(request, "contributions/progress.html", context)


@owned(State.WAITING, State.LOOKING, State.STOPPED)
@require_POST
def stop(request: HttpRequest, work: Import) -> HttpResponse:
    """Ask the examination to stop."""
    imports.stop(work)
    return HttpResponseRedirect(address(work, "avancement"))


@owned(*_ANY)
@require_POST
def drop(request: HttpRequest, work: Import) -> HttpResponse:
    """Abandon the import."""
    try:
        imports.drop(work, request.user)
    except ContributionError:
        return HttpResponseRedirect(place_of(work))
    return HttpResponseRedirect("/contribuer/")


@owned(State.DONE)
@require_safe
def done(request: HttpRequest, work: Import) -> HttpResponse:
    """What the import became."""
    context = {
        "frame": frame_of(work, "fait"),
        "work": work,
        "record": work.record,
        "href": address_of(work.record) if work.record else "",
        "draft": bool(work.draft),
        "territories": work.mapping.get("kind") == "territories",
        "declared": bool(work.source),
    }
    return render(request, "contributions/done.html", context)


@owned(State.DONE)
@require_safe
def source(request: HttpRequest, work: Import) -> HttpResponse:
    """The definition of a source for a pack, to take away."""
    try:
        text = pack_source(work)
    except TerrilError as error:
        text = f"# {error_said(error)}\n"
    response = HttpResponse(text, content_type="text/yaml; charset=utf-8", status=200 if text else 404)
    response["Content-Disposition"] = 'attachment; filename="source.yaml"'
    return response
