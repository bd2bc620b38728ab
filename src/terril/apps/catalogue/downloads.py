"""Data taken away: written in the audit where it is not open to all."""

from __future__ import annotations

from terril.apps.audit.actions import SYSTEM, note
from terril.apps.catalogue.models import Record
from terril.core.access import Subject
from terril.core.records import Openness


def downloaded(record: Record, subject: Subject, form: str, version: str) -> None:
    """Note that the subject took the rows of a version away; open data is taken by anyone, and nothing is written."""
    if record.openness == Openness.OPEN and not record.restricted:
        return
    actor = SYSTEM if subject.user is None else f"user:{subject.user}"
    whose = next(iter(subject.organisations)) if len(subject.organisations) == 1 else ""
    note("record.downloaded", record, actor, organisation=whose, form=form, version=version)
