"""Views of the editor: tiles made and changed, put in order by buttons, every act undone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terril.apps.dashboards import actions
from terril.apps.dashboards.actions import Facts
from terril.apps.dashboards.destinations import TileError
from terril.apps.dashboards.models import Tile
from terril.apps.dashboards.policies import may_arrange, may_know_of
from terril.apps.organisations.models import Organisation
from terril.core.text import typeset
from terril.web.access import member_required, subject_in
from terril.web.pages.applications.forms import TileForm
from terril.web.pages.applications.page import desk_of, keys_of
from terril.web.pages.errors import absent
from terril.web.portal import open_portal

View = Callable[..., HttpResponse]


def arranging(view: View) -> View:
    """For the stewards of the organisation of the address; nothing is there for who does not belong to it."""

    @wraps(view)
    def guarded(request: HttpRequest, organisation: str, **named: Any) -> HttpResponse:
        subject = subject_in(request)
        found = Organisation.objects.filter(pk=organisation, is_active=True).first()
        if found is None or not may_know_of(subject, organisation):
            return absent(request)
        if not may_arrange(subject, organisation):
            raise PermissionDenied
        if "tile" in named:
            tile = Tile.objects.select_related("record", "organisation").filter(pk=named["tile"], organisation=found)
            named["tile"] = tile.first()
            if named["tile"] is None:
                return absent(request)
        return view(request, found, **named)

    return member_required(guarded)


def _place(organisation: Organisation, key: str = "") -> str:
    """Address of the editor, at a tile."""
    place = f"?tuile={key}#{key.replace(':', '-')}" if key else ""
    return f"/applications/organisation/{organisation.pk}/{place}"


@arranging
@require_safe
def arrange(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """The order of the tiles, those hidden and removed."""
    return _desk(request, organisation)


def _desk(request: HttpRequest, organisation: Organisation, fault: str = "", status: int = 200) -> HttpResponse:
    desk = desk_of(open_portal(), subject_in(request), organisation)
    context = {"desk": desk, "fault": typeset(fault), "moved": request.GET.get("tuile", "")[:80]}
    return render(request, "applications/arrange.html", context, status=status)


def _acting(act: Callable[[HttpRequest, Organisation], str]) -> View:
    """A button of the editor: the editor follows, on the tile concerned."""

    @wraps(act)
    def done(request: HttpRequest, organisation: Organisation) -> HttpResponse:
        try:
            key = act(request, organisation)
        except TileError as error:
            return _desk(request, organisation, error.message, 422)
        return HttpResponseRedirect(_place(organisation, key))

    return arranging(require_POST(done))


def _key(request: HttpRequest, organisation: Organisation) -> tuple[str, list[str]]:
    keys = list(keys_of(desk_of(open_portal(), subject_in(request), organisation)))
    key = request.POST.get("tuile", "")
    if key not in keys:
        raise TileError("tuile inconnue")
    return key, keys


@_acting
def move(request: HttpRequest, organisation: Organisation) -> str:
    """Move a tile up or down."""
    key, keys = _key(request, organisation)
    step = {"haut": -1, "bas": 1}.get(request.POST.get("vers", ""), 0)
    actions.move(organisation, keys, key, step, request.user)
    return key


@_acting
def hide(request: HttpRequest, organisation: Organisation) -> str:
    """Hide a tile from one's portal, or show it again."""
    key, _ = _key(request, organisation)
    actions.hide(organisation, key, request.user, hidden=request.POST.get("montrer") != "oui")
    return key


@_acting
def undo(request: HttpRequest, organisation: Organisation) -> str:
    """Undo the last change of the order."""
    actions.undo(organisation, request.user)
    return ""


@arranging
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Make a tile."""
    return _edited(request, organisation, None)


@arranging
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, organisation: Organisation, tile: Tile) -> HttpResponse:
    """Change a tile."""
    return _edited(request, organisation, tile)


def _edited(request: HttpRequest, organisation: Organisation, tile: Tile | None) -> HttpResponse:
    themes = open_portal().workspace.packs.themes
    fault, status = "", 200
    form = TileForm(themes, request.POST) if request.method == "POST" else TileForm(themes, initial=_initial(tile))
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return HttpResponseRedirect(_place(organisation, _written(request, organisation, tile, form)))
            except TileError as error:
                fault = typeset(f"{error.message}. {error.hint or ''}".strip())
    context = {"form": form, "organisation": organisation, "tile": tile, "fault": fault}
    return render(request, "applications/tile.html", context, status=status)


def _initial(tile: Tile | None) -> dict[str, object]:
    if tile is None:
        return {}
    told = {name: getattr(tile, name) for name in ("title", "sentence", "address", "theme", "icon", "revision")}
    own = {"openness": tile.record.openness, "kind": tile.record.kind} if tile.outside and tile.record else {}
    return told | own


def _written(request: HttpRequest, organisation: Organisation, tile: Tile | None, form: TileForm) -> str:
    told = dict(form.cleaned_data)
    revision = told.pop("revision") or 0
    facts = Facts(**told)
    if tile is None:
        return actions.make_tile(organisation, facts, request.user).key
    return actions.change_tile(tile, facts, request.user, revision).key


@arranging
@require_POST
def remove(request: HttpRequest, organisation: Organisation, tile: Tile) -> HttpResponse:
    """Take a tile away; the editor offers to put it back."""
    actions.remove_tile(tile, request.user)
    return HttpResponseRedirect(f"/applications/organisation/{organisation.pk}/#retirees")


@arranging
@require_POST
def restore(request: HttpRequest, organisation: Organisation, tile: Tile) -> HttpResponse:
    """Put back a tile that was taken away."""
    actions.restore_tile(tile, request.user)
    return HttpResponseRedirect(
        f"/applications/organisation/{organisation.pk}/?tuile={tile.key}#{tile.key.replace(':', '-')}"
    )
