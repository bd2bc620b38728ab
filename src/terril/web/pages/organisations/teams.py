"""Teams of an organisation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from terril.apps.organisations import actions
from terril.apps.organisations.models import Organisation, Team
from terril.web.access import subject_in
from terril.web.pages.errors import absent
from terril.web.pages.organisations.forms import Composed, Named
from terril.web.pages.organisations.views import managed, shown


@managed
def make(request: HttpRequest, organisation: Organisation) -> HttpResponse | None:
    """Make a team."""
    form = Named(request.POST)
    if not form.is_valid():
        return shown(request, organisation, "Donner un nom à l’équipe.", status=422)
    actions.make_team(organisation, form.cleaned_data["label"], request.user, subject_in(request))
    return None


@managed
def compose(request: HttpRequest, organisation: Organisation, team: int) -> HttpResponse | None:
    """Say who is in a team."""
    found = Team.objects.filter(organisation=organisation, pk=team).first()
    form = Composed(organisation, request.POST)
    if found is None:
        return absent(request)
    if not form.is_valid():
        return shown(request, organisation, "L’une de ces personnes n’est pas membre de l’organisation.", status=422)
    actions.compose_team(found, form.cleaned_data["members"], request.user, subject_in(request))
    return None


@managed
def remove(request: HttpRequest, organisation: Organisation, team: int) -> HttpResponse | None:
    """Remove a team."""
    found = Team.objects.filter(organisation=organisation, pk=team).first()
    if found is None:
        return absent(request)
    actions.remove_team(found, request.user, subject_in(request))
    return None
