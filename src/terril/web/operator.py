"""Who may work on anomalies: who answers for the records that the packs declare."""

from __future__ import annotations

from django.http import HttpRequest

from terril.apps.audit.actions import actor_of
from terril.apps.catalogue.models import Origin, Record
from terril.core.access.subject import STEWARDING
from terril.web.access import by_token, signed_in, subject_in


def may_work_on_anomalies(request: HttpRequest) -> str | None:
    """Pseudonym of who asks, a steward of the declared records or an administrator whose session is open.

    None for anyone else, who must not learn that there is anything.
    """
    if not signed_in(request) or by_token(request):
        return None
    subject = subject_in(request)
    if not (subject.administrator or _answers(subject.organisations_as(STEWARDING))):
        return None
    return actor_of(request.user)


def _answers(organisations: frozenset[str]) -> bool:
    """Whether one of these organisations is the steward of what the packs declare."""
    return bool(organisations) and Record.objects.filter(origin=Origin.PACK, steward__in=organisations).exists()
