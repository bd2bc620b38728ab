"""Who may bring a file, whose imports and corrections one sees, and which one decides."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from terril.apps.agreements.policies import may, which
from terril.apps.catalogue.models import Record, State
from terril.apps.contributions.models import Import, Proposal
from terril.apps.organisations.models import Organisation
from terril.core.access import Action, Subject
from terril.core.access.subject import CONTRIBUTING
from terril.core.records import Kind


def homes(subject: Subject) -> QuerySet[Organisation]:
    """Organisations in whose name the subject may contribute: theirs, where they are more than readers."""
    found = subject.organisations_as(CONTRIBUTING)
    if not found and which(subject, Action.EDIT).exists():
        found = subject.organisations
    return Organisation.objects.filter(pk__in=found).order_by("label", "pk")


def drafting(subject: Subject) -> QuerySet[Organisation]:
    """Organisations for which the subject may write the draft of a new record."""
    return Organisation.objects.filter(pk__in=subject.organisations_as(CONTRIBUTING)).order_by("label", "pk")


def editable(subject: Subject) -> QuerySet[Record]:
    """Datasets that the subject may give a new version."""
    found = which(subject, Action.EDIT).filter(kind=Kind.DATASET.value).exclude(state=State.ARCHIVED)
    return found.order_by("title", "pk")


def own_imports(subject: Subject) -> QuerySet[Import]:
    """Imports of the subject: nobody else knows of them."""
    return Import.objects.filter(owner_id=subject.user).order_by("-touched", "pk")


def to_decide(subject: Subject) -> QuerySet[Proposal]:
    """Corrections that wait for a decision of the subject, the oldest first."""
    records = which(subject, Action.PUBLISH).values("pk")
    found = Proposal.objects.filter(record__in=records, state=Proposal.State.WAITING)
    return found.select_related("record", "organisation", "author").order_by("made", "pk")


def visible(subject: Subject) -> QuerySet[Proposal]:
    """Corrections that the subject made or decides, and those of records that their colleagues proposed.

    Of rows, colleagues see nothing: a row may be open to its author alone.
    """
    theirs = Q(organisation__in=subject.organisations_as(CONTRIBUTING), about=Proposal.About.RECORD)
    known = Q(record__in=which(subject, Action.DISCOVER).values("pk"))
    colleagues = (theirs & known) | Q(author_id=subject.user or 0)
    decided = Q(record__in=which(subject, Action.PUBLISH).values("pk"))
    return Proposal.objects.filter(colleagues | decided).select_related("record", "organisation", "author")


def decides(subject: Subject, record: Record) -> bool:
    """Whether the subject decides the corrections of a record."""
    return bool(may(subject, Action.PUBLISH, record))
