"""A record by its address, within what who asks may know."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from terril.apps.agreements.policies import which
from terril.apps.catalogue.actions import WORDS
from terril.apps.catalogue.models import Record
from terril.core.access import Action

_KINDS = {word: kind for kind, word in WORDS.items()}


def record_at(request: HttpRequest, word: str, identifier: str) -> Record:
    """The record of an address.

    Raises
    ------
    Http404
        Where there is none, or none that the subject may know of: the two are the same.
    """
    known = which(request.subject, Action.DISCOVER).select_related("steward")
    found = known.filter(kind=_KINDS.get(word, ""), identifier=identifier[:120]).first()
    if found is None:
        raise Http404
    return found
