"""Who declares catalogues to harvest, and reads what came of it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from terril.apps.catalogue.models import HarvestSource
from terril.apps.organisations.models import Organisation
from terril.core.access import Subject
from terril.core.access.subject import STEWARDING


def harvesting(subject: Subject) -> QuerySet[Organisation]:
    """Organisations in whose name the subject harvests: those they are a steward of; all, for an administrator."""
    known = Organisation.objects.filter(is_active=True).order_by("label", "pk")
    return known if subject.administrator else known.filter(pk__in=subject.organisations_as(STEWARDING))


def harvests(subject: Subject) -> QuerySet[HarvestSource]:
    """Catalogues that the subject keeps."""
    return HarvestSource.objects.filter(organisation__in=harvesting(subject).order_by()).select_related("organisation")


def require_harvesting(subject: Subject, organisation: Organisation) -> None:
    """Refuse who does not harvest in the name of an organisation.

    Raises
    ------
    PermissionDenied
        Always, then.
    """
    if not harvesting(subject).filter(pk=organisation.pk).exists():
        raise PermissionDenied("seuls les référents de l’organisation moissonnent en son nom")
