"""Work of every hour: what is over is cleared. Each job may be done twice, and stopped at any moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from terril.core.text import NBSP

#: No task takes so long: one begun before was cut with the process that did it.
LONGEST = timedelta(hours=6)


def clear_sessions() -> str:
    """Sessions that are over."""
    from django.core.management import call_command

    call_command("clearsessions")
    return "sessions finies effacées"


def prune_tasks() -> str:
    """Results of tasks done long ago; those that were cut are told as failures, and no longer as under way."""
    from django.core.management import call_command
    from django.utils import timezone
    from django_tasks_db.models import DBTaskResult

    from terril.core.errors import StoreError

    cut = 0
    for task in DBTaskResult.objects.running().filter(started_at__lt=timezone.now() - LONGEST):
        task.set_failed(StoreError("tâche interrompue : le service qui la faisait s’est arrêté"))
        cut += 1
    call_command("prune_db_task_results", verbosity=0)
    return f"résultats anciens effacés, tâches interrompues{NBSP}: {cut}"


def purge_imports() -> str:
    """Imports that nobody finished."""
    from terril.apps.contributions.imports import purge

    return f"imports abandonnés retirés{NBSP}: {purge()}"


def start_harvests() -> str:
    """Catalogues whose rhythm says that they are to be read."""
    from terril.apps.catalogue.harvesting import start_due

    return f"moissons demandées{NBSP}: {start_due()}"


def remind_destructions() -> str:
    """Files whose day of destruction comes."""
    from django.utils import timezone

    from terril.apps.agreements.actions.undertakings import remind

    return f"destructions rappelées{NBSP}: {remind(timezone.localdate())}"


def post_notices() -> str:
    """Letters that a server refused lately."""
    from terril.apps.notices.mailing import post_waiting

    return f"courriers renvoyés{NBSP}: {post_waiting()}"


JOBS: Mapping[str, Callable[[], str]] = {
    "sessions": clear_sessions,
    "tâches": prune_tasks,
    "imports": purge_imports,
    "moissons": start_harvests,
    "destructions": remind_destructions,
    "courriers": post_notices,
}
