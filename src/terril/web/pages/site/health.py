"""Whether the site is well: what a proxy or a watcher asks every minute."""

from __future__ import annotations

import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from terril.apps.audit.models import Entry
from terril.core.errors import TerrilError
from terril.web.portal import workspace

log = logging.getLogger(__name__)


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 where pages can be served, 503 where they cannot; what is wrong is told to administrators alone."""
    checks = {"database": _database(), "release": _release()}
    well = all(checks.values())
    told: dict[str, object] = {"status": "ok" if well else "unavailable"}
    if checks["database"] and request.subject.administrator:
        told["checks"] = checks
    return JsonResponse(told, status=200 if well else 503, headers={"Cache-Control": "no-store"})


def _database() -> bool:
    """The database answers, and has our tables."""
    try:
        Entry.objects.order_by().values("pk").first()
    except DatabaseError:
        log.exception("santé : la base ne répond pas")
        # The next request opens another connection.
        connection.close()
        return False
    return True


def _release() -> bool:
    """A release is in force, and its manifest can be read."""
    try:
        workspace().releases.require()
    except (TerrilError, OSError):
        log.exception("santé : aucune publication lisible")
        return False
    return True
