"""Views of agreements."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terril.apps.agreements.actions import agreements, clauses, terms
from terril.apps.agreements.actions.agreements import address_of, require_keeper
from terril.apps.agreements.errors import RightsError
from terril.apps.agreements.models import Agreement, Clause
from terril.apps.agreements.policies import which
from terril.apps.agreements.queries import agreements_of
from terril.core.access import Action
from terril.web.access import member_required, subject_in
from terril.web.pages.accounts.views import said
from terril.web.pages.agreements.forms import AgreementForm, ClauseForm, TermsForm
from terril.web.pages.agreements.page import keepers, listing, page_of
from terril.web.pages.rights.facts import faulty

View = Callable[..., HttpResponse]
form_page = require_http_methods(["GET", "HEAD", "POST"])


@member_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Agreements of one's organisations."""
    subject = subject_in(request)
    context = {"lines": listing(subject), "keeps": bool(keepers(subject))}
    return render(request, "agreements/index.html", context)


def known(view: View) -> View:
    """Give the agreement to who may know it; to others nothing is there."""

    @wraps(view)
    def guarded(request: HttpRequest, agreement: int, **named: Any) -> HttpResponse:
        every = agreements_of(subject_in(request)).select_related("keeper", "terms")
        found = every.filter(pk=agreement).first()
        if found is None:
            raise Http404
        return view(request, found, **named)

    return member_required(guarded)


@known
@require_safe
def show(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    """One agreement."""
    return _shown(request, agreement)


def _shown(request: HttpRequest, agreement: Agreement, fault: str = "", status: int = 200) -> HttpResponse:
    page = page_of(agreement, subject_in(request))
    return render(request, "agreements/agreement.html", {"page": page, "fault": fault}, status=status)


@member_required
@form_page
def create(request: HttpRequest) -> HttpResponse:
    """Prepare an agreement."""
    subject = subject_in(request)
    if not (mine := keepers(subject)):
        raise PermissionDenied
    form = AgreementForm(request.POST if request.method == "POST" else None, mine)
    if form.is_valid():
        try:
            made = agreements.create(form.facts(), form.cleaned_data["keeper"], request.user, subject)
            return HttpResponseRedirect(address_of(made))
        except RightsError as error:
            faulty(form, error)
    return _form(request, form, "Préparer une convention", "/conventions/")


def _form(request: HttpRequest, form: Any, title: str, back: str, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, **more}
    return render(request, "agreements/form.html", context, status=422 if form.errors else 200)


@known
@form_page
def change(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    """Change an agreement."""
    require_keeper(subject_in(request), agreement.keeper_id)
    form = AgreementForm(request.POST if request.method == "POST" else None, agreement=agreement)
    if form.is_valid():
        revision = form.cleaned_data["revision"] or 0
        try:
            agreements.change(agreement, form.facts(), revision, request.user, subject_in(request))
            return HttpResponseRedirect(address_of(agreement))
        except RightsError as error:
            faulty(form, error)
    return _form(request, form, "Modifier la convention", address_of(agreement), agreement=agreement)


@known
@form_page
def put_clause(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    """Open a record that one answers for."""
    subject = subject_in(request)
    require_keeper(subject, agreement.keeper_id)
    form = ClauseForm(
        request.POST if request.method == "POST" else None, which(subject, Action.ADMINISTER).order_by("title", "pk")
    )
    if form.is_valid():
        try:
            clauses.put(agreement, form.cleaned_data["record"], form.opens(), request.user, subject)
            return HttpResponseRedirect(f"{address_of(agreement)}#clauses")
        except RightsError as error:
            faulty(form, error)
    return _form(request, form, "Écrire une clause", address_of(agreement), agreement=agreement)


@known
@form_page
def publish_terms(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    """Publish a version of the terms."""
    require_keeper(subject_in(request), agreement.keeper_id)
    initial = {"text": agreement.terms.text if agreement.terms else ""}
    form = TermsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            terms.publish(agreement, form.cleaned_data["text"], request.user, subject_in(request))
            return HttpResponseRedirect(f"{address_of(agreement)}#conditions")
        except RightsError as error:
            faulty(form, error)
    return _form(request, form, "Publier des conditions", address_of(agreement), agreement=agreement)


def decision(act: Callable[..., None]) -> View:
    """A view that changes an agreement: its page follows, with what is wrong if it could not."""

    @wraps(act)
    def decided(request: HttpRequest, agreement: Agreement, **named: Any) -> HttpResponse:
        try:
            act(request, agreement, **named)
        except RightsError as error:
            return _shown(request, agreement, said(error), 422)
        return HttpResponseRedirect(address_of(agreement))

    return known(require_POST(decided))


@decision
def sign(request: HttpRequest, agreement: Agreement) -> None:
    """Sign for a party."""
    agreements.sign(agreement, request.POST.get("organisation", "")[:60], request.user, subject_in(request))


@decision
def stand(request: HttpRequest, agreement: Agreement) -> None:
    """Put in force, suspend or end."""
    agreements.stand(agreement, request.POST.get("standing", "")[:20], request.user, subject_in(request))


@decision
def drop_clause(request: HttpRequest, agreement: Agreement, clause: int) -> None:
    """Take a clause out."""
    found = Clause.objects.select_related("agreement", "record").filter(pk=clause, agreement=agreement).first()
    if found is None:
        raise RightsError("cette clause n'y est plus", hint="recharger la page")
    clauses.drop(found, request.user, subject_in(request))
