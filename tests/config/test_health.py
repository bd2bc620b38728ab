"""Checks of the state, each where it must speak; the suite's database is the one examined."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.db import OperationalError, connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from terril.apps.accounts.models import User
from terril.apps.agreements.models import Undertaking
from terril.apps.audit import triggers
from terril.apps.audit.models import Entry
from terril.apps.catalogue.models import HarvestRun, HarvestSource
from terril.config import health
from terril.pipeline.health.finding import Check, Level, Situation
from terril.pipeline.mail import MailError
from tests.support.people import settle

pytestmark = pytest.mark.django_db
PRODUCTION = {"TERRIL_HTTPS": "1"}


def found(check: Check, environment: Mapping[str, str] = PRODUCTION) -> tuple[Level, str]:
    """The first line of a check: its level, and what it says with its remedy."""
    line = next(iter(check(Situation(Path(), environment))))
    assert bool(line.hint) == (line.level is not Level.OK)
    return line.level, f"{line.message} → {line.hint}"


@pytest.mark.parametrize("name", ["tâches", "engagements", "moissonnages"])
def test_an_empty_state_is_well(name: str) -> None:
    assert found(health.STATE[name])[0] is Level.OK


class Answers:
    """A cursor that answers as told."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.told = told
        self.asked = ""

    def execute(self, question: str) -> None:
        self.asked = question.split(" ", 1)[1]

    def fetchone(self) -> tuple[Any]:
        return (self.told[self.asked],)


SQLITE = {"sqlite_version()": "3.40.1", "journal_mode": "wal", "synchronous": 2}
POSTGRESQL = {
    "server_version_num": "150006", "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
    "server_encoding": "UTF8",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "level"),
    [({}, Level.OK), ({"sqlite_version()": "3.8.1"}, Level.ERROR), ({"journal_mode": "delete"}, Level.ERROR),
     ({"synchronous": 1}, Level.ERROR)],
)  # fmt: skip
def test_sqlite(change: dict[str, Any], level: Level) -> None:
    (line,) = health._sqlite(Answers(SQLITE | change), Situation(Path(), {}))
    assert line.level is level


@pytest.mark.parametrize(
    ("change", "level"),
    [({}, Level.OK), ({"server_version_num": "120001"}, Level.ERROR), ({"fsync": "off"}, Level.ERROR),
     ({"server_encoding": "LATIN1"}, Level.ERROR)],
)  # fmt: skip
def test_postgresql(change: dict[str, Any], level: Level) -> None:
    (line,) = health._postgresql(Answers(POSTGRESQL | change), Situation(Path(), {}))
    assert line.level is level


def test_the_engine_of_the_suite_answers() -> None:
    said = " ".join(line.message for line in health.database(Situation(Path(), {})))
    # A database in memory has no journal, a server of tests no patience: what matters is that they are asked.
    assert said


def test_migrations() -> None:
    assert found(health.migrated)[0] is Level.OK
    with patch("django.db.migrations.executor.MigrationExecutor.migration_plan", return_value=[1, 2]):
        assert found(health.migrated)[0] is Level.ERROR
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('catalogue', '0999_later', %s)",
            [timezone.now()],
        )
    level, said = found(health.migrated)
    assert level is Level.ERROR
    assert "catalogue.0999_later" in said


def test_an_audit_without_its_guards() -> None:
    triggers.remove(connection)
    try:
        assert found(health.migrated)[0] is Level.ERROR
    finally:
        triggers.install(connection)


def test_people() -> None:
    assert found(health.people)[0] is Level.WARNING, "nobody administers"
    settle()
    assert found(health.people)[0] is Level.OK
    User.objects.create_user("elue@demonstration.example", "une phrase assez longue")
    assert found(health.people)[0] is Level.ERROR
    assert found(health.people, {})[0] is Level.OK, "a demonstration is where they belong"


def task(status: str, **moments: Any) -> None:
    """A task in the queue."""
    made = DBTaskResult.objects.create(
        task_path="a.b", args_kwargs={"args": [], "kwargs": {}}, backend_name="default", status=status,
        run_after=timezone.now() - timedelta(hours=9), exception_class_path="", traceback="",
    )  # fmt: skip
    DBTaskResult.objects.filter(pk=made.pk).update(**moments)


@pytest.mark.parametrize(
    ("status", "moment", "level"),
    [
        (TaskResultStatus.READY, "enqueued_at", Level.ERROR),
        (TaskResultStatus.RUNNING, "started_at", Level.WARNING),
        (TaskResultStatus.FAILED, "finished_at", Level.WARNING),
        (TaskResultStatus.SUCCESSFUL, "finished_at", Level.OK),
    ],
)
def test_tasks(status: str, moment: str, level: Level) -> None:
    task(status, **{moment: timezone.now() - timedelta(hours=8)})
    assert found(health.tasks)[0] is level


def test_backups() -> None:
    assert found(health.backups)[0] is Level.WARNING
    assert found(health.backups, {})[0] is Level.OK
    Entry.objects.create(act="backup.made", actor="cli", kind="backup", at=timezone.now() - timedelta(days=3))
    assert found(health.backups)[0] is Level.WARNING
    Entry.objects.create(act="backup.made", actor="cli", kind="backup")
    assert found(health.backups)[0] is Level.OK


def test_undertakings() -> None:
    people = settle()
    Undertaking.objects.create(
        record=people.records["confidential"], user=people.alice, organisation_id="cabbalr", purpose="p", text="t",
        signed_on=timezone.localdate() - timedelta(days=9), destroy_by=timezone.localdate() - timedelta(days=1),
    )  # fmt: skip
    assert found(health.undertakings)[0] is Level.WARNING
    Undertaking.objects.update(destroyed_on=timezone.localdate())
    assert found(health.undertakings)[0] is Level.OK


def test_harvests() -> None:
    settle()
    source = HarvestSource.objects.create(
        pk="essai", label="Catalogue d’essai", address="https://exemple.fr/", organisation_id="aula"
    )
    for hours, standing, level in ((2, "done", Level.OK), (1, "failed", Level.WARNING)):
        ended = timezone.now() - timedelta(hours=hours)
        HarvestRun.objects.create(source=source, standing=standing, ended=ended)
        assert found(health.harvests)[0] is level


def test_a_database_that_is_lost_is_told_once() -> None:
    reached = health.Reached()

    def lost(_: Situation) -> Any:
        raise OperationalError("connection refused\nmore")

    situation = Situation(Path(), {})
    (line,) = reached(lost)(situation)
    assert line.level is Level.ERROR
    assert "connection refused" in line.message
    assert list(reached(health.tasks)(situation)) == []


def test_a_message_of_trial() -> None:
    health.send_test("elue@exemple.fr")
    assert mail.outbox[0].to == ["elue@exemple.fr"]
    refused = SimpleNamespace(side_effect=ConnectionRefusedError())
    with patch("django.core.mail.send_mail", side_effect=refused.side_effect), pytest.raises(MailError):
        health.send_test("elue@exemple.fr")


def test_every_check_has_a_name() -> None:
    assert len(health.every_check()) >= 24
