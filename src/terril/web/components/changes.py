"""What changed lately, as the first page lists it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format

from terril.core.text import NBSP
from terril.pipeline.changes import ChangeKind, changes
from terril.web import addresses
from terril.web.components.figures import said
from terril.web.portal import Portal, store


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what changed."""

    when: str
    text: str
    href: str


def latest_changes(portal: Portal, count: int) -> tuple[Change, ...]:
    """The latest changes of the releases kept, newest first."""
    return tuple(_line(portal, found) for found in changes(store())[:count])
