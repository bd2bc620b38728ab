"""What managers decide of members; what a member decides for themselves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from terril.apps.organisations import actions, invitations
from terril.apps.organisations.models import Invitation, Membership, Organisation, Proposal
from terril.core.access import Role
from terril.web.access import subject_in
from terril.web.pages.errors import absent
from terril.web.pages.organisations.forms import REFUSED, Chosen, Invited, Welcomed
from terril.web.pages.organisations.views import decision, managed, shown


@decision
def leave(request: HttpRequest, organisation: Organisation) -> HttpResponse | None:
    """Leave an organisation."""
    own = Membership.objects.filter(organisation=organisation, user=request.user).first()
    if own is None:
        return absent(request)
    actions.end_membership(own, request.user, subject_in(request))
    return HttpResponseRedirect("/compte/")


@managed
def invite(request: HttpRequest, organisation: Organisation) -> HttpResponse | None:
    """Invite a person."""
    form = Invited(request.POST, auto_id="invite_%s")
    if not form.is_valid():
        return shown(request, organisation, invite=form, status=422)
    role = Role(form.cleaned_data["role"])
    invitations.invite(organisation, form.cleaned_data["email"], role, request.user, subject_in(request))
    return None


@managed
def resend(request: HttpRequest, organisation: Organisation, invitation: int) -> HttpResponse | None:
    """Send an invitation again."""
    found = Invitation.objects.filter(organisation=organisation, pk=invitation).first()
    if found is None:
        return absent(request)
    invitations.resend(found, request.user, subject_in(request))
    return None


@managed
def withdraw(request: HttpRequest, organisation: Organisation, invitation: int) -> HttpResponse | None:
    """Withdraw an invitation."""
    found = Invitation.objects.filter(organisation=organisation, pk=invitation).first()
    if found is None:
        return absent(request)
    invitations.withdraw(found, request.user, subject_in(request))
    return None


@managed
def change_role(request: HttpRequest, organisation: Organisation, membership: int) -> HttpResponse | None:
    """Give another role to a member."""
    found = Membership.objects.filter(organisation=organisation, pk=membership).first()
    form = Chosen(request.POST)
    if found is None:
        return absent(request)
    if not form.is_valid():
        return shown(request, organisation, "Ce rôle n’existe pas.", status=422)
    actions.change_role(found, Role(form.cleaned_data["role"]), request.user, subject_in(request))
    return None


@managed
def end(request: HttpRequest, organisation: Organisation, membership: int) -> HttpResponse | None:
    """Take a member out."""
    found = Membership.objects.filter(organisation=organisation, pk=membership).first()
    if found is None:
        return absent(request)
    actions.end_membership(found, request.user, subject_in(request))
    return None


@managed
def decide(request: HttpRequest, organisation: Organisation, proposal: int) -> HttpResponse | None:
    """Welcome a person that the identity provider says is of the organisation, or not."""
    found = Proposal.objects.filter(organisation=organisation, pk=proposal).first()
    form = Welcomed(request.POST)
    if found is None:
        return absent(request)
    if not form.is_valid():
        return shown(request, organisation, "Ce rôle n’existe pas.", status=422)
    role = form.cleaned_data["role"]
    actions.decide(found, None if role == REFUSED else Role(role), request.user, subject_in(request))
    return None
