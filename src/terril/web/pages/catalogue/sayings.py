"""What members say of a record: written, taken back, hidden."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from terril.apps.catalogue import actions
from terril.apps.catalogue.actions import address_of
from terril.apps.catalogue.errors import CatalogueError
from terril.apps.catalogue.models import Comment, Record
from terril.core.text import typeset
from terril.web.access import member_required
from terril.web.components.prose import prose
from terril.web.pages.catalogue.finding import record_at


@dataclass(frozen=True, slots=True)
class Saying:
    """A comment as it is shown.

    Parameters
    ----------
    hidden : why it is hidden, to those who see it all the same.
    own : whether who looks wrote it.
    """

    pk: int
    who: str
    when: str
    text: SafeString
    hidden: str
    own: bool


def sayings_of(record: Record, request: HttpRequest, *, steward: bool) -> tuple[Saying, ...]:
    """Comments that the subject may read: those of members, for members."""
    subject = request.subject
    if not subject.is_member and not steward:
        return ()
    found = Comment.objects.filter(record=record).select_related("author", "organisation")
    kept = [c for c in found if c.hidden is None or steward or c.author_id == subject.user]
    return tuple(
        Saying(
            pk=c.pk,
            who=", ".join(str(n) for n in (c.author.get_short_name() if c.author else "", c.organisation or "") if n),
            when=str(date_format(timezone.localtime(c.written), "j F Y, H:i")),
            text=prose(c.text),
            hidden=typeset(c.hidden_because) if c.hidden is not None else "",
            own=c.author_id is not None and c.author_id == subject.user,
        )
        for c in kept
    )


@member_required
@require_POST
def say(request: HttpRequest, word: str, identifier: str) -> HttpResponse:
    """Write a comment."""
    record = record_at(request, word, identifier)
    try:
        made = actions.comment(record, request.POST.get("texte", ""), request.user, request.subject)
    except CatalogueError as error:
        context = {"error": typeset(error.message), "hint": typeset(error.hint or ""), "back": address_of(record)}
        return render(request, "catalogue/refused.html", context, status=422)
    return HttpResponseRedirect(f"{address_of(record)}#commentaire-{made.pk}")


@member_required
@require_POST
def moderate(request: HttpRequest, word: str, identifier: str, comment: int) -> HttpResponse:
    """Take back one's comment, or hide another's."""
    record = record_at(request, word, identifier)
    found = Comment.objects.filter(record=record, pk=comment).select_related("record").first()
    if found is None:
        raise Http404
    try:
        if request.POST.get("geste") == "masquer":
            actions.hide_comment(found, request.POST.get("motif", ""), request.user, request.subject)
        else:
            actions.remove_comment(found, request.user)
    except CatalogueError as error:
        context = {"error": typeset(error.message), "hint": typeset(error.hint or ""), "back": address_of(record)}
        return render(request, "catalogue/refused.html", context, status=422)
    return HttpResponseRedirect(f"{address_of(record)}#commentaires")
