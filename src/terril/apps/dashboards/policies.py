"""Who arranges the applications of an organisation, and who sees a tile."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from terril.apps.agreements.policies import which
from terril.apps.dashboards.models import Tile
from terril.core.access import Action, Subject
from terril.core.access.subject import STEWARDING


def may_arrange(subject: Subject, organisation: str) -> bool:
    """Whether the subject makes and orders the tiles of an organisation: its stewards and managers."""
    return organisation in subject.organisations_as(STEWARDING)


def may_know_of(subject: Subject, organisation: str) -> bool:
    """Whether the subject may know that the arrangement of an organisation exists: its members."""
    return organisation in subject.organisations


def visible(subject: Subject) -> QuerySet[Tile]:
    """Tiles that the subject sees: those whose record they may know of, and those that lead to public pages."""
    known = Q(record=None) | Q(record__in=which(subject, Action.DISCOVER))
    return Tile.objects.filter(known, removed=None, organisation__is_active=True).select_related("organisation")
