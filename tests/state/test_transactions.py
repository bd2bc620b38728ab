"""The database of tests: what commits is emptied after it, the audit too, and the audit is kept while tests run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from terril.apps.agreements.queries import subject_of
from terril.apps.audit.models import Entry
from terril.apps.organisations.actions import end_membership
from terril.apps.organisations.models import Membership
from terril.core.access import Role
from terril.core.errors import TerrilError
from tests.support.people import settle


def written() -> Entry:
    """A line of the audit."""
    return Entry.objects.create(act="backup.made", actor="system", kind="backup", target="essai")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_is_committed_is_emptied_and_kept_meanwhile(turn: int) -> None:
    assert not Entry.objects.exists(), "left by another test"
    written()
    for change in (lambda: Entry.objects.update(actor="nobody"), lambda: Entry.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Entry.objects.get().actor == "system"


def patiently(act: Callable[[], object]) -> None:
    """Do it, again where a database in memory refuses at once what its file would wait for."""
    limit = time.monotonic() + 20
    while True:
        try:
            act()
        except OperationalError:
            if connection.vendor != "sqlite" or time.monotonic() > limit:
                raise
            time.sleep(0.01)
        else:
            return


def together(*acts: Callable[[], object]) -> list[Exception]:
    """Do all at once, each in a thread; what was refused."""
    start = threading.Barrier(len(acts))
    refused: list[Exception] = []

    def work(act: Callable[[], object]) -> None:
        start.wait()
        try:
            patiently(act)
        except (TerrilError, DatabaseError) as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.mark.django_db(transaction=True)
def test_a_thread_has_a_connection_of_its_own() -> None:
    """What a thread commits is seen here, once its connection is closed."""
    assert together(*[written] * 4) == []
    assert Entry.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_of_two_managers_who_leave_at_once_one_stays() -> None:
    people = settle()
    Membership.objects.filter(organisation="cabbalr").delete()
    both = (people.alice, people.bob)
    held = [Membership.objects.create(user=one, organisation_id="cabbalr", role=Role.MANAGER) for one in both]
    leaving = [partial(end_membership, h, one, subject_of(one)) for h, one in zip(held, both, strict=True)]
    (refused,) = together(*leaving)
    assert "dernier gestionnaire" in str(refused)
    assert Membership.objects.filter(organisation="cabbalr", role=Role.MANAGER).count() == 1
