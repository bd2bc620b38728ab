"""Accounts, as an administrator sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from terril.apps.accounts import actions
from terril.apps.accounts.errors import AccountError
from terril.apps.accounts.models import User
from terril.apps.accounts.queries import matching
from terril.apps.audit.actions import actor_of
from terril.web import addresses
from terril.web.access import administrator_required
from terril.web.pages.accounts.page import written
from terril.web.pages.accounts.views import said
from terril.web.pages.errors import absent

_A_PAGE = 50
#: What may be asked of an account.
_ASKED = {
    "suspend": actions.suspend,
    "restore": actions.restore,
    "name": actions.name_administrator,
    "end": actions.end_administrator,
}


@dataclass(frozen=True, slots=True)
class Line:
    """An account."""

    id: int
    name: str
    email: str
    bodies: str
    state: str
    alert: bool
    seen: str
    choices: tuple[tuple[str, str], ...]


@never_cache
@administrator_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Accounts, by name."""
    return _shown(request)


def _shown(request: HttpRequest, fault: str = "", status: int = 200) -> HttpResponse:
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = matching(text).prefetch_related("memberships__organisation")
    page = Paginator(found, _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": [_line(user) for user in page],
        "text": text,
        "fault": fault,
        "page": {
            "earlier": _page(text, page.previous_page_number()) if page.has_previous() else "",
            "later": _page(text, page.next_page_number()) if page.has_next() else "",
            "shown": f"{page.start_index()} à {page.end_index()} sur {page.paginator.count}",
        },
    }
    return render(request, "administration/accounts.html", context, status=status)


def _page(text: str, number: int) -> str:
    return addresses.with_query("/administration/comptes/", {"q": text, "page": number})


def _line(user: User) -> Line:
    if user.erased:
        return Line(user.pk, f"compte effacé no {user.pk}", "", "", "effacé", False, "", ())
    choices = [("suspend", "Désactiver")] if user.is_active else [("restore", "Réactiver")]
    choices.append(("end", "Retirer l’administration") if user.is_administrator else ("name", "Nommer administrateur"))
    bodies = ", ".join(sorted(str(m.organisation) for m in user.memberships.all()))
    state = "désactivé" if not user.is_active else "administrateur" if user.is_administrator else "actif"
    seen = written(user.last_login) if user.last_login else "jamais"
    return Line(user.pk, str(user), user.email, bodies, state, not user.is_active, seen, tuple(choices))


@administrator_required
@require_POST
def change(request: HttpRequest, account: int) -> HttpResponse:
    """Suspend, restore, name or end."""
    found = User.objects.filter(pk=account).first()
    act: Any = _ASKED.get(request.POST.get("action", ""))
    if found is None or act is None:
        return absent(request)
    try:
        act(found, actor_of(request.user))
    except AccountError as error:
        return _shown(request, said(error), 422)
    return HttpResponseRedirect("/administration/comptes/")
