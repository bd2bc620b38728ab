"""What is cleared every hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from terril.config.periodic import LONGEST, prune_tasks


@pytest.mark.django_db
def test_a_task_cut_with_its_process_is_told_as_a_failure() -> None:
    now = timezone.now()
    begun = {"cut": now - LONGEST - timedelta(minutes=1), "under way": now - timedelta(hours=1)}
    for path, at in begun.items():
        made = DBTaskResult.objects.create(
            task_path=path, args_kwargs={"args": [], "kwargs": {}}, backend_name="default", run_after=at,
            status=TaskResultStatus.RUNNING, exception_class_path="", traceback="",
        )  # fmt: skip
        DBTaskResult.objects.filter(pk=made.pk).update(started_at=at)
    assert prune_tasks().endswith(": 1")
    told = dict(DBTaskResult.objects.values_list("task_path", "status"))
    assert told == {"cut": TaskResultStatus.FAILED, "under way": TaskResultStatus.RUNNING}
    assert "interrompue" in DBTaskResult.objects.get(task_path="cut").traceback
    assert prune_tasks().endswith(": 0")
