"""Work that a page does not wait for."""

from __future__ import annotations

from uuid import UUID

from django_tasks import task

from terril.apps.contributions.imports import AT_ONCE
from terril.apps.contributions.looking import look
from terril.apps.contributions.models import Import


@task()
def examine(identifier: str) -> None:
    """Examine a file."""
    look(UUID(identifier))


def launch(work: Import) -> None:
    """Have a file examined: a small one at once, a large one by a worker."""
    if work.size <= AT_ONCE:
        look(work.pk)
    else:
        examine.enqueue(str(work.pk))
    work.refresh_from_db()
