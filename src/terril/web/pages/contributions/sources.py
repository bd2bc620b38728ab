"""The declared source that a file is of, as far as who asks may know of it."""

from __future__ import annotations

from dataclasses import dataclass

from terril.apps.agreements.policies import which
from terril.apps.contributions.policies import editable
from terril.core.access import Action, Subject
from terril.core.records import Kind
from terril.ingestion.recognition import Diagnosis


@dataclass(frozen=True, slots=True)
class Offered:
    """A declared source, and whether the subject may give it a version."""

    id: str
    label: str
    may_edit: bool


def offered_source(told: Diagnosis, subject: Subject) -> Offered | None:
    """The declared source recognised; None where there is none, or where the subject may not know of it."""
    if told.source is None:
        return None
    named = {"kind": Kind.DATASET.value, "identifier": told.source.value}
    record = which(subject, Action.DISCOVER).filter(**named).first()
    if record is None:
        return None
    return Offered(record.identifier, record.title, editable(subject).filter(pk=record.pk).exists())
