"""Two requests at the same moment: an import is loaded once, a correction decided once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import OperationalError, connection

from terril.apps.agreements.queries import subject_of
from terril.apps.audit.models import Entry
from terril.apps.catalogue.models import Record
from terril.apps.contributions import loading, proposals, reviews
from terril.apps.contributions.errors import ContributionError
from terril.apps.contributions.rows import rows_of
from terril.pipeline.datasets import DatasetStore
from tests.support.contributions import brought, drafted
from tests.support.people import People, settle

pytestmark = pytest.mark.django_db(transaction=True)


def _waiting(act: Callable[[], Any]) -> Any:
    """What an act gives; the memory that tests share refuses a writer where a file, or PostgreSQL, makes it wait."""
    for _ in range(200):
        try:
            return act()
        except OperationalError:
            time.sleep(0.02)
    raise AssertionError("the database never let it in")


def together(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gives, or the error that stopped it, all begun at once."""
    barrier, found = Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            found[place] = _waiting(act)
        except ContributionError as error:
            found[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(i, act)) for i, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.fixture
def everyone(transactional_db: None, home: Path, settings: Any) -> People:
    # What protects passwords takes time, and none is tried here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return settle()


def test_an_import_confirmed_twice_at_once_is_loaded_once(everyone: People, home: Path):
    work = brought(everyone.alice, "cabbalr")
    subject = subject_of(everyone.alice)
    loading.aim_at_new(work, subject, {"slug": "sites", "title": "Sites"})
    found = together(*[lambda: loading.confirm(work, everyone.alice, subject, "")] * 3)
    assert {getattr(f, "version", f) for f in found} == {DatasetStore(home).current("cabbalr/sites").id}
    assert Record.objects.filter(identifier="cabbalr/sites").count() == 1
    assert Entry.objects.filter(act="version.added").count() == 1


def test_two_decisions_at_once_stand_one_on_the_other_or_are_refused(everyone: People, home: Path):
    record = drafted(everyone.claire, "aula").record
    subject = subject_of(everyone.claire)
    base = rows_of(record, subject).version.id
    made = [
        proposals.propose_cells(record, everyone.claire, subject, "aula", 1, {"surface": v}, "mesurée", base)
        for v in ("13", "14")
    ]

    def decide(proposal: Any) -> Callable[[], Any]:
        chosen = [proposal.changes.get().pk]
        return lambda: reviews.decide(proposal, everyone.claire, subject, chosen, "", base)

    found = together(*(decide(p) for p in made))
    refused = [f for f in found if isinstance(f, ContributionError)]
    (kept,) = [f for f in found if not isinstance(f, ContributionError)]
    assert len(refused) == 1
    assert DatasetStore(home).current("aula/sites").id == kept.result
